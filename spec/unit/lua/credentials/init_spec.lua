local credentials = require("ecs_pipeline.credentials")
local env = require("ecs_pipeline.credentials.env")
local static = require("ecs_pipeline.credentials.static")

local function reader(values)
  return function(name) return values[name] end
end

describe("credentials.static", function()
  it("gives the same userdata every time, and it does not tell the secret", function()
    local provider = static.new({ access_key_id = "LTAI5tFakeKey00wxyz",
      access_key_secret = "CANARY" })
    local one = assert(provider:get())
    assert.equal(one, provider:get())
    assert.is_nil(tostring(one):find("CANARY", 1, true))
  end)

  it("reports a blank value when it is used", function()
    local none, message, err = static.new({ access_key_id = "", access_key_secret = "x" }):get()
    assert.is_nil(none)
    assert.is_string(message)
    assert.equal("credentials", err.kind)
  end)
end)

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
end)

describe("the credentials option", function()
  it("may be fields, a provider, credentials, or nothing", function()
    local context = { platform = { env = reader({ ALICLOUD_ACCESS_KEY = "a", ALICLOUD_SECRET_KEY = "b" }) } }
    local made = static.new({ access_key_id = "a", access_key_secret = "b" }):get()
    local own = { get = function() return made end }
    assert.equal(made, credentials.provider(made):get())
    assert.equal(own, credentials.provider(own))
    assert(credentials.provider(nil):get(context))
    assert(credentials.provider({ access_key_id = "a", access_key_secret = "b" }):get())
  end)
end)
