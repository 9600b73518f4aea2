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
end)
