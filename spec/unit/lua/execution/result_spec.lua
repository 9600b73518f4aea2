-- The table of `make outcomes`, a test a row; and that the table can fail.
local harness = require("spec.outcomes.harness")
local states = require("ecs_pipeline.execution_states")

local rows = require("spec.outcomes.rows")

describe("execution.wait, of a build that ends as", function()
  for _, row in ipairs(rows) do
    it(row.label, function()
      assert.same({}, (harness.check(row)))
    end)
  end

  it("any terminal state has a row", function()
    local seen = {}
    for _, row in ipairs(rows) do
      seen[row.expected.status or ""] = true
    end
    for _, status in ipairs({ "SUCCESS", "PARTITION_SUCCESS", "TEST_FAILED", "FAILED", "CANCELLED" }) do
      assert.is_string(states.outcome(status))
      assert.is_true(seen[status], status)
    end
  end)

  it("something else than its row says, fails the row", function()
    local failing = { label = "", script = { outcome = "FAILED" },
      expected = { outcome = "success", ok = true, image = true, status = "SUCCESS", phase = "building" } }
    local problems = harness.check(failing)
    assert.equal("outcome is failed, not success", problems[1])
    assert.is_true(#problems >= 6)
    failing.expected = { kind = "denied", timeline = 1 }
    assert.is_true(#harness.check(failing) >= 1)
  end)
end)
