--- Starts and stops the scripted server of raw_server_process.lua, a process of its own.
-- The path of a request names what the server does with it: `/reset`, `/truncated`, `/hang`, …
--
--   local server = require("spec.support.raw_server").start()
--   transport.send({ method = "POST", url = server.url("/echo"), body = "x" })
--   server.stop()

local M = {}

local folder = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"

--- Starts a server on a free port of 127.0.0.1.
-- @tparam[opt=120] number lifetime seconds after which it ends by itself, should nobody stop it
-- @tparam[opt] string interpreter command that runs the server, default RAW_SERVER_LUA or lua5.4
-- @treturn table `{ port, control_port, pid, url = function(path), stop = function() }`
function M.start(lifetime, interpreter)
  -- The shell prints its pid and becomes the server; through the pipe the process is ours to reap.
  local command = ("echo $$; exec env %s '%sraw_server_process.lua' %d"):format(
    interpreter or os.getenv("RAW_SERVER_LUA") or "lua5.4", folder, lifetime or 120)
  local pipe = assert(io.popen(command, "r"))
  local pid = assert(tonumber(pipe:read("*l")), "the raw server did not start")
  local port = assert(tonumber(pipe:read("*l")),
    "the raw server found no port (are lua5.4 and lua-socket installed?)")
  local control_port = assert(tonumber(pipe:read("*l")))
  local server = { pid = pid, port = port, control_port = control_port }

  function server.url(path)
    return ("http://127.0.0.1:%d%s"):format(port, path)
  end

  --- Ends the process by its pid and waits for it. May be called again.
  function server.stop()
    if pipe then
      os.execute("kill " .. ("%d"):format(pid) .. " 2>/dev/null")
      pipe:close()
      pipe = nil
    end
  end

  return server
end

return M
