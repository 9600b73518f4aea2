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
end)
