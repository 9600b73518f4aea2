--- What happens seldom: wrong types, odd transports and providers, hosts without a part.

local child = require("spec.support.child_lua")
local ecs = require("ecs_pipeline")
local env = require("ecs_pipeline.credentials.env")
local errors = require("ecs_pipeline.errors")
local fake = require("spec.support.fake")
local proxy = require("ecs_pipeline.call.proxy")
local redact = require("ecs_pipeline.redact")
local retry = require("ecs_pipeline.call.retry")
local static = require("ecs_pipeline.credentials.static")

local CREATED = fake.reply(200, { RequestId = "R-1", ImagePipelineId = "ip-1" })
local ARGS = { base_image = "m-1", base_image_type = "IMAGE" }

describe("a client", function()
  it("adds the caller's own words to the user agent", function()
    local client, transport = fake.client({ CREATED }, { user_agent = "bakery/7" })
    assert(client.pipeline.create(ARGS))
    assert.matches("^ecs_pipeline/%S+ .* bakery/7$", transport.requests[1].headers["user-agent"])
  end)

  it("passes the client token of call options on in an untyped call, and leaves the caller's table alone", function()
    local client, transport = fake.client({ fake.reply(200, { RequestId = "R" }) })
    local params = { Name = "n" }
    assert(client.call("Ecs", "2014-05-26", "CreateX", params, { client_token = "mine" }))
    assert.equal("mine", fake.parameters(transport.requests[1]).ClientToken)
    assert.same({ Name = "n" }, params)
  end)

  it("says why a provider has no credentials, and sends nothing", function()
    local client, transport = fake.client({ CREATED }, { credentials = { get = function()
      return nil, "the vault is sealed"
    end } })
    local result, message, err = client.pipeline.create(ARGS)
    assert.is_nil(result)
    assert.matches("the vault is sealed", message, 1, true)
    assert.same({ "credentials", false, 0 }, { err.kind, err.sent, #transport.requests })
  end)

  it("does not guess at the clock when a refusal carries no date", function()
    local client, transport = fake.client({ fake.refusal(400, "InvalidTimeStamp.Expired") })
    local _, _, err = client.pipeline.create(ARGS)
    assert.equal("InvalidTimeStamp.Expired", err.code)
    assert.is_true(#transport.requests >= 1)
  end)

  it("renders nothing for a call that could not be opened", function()
    local client = ecs.new({ credentials = fake.KEYS, transport = fake.transport({ CREATED }), log = "off",
      platform = fake.platform() })
    local rendered, message, err = client.render("pipeline.create", ARGS)
    assert.is_nil(rendered)
    assert.is_string(message)
    assert.is_table(err)
  end)

  it("raises on parameters and arguments that are no tables", function()
    local client = fake.client({ CREATED })
    assert.error_matches(function() client.call("Ecs", "2014-05-26", "X", "y") end, "must be a table")
    assert.error_matches(function() client.render("pipeline.create", "y") end, "must be a table")
    assert.error_matches(function() ecs.tags.from_list({ "a" }) end, "element 1 is not a table")
    assert.error_matches(function() ecs.tags.validate("a") end, "wants a map or a list")
    assert.error_matches(function() static.new("a") end, "wants { access_key_id", 1, true)
  end)

  it("deletes nothing without knowing what", function()
    local client, transport = fake.client({ CREATED })
    local result, message = client.pipeline.delete("")
    assert.is_nil(result)
    assert.is_string(message)
    assert.equal(0, #transport.requests)
  end)
end)

describe("errors", function()
  it("keep a hint that is there, and give an unknown kind a known one", function()
    local _, message, err = errors.fail("pipeline.create", { kind = "odd", message = "x", hint = "do this" })
    assert.equal("protocol", err.kind)
    assert.equal("do this", err.hint)
    assert.is_string(message)
  end)

  it("of no known kind are final", function()
    assert.equal("final", retry.classify({ kind = "odd" }))
  end)
end)

describe("the environment's credentials", function()
  it("name the variable's rule when a key was copied with a blank", function()
    local values = { ALIBABA_CLOUD_ACCESS_KEY_ID = "LTAI x", ALIBABA_CLOUD_ACCESS_KEY_SECRET = "s" }
    local got, why, err = env.new(function(name) return values[name] end):get()
    assert.is_nil(got)
    assert.matches("white space", why, 1, true)
    assert.equal("credentials", err.kind)
  end)
end)

describe("the proxy of a URL that is none", function()
  it("is none", function()
    for _, url in ipairs({ "nonsense", "http://:80", "https://[::1" }) do
      assert.equal("", proxy.resolve(url, nil, function() return "http://proxy:3128" end))
    end
  end)
end)

describe("redaction", function()
  it("shows nothing of what nests without end", function()
    local deep = { secret = "CANARY" }
    for _ = 1, 60 do
      deep = { deep }
    end
    local copy, depth = redact.reply(deep), 0
    while type(copy) == "table" and copy[1] do
      copy, depth = copy[1], depth + 1
    end
    assert.is_string(copy)
    assert.is_true(depth < 60)
  end)
end)

describe("the platform", function()
  it("logs to standard error", function()
    local ok, output = child.run([[require("ecs_pipeline.platform").log("warn", "a line")]])
    assert.is_true(ok, output)
    assert.equal("a line\n", output)
  end)

  it("says what is missing when libcurl cannot be loaded", function()
    local ok, output = child.run([[
      local curl = require("ecs_pipeline.transport.curl")
      package.cpath = ""
      print(pcall(curl.new, {}))
    ]])
    assert.is_true(ok, output)
    assert.matches("^false\tthe libcurl transport cannot be loaded", output)
  end)
end)
