--- What a spec sees of the nginx under test: a transport, a client, one location for each phase. The calls are carried
--- out by remote.lua.
local errors = require("ecs_pipeline.errors")
local info = require("ecs_pipeline.call.info")
local literal = require("spec.support.openresty_nginx.literal")
local socket = require("socket")

local M = {}

local Remote = {}
Remote.__index = Remote

--- @tparam number port of the nginx under test
-- @tparam string phase "content", "access", "rewrite" or "timer"
function M.new(port, phase)
  return setmetatable({ port = port, phase = phase }, Remote)
end

-- One connection, kept: it stays with one worker.
local function connect(self)
  local connection = assert(socket.connect("127.0.0.1", self.port))
  connection:settimeout(120)
  connection:setoption("tcp-nodelay", true)
  self.connection = connection
  return connection
end

--- Sends a command and does not wait.
function Remote:start(command)
  local connection = self.connection or connect(self)
  local body = literal.write(command)
  assert(connection:send(("POST /%s HTTP/1.1\r\nHost: test\r\nContent-Length: %d\r\n\r\n"):format(self.phase, #body)))
  assert(connection:send(body))
end

--- Has the answer to `start` begun to arrive?
function Remote:answered()
  return #socket.select({ self.connection }, nil, 0) > 0
end

--- Waits for the answer to `start`; raises what was raised there.
function Remote:answer()
  local connection = self.connection
  local status = assert(connection:receive("*l"))
  local length
  repeat
    local line = assert(connection:receive("*l"))
    length = tonumber(line:match("^[Cc]ontent%-[Ll]ength: (%d+)")) or length
  until line == ""
  local answer = assert(connection:receive(length))
  assert(status:find(" 200 "), status .. "\n" .. answer)
  answer = literal.read(answer)
  if answer.raised then
    error(answer.raised, 0)
  end
  return answer
end

function Remote:ask(command)
  self:start(command)
  return self:answer()
end

function Remote:close()
  if self.connection then
    self.connection:close()
    self.connection = nil
  end
end

--- A transport for the send contract.
function Remote:transport(options)
  return {
    send = function(request, deadline)
      local answer = self:ask({ command = "send", options = options, request = request, deadline = deadline })
      return answer.reply, answer.err
    end,
  }
end

local function group(self, id, name, platform)
  return setmetatable({}, { __index = function(_, verb)
    return function(...)
      local answer = self:ask({ command = "call", id = id, group = name, verb = verb, arguments = { ... },
        count = select("#", ...) })
      if platform and answer.slept then
        platform.slept = answer.slept
      end
      if type(answer.result) == "table" and answer.info then
        info.set(answer.result, answer.info)
      end
      local err = answer.err and select(3, errors.again(answer.err))
      return answer.result, answer.message, err
    end
  end })
end

local function face(self, id, platform)
  return {
    pipeline = group(self, id, "pipeline", platform),
    execution = group(self, id, "execution", platform),
    with = function(options)
      return face(self, self:ask({ command = "with", id = id, options = options }).id, platform)
    end,
    close = function()
      self:ask({ command = "close", id = id })
    end,
  }
end

--- A client inside nginx. `platform` (of spec/faults/harness.lua): waits there are virtual, and `slept` shows them.
function Remote:client(options, platform, wall)
  local id = self:ask({ command = "new", options = options, virtual = platform ~= nil, wall = wall }).id
  return face(self, id, platform)
end

--- Runs Lua source there; what it returned.
function Remote:run(source)
  return self:ask({ command = "run", source = source }).result
end

function Remote:pid()
  return self:ask({ command = "pid" }).pid
end

return M
