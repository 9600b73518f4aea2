-- The rows of `make faults` that wait for a deadline, or move megabytes; the others are in rows_spec.lua.
local harness = require("spec.faults.harness")
local rows = require("spec.faults.rows_as_specs")

describe("a whole client under faults that take time:", function()
  local open

  setup(function()
    open = harness.open()
  end)

  teardown(function()
    open:close()
  end)

  for _, test in ipairs(rows.list(true)) do
    it(test[1], function()
      assert.same({}, rows.problems(open, test[2]))
    end)
  end
end)
