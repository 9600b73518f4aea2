--- The emulator as a transport of the client, in process: send(request, deadline) → reply, or nil
-- and an error table. Nothing blocks and nothing yields; a fault that would close a connection
-- becomes the transport's error.

local core = require("ecs_pipeline.core")
local tables = require("ecs_pipeline.tables")

local M = {}

local faults = {
  refused = { kind = "transport", code = "CONNECT", message = "connection refused", sent = false },
  timeout = { kind = "timeout", code = "TIMEOUT", message = "no answer before the deadline" },
  lost_answer = {
    kind = "transport", code = "RESET", message = "the connection was closed before an answer came",
  },
}

local function fault_error(kind)
  return tables.copy(faults[kind] or faults.lost_answer)
end

--- A transport object around anything with `handle`.
function M.new(emulator)
  local transport = { name = "emulator" }

  function transport.send(request, deadline)
    if deadline and core.clock() >= deadline then
      return nil, {
        kind = "timeout", code = "DEADLINE", sent = false,
        message = "the deadline passed before anything was sent",
      }
    end
    local authority, uri = request.url:match("^%a+://([^/?]+)(.*)$")
    local headers = { host = authority }
    for name, value in pairs(request.headers or {}) do
      headers[name:lower()] = value
    end
    if uri == "" or uri:sub(1, 1) == "?" then
      uri = "/" .. uri
    end
    local status, reply_headers, body, fault =
      emulator:handle(request.method, uri, headers, request.body)
    if not status then
      return nil, fault_error(fault.kind)
    end
    return { status = status, headers = reply_headers, body = body }
  end

  return transport
end

return M
