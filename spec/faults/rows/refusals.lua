-- Refusals in unusual forms, and redirects.
local socket = require("socket")

local rows, row = require("spec.faults.row_list")()

for _, status in ipairs({ 400, 401, 403, 404, 405, 408, 411, 413, 414 }) do
  row(status .. ", HTML", "html/" .. status, "final", "protocol", "BAD_REPLY",
    { status = status, uncertain = true })
end
row("429, HTML", "undone_html/429", "throttled", "protocol", "BAD_REPLY", { status = 429 })
for _, status in ipairs({ 500, 502, 503, 504, 520, 599 }) do
  row(status .. ", HTML", "html/" .. status, "lost", "protocol", "BAD_REPLY", { status = status })
end
row("404, empty", "body/404", "final", "protocol", "BAD_REPLY", { status = 404, uncertain = true })
row("500, empty", "body/500", "lost", "protocol", "BAD_REPLY", { status = 500 })
row("status 999", "body/999 {}", "lost", "api", nil, { status = 999 })
-- A refusal of the service has a Code: without one somebody else may have answered.
row("400 {}", "body/400 {}", "final", "api", nil, { status = 400, uncertain = true })
row("400 []", "body/400 []", "final", "api", nil, { status = 400, uncertain = true })
row("503 {}", "body/503 {}", "lost", "api", nil, { status = 503 })
row("400, Code is a number", 'body/400 {"Code":5,"Message":7}', "final", "api", "5", {})
row("400, Code is an object", 'body/400 {"Code":{},"Message":[],"RequestId":{}}', "final", "api", nil,
  { uncertain = true })
row("400, Code is null", 'body/400 {"Code":null,"Message":null,"RequestId":null}', "final", "api", nil,
  { uncertain = true })
row("400, Code is empty", 'body/400 {"Code":"","Message":""}', "final", "api", "", { uncertain = true })
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
row("400, 5,000 levels deep", "deep_refusal/5000", "final", "protocol", "BAD_REPLY", { uncertain = true })
row("200 with a Code", 'body/200 {"Code":"InvalidParameter","Message":"m"}', "final", "validation", "InvalidParameter")
row("200 with Success false", 'body/200 {"Success":false,"Message":"m"}', "final", "api", nil, { uncertain = true })

-- XML: what the service answers when the request for JSON was lost on the way.
local function xml(inside)
  return '<?xml version="1.0" encoding="UTF-8"?><Error>' .. inside .. "</Error>"
end

local NAME = "<RequestId>R</RequestId><HostId>h</HostId><Code>InvalidName.Malformed</Code><Message>a &lt; b</Message>"
row("400, XML", "body/400 " .. xml(NAME), "final", "validation", "InvalidName.Malformed",
  { status = 400, message = "a < b %[InvalidName%.Malformed, R%]$" })
row("200, XML of an error", "body/200 " .. xml(NAME), "final", "validation", "InvalidName.Malformed")
row("403, XML, a conflict", "body/403 " .. xml("<Code>InvalidImagePipeline.HasRunningExecution</Code>"), "final",
  "conflict", "InvalidImagePipeline.HasRunningExecution", { status = 403 })
row("503, XML", "body/503 " .. xml("<Code>ServiceUnavailable</Code><Message>m</Message>"), "lost", "api",
  "ServiceUnavailable", { status = 503 })
row("400, XML without a Code", "body/400 " .. xml("<Message>m</Message>"), "final", "protocol", "BAD_REPLY",
  { status = 400, uncertain = true })
row("400, XML, cut", "body/400 <Error><Code>InvalidName.Malf", "final", "protocol", "BAD_REPLY",
  { status = 400, uncertain = true })
row("400, 20,000 elements that never end", "body/400 <Error>" .. ("<a>"):rep(20000), "final", "protocol", "BAD_REPLY",
  { status = 400, uncertain = true })

-- Followed, a redirect would carry a signed request to whoever wrote it.
local function witness()
  local listener = assert(socket.bind("127.0.0.1", 0))
  listener:settimeout(0)
  return { port = select(2, listener:getsockname()), listener = listener, stop = function() listener:close() end }
end

for _, status in ipairs({ 300, 301, 302, 303, 307, 308 }) do
  row(status .. " to another server", nil, "final", "protocol", "REDIRECT", {
    status = status, uncertain = true,
    play_with = function(harness)
      return ("redirect/%d http://127.0.0.1:%d/"):format(status, harness:helper("witness", witness).port)
    end,
    witness = function(harness)
      return harness:helper("witness", witness).listener:accept()
    end,
  })
end
row("304", "bare/304", "final", "protocol", "REDIRECT", { status = 304, uncertain = true })

return rows
