--- Kills a real process at one point of its call, starts it again, and examines what the service has then. The service
--- is the emulator in nginx, on a virtual clock that advances with the clock of the processes. points.c defines the
--- points.
local child_lua = require("spec.support.child_lua")
local cjson = require("cjson").new()
local curl = require("ecs_pipeline.transport.curl")
local ecs = require("ecs_pipeline")
local points_library = require("spec.kill.points_library")
local server = require("ecs_pipeline.emulator.nginx.server")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local harness = {}

local Harness = {}
Harness.__index = Harness

local NOW = 1795491843
local KEYS = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" }
local DURATIONS = { PREPARING = 10, BUILDING = 20, RELEASING = 10, CANCELLING = 10 } -- seconds

-- Runs of a call after it was killed, until one ends well.
local RUNS = 3

--- Start the service. `close` it.
-- @tparam string calls name of the module that lists the calls
function harness.open(calls)
  local library = points_library.compile()
  local running = assert(server.start({ tls = false,
    emulator = { clock = "virtual", now = NOW, builds = { durations = DURATIONS } } }))
  local self = setmetatable({ calls = calls, running = running, transport = curl.new(), library = library,
    url = "http://127.0.0.1:" .. running.http_port, folder = running.prefix .. "/work" }, Harness)
  self:control("POST", "follow")
  return self
end

function Harness:close()
  self.transport.close()
  self.running.stop()
end

function Harness:control(method, path, value)
  local reply = assert(self.transport.send({ method = method, headers = {}, body = value and cjson.encode(value) or "",
    url = self.url .. "/_emulator/" .. path }))
  assert(reply.status == 200, reply.body)
  return cjson.decode(reply.body)
end

-- The scene of a call, with nothing of an earlier one.
function Harness:prepare(call)
  self:control("POST", "reset")
  shell.run(("rm -rf %s && mkdir %s"):format(shell.quote(self.folder), shell.quote(self.folder)))
  local client = ecs.new({ region = "cn-hangzhou", endpoint = self.url, credentials = KEYS, proxy = false,
    log = "off", platform = { wall = function() return NOW end } })
  self.word = call.before(client, function(method, path, value)
    return self:control(method, path, value)
  end, self.folder)
  client.close()
  self.base = #self:control("GET", "state").requests
end

-- What is compared: all of it at the service, but for the files.
local KINDS = { "pipelines", "executions", "images", "snapshots", "vpcs", "vswitches", "files" }

