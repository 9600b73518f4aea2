-- make test-roundtrip: plan(import(id)) has no changes; one line per argument.
local law = require("spec.roundtrip.law")

local passed, failed = 0, 0
local paths, known = law.paths()
print(("%-58s %-6s %s"):format("argument", "pairs", "plan(import(id)) is empty, another value is one change"))
for _, path in ipairs(paths) do
  local wrong, tried = law.try(path, known)
  if #wrong == 0 then
    passed = passed + 1
  else
    failed = failed + 1
  end
  print(("%-58s %-6d %s"):format(path, tried, #wrong == 0 and "ok" or "FAILED"))
  for _, why in ipairs(wrong) do
    print("    " .. why)
  end
end
print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0 and passed > 0 and 0 or 1, true)
