-- The table of `make canary`, one test per row, without the rows that start processes and servers. Of rows with
-- hundreds of combinations, every seventh.
local harness = require("spec.canary.harness")

for _, family in ipairs(require("spec.canary.rows")) do
  local rows = family.alone and {} or family.rows
  describe("canaries, " .. family.name .. ":", function()
    setup(function() harness.every = 7 end)
    teardown(function()
      harness.every = 1
      harness.close()
    end)

    for _, row in ipairs(rows) do
      it(row[1], function()
        assert.same({}, harness.run(row).problems)
      end)
    end
  end)
end
