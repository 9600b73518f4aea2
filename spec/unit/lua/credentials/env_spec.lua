-- Credentials of the environment.
local env = require("ecs_pipeline.credentials.env")

local function reader(values)
  return function(name) return values[name] end
end

describe("credentials.env", function()
  it("takes one family as a whole, the SDKs' first", function()
    local both = { ALIBABA_CLOUD_ACCESS_KEY_ID = "LTAI-sdk-0001",
      ALIBABA_CLOUD_ACCESS_KEY_SECRET = "s",
      ALICLOUD_ACCESS_KEY = "LTAI-terraform-0002", ALICLOUD_SECRET_KEY = "t" }
    assert.matches("^LTAI.*0001$", env.new(reader(both)):get():access_key_id())
    both.ALIBABA_CLOUD_ACCESS_KEY_SECRET = nil
    assert.matches("^LTAI.*0002$", env.new(reader(both)):get():access_key_id())
  end)

  it("makes new credentials only when a value has changed", function()
    local values = { ALIBABA_CLOUD_ACCESS_KEY_ID = "id-1", ALIBABA_CLOUD_ACCESS_KEY_SECRET = "s" }
    local provider = env.new(reader(values))
    local one = assert(provider:get())
    assert.equal(one, provider:get())
    values.ALIBABA_CLOUD_SECURITY_TOKEN = "t"
    local two = assert(provider:get())
    assert.not_equal(one, two)
    assert.equal(two, provider:get())
  end)

  it("says which variable is missing", function()
    local _, message, err = env.new(reader({})):get()
    assert.matches("ALIBABA_CLOUD_ACCESS_KEY_ID", message)
    assert.equal("credentials", err.kind)
    _, message = env.new(reader({ ALICLOUD_ACCESS_KEY = "id" })):get()
    assert.matches("ALICLOUD_SECRET_KEY is missing", message)
  end)

  it("name the variable's rule when a key was copied with a blank", function()
    local values = { ALIBABA_CLOUD_ACCESS_KEY_ID = "LTAI x", ALIBABA_CLOUD_ACCESS_KEY_SECRET = "s" }
    local got, why, err = env.new(function(name) return values[name] end):get()
    assert.is_nil(got)
    assert.matches("white space", why, 1, true)
    assert.equal("credentials", err.kind)
  end)

  it("assume terraform's role also as an option; doctor does not call them unused", function()
    local harness = require("spec.credentials.harness")
    local host = harness.new({ env = { ALIBABA_CLOUD_ACCESS_KEY_ID = "emulator-key",
      ALIBABA_CLOUD_ACCESS_KEY_SECRET = "emulator-secret", ALICLOUD_ASSUME_ROLE_ARN = harness.ROLE } })
    local client = host:client(require("ecs_pipeline").credentials.env())
    assert(client.pipeline.list({}))
    assert.equal(1, host.count.sts)
    for _, row in ipairs(client.doctor().checks) do
      assert.is_true(row.name ~= "not used" or row.detail == "nothing that is set", row.detail)
    end
  end)

  it("assume terraform's role, and renew its session", function()
    local harness = require("spec.credentials.harness")
    local host = harness.new({ env = { ALIBABA_CLOUD_ACCESS_KEY_ID = "emulator-key",
      ALIBABA_CLOUD_ACCESS_KEY_SECRET = "emulator-secret", ALICLOUD_ASSUME_ROLE_ARN = harness.ROLE },
      emulator = { faults = { { kind = "expired_token", action = "DescribeImagePipelines" } } } })
    local provider = env.assuming(function() end)
    provider:expire("before anything was got")
    assert.is_nil(provider:seconds_left({ platform = host.platform }))
    local client = host:client(provider)
    assert(client.pipeline.list({}))
    assert.equal(2, host.count.sts)
    assert.equal(3600, provider:seconds_left({ platform = host.platform }))
    assert.same({ detail = "ALICLOUD_ASSUME_ROLE_ARN" }, provider:peek({ platform = host.platform }))
    host.env.ALICLOUD_ASSUME_ROLE_ARN = nil
    assert(client.pipeline.list({}))
    assert.equal(2, host.count.sts)
  end)
end)
