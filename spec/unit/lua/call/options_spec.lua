local options = require("ecs_pipeline.call.options")

describe("options.limits", function()
  it("fill in the documented defaults", function()
    assert.same({ timeout = { connect = 5, total = 30 }, validate = "strict",
      retry = { attempts = 5, deadline = 120, base = 0.5, cap = 20 } }, options.limits({}))
  end)

  it("take a number for the total, and keep connect within it", function()
    assert.same({ connect = 3, total = 3 }, options.limits({ timeout = 3 }).timeout)
    assert.same({ connect = 2, total = 30 }, options.limits({ timeout = { connect = 2 } }).timeout)
    assert.is_false(options.limits({ retry = false }).retry)
  end)
end)

describe("options.call", function()
  local limits = options.limits({ timeout = 10, retry = { attempts = 2, deadline = 60 },
    validate = "warn" })

  it("gives every call a table of its own, the same with no options as with an empty table", function()
    for _, given in ipairs({ limits, options.limits({ retry = false }), options.limits({}) }) do
      local none = options.call("x.y", nil, given)
      assert.same(options.call("x.y", {}, given), none)
      none.client_token = "t"
      assert.is_nil(options.call("x.y", nil, given).client_token)
    end
  end)

  it("inherits the client's, field by field", function()
    local call = options.call("x.y", { timeout = { connect = 1 }, retry = { attempts = 7 } },
      limits)
    assert.same({ connect = 1, total = 10 }, call.timeout)
    assert.equal(7, call.retry.attempts)
    assert.equal(60, call.retry.deadline)
    assert.equal(60, call.deadline)
    assert.equal("warn", call.validate)
    assert.equal(2, limits.retry.attempts)
  end)

  it("puts the call's own deadline first, and has one without retries too", function()
    assert.equal(3, options.call("x.y", { deadline = 3 }, limits).deadline)
    assert.equal(120, options.call("x.y", { retry = false }, limits).deadline)
    assert.equal(2, options.call("x.y", { retry = { deadline = 2 } }, limits).deadline)
  end)

  it("knows a function's own options only there", function()
    local extra = { missing = options.one_of("ok", "error") }
    assert.equal("ok", options.call("x.y", { missing = "ok" }, limits, extra).missing)
    assert.has_error(function() options.call("x.y", { missing = "ok" }, limits) end)
  end)

  it("of functions that are no calls are checked too", function()
    local rows = { every = options.SECONDS }
    options.check("x.y", { every = 1 }, rows)
    for given, says in pairs({ [1] = "x.y: options must be a table, not a number", [{ every = 0 }] = "must be above 0",
      [{ evry = 1 }] = "did you mean \"every\"" }) do
      assert.error_matches(function() options.check("x.y", given, rows) end, says)
    end
  end)

  it("let nobody switch verification off without saying so, and then each call over TLS warns", function()
    local ecs, fake = require("ecs_pipeline"), require("spec.support.fake")
    assert.error_matches(function() ecs.new({ verify = false }) end, "trust the server's authority with ca_file")
    local warnings, platform = 0, fake.platform()
    local function send() return fake.reply(404, { Code = "X", Message = "x" }) end
    platform.curl = function() return { send = send } end
    local client = ecs.new({ region = "cn-hangzhou", verify = false, insecure = "I understand", platform = platform,
      credentials = fake.KEYS, on_event = function(event)
        warnings = warnings + (event.type == "warning" and event.param == "verify" and 1 or 0)
      end })
    client.pipeline.list({})
    client.pipeline.list({})
    assert.equal(2, warnings)
    client.with({ endpoint = "http://h" }).pipeline.list({})
    assert.equal(2, warnings)
  end)
end)
