--- Runs one Lua block of a document as a reader would paste it, in a process of its own:
--     lua spec/support/readme_block.lua FILE
--- The service is the in-process emulator. `ecs.new` and `ecs.configure` are led to it whatever region,
--- endpoint and keys the block names; besides `require`, the block finds these globals, so that a short
--- block need not repeat the beginning: `ecs`, `client`, `emulator`, and `pipeline`, one that exists. A provider
--- of credentials stays: the emulator hands out the sessions of roles, and the environment is this process's.
local ecs = require("ecs_pipeline")
local repo = require("spec.support.repo")
local virtual = require("spec.support.virtual")
local emulator = require("ecs_pipeline.emulator").new({ clock = "virtual", now = os.time(),
  metadata = { role = "web" } })

local keys = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" }

local function led_to_the_emulator(options)
  if options and type(options.transport) == "table" and options.transport.platform then
    return options -- an emulator of the block's own
  end
  local copy = {}
  for key, value in pairs(options or {}) do
    copy[key] = value
  end
  copy.region = copy.region or "cn-hangzhou"
  copy.transport = emulator:transport()
  local given = copy.credentials
  copy.credentials = type(given) == "table" and given.get and given or keys
  copy.platform = virtual.platform(emulator) -- a build takes no time
  copy.platform.env = os.getenv
  copy.endpoint, copy.ca_file, copy.proxy = nil, nil, nil
  return copy
end

local new, configure = ecs.new, ecs.configure
ecs.new = function(options)
  return new(led_to_the_emulator(options))
end
ecs.configure = function(options)
  return configure(led_to_the_emulator(options))
end

ecs.configure({ region = "cn-hangzhou" })
local client = ecs.new({ region = "cn-hangzhou" })
local pipeline = assert(client.pipeline.create({
  name = "already-there",
  base_image = "m-bp1example",
  base_image_type = "IMAGE",
}))

local env = setmetatable({
  ecs = ecs,
  client = client,
  emulator = emulator,
  pipeline = pipeline,
}, { __index = _G })

local chunk = assert(repo.compile(repo.read(arg[1]), "@" .. arg[1], env))
chunk()
