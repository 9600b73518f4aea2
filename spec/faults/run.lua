-- make faults: every fault, with each of the three calls, once and always; one line per fault.
--   run.lua [pattern]   only the faults whose text matches

local harness = require("spec.faults.harness")
local rows = require("spec.faults.rows")

local M = {}

local passed, failed = 0, 0

local function short(outcomes)
  local seen, list = {}, {}
  for _, outcome in ipairs(outcomes) do
    local text = outcome.what .. (" ×%d"):format(outcome.attempts)
    if not seen[text] then
      seen[text] = true
      list[#list + 1] = text
    end
  end
  return #list > 0 and table.concat(list, ", ") or "-"
end

local function width(text, columns)
  local _, characters = text:gsub("[^\128-\191]", "")
  return text .. (" "):rep(columns - characters)
end

local function line(...)
  local columns = { 44, 40, 40, 8, 6 }
  local cells = { ... }
  for i, cell in ipairs(cells) do
    cells[i] = width(cell, columns[i])
  end
  io.stdout:write(table.concat(cells, " "):gsub(" +$", ""), "\n")
  io.stdout:flush()
end

local function run(open, row)
  local by_mode = { always = {}, once = {} }
  local longest, next_ok, problems = 0, true, {}
  for _, mode in ipairs(open:modes(row)) do
    for _, call in ipairs(row.calls or harness.CALLS) do
      local outcome = open:run(row, call, mode)
      by_mode[mode][#by_mode[mode] + 1] = outcome
      longest = math.max(longest, outcome.elapsed)
      next_ok = next_ok and outcome.next_ok
      if #outcome.problems > 0 then
        failed = failed + 1
      else
        passed = passed + 1
      end
      for _, problem in ipairs(outcome.problems) do
        problems[#problems + 1] = ("    FAILED: %s, %s: %s"):format(call, mode, problem)
      end
    end
  end
  line(row.fault, short(by_mode.always), short(by_mode.once), ("%.2f s"):format(longest), next_ok and "ok" or "NO")
  if #problems > 0 then
    io.stdout:write(table.concat(problems, "\n"), "\n")
  end
end

--- Runs the rows whose text matches, prints them and ends the process.
function M.run(open, wanted)
  for _, family in ipairs(rows) do
    io.stdout:write("--- ", family.name, "\n")
    line("fault", "met always: outcome ×attempts", "met once", "longest", "next call")
    for _, row in ipairs(family.rows) do
      if row.fault:find(wanted or "") and #open:modes(row) > 0 then
        run(open, row)
      end
    end
  end
  open:close()
  io.stdout:write(passed, " passed, ", failed, " failed\n")
  os.exit(failed == 0 and passed > 0 and 0 or 1, true)
end

if arg and arg[0] and arg[0]:find("faults/run%.lua$") then
  M.run(harness.open(), arg[1])
end

return M
