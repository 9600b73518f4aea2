-- Refusals in unusual forms, and redirects.
local socket = require("socket")

local rows, row = require("spec.faults.row_list")()

for _, status in ipairs({ 400, 401, 403, 404, 405, 408, 411, 413, 414 }) do
  row(status .. ", HTML", "html/" .. status, "final", "protocol", "BAD_REPLY", { status = status })
end
row("429, HTML", "undone_html/429", "throttled", "protocol", "BAD_REPLY", { status = 429 })
for _, status in ipairs({ 500, 502, 503, 504, 520, 599 }) do
  row(status .. ", HTML", "html/" .. status, "lost", "protocol", "BAD_REPLY", { status = status })
end
row("404, empty", "body/404", "final", "protocol", "BAD_REPLY", { status = 404 })
row("500, empty", "body/500", "lost", "protocol", "BAD_REPLY", { status = 500 })
row("status 999", "body/999 {}", "lost", "api", nil, { status = 999 })
row("400 {}", "body/400 {}", "final", "api", nil, { status = 400 })
row("400 []", "body/400 []", "final", "api", nil, { status = 400 })
row("503 {}", "body/503 {}", "lost", "api", nil, { status = 503 })
row("400, Code is a number", 'body/400 {"Code":5,"Message":7}', "final", "api", "5", {})
row("400, Code is an object", 'body/400 {"Code":{},"Message":[],"RequestId":{}}', "final", "api", nil, {})
row("400, Code is null", 'body/400 {"Code":null,"Message":null,"RequestId":null}', "final", "api", nil, {})
row("400, Code is empty", 'body/400 {"Code":"","Message":""}', "final", "api", "", {})
row("400, lower-case names", 'body/400 {"code":"MissingParameter","message":"m","requestId":"R"}', "final",
  "validation", "MissingParameter", { message = "%[MissingParameter, R%]$" })
row("400, a message of a megabyte", 'body/400 {"Code":"InvalidParameter","Message":"' .. ("m"):rep(1000000) .. '"}',
  "final", "validation", "InvalidParameter")
row("400, escape sequences in the message",
  'body/400 {"Code":"InvalidParameter","Message":"a\\u001b[31mred\\r\\nline\\u0000"}',
  "final", "validation", "InvalidParameter")
row("400, escape sequences in the Code", 'body/400 {"Code":"Invalid\\nThing\\u001b[31m","RequestId":"R\\n"}',
  "final", "validation", "Invalid Thing [31m", { message = "%[Invalid Thing %[31m, R %]$" })
row("400, invalid UTF-8 in the message", 'body/400 {"Code":"InvalidParameter","Message":"caf\\xc3"}',
  "final", "validation", "InvalidParameter")
row("400, 900 levels deep", "deep_refusal/900", "final", "validation", "InvalidParameter")
row("400, 5,000 levels deep", "deep_refusal/5000", "final", "protocol", "BAD_REPLY")
row("200 with a Code", 'body/200 {"Code":"InvalidParameter","Message":"m"}', "final", "validation", "InvalidParameter")
row("200 with Success false", 'body/200 {"Success":false,"Message":"m"}', "final", "api", nil)

-- Followed, a redirect would carry a signed request to whoever wrote it.
local function witness()
  local listener = assert(socket.bind("127.0.0.1", 0))
  listener:settimeout(0)
  return { port = select(2, listener:getsockname()), listener = listener, stop = function() listener:close() end }
end

for _, status in ipairs({ 300, 301, 302, 303, 307, 308 }) do
  row(status .. " to another server", nil, "final", "protocol", "REDIRECT", {
    status = status,
    play_with = function(harness)
      return ("redirect/%d http://127.0.0.1:%d/"):format(status, harness:helper("witness", witness).port)
    end,
    witness = function(harness)
      return harness:helper("witness", witness).listener:accept()
    end,
  })
end
row("304", "bare/304", "final", "protocol", "REDIRECT", { status = 304 })

return rows
