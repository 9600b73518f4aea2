-- What a profile of a file means. Every mode: spec/credentials/rows/profile.lua and ini.lua.
local ecs = require("ecs_pipeline")
local harness = require("spec.credentials.harness")

-- What a client on this host says of a provider.
local function fails(pattern, setup, provider)
  local host = harness.new(setup)
  local listed, message, err = host:client(provider).pipeline.list({})
  assert.is_nil(listed)
  assert.matches(pattern, message)
  assert.same({}, harness.leaks(message, err))
end

describe("the mode of a profile", function()
  local function config(profiles)
    return { [harness.CONFIG] = harness.json({ current = "p", profiles = profiles }) }
  end

  it("refuses keys that no request could carry, wherever they stand", function()
    local bad = { name = "p", mode = "AK", access_key_id = "id", access_key_secret = "canary-secret " }
    fails("profile \"p\": access_key_secret holds white space", { files = config({ bad }) }, ecs.credentials.profile())
    bad.mode, bad.ram_role_arn = "RamRoleArn", harness.ROLE
    fails("profile \"p\": access_key_secret holds white space", { files = config({ bad }) }, ecs.credentials.profile())
    fails("access_key_secret holds white space", { files = { [harness.INI] = "[default]\ntype = ram_role_arn\n"
      .. "access_key_id = id\naccess_key_secret = \"canary-secret x\"\nrole_arn = " .. harness.ROLE } },
      ecs.credentials.ini())
  end)

  it("asks STS inside the VPC where the profile says so", function()
    local host = harness.new({ files = config({ { name = "p", mode = "RamRoleArn", access_key_id = "emulator-key",
      access_key_secret = "emulator-secret", ram_role_arn = harness.ROLE, sts_region = "cn-beijing",
      enable_vpc = true } }) })
    assert(host:client(ecs.credentials.profile()).pipeline.list({}))
    assert.equal("POST sts-vpc.cn-beijing.aliyuncs.com/", host.sent[1])
  end)

  it("must be one that is known; for some there is another way", function()
    for pattern, profile in pairs({
      ["it has no mode, and no keys that would tell it: use AK, StsToken"] = { name = "p" },
      ["its mode Odd%?Mode is not supported: use AK"] = { name = "p", mode = "Odd-Mode" },
      ["its mode BearerToken is not supported: bearer tokens"] = { name = "p", mode = "BearerToken" },
      ["its mode anonymous is not supported: the calls of this library are signed"] = { name = "p",
        mode = "anonymous" },
      ["it has no source_profile"] = { name = "p", mode = "ChainableRamRoleArn" },
      ["its mode RsaKeyPair is not supported: key pairs are not supported"] = { name = "p", mode = "RsaKeyPair" },
      ["it has no sts_token"] = { name = "p", mode = "StsToken", access_key_id = "a", access_key_secret = "b" },
      ["it has no access_key_secret"] = { name = "p", mode = "AK", access_key_id = "a" },
      ["it has no ram_role_arn, and ALIBABA_CLOUD_ROLE_ARN is not set"] = { name = "p", mode = "RamRoleArn",
        access_key_id = "a", access_key_secret = "b" },
      ["a quote in process_command is not closed"] = { name = "p", mode = "External", process_command = "a 'b" },
      ["region_id holds a control character"] = { name = "p", mode = "AK", region_id = "a\n" },
    }) do
      fails("profile \"p\": " .. pattern, { files = config({ profile }) }, ecs.credentials.profile())
    end
  end)
end)
