--- `make bench` (bench/run.sh starts this): measures what sections.lua compares and prints a table for each.
--   lua5.4 bench/run.lua SECTIONS ROUNDS     SECTIONS: names of sections.lua and curves.lua, by commas; "curves" is all
--                                            of the latter; empty: all of the former
-- SELF=1: the library takes each floor's place, and must come out as 1.00. DOCS=1: what docs/performance.md shows is
-- written anew.
local curves = require("bench.curves")
local report = require("bench.report")
local sections = require("bench.sections")
local servers = require("bench.servers")
local shell = require("ecs_pipeline.emulator.nginx.shell")
local turns = require("bench.turns")

local ROUNDS = tonumber(arg[2])
local SELF, DOCS = os.getenv("SELF") == "1", os.getenv("DOCS") == "1"
local COUNT_ROUNDS = math.min(ROUNDS, 2) -- instructions of one process hardly differ
local FOLDER, PAGE = "docs/performance", "docs/performance.md"

local function load_average()
  return (shell.read("/proc/loadavg") or "?"):match("^%S+")
end

-- The library twice: what remains is what the harness itself makes of equal programs.
local function against_itself(section)
  for _, row in ipairs(section.rows) do
    if row.ours then
      section.rows = { { name = row.name .. ", as the floor", missing = row.missing, run = row.run }, row }
      return
    end
  end
  error("a section without a row of the library: " .. section.title)
end

-- → a result for report.lua
local function measured(section)
  local counts = section.metrics[1] == "instructions"
  local rounds = counts and not section.differ and COUNT_ROUNDS or ROUNDS
  local samples, rows = turns.measure(section.rows, rounds), {}
  for index, row in ipairs(section.rows) do
    rows[index] = { name = row.name, missing = row.missing, metrics = {} }
    for _, metric in ipairs(row.missing and {} or section.metrics) do
      rows[index].metrics[metric] = turns.compare(samples[row], samples[section.rows[1]], metric)
    end
  end
  local result = { title = section.title, metrics = section.metrics, rows = rows }
  report.print(result, ("   (%d rounds, load %s)"):format(rounds, load_average()))
  return result
end

local lines, unlike = {}, {}

local function run_section(section)
  if SELF then
    against_itself(section)
  end
  local result = measured(section)
  for _, line in ipairs(report.lines(result)) do
    lines[#lines + 1] = line
  end
  local itself = SELF and result.rows[2].metrics[section.metrics[1]]
  if itself and not turns.same(itself.ratio) then
    unlike[#unlike + 1] = section.title
  end
end

local function run_sections(service, wanted)
  for _, entry in ipairs(sections) do
    if wanted[entry[1]] then
      local list = { entry[2](service) }
      for _, section in ipairs(list) do
        run_section(section)
      end
      for _, section in ipairs(list) do
        if section.stop then
          section.stop()
        end
      end
    end
  end
end

-- One curve, in turns over all its points. → the text of its data file: a block for each row's name.
local function curve_data(curve, service)
  local rows, names, of = {}, {}, {}
  for _, number in ipairs(curve.at) do
    for _, row in ipairs(curve.rows(number, service)) do
      if not of[row.name] then
        names[#names + 1] = row.name
        of[row.name] = {}
      end
      row.number = number
      table.insert(of[row.name], row)
      rows[#rows + 1] = row
    end
  end
  local samples, blocks = turns.measure(rows, ROUNDS), {}
  for index, name in ipairs(names) do
    local block = { ("%q"):format(name) }
    for _, row in ipairs(of[name]) do
      local spread = turns.compare(samples[row], samples[row], "cpu").value
      local per = row.per or 1
      block[#block + 1] = ("%d %.2f %.2f %.2f"):format(row.number, spread.median / per, spread.low / per,
        spread.high / per)
    end
    blocks[index] = table.concat(block, "\n")
  end
  return table.concat(blocks, "\n\n\n") .. "\n"
end

local function draw(curve, folder)
  local settings = ("name='%s/%s'; title='%s'; x='%s'; y='%s'; log='%s'; at='%s'"):format(folder, curve.name,
    curve.title, curve.x, curve.y, curve.log, table.concat(curve.at, ","))
  assert(shell.run("gnuplot -e " .. shell.quote(settings) .. " bench/curves.gp"), "gnuplot failed")
end

local function run_curve(curve, service)
  local data = curve_data(curve, service)
  local folder = DOCS and FOLDER or os.getenv("BENCH_CURVES")
  shell.write(("%s/%s.dat"):format(folder, curve.name), data)
  print(("\n%s: %s by %s (median, quartiles; %d rounds, load %s)\n%s"):format(curve.title, curve.y, curve.x, ROUNDS,
    load_average(), data:gsub("\n\n\n", "\n")))
  if shell.run("gnuplot --version >/dev/null 2>&1") then
    draw(curve, folder)
  else
    print(("%s/%s.svg is not drawn: gnuplot is not here"):format(folder, curve.name))
  end
end

local function machine()
  local cpu = (shell.read("/proc/cpuinfo") or ""):match("model name%s*: ([^\n]+)") or "unknown CPU"
  local system = shell.line(". /etc/os-release; echo $PRETTY_NAME")
  return ("%s CPUs (%s), %s, load %s; %s; %s; commit %s; %s"):format(shell.line("nproc"), cpu, system, load_average(),
    shell.line("curl --version"):match("libcurl/%S+"), shell.line("openssl version"):match("OpenSSL %S+"),
    shell.line("git describe --always --dirty 2>/dev/null") or "unknown", os.date("!%Y-%m-%d"))
end

local function refuse(why)
  io.stderr:write("bench: " .. why .. "\n")
  os.exit(2)
end

-- → set of names of sections and curves
local function chosen(text)
  local names, wanted = { "curves" }, {}
  for _, section in ipairs(sections) do
    names[#names + 1] = section[1]
    wanted[section[1]] = text == ""
  end
  for _, curve in ipairs(curves) do
    names[#names + 1] = curve.name
    wanted[curve.name] = text == "" and DOCS
  end
  for name in text:gmatch("[^,]+") do
    if name ~= "curves" and wanted[name] == nil then
      refuse(("no section %s: choose of %s"):format(name, table.concat(names, " ")))
    end
    wanted[name] = true
  end
  for _, curve in ipairs(curves) do
    wanted[curve.name] = wanted[curve.name] or wanted.curves
  end
  return wanted
end

local wanted = chosen(arg[1])
for _, section in ipairs(DOCS and arg[1] ~= "" and sections or {}) do
  if wanted[section[1]] then
    refuse("the page shows all sections: leave BENCH out with DOCS=1, or name curves only")
  end
end
if DOCS and SELF then
  refuse("SELF=1 measures nothing for the page: leave DOCS=1 out")
end
local about = ("Measured on %s. %d rounds in turns."):format(machine(), ROUNDS)
print(about)
local service = servers.service()
local ran, why = xpcall(function()
  run_sections(service, wanted)
  for _, curve in ipairs(curves) do
    if wanted[curve.name] then
      run_curve(curve, service)
    end
  end
end, debug.traceback)
service.stop()
assert(ran, why)

if DOCS and #lines > 0 then
  local text = "# " .. about .. "\n" .. table.concat(lines, "\n") .. "\n"
  shell.write(FOLDER .. "/table.tsv", text)
  shell.write(PAGE, report.fill(assert(shell.read(PAGE)), text))
end
if SELF then
  print(#unlike == 0 and "\nEvery floor that is the library itself gives 1.00 within the spread."
    or "\nNot 1.00 within the spread: " .. table.concat(unlike, "; "))
  os.exit(#unlike == 0)
end
