-- The faults of spec/faults with a client inside nginx, in the phases that `make test-openresty` does not run the whole
-- table in: each fault met always, by one call.
local faults_harness = require("spec.openresty.faults_harness")
local families = require("spec.faults.rows")

for _, phase in ipairs({ "access", "rewrite", "timer" }) do
  describe("a whole client under faults, " .. phase .. " phase:", function()
    local open

    setup(function()
      open = faults_harness.open(phase)
    end)

    teardown(function()
      open:close()
    end)

    for _, family in ipairs(families) do
      it(family.name, function()
        local problems, runs = {}, 0
        for _, row in ipairs(family.rows) do
          local mode = open:modes(row)[1]
          if mode and not row.slow then
            runs = runs + 1
            for _, problem in ipairs(open:run(row, row.calls and row.calls[1] or "create", mode).problems) do
              problems[#problems + 1] = row.fault .. ", met " .. mode .. ": " .. problem
            end
          end
        end
        assert.same({}, problems)
        assert.is_true(runs > 0)
      end)
    end
  end)
end
