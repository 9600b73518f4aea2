-- ecs.map and ecs.concurrently: order, limits, failures, stopping. With a network:
-- spec/integration/map_spec.lua.

local ecs = require("ecs_pipeline")
local platform = require("ecs_pipeline.platform")
local virtual = require("spec.support.virtual")

local SHORT = 0.001

describe("ecs.map", function()
  it("gives a result for each item, in order", function()
    local results = ecs.map({ 3, 1, 2 }, function(...)
      assert.equal(1, select("#", ...))
      platform.sleep(... * SHORT)
      return ... * 10
    end)
    assert.same({ { ok = true, value = 30 }, { ok = true, value = 10 }, { ok = true, value = 20 } },
      results)
  end)

  it("works on an empty list, and on false and nil values", function()
    assert.same({}, ecs.map({}, function() return 1 end))
    assert.same({ { ok = true, value = false }, { ok = true } },
      ecs.map({ false, true }, function(item) if not item then return false end end))
  end)

  it("never runs more than `concurrency` at a time", function()
    for _, limit in ipairs({ 1, 3, 100 }) do
      local running, most = 0, 0
      ecs.map({ 1, 2, 3, 4, 5, 6, 7 }, function()
        running = running + 1
        most = math.max(most, running)
        platform.sleep(SHORT)
        running = running - 1
      end, { concurrency = limit })
      assert.equal(math.min(limit, 7), most)
    end
  end)

  it("keeps failures with their items", function()
    local raised = { any = "value" }
    local results = ecs.map({ 1, 2, 3, 4 }, function(item)
      if item == 1 then
        return nil, "no", { kind = "api" }
      elseif item == 2 then
        error("broken", 0)
      elseif item == 3 then
        error(raised)
      end
      return "fine"
    end)
    assert.same({ ok = false, message = "no", err = { kind = "api" } }, results[1])
    assert.same({ false, true, "broken", "broken" },
      { results[2].ok, results[2].raised, results[2].message, results[2].err })
    assert.truthy(results[2].traceback:find("concurrency/init_spec", 1, true))
    assert.equal(raised, results[3].err)
    assert.same({ ok = true, value = "fine" }, results[4])
  end)

  it("stops after a failure when told to", function()
    local results = ecs.map({ 1, 2, 3 }, function(item)
      if item == 1 then
        return nil, "no", {}
      end
      return item
    end, { concurrency = 1, stop_on_failure = true })
    assert.is_false(results[1].ok)
    assert.same({ "cancelled", false }, { results[2].err.kind, results[2].err.sent })
    assert.equal("ecs.map: cancelled: not started: item 1 failed", results[3].message)
  end)

  it("lets an item end it all, waking those that sleep", function()
    local seen
    local control = { cancelled = "from an earlier use" }
    local results = ecs.map({ 1, 2, 3 }, function(item)
      assert.is_nil(control.cancelled)
      if item == 1 then
        platform.sleep(1000)
        seen = control.cancelled
        return "woken"
      end
      control.cancel("enough")
    end, { concurrency = 2, control = control })
    assert.equal("woken", results[1].value)
    assert.equal("enough", seen)
    assert.equal("cancelled", results[3].err.kind)
  end)

  it("ends when its time is up", function()
    local results = ecs.map({ 1, 2 }, function()
      platform.sleep(1000)
      return "woken"
    end, { concurrency = 1, timeout = SHORT })
    assert.equal("woken", results[1].value)
    -- Messages are for people and follow the host's locale, which may write a decimal comma.
    assert.matches("the timeout of 0[.,]001 s has passed", results[2].message)
  end)

  it("works inside itself, and cancels what is inside", function()
    local results = ecs.map({ 1, 2 }, function(item)
      local inner = ecs.map({ 10, 20 }, function(factor)
        platform.sleep(SHORT)
        return item * factor
      end)
      return inner[1].value + inner[2].value
    end)
    assert.same({ 30, 60 }, { results[1].value, results[2].value })

    local inside, control = nil, {}
    ecs.map({ 1, 2 }, function(item)
      if item == 1 then
        inside = ecs.map({ 1, 2 }, function() platform.sleep(1000) end, { concurrency = 1 })
      else
        platform.sleep(SHORT)
        control.cancel("enough")
      end
    end, { control = control })
    assert.is_true(inside[1].ok)
    assert.truthy(inside[2].message:find("enough", 1, true))
  end)

  it("runs ordinary calls of any transport", function()
    local client = virtual.client()
    local results = ecs.map({ "one", "two" }, function(name)
      return client.pipeline.create({ base_image = "m-bp1example", base_image_type = "IMAGE", name = name })
    end)
    assert.is_true(results[1].ok and results[2].ok)
    assert.are_not.equal(results[1].value.id, results[2].value.id)
    assert.equal(2, #client.pipeline.list())
  end)

  it("raises for what is no list, no function, no option", function()
    assert.has_error(function() ecs.map("x", print) end, "ecs.map: items must be a list, not a string")
    assert.has_error(function() ecs.map({}, "x") end,
      "ecs.map: the second argument must be a function, not a string")
    assert.has_error(function() ecs.map({}, print, { concurency = 1 }) end)
    assert.has_error(function() ecs.map({}, print, { concurrency = 0 }) end)
    assert.has_error(function() ecs.map({}, print, { timeout = -1 }) end)
  end)
end)

describe("ecs.concurrently", function()
  it("runs all of its functions at a time", function()
    local arrived = 0
    local function meet()
      arrived = arrived + 1
      while arrived < 20 do
        platform.sleep(SHORT)
      end
      return arrived
    end
    local functions = {}
    for index = 1, 20 do
      functions[index] = meet
    end
    local results = ecs.concurrently(functions)
    assert.equal(20, #results)
    assert.equal(20, results[20].value)
  end)

  it("takes the options of map", function()
    local control = {}
    local results = ecs.concurrently({
      function(...) control.cancel("no more") return select("#", ...) end,
      function() return 2 end,
    }, { concurrency = 1, control = control })
    assert.same({ 0, false }, { results[1].value, results[2].ok })
  end)

  it("raises for anything but functions", function()
    assert.has_error(function() ecs.concurrently({ print, 1 }) end,
      "ecs.concurrently: number 2 must be a function, not a number")
    assert.has_error(function() ecs.concurrently() end)
  end)
end)