-- What the service and the folder hold, and the requests since the scene was set.
function Harness:look()
  local state = self:control("GET", "state")
  local requests = {}
  for index = self.base + 1, #state.requests do
    requests[#requests + 1] = state.requests[index]
  end
  local files = {}
  local pipe = io.popen("ls -A " .. shell.quote(self.folder))
  for name in pipe:lines() do
    files[name] = shell.read(self.folder .. "/" .. name)
  end
  pipe:close()
  local seen = {}
  for _, kind in ipairs(KINDS) do
    seen[kind] = state[kind]
  end
  seen.now, seen.requests, seen.files = state.now, requests, files
  return seen
end

-- The command of a process; its output and its points go to files of that number.
local function command(self, call, at, settings, number)
  local out, log = self.running.prefix .. "/out" .. number, self.running.prefix .. "/points" .. number
  os.remove(log)
  return table.concat({
    "timeout -k 1 60 env -i PATH=\"$PATH\" LUA_PATH='lua/?.lua;lua/?/init.lua;./?.lua;;'",
    "LUA_CPATH='build/" .. child_lua.interpreter .. "/?.so;;'",
    "ALIBABA_CLOUD_ACCESS_KEY_ID=" .. KEYS.access_key_id,
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET=" .. KEYS.access_key_secret, "ALIBABA_CLOUD_ENDPOINT_ECS=" .. self.url,
    "ALIBABA_CLOUD_ENDPOINT_VPC=" .. self.url,
    "LD_PRELOAD=" .. shell.quote(self.library), "KILL_FOLDER=" .. shell.quote(self.folder),
    "KILL_LOG=" .. shell.quote(log), "KILL_AT=" .. at, "KILL_CLOCK=" .. self:control("GET", "state").now,
    settings or "", child_lua.interpreter, "spec/kill/child.lua", self.calls, shell.quote(call.name),
    shell.quote(self.folder), shell.quote(self.word),
    (">%s 2>&1; echo \"exit $?\" >>%s"):format(shell.quote(out), shell.quote(out)),
  }, " ")
end

-- → exit code as the shell says it, what the process printed, the points that it reached
local function ending(self, number)
  local said, code = shell.read(self.running.prefix .. "/out" .. number):match("^(.*)exit (%d+)\n$")
  local points = {}
  for at, what in (shell.read(self.running.prefix .. "/points" .. number) or ""):gmatch("(%d+) ([^\n]*)\n") do
    points[tonumber(at)] = what
  end
  return tonumber(code), said:gsub("\n$", ""), points
end

--- One run of the call.
-- @tparam table call
-- @tparam integer at the point where it ends
-- @tparam ?string settings more environment
-- @return as `ending`
function Harness:run(call, at, settings)
  shell.run(command(self, call, at, settings, ""))
  return ending(self, "")
end

--- Several runs of the call at the same time.
-- @tparam table call
-- @tparam integer count
-- @tparam ?function at number of the run → the point where it ends
-- @treturn table list of `{ code, said, points }`
function Harness:together(call, count, at)
  local commands, list = {}, {}
  for number = 1, count do
    commands[number] = "( " .. command(self, call, at and at(number) or 0, "WRITER=" .. number, number) .. " ) &"
  end
  shell.run(table.concat(commands, " ") .. " wait")
  for number = 1, count do
    local code, said, points = ending(self, number)
    list[number] = { code = code, said = said, points = points }
  end
  return list
end

-- Requests that a process sent whole may still be in the server's socket when it is dead.
function Harness:settle(points)
  local sent = 0
  for _, what in ipairs(points) do
    sent = math.max(sent, tonumber(what:match("^request (%d+) is sent$")) or 0)
  end
  local seen
  shell.wait(2, function()
    seen = self:look()
    return #seen.requests >= sent
  end)
  return seen
end

local TIME = "%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%dZ"
local RANDOM = ("%x"):rep(32) -- tokens that the library makes, and digests of them

-- JSON is taken for what it says.
local function decoded(text)
  local readable, value = pcall(cjson.decode, text:find("^{") and text or "")
  return readable and value or text
end

-- A value as text, sorted, without times and random numbers: two runs are a little apart.
local function canonical(value)
  value = type(value) == "string" and decoded(value) or value
  if type(value) ~= "table" then
    return (tostring(value):gsub(TIME, "TIME"):gsub(RANDOM, "RANDOM"))
  end
  local parts = {}
  for key, item in pairs(value) do
    parts[#parts + 1] = tostring(key) .. "=" .. canonical(item)
  end
  table.sort(parts)
  return "{" .. table.concat(parts, "; ") .. "}"
end

local function count(map)
  local n = 0
  for _ in pairs(map) do
    n = n + 1
  end
  return n
end

--- More of anything than without the kill.
local function duplicates(seen, reference)
  local more = 0
  for _, kind in ipairs(KINDS) do
    more = more + math.max(0, count(seen[kind]) - count(reference[kind]))
  end
  return more
end

local function differences(seen, reference, problems)
  for _, kind in ipairs(KINDS) do
    local is, was = canonical(seen[kind]), canonical(reference[kind])
    if is ~= was then
      problems[#problems + 1] = ("%s are\n        %s\n      and without the kill\n        %s"):format(kind, is, was)
    end
  end
end

--- One run from the scene to its end, not disturbed; or two.
-- @treturn table { code, result, points, seen; twice = the same after a second one, when the call is `told_once` }
function Harness:reference(call)
  self:prepare(call)
  local code, result, points = self:run(call, 0)
  local reference = { code = code, result = result, points = points, seen = self:look() }
  if call.told_once then
    code, result = self:run(call, 0)
    reference.twice = { code = code, result = result, seen = self:look() }
  end
  return reference
end

-- Run until the point where it ends. → what is wrong with that, the points
local function killed(self, call, at, reference)
  local code, said, points = self:run(call, at)
  if call.concurrent and (code == 137 or code == 0) then
    return {}, points -- its points come in another order each time, and not always as many
  elseif code ~= 137 or #points ~= at then
    return { ("was not killed at point %d: exit code %s after %d points: %s"):format(at, tostring(code), #points,
      said) }, points
  elseif points[at] ~= reference.points[at] then
    return { ("point %d is now: %s"):format(at, points[at]) }, points
  end
  return {}, points
end

-- Run again until it ends well. → what the last run said, how many runs
local function again(self, call)
  local code, said
  for run = 1, RUNS do
    code, said = self:run(call, 0)
    if code == 0 then
      return said, run
    end
  end
  return said, RUNS
end

-- At this point, is the call over for whoever reads its journal?
local function is_over(call, at, points)
  local writes = 0
  for index = at + 1, #points do
    writes = writes + (points[index] == "journal has its name" and 1 or 0)
  end
  return writes < (call.told_once or 0)
end

local function compare(row, result, reference)
  if result ~= reference.result then
    table.insert(row.problems, ("it came to \"%s\", and without the kill to \"%s\""):format(result,
      reference.result))
  end
  differences(row.after, reference.seen, row.problems)
  row.duplicates = duplicates(row.after, reference.seen)
  return row
end

--- Kill the call at a point, run it again, compare.
-- @treturn table { point, there = what was there when it was dead, after = at the end, duplicates, runs, problems,
--   over = the call was: what came next was a second one }
function Harness:kill(call, at, reference)
  self:prepare(call)
  local problems, points = killed(self, call, at, reference)
  local there = self:settle(points)
  local result, runs = again(self, call)
  local row = { point = reference.points[at], problems = problems, there = there, runs = runs, after = self:look() }
  row.over = is_over(call, at, reference.points)
  return compare(row, result, row.over and reference.twice or reference)
end

--- The same, but the last request reaches the service when the next run has made `others` of its own.
-- @treturn table as `kill`
-- @treturn boolean whether it made as many; if not, the request came after its end
function Harness:late(call, at, others, reference)
  self:prepare(call)
  local number = reference.points[at]:match("%d+")
  self:control("POST", "hold?n=" .. number)
  local row = { problems = killed(self, call, at, reference) }
  local function held()
    return self:control("GET", "held").held
  end
  if not shell.wait(2, held) then
    table.insert(row.problems, "request " .. number .. " never came")
  end
  row.there = self:look()
  self:control("POST", "release?n=" .. others)
  local result
  result, row.runs = again(self, call)
  local after_its_end = held()
  self:control("POST", "release?n=0")
  row.point = ("request %s comes after %s of the next run"):format(number, after_its_end and "the end" or others)
  local total = #self:look().requests
  if after_its_end then
    shell.wait(2, function()
      return #self:look().requests > total
    end)
  end
  row.after, row.over = self:look(), is_over(call, at, reference.points)
  return compare(row, result, row.over and reference.twice or reference), not after_its_end
end

--- What a table of no use is said to lack, or nil.
-- @tparam table reference
function harness.useless(reference)
  if reference.code ~= 0 then
    return ("it does not end well without a kill: exit code %s: %s"):format(reference.code, reference.result)
  elseif #reference.points == 0 then
    return "there is no point to kill it at"
  end
end

--- Does an action only read?
function harness.reads(action)
  return action:find("^Describe") ~= nil or action:find("^List") ~= nil
end

--- The points after which a request that writes is on its way.
-- @treturn table list of numbers
function harness.writes(reference)
  local list = {}
  for at, what in ipairs(reference.points) do
    local number = tonumber(what:match("^request (%d+) is sent$"))
    if number and not harness.reads(reference.seen.requests[number].action) then
      list[#list + 1] = at
    end
  end
  return list
end

return harness
