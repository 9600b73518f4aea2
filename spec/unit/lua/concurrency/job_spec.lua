-- The items of one map, whoever runs them.
local jobs = require("ecs_pipeline.concurrency.job")

local function job(more)
  local all = { operation = "ecs.map", count = 3 }
  for name, value in pairs(more or {}) do all[name] = value end
  return jobs.new(all)
end

describe("a job", function()
  it("hands out its items in order, each once", function()
    local one = job()
    assert.same({ 1, 2, 3 }, { one:take(), one:take(), one:take() })
    assert.is_nil(one:take())
  end)

  it("keeps what became of each: a value, a failure, or what was raised", function()
    local one, err = job(), { kind = "api" }
    one:settle(1, true, "value", "ignored")
    one:settle(2, true, nil, "no", err)
    one:settle(3, false, { 5 }, "traceback")
    local results = one:finish()
    assert.same({ ok = true, value = "value" }, results[1])
    assert.same({ ok = false, message = "no", err = err }, results[2])
    assert.same({ false, true, "traceback" }, { results[3].ok, results[3].raised, results[3].traceback })
    assert.same({ 5 }, results[3].err)
  end)

  it("takes nothing at all for a value", function()
    local one = job({ count = 1 })
    one:settle(1, true)
    assert.same({ { ok = true } }, one:finish())
  end)

  it("begins no more once it is stopped, and says why to those that were not begun", function()
    local one, interrupted = job({ control = {} }), {}
    one.interrupt = function(why) interrupted[#interrupted + 1] = why end
    one:settle(one:take(), true, 1)
    one.control.cancel("enough")
    one.control.cancel("again")
    assert.is_nil(one:take())
    assert.same({ { "enough" }, "enough" }, { interrupted, one.control.cancelled })
    local results = one:finish()
    assert.is_true(results[1].ok)
    assert.same({ "cancelled", false }, { results[3].err.kind, results[3].err.sent })
    assert.matches("not started: enough", results[3].message)
  end)

  it("stops at the first failure when it is told to", function()
    local one = job({ stop_on_failure = true })
    one:settle(one:take(), true, nil, "no", {})
    assert.is_nil(one:take())
    assert.matches("item 1 failed", one:finish()[2].message)
    one = job()
    one:settle(one:take(), true, nil, "no", {})
    assert.equal(2, one:take())
  end)

  it("ends at its time", function()
    local one = job({ timeout = 5 })
    one.ends_at = 0
    assert.is_nil(one:take())
    assert.matches("the timeout of 5 s has passed", one:finish()[1].message)
  end)

  it("forgets what an earlier job left in the caller's table", function()
    local control = { cancelled = "before" }
    job({ control = control })
    assert.is_nil(control.cancelled)
  end)
end)
