-- The table of `make canary`, a test a row, but for the rows that start processes and servers; of what comes in
-- hundreds of combinations, every seventh.
local bench = require("spec.canary.bench")

for _, family in ipairs(require("spec.canary.rows")) do
  local rows = family.alone and {} or family.rows
  describe("canaries, " .. family.name .. ":", function()
    setup(function() bench.every = 7 end)
    teardown(function()
      bench.every = 1
      bench.close()
    end)

    for _, row in ipairs(rows) do
      it(row[1], function()
        assert.same({}, bench.run(row).problems)
      end)
    end
  end)
end
