-- ecs.map with a timeout, whose items needed no waiting (answers of a cache, refused arguments), was done at once and
-- returned only when the timeout had passed: its own alarm was all that the last step of the scheduler waited for.
local core = require("ecs_pipeline.core")
local ecs = require("ecs_pipeline")

describe("ecs.map with a timeout", function()
  it("returns when its items are done, also when none of them waits", function()
    local began = core.clock()
    local results = ecs.map({ 1, 2, 3 }, function(item) return item end, { timeout = 60, concurrency = 2 })
    assert.equal(3, results[3].value)
    assert.same({}, ecs.map({}, print, { timeout = 60 }))
    assert.is_true(core.clock() - began < 30)
  end)
end)
