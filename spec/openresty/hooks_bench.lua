--- The hooks in an nginx with two workers; the service is the emulator in another nginx, over TLS.
local cjson = require("cjson").new()
local curl = require("ecs_pipeline.transport.curl")
local dns_server = require("dns_server")
local emulator = require("emulator_nginx.server")
local literal = require("openresty_nginx.literal")
local nginx = require("openresty_nginx.server")
local remote_client = require("openresty_nginx.remote_client")
local shell = require("emulator_nginx.shell")

local M = {}

local Bench = {}
Bench.__index = Bench

local HTTP = [[
  lua_shared_dict ecs_pipeline 1m;
  lua_shared_dict notes 1m;
  init_by_lua_block { require("openresty_nginx.hooks").init("@PREFIX@/options.lua") }
  init_worker_by_lua_block { require("openresty_nginx.hooks").init_worker() }
  server {
    listen 127.0.0.1:%d reuseport backlog=2048;
    location = /bake { content_by_lua_block { require("openresty_nginx.hooks").bake() } }
  }]]

--- @treturn table `service`, `server`, `port` (of /bake, shared out over the workers), `options` of clients in nginx
function M.open()
  local self = setmetatable({ started = {} }, Bench)
  local function keep(server, why)
    self.started[#self.started + 1] = assert(server, why)
    return server
  end
  local ok, why = pcall(function()
    self.dns = keep(dns_server.start())
    self.service = keep(emulator.start())
    self.control = curl.new({})
    self.port = require("emulator_nginx.ports").free()
    self.options = { region = "cn-hangzhou", proxy = false, log = "off", retry = { base = 0.05, cap = 0.2 },
      endpoint = ("https://localhost:%d"):format(self.service.https_port),
      credentials = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" } }
    self.server = keep(nginx.start({ workers = 2, resolver = self.dns.port, ca_file = self.service.ca_file,
      verify_depth = 3, http = HTTP:format(self.port), files = { ["options.lua"] = literal.write(self.options) } }))
  end)
  if not ok then
    self:close()
    error(why, 0)
  end
  return self
end

function Bench:close()
  for index = #self.started, 1, -1 do
    self.started[index].stop()
  end
end

--- Asks the emulator itself: "state", "build", "hold?n=1" … as spec/support/emulator_nginx/control.lua.
function Bench:ask(method, path, value)
  local reply = assert(self.control.send({ method = method, headers = {}, body = value and cjson.encode(value) or "",
    url = ("http://127.0.0.1:%d/_emulator/%s"):format(self.service.http_port, path) }))
  assert(reply.status == 200, reply.body)
  return cjson.decode(reply.body)
end

--- The next build: seconds of its states.
function Bench:durations(preparing, building, releasing)
  self:ask("POST", "build", { durations = { PREPARING = preparing, BUILDING = building, DISTRIBUTING = 0,
    RELEASING = releasing } })
end

--- How often an action was asked for.
function Bench:count(action)
  return self:ask("GET", "state").count[action] or 0
end

--- A fresh connection to a worker: `remote_client` in a phase, content if none is given.
function Bench:remote(phase)
  return remote_client.new(self.server.port, phase or "content")
end

--- Lua in some worker, with `hooks`; what it returned.
function Bench:run(source)
  local remote = self:remote()
  local result = remote:run("local hooks = require('openresty_nginx.hooks'); " .. source)
  remote:close()
  return result
end

--- A connection to each of the two workers.
function Bench:both()
  local first = self:remote()
  local pid, second = first:pid(), nil
  assert(shell.wait(10, function()
    second = self:remote()
    if second:pid() ~= pid then
      return true
    end
    second:close()
  end), "all connections go to one worker")
  return first, second
end

--- Lines told by on_change, until `done(lines)` or for `seconds`.
function Bench:told(seconds, done)
  local lines
  shell.wait(seconds, function()
    lines = self:run("return hooks.told()")
    return done(lines)
  end)
  return lines
end

return M
