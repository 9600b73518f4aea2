-- Pauses between two looks, and how long a build usually takes.
local estimate = require("ecs_pipeline.execution.estimate")
local pace = require("ecs_pipeline.waiting.pace")

describe("pace.range", function()
  it("has 10 to 30 s by default and lets one end move the other", function()
    assert.same({ min = 10, max = 30 }, pace.range())
    assert.same({ min = 7, max = 7 }, pace.range(7))
    assert.same({ min = 5, max = 5 }, pace.range({ max = 5 }))
    assert.same({ min = 60, max = 60 }, pace.range({ min = 60 }))
    assert.same({ min = 2, max = 600 }, pace.range({ min = 2, max = 600 }))
  end)
end)

describe("pace.pause", function()
  local range = { min = 10, max = 30 }
  for _, row in ipairs({ -- looks without a change, estimated seconds left, nearly done, pause
    { 0, nil, false, 10 }, { 1, nil, false, 15 }, { 2, nil, false, 22.5 }, { 3, nil, false, 30 },
    { 9999, nil, false, 30 }, { 9, 1000, false, 30 }, { 9, 25, false, 25 }, { 9, 3, false, 10 }, { 9, 0, false, 20 },
    { 0, 0, false, 10 }, { 9, nil, true, 10 }, { 9, 1000, true, 30 },
  }) do
    it(("after %d looks, %s s left, %s: %s"):format(row[1], tostring(row[2]), tostring(row[3]), row[4]), function()
      assert.equal(row[4], pace.pause(range, row[1], row[2], row[3]))
    end)
  end
end)

describe("pace.after_failure", function()
  it("doubles up to the most, and obeys the service", function()
    local range = { min = 10, max = 30 }
    assert.same({ 10, 20, 30, 30 }, { pace.after_failure(range, 1, 0), pace.after_failure(range, 2, 0),
      pace.after_failure(range, 3, 0), pace.after_failure(range, 1e9, 0) })
    assert.equal(90, pace.after_failure(range, 1, 90))
  end)
end)

describe("estimate.typical", function()
  local function built(minute, seconds, status)
    return { status = status or "SUCCESS", creation_time = ("2026-11-24T%02d:00:00Z"):format(minute),
      modified_time = ("2026-11-24T%02d:%02d:%02dZ"):format(minute, math.floor(seconds / 60), seconds % 60) }
  end

  it("is the median of the latest five that went well", function()
    assert.is_nil(estimate.typical({}))
    assert.equal(100, estimate.typical({ built(1, 100) }))
    assert.equal(150, estimate.typical({ built(1, 100), built(2, 200) }))
    assert.equal(300, estimate.typical({ built(1, 100), built(5, 500), built(2, 3000), built(4, 200), built(3, 300) }))
    assert.equal(20, estimate.typical({ built(1, 3000), built(2, 3000), built(3, 20), built(4, 20), built(5, 20),
      built(6, 20), built(7, 20) }))
  end)

  it("leaves out what failed and what has no times", function()
    assert.is_nil(estimate.typical({ built(1, 100, "FAILED"), { status = "SUCCESS" },
      { status = "SUCCESS", creation_time = "2026-11-24T01:00:00Z", modified_time = "2026-11-24T00:00:00Z" } }))
  end)
end)
