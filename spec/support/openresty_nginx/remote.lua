-- luacheck: globals ngx
-- Runs inside nginx: carries out what a spec asks for, in whatever phase its location has, and answers with plain
-- values. See remote_client.lua for the other side.

local core = require("ecs_pipeline.core")
local ecs = require("ecs_pipeline")
local literal = require("spec.support.openresty_nginx.literal")

local M = {}

local transports, clients = {}, {}
M.clients = clients -- for sources of `run`

-- One transport per set of options, as a client would keep it.
local function send(asked)
  local key = literal.write(asked.options)
  local transport = transports[key]
  if not transport then
    transport = require("ecs_pipeline.transport.cosocket").new(asked.options)
    transports[key] = transport
  end
  local reply, err = transport.send(asked.request, asked.deadline)
  return { reply = reply, err = err }
end

-- Waits between attempts cost nothing, as in spec/faults/harness.lua.
local function virtual_platform(wall)
  local skipped = 0
  local platform = { slept = {} }
  platform.clock = function() return core.clock() + skipped end
  platform.wall = function() return core.wall() + wall end
  platform.random = function() return 0.5 end
  platform.sleep = function(seconds)
    platform.slept[#platform.slept + 1] = seconds
    skipped = skipped + seconds
  end
  return platform
end

local function keep(client, platform)
  clients[#clients + 1] = { client = client, platform = platform }
  return { id = #clients }
end

local commands = { send = send }

function commands.new(asked)
  local platform = asked.virtual and virtual_platform(asked.wall or 0) or nil
  asked.options.platform = platform
  return keep(ecs.new(asked.options), platform)
end

function commands.with(asked)
  local from = clients[asked.id]
  return keep(from.client.with(asked.options), from.platform)
end

function commands.close(asked)
  clients[asked.id].client.close()
  return {}
end

--- `group.verb(…)` of a client, or of the default one.
function commands.call(asked)
  local from = asked.id and clients[asked.id] or { client = ecs }
  local called = from.client[asked.group]
  called = asked.verb and called[asked.verb] or called
  local result, message, err = called(unpack(asked.arguments, 1, asked.count)) -- luacheck: ignore 113
  return { result = result, message = message, err = err, info = ecs.info(result),
    slept = from.platform and from.platform.slept }
end

function commands.pid()
  return { pid = ngx.worker.pid() }
end

--- Lua source, for what is asked once.
function commands.run(asked)
  return { result = assert(loadstring(asked.source))() } -- luacheck: ignore 113
end

function M.carry_out(body)
  local asked = literal.read(body)
  local ran, answer = pcall(commands[asked.command], asked)
  return literal.write(ran and answer or { raised = tostring(answer) })
end

function M.body()
  ngx.req.read_body()
  local path = ngx.req.get_body_file()
  if not path then
    return ngx.req.get_body_data() or ""
  end
  local file = assert(io.open(path, "rb"))
  local body = file:read("*a")
  file:close()
  return body
end

function M.say(text)
  ngx.header["content-length"] = #text
  ngx.print(text)
  return ngx.exit(200)
end

--- In the phase that the request is in.
function M.answer()
  return M.say(M.carry_out(M.body()))
end

--- In a timer, which this request waits for.
function M.answer_from_timer()
  local body, text = M.body(), nil
  local done = require("ngx.semaphore").new()
  assert(ngx.timer.at(0, function()
    text = M.carry_out(body)
    done:post()
  end))
  assert(done:wait(60))
  return M.say(text)
end

return M
