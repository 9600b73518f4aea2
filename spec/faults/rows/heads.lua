-- Something else than HTTP; status lines and headers that are wrong, too large or too many.
local rows, row = require("spec.faults.row_list")()

local function broken(fault, play)
  row(fault, play, "lost", "protocol", "PROTOCOL")
end

local function large(fault, play)
  row(fault, play, "final", "protocol", "TOO_LARGE", { uncertain = true })
end

broken("zeros for HTTP", "instead/zeros")
broken("text for HTTP", "instead/text")
broken("bare JSON for HTTP", "instead/json")
broken("HTTP/2 frames", "instead/http2")
broken("a TLS alert on plain HTTP", "instead/tls")
broken("empty lines for HTTP", "instead/newline")
broken("status line HTTP/9.9", "status_line/HTTP-9.9 200 OK")
-- The cosocket transport speaks HTTP/1.1 and nothing else.
row("status line HTTP/2", "status_line/HTTP-2 200", "ok", nil, nil,
  { cosocket = { class = "lost", kind = "protocol", code = "PROTOCOL" } })
broken("status abc", "status_line/HTTP-1.1 abc")
broken("status 20", "status_line/HTTP-1.1 20 OK")
row("status line HTTP/1.0", "status_line/HTTP-1.0 200 OK", "ok")
row("no reason phrase", "status_line/HTTP-1.1 200", "ok")
row("line feeds only", "bare_lf", "ok")

broken("a line that is no header", "no_colon")
broken("a blank in a header's name", "space_in_name")
broken("a header without name", "empty_name")
broken("NUL in a header", "nul_in_header")
broken("an escape sequence in a header", "control_in_header")
row("a folded header", "folded", "ok")
row("any bytes in a header", "bytes_in_header", "ok")
row("a header of 30,000 bytes", "long_header/30000", "ok")
large("a header of 100,000 bytes", "long_header/100000")
large("an endless header", "endless_header")
row("200 headers", "many_headers/200", "ok")
large("5,000 headers", "many_headers/5000")
large("endless headers", "endless_headers")
row("three interim replies", "interim/3", "ok")
large("endless interim replies", "endless_interim")
row("dripped interim replies", "dripped_interim", "lost", "timeout", "TIMEOUT",
  { total = 0.2, attempts = 2, slow = true })
broken("101 Switching Protocols", "switching")

return rows
