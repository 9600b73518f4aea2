-- The engine of map in plain Lua, with a job of the spec's own. Through ecs.map: init_spec.lua.
local jobs = require("ecs_pipeline.concurrency.job")
local platform = require("ecs_pipeline.platform")
local scheduler = require("ecs_pipeline.transport.scheduler")
local tasks = require("ecs_pipeline.concurrency.tasks")

local function run(count, body, more)
  local all = { operation = "ecs.map", count = count, concurrency = 2, body = body }
  for name, value in pairs(more or {}) do all[name] = value end
  local job = jobs.new(all)
  tasks.run(job)
  return job:finish(), job
end

describe("the tasks of a job", function()
  it("are as many at a time as it says, and no more", function()
    local running, most = 0, 0
    local results = run(5, function(index)
      running = running + 1
      most = math.max(most, running)
      platform.sleep(0.001)
      running = running - 1
      return index
    end)
    assert.same({ 5, 2, 5 }, { #results, most, results[5].value })
  end)

  it("run item after item, each in order: no task of its own for an item", function()
    local seen, count = {}, 0
    run(6, function(index)
      local task = scheduler.current()
      count = count + (seen[task] and 0 or 1)
      assert.is_true(index > (seen[task] or 0))
      seen[task] = index
      platform.sleep(0.001)
    end)
    assert.equal(2, count)
  end)

  it("are over when their functions raise, and the next one begins", function()
    local results = run(3, function(index)
      if index < 3 then error("broken", 0) end
      return "fine"
    end, { concurrency = 1 })
    assert.same({ "broken", "broken", "fine" }, { results[1].err, results[2].err, results[3].value })
  end)

  it("are interrupted by the timeout, and forget their alarm when they are in time", function()
    local results = run(3, function() platform.sleep(60) return "woken" end, { timeout = 0.01 })
    assert.equal("woken", results[1].value)
    assert.matches("the timeout of 0.01 s has passed", results[3].message)
    local job
    results, job = run(2, function(index) return index end, { timeout = 60 })
    assert.equal(2, results[2].value)
    for _, sleeper in ipairs(scheduler.shared().sleepers) do
      assert.not_equal(job.alarm, sleeper)
    end
  end)

  it("need no scheduler of their own inside a task", function()
    local inner
    run(1, function()
      inner = run(2, function(index)
        platform.sleep(0.001)
        return index * 10
      end)
    end)
    assert.same({ 10, 20 }, { inner[1].value, inner[2].value })
  end)

  it("of nothing are none", function()
    assert.same({}, (run(0, error)))
  end)
end)
