-- make test-tls: every kind of server with every option about verification, one line each.

local harness = require("spec.tls.harness")
local rows = require("spec.tls.rows")

local passed, failed = 0, 0

local function count(good, ...)
  passed, failed = passed + (good and 1 or 0), failed + (good and 0 or 1)
  io.stdout:write(("%-12s %-46s %s\n"):format(...))
end

local open = harness.open()
for _, row in ipairs(rows) do
  local what, problems = open:run(row)
  count(#problems == 0, row.server, row.what, what)
  for _, problem in ipairs(problems) do
    io.stdout:write("    FAILED: ", problem, "\n")
  end
end
count(open:lending(), "stranger", "an unverified connection is lent to nobody", "")
open:close()
for _, row in ipairs(harness.REFUSED) do
  count(harness.refuses(row), "options", ("verify = %s, insecure = %s"):format(tostring(row[1].verify),
    tostring(row[1].insecure)), "refused: " .. row[2])
end
io.stdout:write(passed, " passed, ", failed, " failed\n")
os.exit(failed == 0 and passed > 0 and 0 or 1, true)
