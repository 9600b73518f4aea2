--- A name server for nginx, which does not read /etc/hosts: localhost and everything below .test is 127.0.0.1, below
--- .silent there is never an answer, and nothing else exists.
--     local dns = require("spec.support.dns_server").start(); … dns.port …; dns.stop()
--     lua5.4 dns_server.lua run SECONDS        the process itself: prints its port

local M = {}

local path = debug.getinfo(1, "S").source:match("^@(.*)")

local function answer(query)
  local id, question_end = query:sub(1, 2), select(2, query:find("%z....", 13))
  local labels, at = {}, 13
  while query:byte(at) > 0 do
    labels[#labels + 1] = query:sub(at + 1, at + query:byte(at))
    at = at + query:byte(at) + 1
  end
  local name = table.concat(labels, "."):lower()
  if name:find("silent$") then
    return nil
  end
  local known = name == "localhost" or name:find("%.test$")
  local asked = query:sub(question_end - 3, question_end - 2)
  local head, question = known and "\129\128" or "\129\131", query:sub(13, question_end)
  if known and asked == "\0\1" then
    return id .. head .. "\0\1\0\1\0\0\0\0" .. question .. "\192\12\0\1\0\1\0\0\0\60\0\4\127\0\0\1"
  end
  return id .. head .. "\0\1\0\0\0\0\0\0" .. question
end

local function serve(seconds)
  local socket = require("socket")
  local udp = assert(socket.udp())
  assert(udp:setsockname("127.0.0.1", 0))
  print(("%d"):format(select(2, udp:getsockname())))
  io.stdout:flush()
  local deadline = socket.gettime() + seconds
  while socket.gettime() < deadline do
    udp:settimeout(deadline - socket.gettime())
    local query, host, port = udp:receivefrom(512)
    local ok, reply = pcall(answer, query or "")
    if ok and reply then
      udp:sendto(reply, host, port)
    end
  end
end

--- @treturn table `{ port, stop }`
function M.start(lifetime)
  local pipe = assert(io.popen(("echo $$; exec lua5.4 '%s' run %d"):format(path, lifetime or 900), "r"))
  local pid = assert(tonumber(pipe:read("*l")))
  local server = { port = assert(tonumber(pipe:read("*l")), "the name server did not start") }

  function server.stop()
    if pipe then
      os.execute(("kill %d 2>/dev/null"):format(pid))
      pipe:close()
      pipe = nil
    end
  end

  return server
end

if arg and arg[0] == path and arg[1] == "run" then
  serve(tonumber(arg[2]))
end

return M
