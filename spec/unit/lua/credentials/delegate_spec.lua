-- Providers whose keys are those of another one, which a file names: of the CLI and of the ini file.
local ecs = require("ecs_pipeline")
local harness = require("spec.credentials.harness")

describe("a provider that a file names", function()
  local function config(profiles)
    return { [harness.CONFIG] = harness.json({ current = "p", profiles = profiles }) }
  end

  it("reads the file again when the service calls its keys expired", function()
    local profile = { name = "p", mode = "RamRoleArn", access_key_id = "emulator-key",
      access_key_secret = "emulator-secret", ram_role_arn = harness.ROLE }
    local section = "[default]\ntype = ram_role_arn\nrole_arn = " .. harness.ROLE
      .. "\naccess_key_id = emulator\\-key\naccess_key_secret = 'emulator-secret' ; ours"
    local ini = { [harness.INI] = (section:gsub("\\%-", "-")) }
    for name, files in pairs({ profile = config({ profile }), ini = ini }) do
      local host = harness.new({ files = files, emulator = { faults = { { kind = "expired_token",
        action = "DescribeImagePipelines" } } } })
      assert(host:client(ecs.credentials[name]()).pipeline.list({}))
      assert.equal(2, host.count.sts)
      assert.equal(2, host.reads)
    end
  end)

  it("says how long a session stays valid", function()
    local profile = { name = "p", mode = "RamRoleArn", access_key_id = "emulator-key",
      access_key_secret = "emulator-secret", ram_role_arn = harness.ROLE }
    for name, files in pairs({ profile = config({ profile }), ini = { [harness.INI] = "[default]\ntype = ram_role_arn\n"
      .. "access_key_id = emulator-key\naccess_key_secret = emulator-secret\nrole_arn = " .. harness.ROLE } }) do
      local host = harness.new({ files = files })
      local provider = ecs.credentials[name]()
      assert.is_nil(provider:seconds_left({ platform = host.platform }))
      local client = host:client(ecs.credentials.chain({ sources = { provider } }))
      assert(client.pipeline.list({}))
      assert.equal(3600, provider:seconds_left({ platform = host.platform }))
      host.emulator:advance(600)
      assert.is_truthy(tostring(client.doctor({ online = false })):find(", valid for another 50 min", 1, true))
    end
    local fixed = harness.new({ files = config({ { name = "p", mode = "AK", access_key_id = "emulator-key",
      access_key_secret = "emulator-secret" } }) })
    local provider = ecs.credentials.profile()
    assert(fixed:client(provider).pipeline.list({}))
    assert.is_nil(provider:seconds_left({ platform = fixed.platform }))
  end)
end)
