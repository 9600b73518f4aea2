-- make canary: for each path that a text can take, which canaries could be read there.
--   run.lua [pattern]   only the rows whose text matches
local harness = require("spec.canary.harness")
local families = require("spec.canary.rows")

local wanted = arg[1] or ""
local passed, failed = 0, 0

local function names(found)
  local list = {}
  for name in pairs(found) do
    list[#list + 1] = name
  end
  table.sort(list)
  return list[1] and table.concat(list, " ") or "0"
end

for _, family in ipairs(families) do
  for _, row in ipairs(family.rows) do
    if (family.name .. " " .. row[1]):find(wanted) then
      local outcome = harness.run(row)
      local good = #outcome.problems == 0
      passed, failed = passed + (good and 1 or 0), failed + (good and 0 or 1)
      print(("%-10s %-62s %9d bytes read, %s found%s"):format(family.name, row[1], outcome.read, names(outcome.found),
        row.leaks and ", on purpose" or ""))
      for _, problem in ipairs(outcome.problems) do
        print("    FAILED: " .. problem)
      end
      io.stdout:flush()
    end
  end
end
harness.close()
print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0 and passed > 0 and 0 or 1, true)
