--- One fault, one call, one result: a whole client on libcurl (or, inside nginx, on cosockets), the service with a
-- fault, a virtual clock for the pauses between attempts, and a real clock for everything else.
--
-- A row: { fault = text for the table, play = name or list (raw_server_service.lua), class = how the
-- client must treat it, kind =, code =, … }. The classes are those of retry.lua and decide what is expected:
--   ok         the call succeeds at the first attempt
--   lost       retried; a write's outcome is unknown
--   unsent, throttled, busy   retried; nothing was carried out
--   final      not retried
-- Further fields:
--   kind, code, status, message (pattern)   what the error must contain
--   uncertain = true    a final failure after which a write's outcome is unknown
--   calls, modes        lists from M.CALLS and M.MODES; default: all
--   attempts = 3, deadline = 60 (seconds, virtual), total = 5, connect = 2 (seconds of one attempt)
--   tries               expected attempts, if the class does not say it
--   waits = { least, most }   seconds before each retry
--   endpoint, options, play_with = function(harness) → URL, more options of ecs.new, another `play`
--   wall                seconds by which this machine's clock is wrong
--   warm = true         the connection has carried a call before
--   pause               seconds before the next call
--   next_tries = 2      attempts of the next call, which must first find out what this one could not
--   slow = true         the specs run it with one call; `make faults` with all
--   always, once        tables of fields that apply only in that mode
--   cosocket            a table of fields that apply with that transport instead, or false: not played with it

local core = require("ecs_pipeline.core")
local ecs = require("ecs_pipeline")
local fault_server = require("spec.faults.server")

local unpack = table.unpack or unpack -- luacheck: ignore 113 143

local Harness = {}
Harness.__index = Harness

local M = { CALLS = { "create", "describe", "delete" }, MODES = { "always", "once" } }

-- Beyond what the deadlines allow; machines are slow, and sanitizers slower.
local SLACK = 10

local KEYS = { access_key_id = "key", access_key_secret = "secret" }

local serial = 0

local function arguments()
  serial = serial + 1
  return {
    name = ("fault-%d"):format(serial), base_image = "base", base_image_type = "IMAGE_FAMILY",
    build_content = "RUN true",
  }
end

--- Starts the server and makes the pipeline that describe asks for.
-- @tparam[opt] string transport a row's field of that name overrides its others; default "curl"
-- @tparam[opt] function make (options, platform, wall) → the client under faults; default `ecs.new`
function M.open(transport, make)
  local harness = setmetatable({ server = fault_server.start(), transport = transport or "curl",
    make = make or ecs.new }, Harness)
  harness.server.play({})
  harness.plain = ecs.new({ region = "cn-hangzhou", credentials = KEYS, log = "off", transport = "curl",
    proxy = false, endpoint = harness.server.url("") })
  harness.existing = assert(harness.plain.pipeline.create(arguments())).id
  return harness
end

function Harness:close()
  self.plain.close()
  self.server.stop()
  for _, stop in ipairs(self.stops or {}) do
    stop()
  end
end

