--- make examples: every example run, and what it says compared with expected/. UPDATE=1 writes expected/ anew.
--   run.lua [text]   only the rows whose name has the text in it
local harness = require("spec.examples.harness")
local rows = require("spec.examples.rows")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local wanted, update = arg[1] or "", os.getenv("UPDATE") == "1"
local passed, failed = 0, 0

local function line(example, name, runs, why, word)
  passed, failed = passed + (why and 0 or 1), failed + (why and 1 or 0)
  print(("%-34s %-24s %5d  %s"):format(example, name, runs, why and "FAILED" or word))
  if why then
    print("    " .. why)
  end
end

print(("%-34s %-24s %5s"):format("example", "row", "runs"))
local open = harness.open()
for _, row in ipairs(rows) do
  if row.name:find(wanted, 1, true) then
    local shown, path = open:play(row), harness.expected(row)
    local why = harness.difference(shown, shell.read(path))
    if why and update then
      shell.write(path, shown)
    end
    line("examples/" .. row.example .. ".lua", row.name, #row.runs, not update and why,
      why and "written" or "as expected")
  end
end
open:close()
for _, example in ipairs(harness.without_row(rows)) do
  line(example, "", 0, "it has no row in spec/examples/rows.lua")
end
print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0 and passed > 0 and 0 or 1, true)
