-- The rows of `make faults` as specs: each fault, always and once, but not in every combination; those are in the
-- table. Rows that take time are in slow_rows_spec.lua.
local harness = require("spec.faults.harness")
local rows = require("spec.faults.rows_as_specs")

describe("a whole client under faults:", function()
  local open

  setup(function()
    open = harness.open()
  end)

  teardown(function()
    open:close()
  end)

  for _, test in ipairs(rows.list(false)) do
    it(test[1], function()
      assert.same({}, rows.problems(open, test[2]))
    end)
  end
end)
