--- The rows of make test-kill about one journal and many processes. The journal is behind a link and readable by its
--- group; each row compares link, mode, inode and entries before and after.
local cjson = require("cjson").new()
local harness = require("spec.kill.harness")
local journal_file = require("ecs_pipeline.bake.journal_file")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local journals = {}

local MODULE, PROCESSES = "spec.kill.journal_calls", 8

local function entries_of(path)
  local text = shell.read(path)
  local count, keys = 0, text and text ~= "" and cjson.decode(text).entries or {}
  for _ in pairs(keys) do
    count = count + 1
  end
  return count, keys
end

-- What is to be seen of the journal.
local function look(open)
  local folder = open.folder
  local count, keys = entries_of(folder .. "/real/journal")
  return { link = shell.line("stat -c '%i %N' " .. folder .. "/link"), keys = keys, entries = count,
    mode = shell.line("stat -c %a " .. folder .. "/real/journal"),
    inode = shell.line("stat -c %i " .. folder .. "/real/journal"),
    names = shell.line("ls -A " .. folder .. "/real | tr '\\n' ' '"),
    executions = #open:control("GET", "state").executions }
end

local function text_of(seen)
  return ("journal %s, inode %s, %d entries; link %s; files %s; executions %d"):format(seen.mode, seen.inode,
    seen.entries, seen.link:gsub(".*/(link' ->)", "%1"), seen.names, seen.executions)
end

-- The call, with a journal of one entry.
local function prepare(open, name)
  local call
  for _, row in ipairs(require(MODULE)) do
    call = row.name == name and row or call
  end
  open:prepare(call)
  shell.run(("cd %s && mkdir real && ln -s real/journal link"):format(open.folder))
  assert(journal_file.new(open.folder .. "/link"):put("before", "x"))
  shell.run("chmod 640 " .. open.folder .. "/real/journal")
  local seen = look(open)
  seen.held = io.open(open.folder .. "/real/journal") -- so that no later file gets its inode
  return call, seen
end

-- What is wrong after `entries` more entries and `executions` executions.
local function compare(before, after, entries, executions)
  local problems = {}
  local function expect(what, is, wanted)
    if is ~= wanted then
      problems[#problems + 1] = ("%s: %s, and not %s"):format(what, tostring(is), tostring(wanted))
    end
  end
  expect("link", after.link, before.link)
  expect("mode", after.mode, "640")
  expect("same inode", after.inode == before.inode, entries == 0)
  expect("entries", after.entries, before.entries + entries)
  expect("files", after.names, "journal ")
  expect("executions", after.executions, executions)
  return problems
end

local ROWS = {}

ROWS[1] = { name = PROCESSES .. " processes build one pipeline with one journal", run = function(open)
  local call, before = prepare(open, "build")
  local runs, first = open:together(call, PROCESSES), nil
  local after = look(open)
  local problems = compare(before, after, 1, 1)
  for _, run in ipairs(runs) do
    first = first or run.said
    if run.code ~= 0 or run.said ~= first then
      problems[#problems + 1] = ("exit code %s: %s"):format(tostring(run.code), run.said)
    end
  end
  return before, after, problems
end }

ROWS[2] = { name = PROCESSES .. " processes put 25 entries each", run = function(open)
  local call, before = prepare(open, "puts")
  open:together(call, PROCESSES)
  local after = look(open)
  return before, after, compare(before, after, 25 * PROCESSES, 0)
end }

ROWS[3] = { name = PROCESSES .. " processes, each killed at another point of its put", run = function(open)
  local call, before = prepare(open, "put")
  local runs = open:together(call, PROCESSES, function(number)
    return (number - 1) % 7 + 1
  end)
  assert(journal_file.new(open.folder .. "/link"):put("one more", "x"))
  local after, written, wrong = look(open), 1, {}
  for number, run in ipairs(runs) do
    local named = false
    for _, what in ipairs(run.points) do
      named = named or what == "journal has its name"
    end
    written = written + (named and 1 or 0)
    if run.code ~= 137 or named ~= (after.keys["killed " .. number] ~= nil) then
      wrong[#wrong + 1] = ("process %d: exit code %s, entry %s after: %s"):format(number, tostring(run.code),
        tostring(after.keys["killed " .. number]), table.concat(run.points, ", "))
    end
  end
  local problems = compare(before, after, written, 0)
  for _, what in ipairs(wrong) do
    problems[#problems + 1] = what
  end
  return before, after, problems
end }

ROWS[4] = { name = "killed after the start was sent, and then the journal is emptied", run = function(open)
  local call = prepare(open, "build")
  local _, _, points = open:run(call, 0)
  local at
  for number, what in ipairs(points) do
    at = what == "request 2 is sent" and number or at
  end
  prepare(open, "build")
  open:run(call, at)
  shell.run("sleep 0.2; : >" .. open.folder .. "/real/journal")
  local before = look(open)
  local code, said = open:run(call, 0)
  local after = look(open)
  local problems = compare(before, after, 0, 1)
  if code == 0 or not said:find("is empty: lost, or never written? remove it to begin anew", 1, true) then
    problems[#problems + 1] = ("exit code %s: %s"):format(tostring(code), said)
  end
  return before, after, problems
end }

--- Plays the rows.
-- @tparam function report called with the name of a row, what was there before, after, and a list of problems
function journals.run(report)
  local open = harness.open(MODULE)
  for _, row in ipairs(ROWS) do
    local before, after, problems = row.run(open)
    report(row.name, text_of(before), text_of(after), problems)
  end
  open:close()
end

return journals
