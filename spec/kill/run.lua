--- make test-kill: every call, killed at every point where it deals with the system, then called again; one line per
-- point.
-- "there" = pipelines/executions/images at the service, then snapshots and networks if there are any, and files in the
-- folder, when the process was dead.
--   run.lua [text]   only the calls whose name contains the text ("one journal": only the rows of journals.lua)
local harness = require("spec.kill.harness")
local calls = require("spec.kill.calls")
local journals = require("spec.kill.journals")

local wanted = arg[1] or ""
local passed, failed = 0, 0

local function counted(n, noun)
  return ("%d %s%s"):format(n, noun, n == 1 and "" or "s")
end

local function there(seen)
  local files = {}
  for name in pairs(seen.files) do
    files[#files + 1] = name:gsub("ip%-bp%w+", "{id}"):gsub("%.%x+%.new$", ".{random}.new")
  end
  table.sort(files)
  local networks = #seen.vpcs + #seen.vswitches
  return ("%d/%d/%d%s%s %s"):format(#seen.pipelines, #seen.executions, #seen.images,
    #seen.snapshots > 0 and " s" .. #seen.snapshots or "", networks > 0 and " n" .. networks or "",
    table.concat(files, " "))
end

-- What the later runs sent: reads are counted, writes named; "again": the token had been there before.
local function sent(row)
  local known, reads, list = {}, 0, {}
  for index, request in ipairs(row.after.requests) do
    local writes = not harness.reads(request.action)
    if index <= #row.there.requests then
      known[request.client_token or ""] = true
    elseif writes then
      local name = request.action:gsub("ImagePipeline", ""):gsub("^Execution", "")
      list[#list + 1] = name .. (request.client_token and known[request.client_token] and " again" or "")
        .. (request.code and " (" .. request.code:match("[^.]*$") .. ")" or "")
    else
      reads = reads + 1
    end
  end
  return (row.runs > 1 and row.runs .. " runs: " or "") .. counted(reads, "read")
    .. (list[1] and ", " .. table.concat(list, ", ") or "")
end

local function print_row(row)
  local ok = #row.problems == 0 and row.duplicates == 0
  passed, failed = passed + (ok and 1 or 0), failed + (ok and 0 or 1)
  print(("  %-50s %-20s %-40s %10d  %s"):format(row.point, there(row.there), sent(row), row.duplicates,
    not ok and "FAILED" or row.over and "the call was over: as two calls" or "same"))
  for _, problem in ipairs(row.problems) do
    print("      " .. problem)
  end
  io.stdout:flush()
end

local function run(open, call, reference)
  for at = 1, #reference.points do
    print_row(open:kill(call, at, reference))
  end
  for _, at in ipairs(call.concurrent and {} or harness.writes(reference)) do
    local others, more = 0, true
    while more do
      local row
      others = others + 1
      row, more = open:late(call, at, others, reference)
      print_row(row)
    end
  end
end

local open = harness.open("spec.kill.calls")
for _, call in ipairs(calls) do
  if call.name:find(wanted, 1, true) then
    local reference = open:reference(call)
    local came = reference.result ~= "" and reference.result or "done"
    print(("%s: %d points; undisturbed: %s"):format(call.name, #reference.points, came))
    print(("  %-50s %-20s %-40s %10s  %s"):format("killed when", "there", "the next run sent", "duplicates",
      "end"))
    local why = harness.useless(reference)
    if why then
      failed = failed + 1
      print("  FAILED: " .. why)
    else
      run(open, call, reference)
    end
  end
end
open:close()
if ("one journal"):find(wanted, 1, true) then
  print("one journal, many processes:")
  journals.run(function(name, before, after, problems)
    local ok = #problems == 0
    passed, failed = passed + (ok and 1 or 0), failed + (ok and 0 or 1)
    print(("  %s: %s\n    before  %s\n    after   %s"):format(name, ok and "as it should be" or "FAILED", before,
      after))
    for _, problem in ipairs(problems) do
      print("      " .. problem)
    end
  end)
end
print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0 and passed > 0 and 0 or 1, true)
