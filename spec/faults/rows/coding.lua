-- Compressed bodies.
local rows, row = require("spec.faults.row_list")()

-- The cosocket transport asks for no compression, and takes none.
local refused = { class = "lost", kind = "protocol", code = "PROTOCOL", uncertain = false }

row("gzip", "gzip", "ok", nil, nil, { cosocket = refused })
row("gzip, corrupt", "gzip_corrupt", "lost", "protocol", "PROTOCOL")
row("gzip, wrong checksum", "gzip_wrong_sum", "lost", "protocol", "PROTOCOL")
-- libcurl takes a stream that stops early for a whole one; the JSON tells.
row("gzip, cut short inside its length", "gzip_short", "lost", "protocol", "BAD_REPLY",
  { cosocket = refused })
row("gzip, cut by the connection", "gzip_cut", "lost", "transport", "RESET", { cosocket = refused })
row("gzip of no bytes", "gzip_empty", "lost", "protocol", "BAD_REPLY", { cosocket = refused })
row("says gzip, is plain", "gzip_plain", "lost", "protocol", "PROTOCOL")
row("gzip, junk behind it", "gzip_trailing", "lost", "protocol", "PROTOCOL")
row("gzip in gzip", "gzip_twice", "lost", "protocol", "PROTOCOL")
row("gzip bomb 1:1000, 20 MiB", "gzip_bomb/20", "final", "protocol", "TOO_LARGE",
  { uncertain = true, slow = true, cosocket = refused })
row("brotli", "unknown_coding/br", "lost", "protocol", "PROTOCOL")
row("zstd", "unknown_coding/zstd", "lost", "protocol", "PROTOCOL")
row("an unknown encoding", "unknown_coding/cow", "lost", "protocol", "PROTOCOL")
row("identity", "unknown_coding/identity", "ok")

return rows
