-- How long a build usually takes.
local estimate = require("ecs_pipeline.execution.estimate")

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
