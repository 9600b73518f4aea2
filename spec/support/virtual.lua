--- A client in front of an emulator, both on one virtual clock: the host's clock shows the emulator's time, and a sleep
--- moves it. A wait of hours takes milliseconds.
local ecs = require("ecs_pipeline")
local emulators = require("ecs_pipeline.emulator")

local virtual = {}

--- Fields of platform.lua on the emulator's time. `slept` lists the sleeps.
function virtual.platform(emulator)
  local platform = emulator:transport().platform
  local sleep = platform.sleep
  platform.slept = {}
  platform.sleep = function(seconds)
    platform.slept[#platform.slept + 1] = seconds
    sleep(seconds)
  end
  platform.random = function() return 0.5 end
  platform.env = function() return nil end
  return platform
end

--- → client, emulator, platform
function virtual.client(options, emulator_options)
  local settings = { now = 1795491843 }
  for name, value in pairs(emulator_options or {}) do
    settings[name] = value
  end
  local emulator = emulators.new(settings)
  local platform = virtual.platform(emulator)
  local all = { region = "cn-hangzhou", transport = emulator:transport(), platform = platform, log = "off",
    credentials = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" } }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return ecs.new(all), emulator, platform
end

virtual.TEMPLATE = { base_image = "m-bp1example", base_image_type = "IMAGE", name = "web" }

--- A template and an execution of it: id of the pipeline, id of the execution.
function virtual.build(client, emulator, script)
  local made = assert(client.pipeline.create(virtual.TEMPLATE))
  if script then
    emulator:script_build(script)
  end
  return made.id, assert(client.execution.start(made)).id
end

return virtual
