-- A profile of the CLI. Every mode: spec/credentials/rows/profile.lua.
local ecs = require("ecs_pipeline")
local harness = require("spec.credentials.harness")

local KEYS = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" }

local function says(pattern, value, message)
  assert.is_nil(value)
  assert.matches(pattern, message)
end

describe("a profile of the CLI", function()
  local function config(profiles)
    return { [harness.CONFIG] = harness.json({ current = "p", profiles = profiles }) }
  end

  it("follows the variable that names the profile", function()
    local first = { name = "p", mode = "AK", access_key_id = "emulator-key", access_key_secret = "emulator-secret" }
    local host = harness.new({ files = config({ first, { name = "q", mode = "AK" } }) })
    local client = host:client(ecs.credentials.profile())
    assert(client.pipeline.list({}))
    host.env.ALIBABA_CLOUD_PROFILE = "q"
    says("ALIBABA_CLOUD_ACCESS_KEY_ID is not set", client.pipeline.list({}))
    host.env.ALIBABA_CLOUD_PROFILE = "r"
    says("there is no profile \"r\"", client.pipeline.list({}))
  end)

  it("names no region where profiles are switched off", function()
    local host = harness.new({ files = config({ { name = "p", region_id = "cn-chengdu" } }),
      env = { ALIBABA_CLOUD_CLI_PROFILE_DISABLED = "TRUE" } })
    local client = ecs.new({ platform = host.platform, credentials = KEYS, log = "off" })
    says("no region", client.pipeline.list({}))
  end)

  it("that leads back to itself is refused", function()
    local function chained(name, source)
      return { name = name, mode = "ChainableRamRoleArn", source_profile = source, ram_role_arn = harness.ROLE }
    end
    local host = harness.new({ files = config({ chained("p", "q"), chained("q", "p") }) })
    says("profile \"p\" is its own source_profile, through others",
      host:client(ecs.credentials.profile()).pipeline.list({}))
  end)

  it("is looked for in an object that has profiles", function()
    for pattern, text in pairs({ ["is not a JSON object"] = "[", ["has no profiles"] = "{}" }) do
      local host = harness.new({ files = { [harness.CONFIG] = text } })
      says(pattern, host:client(ecs.credentials.profile()).pipeline.list({}))
    end
  end)
end)
