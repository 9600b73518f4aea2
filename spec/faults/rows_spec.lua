-- The rows of `make faults` as specs: each fault, always and once, but not in every combination; those are in the
-- table.
local harness = require("spec.faults.harness")
local families = require("spec.faults.rows")

local SHARE = { always = { create = true, describe = true }, once = { create = true, delete = true } }

-- The calls that a row is run with here. Slow ones meet create only; rows about one call meet that.
local function calls_of(row, mode)
  local calls = {}
  for _, call in ipairs(row.slow and { "create" } or row.calls or harness.CALLS) do
    if row.calls or SHARE[mode][call] then
      calls[#calls + 1] = call
    end
  end
  return calls
end

describe("a whole client under faults:", function()
  local open

  setup(function()
    open = harness.open()
  end)

  teardown(function()
    open:close()
  end)

  for _, family in ipairs(families) do
    for _, row in ipairs(family.rows) do
      it(family.name .. ": " .. row.fault, function()
        local problems = {}
        for _, mode in ipairs(open:modes(row)) do
          for _, call in ipairs(calls_of(row, mode)) do
            for _, problem in ipairs(open:run(row, call, mode).problems) do
              problems[#problems + 1] = call .. ", met " .. mode .. ": " .. problem
            end
          end
        end
        assert.same({}, problems)
      end)
    end
  end
end)
