--- The promises of the cache: { what, run = function → what is wrong or nil, note }.
local harness = require("spec.credentials.harness")
local ecs = require("ecs_pipeline")
local virtual = require("spec.support.virtual")

local KEYS = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" }

local function role(more)
  local options = { role_arn = harness.ROLE, role_session_name = "spec", credentials = KEYS }
  for name, value in pairs(more or {}) do options[name] = value end
  return ecs.credentials.assume_role(options)
end

local function unlike(what, got, wanted)
  return got ~= wanted and ("%s: %s, not %s"):format(what, tostring(got), tostring(wanted)) or nil
end

local rows = {}

local function row(what, run)
  rows[#rows + 1] = { what = what, run = run }
end

row("3-hour execution.wait on 15-minute tokens: 12 to 17 refreshes", function()
  local host = harness.new({ emulator = { sts = { life = 900 }, builds = { durations = {
    PREPARING = 600, BUILDING = 9600, DISTRIBUTING = 600 } } } })
  local client = host:client(role())
  local pipeline = assert(client.pipeline.create(virtual.TEMPLATE))
  local started = assert(client.execution.start(pipeline))
  local began = host.emulator:now()
  local result, message = client.execution.wait(started, { timeout = 4 * 3600 })
  if not result then
    return message
  end
  local hours = (host.emulator:now() - began) / 3600
  if result.outcome ~= "success" or hours < 2.9 or hours > 3.2 then
    return ("%s after %.1f h"):format(result.outcome, hours)
  end
  local note = ("%d refreshes in %.1f h"):format(host.count.sts, hours)
  return (host.count.sts < 12 or host.count.sts > 17) and note or nil, note
end)

-- Runs functions as coroutines in turn until all have ended; a sleep is a turn that moves the clock.
local function in_turn(host, bodies)
  host.yields = true
  host.platform.sleep = function(seconds)
    if coroutine.running() then
      coroutine.yield()
    end
    host.emulator:advance(seconds / #bodies)
  end
  local threads = {}
  for index, body in ipairs(bodies) do
    threads[index] = coroutine.create(body)
  end
  for _ = 1, 10000 do
    local alive = false
    for _, thread in ipairs(threads) do
      if coroutine.status(thread) ~= "dead" then
        alive = true
        local ok, why = coroutine.resume(thread)
        if not ok and not tostring(why):find("expected", 1, true) then
          error(why)
        end
      end
    end
    if not alive then
      return true
    end
  end
  return false
end

local function callers(host, provider, count, seen)
  local client = host:client(provider)
  local bodies = {}
  for index = 1, count do
    bodies[index] = function()
      local listed, message, err = client.pipeline.list({})
      seen[index] = listed and "ok" or message
      seen.errors[index] = err
    end
  end
  return bodies
end

row("64 callers, 1 refresh", function()
  local host, seen = harness.new(), { errors = {} }
  if not in_turn(host, callers(host, role(), 64, seen)) then
    return "they wait for ever"
  end
  for index = 1, 64 do
    if seen[index] ~= "ok" then
      return seen[index]
    end
  end
  return unlike("requests to STS", host.count.sts, 1), "1 refresh"
end)

row("64 callers, 1 failure: nobody tries 64 times", function()
  local host, seen = harness.new({ emulator = { sts = { roles = {} } } }), { errors = {} }
  if not in_turn(host, callers(host, role(), 64, seen)) then
    return "they wait for ever"
  end
  for index = 1, 64 do
    if not seen[index]:find("EntityNotExist.Role", 1, true) or seen.errors[index].operation ~= "pipeline.list"
      or index > 1 and seen.errors[index] == seen.errors[1] then
      return seen[index]
    end
  end
  return unlike("requests to STS", host.count.sts, 1), "1 request"
end)

row("64 callers, tasks of ecs.map: 1 refresh", function()
  local host = harness.new()
  local scheduler = require("ecs_pipeline.transport.scheduler")
  local client = host:client(role())
  -- a task sleeps on the scheduler's clock, which is this host's
  local loop = scheduler.new({ clock = host.platform.clock, sleep = function(seconds)
    host.emulator:advance(math.max(seconds, 0.001)) -- less than that is lost in a number of seconds since 1970
  end })
  host.platform.sleep = function(seconds) scheduler.current():sleep(seconds) end
  local function pause() scheduler.current():sleep(1) end
  host.sts = pause
  local ended, wrong = 0, nil
  for _ = 1, 64 do
    loop:spawn(function()
      return client.pipeline.list({})
    end, function(ok, listed, message)
      ended = ended + 1
      wrong = wrong or not (ok and listed) and tostring(message or listed) or nil
    end)
  end
  for _ = 1, 2000 do
    if ended < 64 then
      loop:step(1)
    end
  end
  return wrong or unlike("ended", ended, 64) or unlike("requests to STS", host.count.sts, 1), "1 refresh"
end)

row("a refresh that raises in a coroutine is taken over", function()
  local host, seen = harness.new(), { errors = {} }
  local bombs = 1
  host.sts = function()
    if bombs > 0 then
      bombs = 0
      error("expected: the transport of the host raises")
    end
  end
  if not in_turn(host, callers(host, role(), 8, seen)) then
    return "they wait for ever"
  end
  local ok = 0
  for index = 1, 8 do
    ok = ok + (seen[index] == "ok" and 1 or 0)
  end
  return unlike("successes", ok, 7) or unlike("requests to STS", host.count.sts, 2)
end)

row("a refresh that is abandoned is taken over after a while", function()
  local host, seen = harness.new(), { errors = {} }
  local bodies = callers(host, role(), 3, seen)
  host.yields = true
  local abandoned = coroutine.create(bodies[1])
  coroutine.resume(abandoned)
  local began = host.emulator:now()
  if coroutine.status(abandoned) ~= "suspended" then
    return "it was not in the middle"
  elseif not in_turn(host, { bodies[2], bodies[3] }) then
    return "they wait for ever"
  end
  local waited = host.emulator:now() - began
  return unlike("second", seen[2], "ok") or unlike("third", seen[3], "ok")
    or (waited < 25 or waited > 40) and ("after %.0f s"):format(waited) or nil
end)

row("a plain call does not wait for a coroutine that cannot go on", function()
  local host = harness.new()
  local client = host:client(role())
  host.yields = true
  local left = coroutine.create(function() client.pipeline.list({}) end)
  coroutine.resume(left)
  host.yields = false
  local _, message = client.pipeline.list({})
  return message or unlike("the coroutine", coroutine.status(left), "suspended")
    or unlike("sleeps", #host.platform.slept, 0)
end)

row("old credentials are served while they last, and a warning says so", function()
  local host = harness.new({ emulator = { sts = { life = 900 } } })
  local client = host:client(role())
  assert(client.pipeline.list({}))
  host.sts = harness.unreachable
  host.emulator:advance(750) -- beyond the margin, before the end
  local _, message = client.pipeline.list({})
  local tried = host.count.sts
  assert(message or client.pipeline.list({})) -- at once again: no new try
  local again = host.count.sts
  host.sts = nil
  host.emulator:advance(60)
  local _, later = client.pipeline.list({})
  return message or later or unlike("tries at once", again, tried)
    or unlike("refreshed once STS is back", host.count.sts, tried + 1)
    or unlike("warnings", #host:warnings(), 1)
end)

row("when the old ones are over too, the failure is told", function()
  local host = harness.new({ emulator = { sts = { life = 900 } } })
  local client = host:client(role())
  assert(client.pipeline.list({}))
  host.sts = harness.unreachable
  host.emulator:advance(901)
  local listed, message, err = client.pipeline.list({})
  return unlike("listed", listed, nil) or unlike("kind", err.kind, "credentials")
    or not message:find("connection refused", 1, true) and message or nil
end)

row("the service calls them expired: one refresh, the same ClientToken", function()
  local host = harness.new({ emulator = { faults = { { kind = "expired_token", action = "CreateImagePipeline" } } } })
  local client = host:client(role())
  local made, message = client.pipeline.create(virtual.TEMPLATE)
  if not made then
    return message
  end
  local tokens = {}
  for _, entry in ipairs(host.emulator:state().requests) do
    if entry.action == "CreateImagePipeline" then
      tokens[#tokens + 1] = entry.client_token
    end
  end
  return unlike("attempts", #tokens, 2) or unlike("second token", tokens[2], tokens[1])
    or unlike("requests to STS", host.count.sts, 2)
end)

row("the service calls them expired again: no third attempt", function()
  local host = harness.new({ emulator = { faults = { { kind = "expired_token", times = 9,
    action = "DescribeImagePipelines" } } } })
  local listed, _, err = host:client(role()).pipeline.list({})
  return unlike("listed", listed, nil) or unlike("code", err.code, "InvalidSecurityToken.Expired")
    or unlike("attempts", err.attempts, 2) or unlike("requests to STS", host.count.sts, 2)
end)

row("fixed keys that have expired are not sent twice", function()
  local host = harness.new({ emulator = { faults = { { kind = "expired_token", times = 9 } } } })
  local _, _, err = host:client(ecs.credentials.static(KEYS)).pipeline.list({})
  return unlike("attempts", err.attempts, 1)
end)

row("a client made by with shares the provider", function()
  local host = harness.new()
  local client = host:client(role())
  assert(client.pipeline.list({}))
  assert(client.with({ region = "cn-qingdao" }).pipeline.list({}))
  return unlike("requests to STS", host.count.sts, 1)
end)

row("render and dry_run ask nobody", function()
  local host = harness.new()
  local rendered = host:client(role()).render("pipeline.describe", {})
  return unlike("requests", #host.sent, 0)
    or not rendered.note:find("nothing may be sent", 1, true) and rendered.note or nil
end)

row("the deadline of a call holds while credentials are fetched", function()
  local host = harness.new({ sts = harness.slow })
  local began = host.emulator:now()
  local listed, _, err = host:client(role()).pipeline.list({}, { deadline = 4 })
  local took = host.emulator:now() - began
  return unlike("listed", listed, nil) or unlike("kind", err.kind, "credentials")
    or took > 4.001 and ("took %.1f s"):format(took) or nil
end)

row("a clock that is 14 minutes ahead does not shorten a life of 15", function()
  local host = harness.new({ emulator = { sts = { life = 900 } } })
  local wall = host.platform.wall
  host.platform.wall = function() return wall() + 14 * 60 end
  local client = host:client(role())
  assert(client.pipeline.list({}))
  host.emulator:advance(600)
  assert(client.pipeline.list({}))
  return unlike("requests to STS", host.count.sts, 1)
end)

row("require, new and with touch no file and send nothing", function()
  local host = harness.new()
  local client = host:client(nil)
  client.with({ region = "cn-qingdao" })
  return unlike("reads", host.reads, 0) or unlike("requests", #host.sent, 0) or unlike("commands", #host.commands, 0)
end)

return rows
