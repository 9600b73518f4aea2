-- What the credentials option may be, and what the sources behind it say.
local credentials = require("ecs_pipeline.credentials")
local static = require("ecs_pipeline.credentials.static")

local function reader(values)
  return function(name) return values[name] end
end

describe("the credentials option", function()
  it("may be fields, a provider, credentials, or nothing", function()
    local context = { platform = { env = reader({ ALICLOUD_ACCESS_KEY = "a", ALICLOUD_SECRET_KEY = "b" }),
      file_status = function() return nil, "none", true end, env_note = function() return "" end } }
    local made = static.new({ access_key_id = "a", access_key_secret = "b" }):get()
    local own = { get = function() return made end }
    assert.equal(made, credentials.provider(made):get())
    assert.equal(own, credentials.provider(own))
    assert(credentials.provider(nil):get(context))
    assert(credentials.provider({ access_key_id = "a", access_key_secret = "b" }):get())
  end)
end)

describe("credentials.describe", function()
  it("is one entry for a provider that is no chain", function()
    local made = static.new({ access_key_id = "a", access_key_secret = "b" }):get()
    assert.same({ { source = "the credentials option", credentials = made, used = true, seconds_left = 7 } },
      credentials.describe({ get = function() return made end, seconds_left = function() return 7 end }, {}))
    local err = { kind = "credentials" }
    assert.same({ { source = "the credentials option", message = "sealed", err = err } },
      credentials.describe({ get = function() return nil, "sealed", err end }, {}))
  end)
end)
