--- The raw server as the service with faults, with functions for its control requests. It is run by the Lua that runs
-- the specs, because its emulator needs the core of this build.

local child = require("spec.support.child_lua")
local cjson = require("cjson")
local raw_server = require("spec.support.raw_server")
local socket = require("socket")

local M = {}

local function ask(port, path, body, headers)
  local client = assert(socket.connect("127.0.0.1", port))
  client:settimeout(10)
  assert(client:send(("POST %s HTTP/1.1\r\n%sContent-Length: %d\r\n\r\n%s"):format(path, headers or "", #body, body)))
  local line = assert(client:receive("*l"))
  local length
  repeat
    local header = assert(client:receive("*l"))
    length = tonumber(header:match("^[Cc]ontent%-[Ll]ength: (%d+)")) or length
  until header == ""
  local reply = length > 0 and assert(client:receive(length)) or ""
  client:close()
  assert(line:match(" 200 "), line .. " " .. reply)
  return reply
end

--- @treturn table `{ port, play, tally, url, stop }`
function M.start()
  local command = ("LUA_PATH='%s' LUA_CPATH='%s' %s"):format(package.path, package.cpath, child.interpreter)
  local server = raw_server.start(900, command)

  --- Queues faults for the requests to come; ends every open connection unless `keep`.
  -- @tparam table names `{ "close/in_body", … }`; empty: answers are good again
  -- @tparam[opt] boolean forever the last one stays
  -- @tparam[opt] boolean keep
  function server.play(names, forever, keep)
    local headers = (forever and "x-forever: 1\r\n" or "") .. (keep and "x-keep: 1\r\n" or "")
    ask(server.control_port, "/play", table.concat(names, "\n"), headers)
  end

  --- @treturn table `{ requests = since play, pipelines = how many of that name there are }`
  function server.tally(name)
    return cjson.decode(ask(server.control_port, "/tally", name))
  end

  return server
end

return M
