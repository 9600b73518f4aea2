-- make test-credentials: a table of what is accepted, and what is refused with which words: each source of credentials,
-- present, absent, broken; then the cache.
--   run.lua [pattern]   only the rows whose text matches
local harness = require("spec.credentials.harness")
local families = require("spec.credentials.rows")
local cache_rows = require("spec.credentials.cache_rows")

local wanted = arg[1] or ""
local passed, failed = 0, 0

local function line(name, what, wrong, note)
  passed, failed = passed + (wrong and 0 or 1), failed + (wrong and 1 or 0)
  print(("%-14s %-58s %s"):format(name, what, wrong and "FAILED" or note or "ok"))
  if wrong then
    print("    " .. wrong)
  end
end

for _, family in ipairs(families) do
  for _, row in ipairs(family.rows) do
    if (family.name .. " " .. row[1]):find(wanted) then
      line(family.name, row[1], harness.new(row.setup):check(row),
        row.fails and "refused: " .. row.fails or "accepted")
    end
  end
end
for _, row in ipairs(cache_rows) do
  if ("cache " .. row.what):find(wanted) then
    local wrong, note = row.run()
    line("cache", row.what, wrong, note)
  end
end
print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0 and passed > 0 and 0 or 1, true)
