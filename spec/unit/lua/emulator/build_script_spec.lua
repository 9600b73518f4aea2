-- Entries of a script of builds: what is taken, and what is said of a mistake.
local build_script = require("ecs_pipeline.emulator.build_script")

describe("a script of builds", function()
  it("hands out its entries in order, then successes", function()
    local script = build_script.new()
    assert.is_true(script:add({ { outcome = "FAILED" }, { at = "TESTING", stall = 5 } }))
    assert.is_true(script:add({ outcome = "CANCELLED" }))
    assert.equal(3, script:left())
    assert.same({ outcome = "FAILED" }, script:next())
    assert.same({ outcome = "SUCCESS", at = "TESTING", stall = 5 }, script:next())
    assert.same({ outcome = "CANCELLED" }, script:next())
    assert.same({ { outcome = "SUCCESS" }, 0 }, { script:next(), script:left() })
  end)

  it("keeps copies of its entries", function()
    local script, entry = build_script.new(), { outcome = "FAILED" }
    script:add(entry)
    entry.outcome = "SUCCESS"
    assert.equal("FAILED", script:next().outcome)
  end)

  for _, row in ipairs({
    { "often", "a scripted build is a table, not often" },
    { { outcom = "FAILED" }, "unknown field of a scripted build: outcom" },
    { { at = 5 }, "at of a scripted build must be a string" },
    { { outcome = "DONE" }, "unknown outcome of a build: DONE" },
    { { outcome = "TEST_FAILED", at = "BUILDING" }, "a build cannot end as TEST_FAILED at BUILDING" },
    { { outcome = "CANCELLED", at = "TESTING" }, "a build cannot end as CANCELLED at TESTING" },
    { { stall = -1 }, "stall must not be negative" },
    { { status = "" }, "status of a scripted build must not be empty" },
    { { durations = { BUILDING = "1" } }, "durations are seconds by state, not BUILDING = 1" },
    { { durations = { 60 } }, "durations are seconds by state, not 1 = 60" },
  }) do
    it("refuses with: " .. row[2], function()
      local script = build_script.new()
      assert.same({ nil, row[2] }, { script:add(row[1]) })
      assert.same({ nil, row[2] }, { script:add({ {}, row[1] }) })
      assert.equal(0, script:left())
    end)
  end
end)