--- For rows that need more than the raw server: started once, stopped with the harness.
function Harness:helper(name, start)
  self.helpers = self.helpers or {}
  if not self.helpers[name] then
    self.helpers[name] = start()
    self.stops = self.stops or {}
    self.stops[#self.stops + 1] = self.helpers[name].stop
  end
  return self.helpers[name]
end

-- Clocks on which waiting costs nothing.
local function virtual_platform(row)
  local platform = { slept = {} }
  local skipped = 0
  platform.clock = function() return core.clock() + skipped end
  platform.wall = function() return core.wall() + (row.wall or 0) end
  platform.random = function() return 0.5 end
  platform.sleep = function(seconds)
    platform.slept[#platform.slept + 1] = seconds
    skipped = skipped + seconds
  end
  return platform
end

local function client_for(harness, row, platform)
  local options = {
    region = "cn-hangzhou", credentials = KEYS, log = "off", transport = "curl", proxy = false,
    endpoint = row.endpoint and row.endpoint(harness) or harness.server.url(""),
    timeout = { connect = row.connect or 2, total = row.total or 5 },
    retry = { attempts = row.attempts or 3, deadline = row.deadline or 60 },
    platform = platform,
  }
  for name, value in pairs(row.options and row.options(harness) or {}) do
    options[name] = value
  end
  return harness.make(options, platform, row.wall)
end

-- → result, message, err, name of the pipeline the call is about
local function call(harness, client, operation, victim)
  if operation == "describe" then
    return client.pipeline.describe(harness.existing)
  elseif operation == "delete" then
    return client.pipeline.delete(victim.id)
  end
  return client.pipeline.create(victim.args)
end

local function expected_of(harness, row, mode)
  local expected = {}
  for _, source in ipairs({ row, row[mode] or {}, row[harness.transport] or {} }) do
    for name, value in pairs(source) do
      expected[name] = value
    end
  end
  return expected
end

local function succeeds(expected, mode)
  return expected.class == "ok" or (mode == "once" and expected.class ~= "final")
end

local function judge_result(say, harness, operation, result)
  if operation == "create" then
    say(type(result.id) == "string" and result.id:find("^ip%-%w+$"), "id is %s", result.id)
    say(result.image_pipeline_id == result.id, "two ids: %s and %s", result.id, result.image_pipeline_id)
  elseif operation == "describe" then
    say(result.id == harness.existing, "another pipeline: %s", result.id)
    say(result.build_content == "RUN true", "build_content is %s", result.build_content)
  else
    say(result.deleted == true, "deleted is %s", result.deleted)
  end
end

-- Of failures that are final and leave nothing open.
local EXIT_OF_KIND = { transport = 8, credentials = 8, denied = 8, validation = 7, conflict = 9, not_found = 10,
  api = 1, protocol = 1 }

local function judge_error(say, operation, expected, err, message)
  for _, field in ipairs({ "kind", "code", "status" }) do
    if field ~= "status" or expected.status then
      say(err[field] == expected[field], field .. " is %s, not %s", err[field], expected[field])
    end
  end
  say(err.operation == "pipeline." .. operation, "operation is %s", err.operation)
  say(message == tostring(err) and #message < 1000 and message:find("^pipeline%.%l+: .+: ."), "message: %s", message)
  say(not message:find("[%z\1-\8\11-\31\127]"), "control characters in the message: %q", message)
  say(not expected.message or message:find(expected.message), "message: %s", message)
  local writes = operation ~= "describe"
  local unknown = writes and (expected.class == "lost" or expected.uncertain == true)
  say(err.outcome == (unknown and "unknown" or nil), "outcome is %s", err.outcome)
  local retryable = expected.class ~= "final" and not (unknown and operation == "create")
  say(err.retryable == retryable, "retryable is %s", err.retryable)
  local exit = retryable and 11 or unknown and 13 or EXIT_OF_KIND[err.kind]
  say(ecs.exit_code(nil, message, err) == exit, "the exit code is not %s", exit)
  if operation == "create" then
    say(type(err.client_token) == "string" and #err.client_token > 0, "client_token is %s", err.client_token)
    say(not unknown or (err.hint or ""):find("client_token"), "hint is %s", err.hint)
  end
end

local function attempts_of(expected, mode)
  if expected.tries then
    return expected.tries
  elseif expected.class == "ok" or expected.class == "final" then
    return 1
  end
  return mode == "once" and 2 or expected.attempts or 3
end

local function judge_time(say, expected, outcome, slept)
  local most = outcome.attempts * ((expected.total or 5) + SLACK)
  say(outcome.elapsed < most, "took %s s", outcome.elapsed)
  say(#slept == outcome.attempts - 1, "%s waits between %s attempts", #slept, outcome.attempts)
  local least, longest = unpack(expected.waits or { 0, 30 })
  for _, seconds in ipairs(slept) do
    say(seconds >= least and seconds <= longest, "waited %s s", seconds)
  end
end

-- The same handle, an ordinary request.
local function judge_next(say, harness, client, row)
  harness.server.play({}, false, true)
  local target = client
  if row.endpoint then
    target = client.with({ endpoint = harness.server.url(""), proxy = false })
  end
  local template, message = target.pipeline.describe(harness.existing, { timeout = 5 + SLACK })
  local facts = template and ecs.info(template)
  say(template and template.id == harness.existing and facts.attempts == (row.next_tries or 1), "the next call: %s",
    message or (facts and facts.attempts .. " attempts"))
  return template ~= nil
end

local function judge_server(say, harness, operation, victim, result, row)
  local count = harness.server.tally(victim.args.name).pipelines
  if operation == "create" then
    say(count <= 1 and (count == 1 or not result), "%s pipelines were made", count)
  elseif operation == "delete" and result then
    say(count == 0, "the pipeline is still there")
  end
  say(not row.witness or not row.witness(harness), "another listener was contacted")
end

--- The modes in which a row is met: none when it is not for this transport.
function Harness:modes(row)
  return row[self.transport] == false and {} or row.modes or M.MODES
end

--- Runs one row with one call in one mode.
-- @treturn table outcome `{ what, kind, code, attempts, elapsed (real seconds), next_ok, problems }`
function Harness:run(row, operation, mode)
  local expected = expected_of(self, row, mode)
  local problems = {}
  local function say(good, text, ...)
    if not good then
      local values = { ... }
      for i = 1, select("#", ...) do
        values[i] = tostring(values[i])
      end
      problems[#problems + 1] = text:format(unpack(values))
    end
  end
  local platform = virtual_platform(row)
  local client = client_for(self, row, platform)
  local victim = { args = arguments() }
  self.server.play({})
  if operation == "delete" then
    victim.id = assert(self.plain.pipeline.create(victim.args)).id
  end
  local play = row.play_with and row.play_with(self) or row.play
  play = type(play) == "table" and play or { play }
  self.server.play(play, mode == "always")
  if row.warm then
    self.server.play({})
    assert(client.pipeline.describe(self.existing))
    self.server.play(play, mode == "always", true)
  end
  local started = core.clock()
  local ran, result, message, err = pcall(call, self, client, operation, victim)
  local outcome = { problems = problems, elapsed = core.clock() - started, attempts = 0, mode = mode }
  if not ran then
    say(false, "raised: %s", result)
    outcome.what, result = "raised", nil
  elseif result then
    outcome.attempts, outcome.what = ecs.info(result).attempts, "ok"
    say(succeeds(expected, mode), "succeeded: %s", result.id or result.deleted)
    judge_result(say, self, operation, result)
  else
    outcome.attempts, outcome.kind, outcome.code = err.attempts, err.kind, err.code
    outcome.what = err.kind .. " " .. tostring(err.code or "-")
    outcome.message, outcome.retryable = message, err.retryable
    say(not succeeds(expected, mode), "failed: %s", message)
    if not succeeds(expected, mode) then
      judge_error(say, operation, expected, err, message)
    end
  end
  if ran then
    local tries = attempts_of(expected, mode)
    say(outcome.attempts == tries, "%s attempts, not %s", outcome.attempts, tries)
    judge_time(say, expected, outcome, platform.slept)
  end
  if row.pause then
    core.sleep(row.pause)
  end
  outcome.next_ok = judge_next(say, self, client, row)
  judge_server(say, self, operation, victim, result, row)
  client.close()
  return outcome
end

return M
