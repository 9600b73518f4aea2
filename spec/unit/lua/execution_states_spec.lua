-- What the states of an execution mean.
local states = require("ecs_pipeline.execution_states")

describe("the states of an execution", function()
  for status, row in pairs({
    SUCCESS = { "success", "ended", true }, PARTITION_SUCCESS = { "partial", "ended", true },
    TEST_FAILED = { "test_failed", "ended", true }, FAILED = { "failed", "ended", false },
    CANCELLED = { "cancelled", "ended", false }, PREPARING = { nil, "preparing", false },
    CANCELLING = { nil, "cancelling", false }, RELEASING = { nil, "releasing", false },
  }) do
    it("have an outcome only at the end, and an image after some: " .. status, function()
      assert.equal(row[1], states.outcome(status))
      assert.equal(row[2], states.phase(status))
      assert.equal(row[3], states.has_image(row[1]))
      assert.is_true(states.known(status))
    end)
  end

  it("that nobody knows are taken for running, never for an end", function()
    for _, status in ipairs({ "ARCHIVING", "success", "" }) do
      assert.is_nil(states.outcome(status))
      assert.same({ "unknown", false }, { states.phase(status), states.known(status) })
    end
    assert.same({ "unknown", false }, { states.phase(nil), states.known(nil) })
  end)

  it("are near the end while resources are released, or it is being cancelled", function()
    assert.same({ true, true, false, false }, { states.nearly_done("RELEASING"), states.nearly_done("CANCELLING"),
      states.nearly_done("BUILDING"), states.nearly_done("SUCCESS") })
  end)
end)
