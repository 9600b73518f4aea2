-- Reads what callgrind wrote, and compares it with the budget: lua report.lua FOLDER TOOLCHAIN check|write
local report = {}

local BUDGET = "bench/instructions/budget.lua"
local ALLOWED = 1.03
local SEEDS = 5

-- Judged: our two modules and the Lua binary. Printed: the libraries, which others change.
local OURS = { ["core.so"] = true, ["curl.so"] = true, ["lua5.4"] = true }
local PRINTED = { { "libcrypto", "^libcrypto%." }, { "libcurl", "^libcurl%." }, { "libc", "^libc%.so" },
  { "cjson", "cjson" } }

--- Instructions by object.
-- @tparam function lines iterator over the lines of a dump of callgrind
-- @treturn table file name without folder → count
function report.objects(lines)
  local costs, object, of_call = {}, "?", false
  for line in lines do
    local name = line:match("^ob=(.*)$")
    if name then
      object = name:match("([^/]*)$")
    elseif line:find("^calls=") then
      of_call = true -- the next line is the cost of what was called
    elseif line:find("^[%d+*-]") then
      if not of_call then
        costs[object] = (costs[object] or 0) + tonumber(line:match("^%S+ (%d+)"))
      end
      of_call = false
    end
  end
  return costs
end

-- { own, libcrypto, libcurl, libc, cjson } of one call of the piece
local function row_of(costs, times)
  local row = { own = 0 }
  for _, printed in ipairs(PRINTED) do
    row[printed[1]] = 0
  end
  for object, count in pairs(costs) do
    row.own = row.own + (OURS[object] and count / times or 0)
    for _, printed in ipairs(PRINTED) do
      row[printed[1]] = row[printed[1]] + (object:find(printed[2]) and count / times or 0)
    end
  end
  return row
end

--- The mean of rows of numbers, field by field.
function report.mean(rows)
  local mean = {}
  for _, row in ipairs(rows) do
    for name, count in pairs(row) do
      mean[name] = (mean[name] or 0) + count / #rows
    end
  end
  return mean
end

--- Compares a count with its budget.
-- @tparam number own
-- @tparam ?number budget
-- @treturn boolean good
-- @treturn string note
function report.judge(own, budget)
  if not budget then
    return false, "no budget"
  end
  local change = (own / budget - 1) * 100
  local good = own <= budget * ALLOWED
  return good, ("%+.1f %%"):format(change) .. (good and "" or "  RED")
end

local function read(folder, piece)
  local rows = {}
  for seed = 1, SEEDS do
    local file = assert(io.open(("%s/%s.%d.1"):format(folder, piece.name, seed)))
    rows[seed] = row_of(report.objects(file:lines()), piece.times)
    file:close()
  end
  return report.mean(rows)
end

local function write(rows, toolchain)
  local file = assert(io.open(BUDGET, "w"))
  file:write("-- Instructions of each piece, and what they were counted with.\n"
    .. "-- `make bench-instructions BUDGET=write` writes this file.\nreturn {\n",
    ("  toolchain = %q,\n"):format(toolchain))
  for _, row in ipairs(rows) do
    file:write(("  %s = %d,\n"):format(row.name, math.floor(row.own + 0.5)))
  end
  file:write("}\n")
  file:close()
end

--- Prints the table.
-- @tparam string folder dumps of callgrind, `<piece>.<seed>.1`
-- @tparam string toolchain system, compiler with its flags, Lua
-- @tparam string mode "check" or "write"
-- @tparam ?function print
-- @treturn boolean is every piece within its budget?
function report.run(folder, toolchain, mode, print)
  print = print or _G.print
  local budget = mode == "write" and {} or dofile(BUDGET)
  local judged = budget.toolchain == toolchain
  local rows, passed, failed = {}, 0, 0
  print(("%-18s %12s %12s  %-14s %10s %10s %10s %10s"):format("instructions", "own", "budget", "change", "libcrypto",
    "libcurl", "libc", "cjson"))
  for index, piece in ipairs(require("bench.instructions.pieces").LIST) do
    local row = read(folder, piece)
    rows[index], row.name = row, piece.name
    local good, note = report.judge(row.own, budget[piece.name])
    passed, failed = passed + (good and 1 or 0), failed + (good and 0 or 1)
    print(("%-18s %12.0f %12s  %-14s %10.0f %10.0f %10.0f %10.0f"):format(piece.name, row.own,
      budget[piece.name] or "-", note, row.libcrypto, row.libcurl, row.libc, row.cjson))
  end
  if mode == "write" then
    write(rows, toolchain)
    print("written: " .. BUDGET)
    return true
  elseif not judged then
    print("budget for: " .. tostring(budget.toolchain) .. "\nthis is:    " .. toolchain)
    print("skipped: instructions are judged only with the compiler and the Lua of the budget")
    return true
  end
  print(("%d passed, %d failed"):format(passed, failed))
  return failed == 0
end

if arg and arg[0] and arg[0]:find("report%.lua$") then
  os.exit(report.run(arg[1], arg[2], arg[3]) and 0 or 1)
end

return report
