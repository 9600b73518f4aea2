--- The emulator in nginx, a client of it over HTTPS through libcurl, and a way to ask the emulator itself
--- (control.lua). Builds take about a second of the real clock, or of one on which waiting costs nothing.
--     local scene = require("spec.support.emulator_nginx.scene").open(); … scene:ask("GET", "state") … scene:close()

local cjson = require("cjson").new()
local core = require("ecs_pipeline.core")
local curl = require("ecs_pipeline.transport.curl")
local ecs = require("ecs_pipeline")
local server = require("ecs_pipeline.emulator.nginx.server")

local scene = {}

local Scene = {}
Scene.__index = Scene

scene.SHORT = { PREPARING = 0, BUILDING = 1, RELEASING = 0, CANCELLING = 1 } -- seconds

--- @tparam[opt] table emulator options of ecs_pipeline.emulator
function scene.open(emulator)
  return setmetatable({ running = assert(server.start({ emulator = emulator })), control = curl.new({}) }, Scene)
end

--- @treturn table what it answers
function Scene:ask(method, path, value)
  local reply = assert(self.control.send({ method = method, headers = {}, body = value and cjson.encode(value) or "",
    url = "http://127.0.0.1:" .. self.running.http_port .. "/_emulator/" .. path }))
  assert(reply.status == 200, reply.body)
  return cjson.decode(reply.body)
end

--- `platform` of a client that does not wait: a sleep moves its clocks and the emulator's.
function Scene:platform()
  local ahead = 0
  return {
    clock = function() return core.clock() + ahead end,
    wall = function() return core.wall() + ahead end,
    sleep = function(seconds)
      ahead = ahead + seconds
      local path = ("advance?seconds=%.3f"):format(seconds):gsub(",", ".") -- whatever the locale
      self:ask("POST", path)
    end,
  }
end

--- A new client; `options` of ecs.new.
function Scene:client(options)
  local all = { region = "cn-hangzhou", proxy = false, log = "off", ca_file = self.running.ca_file,
    endpoint = "https://localhost:" .. self.running.https_port, retry = { base = 0.01, cap = 0.05 },
    credentials = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" } }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return ecs.new(all)
end

--- How the builds go that start next; short unless they say otherwise.
function Scene:script(...)
  local list = {}
  for index, build in ipairs({ ... }) do
    list[index] = build
    build.durations = build.durations or scene.SHORT
  end
  self:ask("POST", "build", list)
end

function Scene:close()
  self.control.close()
  self.running.stop()
end

return scene
