--- The emulator as a transport of the client, in process: send(request, deadline) → reply, or nil
-- and an error table. A fault that would close a connection becomes the transport's error; one that
-- takes time (timeout, slow) takes it on the emulator's clock.
--
-- With a virtual clock the transport has `platform`: clock and sleep on that clock. The client
-- uses them, so that its waits take no time.

local host = require("ecs_pipeline.platform")
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

-- The fields of platform.lua that are about time. Its monotonic clock begins at the host's.
local function virtual_time(emulator)
  local base = host.clock() - emulator:now()
  return {
    clock = function() return base + emulator:now() end,
    wall = function() return emulator:now() end,
    sleep = function(seconds) emulator:advance(math.max(seconds, 0)) end,
  }
end

-- The time that a fault takes: true if the deadline passes meanwhile.
local function delayed(fault, deadline, platform)
  local seconds = fault.delay or fault.kind == "timeout" and math.huge
  if not seconds then
    return false
  end
  local left = deadline and deadline - platform.clock() or math.huge
  if math.min(seconds, left) < math.huge then
    platform.sleep(math.min(seconds, left))
  end
  return seconds >= left
end

--- A transport object around an emulator.
function M.new(emulator)
  local transport = { name = "emulator" }
  transport.platform = emulator.clock.virtual and virtual_time(emulator) or nil
  local platform = transport.platform or host

  function transport.send(request, deadline)
    -- The deadline is on the virtual clock, or on the host's if the client has that.
    if deadline and math.min(platform.clock(), host.clock()) >= deadline then
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
    if fault and delayed(fault, deadline, platform) then
      return nil, fault_error("timeout")
    elseif not status then
      return nil, fault_error(fault.kind)
    end
    return { status = status, headers = reply_headers, body = body }
  end

  return transport
end

return M
