--- make test-teardown: runs examples/terraform_example.lua with a failure in each of its steps, also in those that
--- delete. Checks that it reports exactly what is left at the service, and that the command it prints removes that.
--- Kills it after each request, before it has read the answer, and runs it again: that takes over what is there, and
--- nothing is left.
--   run.lua [text]   only the rows whose step contains the text
local harness = require("spec.examples.harness")
local rows_of = require("spec.teardown.rows")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local EXAMPLE = "terraform_example"
local KILLED = 128 + 9
local KINDS = { pipeline = { "pipelines", "ImagePipelineId", "Name" }, vswitch = { "vswitches", "VSwitchId",
  "VSwitchName" }, vpc = { "vpcs", "VpcId", "VpcName" } }

-- What the example said is left: "kind id" → true, kinds that may be there without an id, how many.
local function reported(output)
  local known, maybe, count = {}, {}, 0
  for kind, rest in output:gmatch("\n  left: (%l+) +([^\n]+)") do
    if rest:find("may exist", 1, true) then
      maybe[kind] = rest:match("^\"(.-)\"")
    else
      known[kind .. " " .. rest] = true
    end
    count = count + 1
  end
  return known, maybe, count
end

-- What is left, by the service's own account: list of { kind, id, name }.
local function left(state)
  local list = {}
  for kind, names in pairs(KINDS) do
    for _, record in ipairs(state[names[1]]) do
      list[#list + 1] = { kind = kind, id = record[names[2]], name = record[names[3]] }
    end
  end
  return list
end

-- Why the two differ, or nil. A thing without an id may be there or not, once.
local function difference(list, known, maybe)
  local there, unnamed = {}, {}
  for _, item in ipairs(list) do
    local said = item.kind .. " " .. item.id
    there[said] = true
    if not known[said] then
      if maybe[item.kind] ~= item.name or unnamed[item.kind] then
        return said .. " is left and was not reported"
      end
      unnamed[item.kind] = true
    end
  end
  for said in pairs(known) do
    if not there[said] then
      return said .. " was reported and is not left"
    end
  end
end

local function exit_code(output)
  return tonumber(output:match("exit (%d+)\n$"))
end

-- Does the exit code say what happened?
local function wrong_code(output, code, count)
  local whole = output:find("15 of 15 arguments", 1, true) and not output:find("The example failed", 1, true)
  local wanted = count > 0 and 2 or whole and 0 or 1
  return code ~= wanted and ("exit %s, not %d"):format(code, wanted) or nil
end

-- Runs the command that the example printed, as soon as nothing goes wrong any more.
local function wrong_command(open, output, known)
  local arguments = output:match("\n  lua examples/terraform_example%.lua (remove [^\n]+)")
  if not arguments then
    return next(known) and "no command to remove it" or nil
  end
  local again = open:run(EXAMPLE, "", arguments)
  for _, item in ipairs(left(open:control("GET", "state"))) do
    if known[item.kind .. " " .. item.id] then
      return "the command leaves " .. item.id .. ": " .. again
    end
  end
  return exit_code(again) ~= 0 and "the command ends with " .. tostring(exit_code(again)) or nil
end

-- Ctrl-C in a wait, as far as the example can tell: the sleep of that number raises.
local function interrupted(number)
  return "LUA_INIT=" .. shell.quote(([[
    local platform = require("ecs_pipeline.platform")
    local sleep, count = platform.sleep, 0
    platform.sleep = function(...)
      count = count + 1
      if count == %d then error("interrupted!") end
      return sleep(...)
    end]]):format(number))
end

local function play(open, row)
  open:fresh()
  for _, fault in ipairs(row.faults or {}) do
    open:control("POST", "fault", fault)
  end
  local output = open:run(EXAMPLE, row.interrupt and interrupted(row.interrupt) or "", "")
  local state = open:control("GET", "state")
  local known, maybe, count = reported(output)
  local list, code = left(state), exit_code(output)
  assert(not row.interrupt or output:find("interrupted!", 1, true), "no wait was interrupted")
  local why = difference(list, known, maybe) or wrong_code(output, code, count)
  open:control("POST", "calm")
  return why or wrong_command(open, output, known), code, #list, count
end

-- Killed at a point of spec/kill/points.c, and run again; once more, if it began with a VPC that was being deleted.
local function play_killed(open, row)
  open:fresh()
  local code = exit_code(open:run(EXAMPLE, "KILL_AT=" .. row.kill, ""))
  local again = open:run(EXAMPLE, "", "")
  if again:find("InvalidVpcId.NotFound", 1, true) then
    again = open:run(EXAMPLE, "", "")
  end
  local list = left(open:control("GET", "state"))
  return code ~= KILLED and "it was not killed" or exit_code(again) ~= 0 and again
    or list[1] and ("%s %s is left"):format(list[1].kind, list[1].id) or nil, code, #list, 0
end

-- A row for each request that is answered. `log`: the points of a run in which nothing goes wrong. The first answer is
-- that of the TLS handshake.
local function add_killed(rows, log, actions)
  local number = 0
  for point in log:gmatch("(%d+) request %d+ is answered, nobody has read it\n") do
    if number > 0 then
      rows[#rows + 1] = { step = ("killed after %d %s"):format(number, actions[number]), kill = point }
    end
    number = number + 1
  end
  assert(number == #actions + 1, log)
  return rows
end

local open = harness.open()
open:fresh()
local points = os.tmpname()
local output = open:run(EXAMPLE, "KILL_LOG=" .. points, "")
assert(exit_code(output) == 0, output)
local actions = {}
for _, request in ipairs(open:control("GET", "state").requests) do
  actions[#actions + 1] = request.action
end

local rows = add_killed(rows_of(actions), shell.read(points), actions)
os.remove(points)

local wanted, passed, failed = arg[1] or "", 0, 0
print(("%-58s %4s %4s %8s"):format("step", "exit", "left", "reported"))
for _, row in ipairs(rows) do
  if row.step:find(wanted, 1, true) then
    local why, code, there, count = (row.kill and play_killed or play)(open, row)
    passed, failed = passed + (why and 0 or 1), failed + (why and 1 or 0)
    print(("%-58s %4s %4d %8d  %s"):format(row.step, code, there, count, why and "FAILED" or "ok"))
    if why then
      print("    " .. why)
    end
  end
end
open:close()
print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0 and passed > 0 and 0 or 1, true)
