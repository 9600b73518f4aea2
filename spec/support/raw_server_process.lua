-- A scripted TCP server that speaks HTTP/1.1 as badly as it is told to. Run by raw_server.lua as its
-- own process:
--   lua5.4 raw_server_process.lua [lifetime in seconds]
-- Prints its port, and a second one for control: what is asked there never meets a fault that begins
-- with the connection. One coroutine per connection, so a hanging one holds up nobody. The scripts,
-- one per path, are in raw_server_scripts.lua; a new misbehaviour is a new function there.

local socket = require("socket")

local scripts = require("spec.support.raw_server_scripts")

local deadline = socket.gettime() + (tonumber((...)) or 120)
local listener = assert(socket.bind("127.0.0.1", 0, 128))
local control = assert(socket.bind("127.0.0.1", 0, 16))
listener:settimeout(0)
control:settimeout(0)

local tasks = {} -- coroutine → { socket =, want = "read" | "write" | nil, wake = time | nil }
local stats = { connections = 0, requests = 0 }
local open = {} -- connections that did not come by the control port

local Connection = {}
Connection.__index = Connection

local function wait(want, seconds)
  coroutine.yield(want, seconds and socket.gettime() + seconds)
end

--- Sends all bytes; false when the peer is gone.
function Connection:send(bytes)
  local from = 1
  while from <= #bytes do
    local last, err, partial = self.socket:send(bytes, from)
    if err and err ~= "timeout" then
      return false
    end
    from = (last or partial) + 1
    if err then
      wait("write")
    end
  end
  return true
end

--- More bytes into the buffer; false at the end of the stream.
function Connection:fill()
  while true do
    local bytes, err, partial = self.socket:receive(65536)
    bytes = bytes or partial
    if bytes and bytes ~= "" then
      self.buffer = self.buffer .. bytes
      return true
    elseif err ~= "timeout" then
      return false
    end
    wait("read")
  end
end

function Connection:take(count)
  while #self.buffer < count do
    if not self:fill() then
      return nil
    end
  end
  local bytes = self.buffer:sub(1, count)
  self.buffer = self.buffer:sub(count + 1)
  return bytes
end

function Connection:sleep(seconds) -- luacheck: ignore self
  wait(nil, seconds)
end

--- Says nothing more until the peer goes away.
function Connection:hang()
  repeat
    self.buffer = ""
  until not self:fill()
end

--- Closes with a RST instead of a FIN.
function Connection:reset()
  self.socket:setoption("linger", { on = true, timeout = 0 })
  self.socket:close()
end

--- Ends every other connection, whatever it is doing.
function Connection:end_others()
  for other in pairs(open) do
    if other ~= self then
      other.socket:shutdown("both")
    end
  end
end

--- The next request, or nil at the end: { raw, head, body, method, target, path, script, argument,
-- headers, number = how many on this connection }.
function Connection:request()
  local stop
  repeat
    local _
    _, stop = self.buffer:find("\r\n\r\n", 1, true)
    if not stop and not self:fill() then
      return nil
    end
  until stop
  local head = self:take(stop)
  local method, target = head:match("^(%S+) (%S+) HTTP/1%.1\r\n")
  if not method then
    return nil
  end
  local headers = {}
  for name, value in head:gmatch("\r\n([^:\r\n]+): *([^\r\n]*)") do
    headers[name:lower()] = value
  end
  local body = self:take(tonumber(headers["content-length"]) or 0)
  if not body then
    return nil
  end
  self.served = self.served + 1
  stats.requests = stats.requests + 1
  local path = target:gsub("^%w+://[^/]*", "") -- a proxy is given the whole URL
  local script, argument = path:match("^/([%w_]*)/?([^?]*)")
  return {
    raw = head .. body, head = head, body = body, headers = headers,
    method = method, target = target, path = path, script = script, argument = argument,
    number = self.served,
  }
end

local function serve(client, controlled)
  client:settimeout(0)
  client:setoption("tcp-nodelay", true)
  local fields = { socket = client, buffer = "", served = 0, stats = stats, controlled = controlled }
  local connection = setmetatable(fields, Connection)
  open[connection] = not controlled or nil
  -- A loop of its own and no iterator: Lua 5.1 cannot yield from one.
  local request = (controlled or scripts["on-accept"](connection)) and connection:request()
  while request do
    local name = request.method == "CONNECT" and "connect" or request.script
    local script = scripts[name] or scripts.unknown
    -- A script returns true when the connection may carry another request.
    request = script(connection, request) and connection:request()
  end
  open[connection] = nil
  client:close()
end

local function resume(task)
  local state = tasks[task]
  local ok, want, wake = coroutine.resume(task)
  if not ok then
    io.stderr:write("raw server: ", tostring(want), "\n")
    state.socket:close()
  end
  if not ok or coroutine.status(task) == "dead" then
    tasks[task] = nil
    return
  end
  state.want, state.wake = want, wake
end

local function accept(from, controlled)
  local client = from:accept()
  if client then
    stats.connections = stats.connections + (controlled and 0 or 1)
    local task = coroutine.create(serve)
    tasks[task] = { socket = client }
    local ok, want, at = coroutine.resume(task, client, controlled)
    if ok and coroutine.status(task) ~= "dead" then
      tasks[task].want, tasks[task].wake = want, at
    else
      if not ok then
        io.stderr:write("raw server: ", tostring(want), "\n")
      end
      client:close()
      tasks[task] = nil
    end
  end
end

local function port_of(socket_bound)
  local _, port = socket_bound:getsockname()
  return ("%d\n"):format(port)
end

io.stdout:write(port_of(listener), port_of(control))
io.stdout:flush()

while socket.gettime() < deadline do
  local readers, writers, owner, wake = { listener, control }, {}, {}, deadline
  for task, state in pairs(tasks) do
    if state.want then
      local list = state.want == "read" and readers or writers
      list[#list + 1] = state.socket
      owner[state.socket] = task
    end
    wake = math.min(wake, state.wake or wake)
  end
  local readable, writable = socket.select(readers, writers, math.max(0, wake - socket.gettime()))
  local ready = {}
  for _, list in ipairs({ readable, writable }) do
    for _, one in ipairs(list) do
      ready[#ready + 1] = owner[one]
    end
  end
  local now = socket.gettime()
  for task, state in pairs(tasks) do
    if state.wake and state.wake <= now then
      ready[#ready + 1] = task
    end
  end
  for _, task in ipairs(ready) do
    resume(task)
  end
  accept(listener, false)
  accept(control, true)
end
