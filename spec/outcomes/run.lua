--- make outcomes: every outcome of a wait, one row each.
local harness = require("spec.outcomes.harness")
local rows = require("spec.outcomes.rows")

local passed, failed = 0, 0

local function line(...)
  print((("%-50s %-5s %-12s %-17s %-9s %-29s %-12s %s"):format(...):gsub(" +$", "")))
end

local function shown(value)
  return value == nil and "" or tostring(value)
end

local function start_of(text)
  return text and (text:sub(1, 60):gsub("%s%S*$", "") .. " …") or ""
end

line("how it ends", "ok", "outcome", "status", "image_id", "error_code", "waited", "hint")
for _, row in ipairs(rows) do
  local problems, scene = harness.check(row)
  local result, err = scene.result or {}, scene.err or {}
  line(row.label, shown(result.ok), result.outcome or "error", shown(result.status or err.kind),
    result.image_id and "yes" or "", shown(result.error_code or err.code),
    result.waited and ("%.0f s"):format(result.waited) or "", start_of(result.hint or scene.message))
  if row.expected.accept then
    line(("  accept = %q"):format(row.expected.accept), "true", result.outcome or "", shown(result.status), "yes",
      shown(result.error_code), "", "")
  end
  passed, failed = passed + (#problems == 0 and 1 or 0), failed + (#problems == 0 and 0 or 1)
  for _, problem in ipairs(problems) do
    print("    FAILED: " .. problem)
  end
end
print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0 and passed > 0 and 0 or 1, true)
