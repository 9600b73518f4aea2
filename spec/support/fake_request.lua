--- One request to a handler on a fake nginx (fake_ngx.lua).
local cjson = require("cjson").new()
local signature = require("ecs_pipeline.openresty.signature")

local fake_request = {}

fake_request.SECRET = "0123456789abcdef-secret"

--- asked: method ("GET"), uri ("/bakes/"), headers (lower-case names), body, body_file (path), address, phase.
-- @treturn table `{ status, headers, body, json }`
function fake_request.serve(host, handler, asked)
  local answer = { headers = {}, parts = {} }
  host.header, host.status = answer.headers, nil
  host.var = { uri = asked.uri or "/bakes/", remote_addr = asked.address or "192.0.2.1" }
  host.print = function(text) answer.parts[#answer.parts + 1] = text end
  host.eof = function() answer.ended = true end
  host.get_phase = function() return "content" end
  host.req = {
    get_method = function() return asked.method or "GET" end,
    get_headers = function() return asked.headers or {} end,
    read_body = function() answer.read = true end,
    get_body_data = function() return asked.body end,
    get_body_file = function() return asked.body_file end,
  }
  handler()
  answer.status, answer.body = host.status, table.concat(answer.parts)
  local decoded, value = pcall(cjson.decode, answer.body)
  answer.json = decoded and value or nil
  return answer
end

--- A signed webhook. `message` is a table, or text as it is; `more` fields of `serve`, and `secret`, `timestamp`.
function fake_request.webhook(host, handler, message, more)
  more = more or {}
  local body = type(message) == "table" and cjson.encode(message) or message
  local headers = signature.headers(more.secret or fake_request.SECRET, body,
    { timestamp = more.timestamp or host.now(), name = more.name })
  for name, value in pairs(more.headers or {}) do
    headers[name] = value or nil
  end
  local asked = { method = "POST", uri = "/bakes/webhook", headers = headers, body = body }
  for name, value in pairs(more) do
    if name ~= "headers" then
      asked[name] = value
    end
  end
  return fake_request.serve(host, handler, asked)
end

return fake_request
