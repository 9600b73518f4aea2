-- Rows and the report of them.
local report = require("ecs_pipeline.doctor.report")

describe("a report of the doctor", function()
  it("counts what passed, failed and could not be made; one failure spoils it", function()
    local made = report.new("1.0", { report.passed("a", "fine"), report.skipped("b", "no way"),
      report.failed("c", "bad", "mend it") })
    assert.same({ false, 1, 1, 1 }, { made.ok, made.passed, made.failed, made.skipped })
    assert.is_true(report.new("1.0", { report.skipped("b", "no way") }).ok)
  end)

  it("is text: a line for each check, one for each hint, whatever stands in them", function()
    local made = report.new("1.0", { report.passed("a", "fine\nand\27[31m", "look"),
      report.skipped("longer", "no way") })
    assert.equal("ecs_pipeline 1.0: 1 passed, 0 failed, 1 not checked\n"
      .. "  ok      a       fine and [31m\n                  -> look\n  -       longer  no way", tostring(made))
  end)
end)
