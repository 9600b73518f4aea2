-- The role of somebody else. Every refusal: spec/credentials/rows/sts.lua.
local ecs = require("ecs_pipeline")
local harness = require("spec.credentials.harness")

local KEYS = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" }

describe("credentials.assume_role", function()
  it("asks with the keys that it is given, for the role that it is given or the environment names", function()
    local host = harness.new({ env = { ALIBABA_CLOUD_ROLE_ARN = harness.ROLE } })
    local client = host:client(ecs.credentials.assume_role({ credentials = KEYS, duration_seconds = 900 }))
    assert(client.pipeline.list({}))
    assert(client.pipeline.list({}))
    assert.equal(1, host.count.sts)
    host.emulator:advance(900)
    assert(client.pipeline.list({}))
    assert.equal(2, host.count.sts)
  end)

  it("says that the role is missing, and what is wrong with the keys that sign", function()
    local _, message, err = harness.new():client(ecs.credentials.assume_role({ credentials = KEYS })).pipeline.list({})
    assert.matches("role_arn is missing: give it, or set ALIBABA_CLOUD_ROLE_ARN", message)
    assert.is_true(err.absent)
    _, message = harness.new():client(ecs.credentials.assume_role({ role_arn = harness.ROLE,
      credentials = ecs.credentials.env() })).pipeline.list({})
    assert.matches("the keys for AssumeRole: ALIBABA_CLOUD_ACCESS_KEY_ID is not set", message)
  end)

  it("renews keys that STS calls expired, once", function()
    local asked, expired = 0, {}
    local host = harness.new({ sts = function()
      asked = asked + 1
      return asked == 1 and harness.reply(400, { Code = "InvalidSecurityToken.Expired", Message = "x" }) or nil
    end })
    local made = 0
    local keys = { get = function()
      made = made + 1
      return ecs.credentials.static(KEYS):get()
    end, expire = function(_, given) expired[#expired + 1] = given end }
    assert(host:client(ecs.credentials.assume_role({ role_arn = harness.ROLE, credentials = keys })).pipeline.list({}))
    assert.same({ 2, 1, 2 }, { asked, #expired, made })
  end)
end)
