--- The rows of `make faults` as tests, one a row.
local harness = require("spec.faults.harness")
local families = require("spec.faults.rows")

local M = {}

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

--- @treturn table what is wrong, met in each way that its test has
function M.problems(open, row)
  local problems = {}
  for _, mode in ipairs(open:modes(row)) do
    for _, call in ipairs(calls_of(row, mode)) do
      for _, problem in ipairs(open:run(row, call, mode).problems) do
        problems[#problems + 1] = call .. ", met " .. mode .. ": " .. problem
      end
    end
  end
  return problems
end

--- @tparam boolean slow the rows that take time, or the others
-- @treturn table of { title, row }
function M.list(slow)
  local list = {}
  for _, family in ipairs(families) do
    for _, row in ipairs(family.rows) do
      if (row.slow or false) == slow then
        list[#list + 1] = { family.name .. ": " .. row.fault, row }
      end
    end
  end
  return list
end

return M
