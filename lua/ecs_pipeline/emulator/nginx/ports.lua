--- Loopback ports that no process listens on, below the range the kernel hands out for outgoing
-- connections. Another process may still be faster; server.lua tries again then.

local shell = require("ecs_pipeline.emulator.nginx.shell")

local M = {}

local lowest, count = 20000, 12000

local function taken()
  local set = {}
  for _, path in ipairs({ "/proc/net/tcp", "/proc/net/tcp6" }) do
    for port in (shell.read(path) or ""):gmatch(":%s+%x+:(%x%x%x%x)") do
      set[tonumber(port, 16)] = true
    end
  end
  return set
end

local function random()
  local file = assert(io.open("/dev/urandom", "rb"))
  local a, b = file:read(2):byte(1, 2)
  file:close()
  return a * 256 + b
end

--- → a port that is free now, and is not `other`.
function M.free(other)
  local set = taken()
  for _ = 1, 1000 do
    local port = lowest + random() % count
    if not set[port] and port ~= other then
      return port
    end
  end
  error("no free loopback port")
end

return M
