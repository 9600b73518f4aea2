--- An HTTP proxy that opens tunnels: CONNECT to any port of this machine, if user and password are right.
--     local proxy = require("spec.support.connect_proxy").start("user:secret"); … proxy.url …; proxy.stop()
--     lua5.4 connect_proxy.lua run SECONDS BASE64      the process itself: prints its port
--- What it was asked is kept by `tunnels`: GET / on its own port answers how many it has opened.

local M = {}

local path = debug.getinfo(1, "S").source:match("^@(.*)")

local function serve(seconds, wanted)
  local socket = require("socket")
  local listener = assert(socket.bind("127.0.0.1", 0, 64))
  print(("%d"):format(select(2, listener:getsockname())))
  io.stdout:flush()
  local other, sockets, tunnels = {}, { listener }, 0

  local function forget(one)
    for index, candidate in ipairs(sockets) do
      if candidate == one then
        table.remove(sockets, index)
      end
    end
    one:close()
  end

  local function answer(client)
    client:settimeout(5)
    local line, authorized = client:receive("*l"), wanted == ""
    repeat
      local header = client:receive("*l")
      authorized = authorized or header == "Proxy-Authorization: Basic " .. wanted
    until not header or header == ""
    local port = (line or ""):match("^CONNECT %S+:(%d+) HTTP/1%.1$")
    if not port then
      client:send(("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%d"):format(#tostring(tunnels), tunnels))
      return client:close()
    elseif not authorized then
      client:send("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
      return client:close()
    end
    local target = assert(socket.connect("127.0.0.1", tonumber(port)))
    tunnels = tunnels + 1
    client:send("HTTP/1.1 200 Connection established\r\n\r\n")
    other[client], other[target] = target, client
    sockets[#sockets + 1], sockets[#sockets + 2] = client, target
  end

  local function pass_on(from)
    from:settimeout(0)
    local bytes, err, partial = from:receive(65536)
    bytes = bytes or partial
    local to = other[from]
    if to and bytes ~= "" then
      to:settimeout(5)
      to:send(bytes)
    end
    if err == "closed" then
      forget(from)
      if to then
        forget(to)
        other[to] = nil
      end
      other[from] = nil
    end
  end

  local deadline = socket.gettime() + seconds
  while socket.gettime() < deadline do
    for _, ready in ipairs((socket.select(sockets, nil, deadline - socket.gettime()))) do
      if ready == listener then
        answer(assert(listener:accept()))
      elseif other[ready] then
        pass_on(ready)
      end
    end
  end
end

--- @tparam[opt=""] string user "user:password"; "" asks for none
-- @treturn table `{ port, url, tunnels, stop }`
function M.start(user)
  local mime, socket = require("mime"), require("socket")
  user = user or ""
  local pipe = assert(io.popen(("echo $$; exec lua5.4 '%s' run 300 '%s'"):format(path, mime.b64(user)), "r"))
  local pid = assert(tonumber(pipe:read("*l")))
  local proxy = { port = assert(tonumber(pipe:read("*l")), "the proxy did not start") }
  proxy.url = ("http://%s127.0.0.1:%d"):format(user ~= "" and user .. "@" or "", proxy.port)

  --- How many it has opened.
  function proxy.tunnels()
    local client = assert(socket.connect("127.0.0.1", proxy.port))
    assert(client:send("GET / HTTP/1.1\r\n\r\n"))
    local reply = client:receive("*a")
    client:close()
    return tonumber(reply:match("(%d+)$"))
  end

  function proxy.stop()
    if pipe then
      os.execute(("kill %d 2>/dev/null"):format(pid))
      pipe:close()
      pipe = nil
    end
  end

  return proxy
end

if arg and arg[0] == path and arg[1] == "run" then
  serve(tonumber(arg[2]), arg[3])
end

return M
