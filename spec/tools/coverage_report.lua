--- Adds up what gcov and line_hook.c noted: lua5.4 spec/tools/coverage_report.lua FOLDER LINES
-- FOLDER holds the .gcno and .gcda files of every build that ran, LINES the files of the hook. Prints lines and
-- branches per file, then every line that no test reaches. spec/tools/not_reached.txt says why some are not; one
-- without a reason is a failure. Ends with "N passed, N failed": files without such lines, and such lines.
-- luacheck: std lua54
local folder, line_folder = arg[1], arg[2]
local cjson = require("cjson").new()
local REASONS = "spec/tools/not_reached.txt"

local function run(command)
  local pipe = assert(io.popen(command))
  return function()
    local line = pipe:read("L")
    if not line then
      pipe:close()
    end
    return line
  end
end

local files = {} -- path → { lines = number → count, branches = key → count, functions = number → name }

local function file_of(path)
  files[path] = files[path] or { lines = {}, branches = {}, functions = {} }
  return files[path]
end

-- gcov: an object that is compiled twice (C tests, core, curl, sweep) adds to the same lines.
local function add_c(report)
  for _, entry in ipairs(report.files) do
    local path = entry.file:match("csrc/.*%.c$")
    local file = path and file_of(path)
    for _, line in ipairs(file and entry.lines or {}) do
      local number = math.tointeger(line.line_number)
      file.lines[number] = (file.lines[number] or 0) + line.count
      file.functions[number] = line.function_name
      for i, branch in ipairs(line.branches) do
        local key = ("%d %s %d"):format(number, line.function_name or "", i)
        file.branches[key] = (file.branches[key] or 0) + branch.count
      end
    end
  end
end

for notes in run("find " .. folder .. " -name '*.gcno'") do
  for json in run("gcov --branch-probabilities --json-format --stdout " .. notes:gsub("%s+$", "") .. " 2>/dev/null") do
    add_c(cjson.decode(json))
  end
end

-- Lua: which lines hold code is what the compiler says; `end` alone is the return that another one came
-- before, and brackets alone belong to a line above.
for line in run("find lua -name '*.lua' | sort") do
  local path = line:gsub("%s+$", "")
  local file, texts = file_of(path), {}
  for text in io.lines(path) do
    texts[#texts + 1] = text
  end
  for row in run("luac5.4 -l -l -p " .. path) do
    local number, code = row:match("^\t%d+\t%[(%d+)%]\t(%u+)")
    number = code ~= "VARARGPREP" and tonumber(number)
    if number and not texts[number]:match("^%s*end[%s%),;}]*$") and texts[number]:find("[%w_]") then
      file.lines[number] = 0
    end
  end
end
for name in run("find " .. line_folder .. " -type f") do
  for row in io.lines((name:gsub("%s+$", ""))) do
    local path, number = row:match("^(.-) (%d+)$")
    number = tonumber(number)
    if files[path] and files[path].lines[number] then
      files[path].lines[number] = 1
    end
  end
end

local reasons = {}
for row in io.lines(REASONS) do
  local path, text, reason = row:match("^([^#%s]%S*): (.-)%s+=> (.+)$")
  if path then
    local name = text:match("^function ([%w_]+)$")
    reasons[#reasons + 1] = { path = path, text = text, name = name, reason = reason, used = 0 }
  elseif not row:match("^#") and row:match("%S") then
    error(REASONS .. ": cannot read: " .. row)
  end
end

local function reason_for(path, text, name)
  for _, reason in ipairs(reasons) do
    if path:find(reason.path, 1, true) and (reason.name and reason.name == name
      or not reason.name and text:find(reason.text, 1, true)) then
      reason.used = reason.used + 1
      return reason
    end
  end
end

local function share(reached, all)
  return all == 0 and "       -      " or ("%4d/%4d %3d %%"):format(reached, all, math.floor(100 * reached / all))
end

local MOST_SHOWN = 20 -- of one file
local paths, unexplained, clean, failed = {}, {}, 0, 0
for path in pairs(files) do
  paths[#paths + 1] = path
end
table.sort(paths)
local total = { c = { 0, 0, 0, 0 }, lua = { 0, 0, 0, 0 } }
print(("  %-44s %-16s %-16s %s"):format("file", "lines", "branches", "not reached: with a reason, without"))
for _, path in ipairs(paths) do
  local file, sum = files[path], total[path:match("%.(%w+)$")]
  local reached, all, taken, branches, with, without, texts = 0, 0, 0, 0, 0, 0, {}
  for text in io.lines(path) do
    texts[#texts + 1] = text:match("^%s*(.-)%s*$")
  end
  for number = 1, #texts do
    local count = file.lines[number]
    all = all + (count and 1 or 0)
    reached = reached + (count and count > 0 and 1 or 0)
    if count == 0 then
      if reason_for(path, texts[number], file.functions[number]) then
        with = with + 1
      else
        without = without + 1
        if without <= MOST_SHOWN then
          unexplained[#unexplained + 1] = ("    %s:%d: %s"):format(path, number, texts[number])
        end
      end
    end
  end
  if reached == 0 and without > 0 then
    while unexplained[#unexplained] and unexplained[#unexplained]:find(path, 1, true) do
      unexplained[#unexplained] = nil
    end
    unexplained[#unexplained + 1] = ("    %s: none of its %d lines"):format(path, without)
  elseif without > MOST_SHOWN then
    unexplained[#unexplained + 1] = ("    %s: and %d lines more"):format(path, without - MOST_SHOWN)
  end
  failed = failed + without
  for _, count in pairs(file.branches) do
    branches = branches + 1
    taken = taken + (count > 0 and 1 or 0)
  end
  for i, number in ipairs({ reached, all, taken, branches }) do
    sum[i] = sum[i] + number
  end
  clean = clean + (without == 0 and 1 or 0)
  print(("  %-44s %-16s %-16s %s"):format(path, share(reached, all), share(taken, branches),
    with + without > 0 and ("%d, %d"):format(with, without) or ""))
end
for _, kind in ipairs({ "c", "lua" }) do
  local sum = total[kind]
  print(("  %-44s %-16s %-16s"):format("all " .. (kind == "c" and "C" or "Lua"), share(sum[1], sum[2]),
    share(sum[3], sum[4])))
end
print("  not reached, with a reason:")
for _, reason in ipairs(reasons) do
  print(("    %-34s %3d lines: %s"):format(reason.path, reason.used, reason.reason))
end
if failed > 0 then
  print("  not reached, without a reason in " .. REASONS .. ":")
  print(table.concat(unexplained, "\n"))
end
print(("%d passed, %d failed"):format(clean, failed))
os.exit(failed == 0)
