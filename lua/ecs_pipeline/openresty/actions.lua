--- What a webhook may ask for: start, cancel or show a bake. Each answers within the time that the
-- handler has; what takes longer goes on in a timer.
local bake_state = require("ecs_pipeline.openresty.bake_state")
local states = require("ecs_pipeline.execution_states")
local tables = require("ecs_pipeline.tables")

local actions = {}

-- Seconds that calls may take: an answer within 3 s is promised, and some have to be left.
local BUDGET = 2.5

-- Seconds for which one timer sees to a start that takes longer.
local LATE = 120

local STATUS_OF_KIND = { not_found = 404, conflict = 409, throttled = 429 }

-- A failed call as an answer. The service's own trouble and ours is 503: the sender did no wrong.
local function failed(one, err)
  local hint = err.hint
  if err.kind == "not_found" then
    hint = ("the handler's pipelines say %s = \"%s\": is that one in the region?")
      :format(one.name, one.id)
  end
  return { status = STATUS_OF_KIND[err.kind] or 503, code = err.code or err.kind, kind = err.kind,
    message = err.message, hint = hint, execution_id = err.execution_id,
    request_id = err.request_id, retry_after = err.kind == "throttled" and 30 or nil }
end

local function shown(hook, one, status, more)
  return tables.merge({ status = status, bake = bake_state.one(hook, one) }, more)
end

-- --- start ---

local function start(hook, one, asked, wait)
  return hook:flight().start({ id = one.id, region_id = one.region_id },
    { wait = wait, key = asked.key, tags = one.tags })
end

-- One timer for a start that nobody waits for any more: what it comes to is to be shown.
local function see_to_it(hook, one, asked)
  local key = hook.keys .. "late:" .. one.name
  if not hook.dict:safe_add(key, 1, LATE) then
    return
  end
  local function see()
    local result, message = start(hook, one, asked, LATE)
    if result then
      result, message = bake_state.remember(hook, one, result.execution_id)
    end
    hook.dict:delete(key)
    if not result then
      hook:log("start of " .. one.name .. ": " .. message)
    end
  end
  local ok, why = hook.host.timer.at(0, see)
  if not ok then
    hook.dict:delete(key)
    hook:log("start of " .. one.name .. ": nobody sees to it: no timer: " .. tostring(why))
  end
end

function actions.start(hook, one, asked)
  local result, _, err = start(hook, one, asked, BUDGET)
  if not result and err.code == "STARTING" then
    see_to_it(hook, one, asked)
    return { status = 202, state = "starting", message = "The service has not answered yet; the "
      .. "start goes on. Ask with \"show\"." }
  elseif not result then
    return failed(one, err)
  end
  local kept
  kept, _, err = bake_state.remember(hook, one, result.execution_id)
  if not kept then
    err.execution_id = result.execution_id
    return failed(one, err)
  end
  return shown(hook, one, 202, { execution_id = result.execution_id,
    adopted = result.adopted or false })
end

-- --- show and cancel ---

local HALF = BUDGET / 2

-- The execution of a pipeline that runs, else the latest, by the service's word; false when there
-- is none. No page is asked for when half of the time is over, and none takes longer than that.
local function latest(hook, one, statuses)
  local half = hook.host.now() + HALF
  local found = false
  for execution, message, err in hook.client.execution.each({ pipeline = one.id,
      region_id = one.region_id, status = statuses }, { deadline = HALF }) do
    if not execution then
      return nil, message, err
    elseif not states.outcome(execution.status) then
      return execution
    elseif not found or (execution.creation_time or "") > (found.creation_time or "") then
      found = execution
    end
    if hook.host.now() > half then
      break
    end
  end
  return found
end

-- What the service just said, until the watch has looked for itself.
local function complete(bake, found)
  if not bake.status then
    bake.status, bake.message, bake.phase = found.status, found.message, states.phase(found.status)
    bake.outcome = states.outcome(found.status)
    bake.state = bake.outcome and "ended" or "running"
    bake.image_id = bake.outcome and states.has_image(bake.outcome) and found.image_id or nil
    bake.progress = bake.outcome and 1 or bake.progress
  end
end

function actions.show(hook, one)
  if bake_state.one(hook, one).state == "running" then
    return shown(hook, one, 200)
  end
  local found, _, err = latest(hook, one)
  if found == nil then
    return failed(one, err)
  elseif not found then
    return shown(hook, one, 200)
  end
  local kept
  kept, _, err = bake_state.remember(hook, one, found.id)
  if not kept then
    return failed(one, err)
  end
  local reply = shown(hook, one, 200)
  complete(reply.bake, found)
  return reply
end

local function nothing_runs(one)
  return { status = 409, code = "NOTHING_RUNNING", kind = "conflict",
    message = ("nothing of %s is running, so there is nothing to cancel"):format(one.name) }
end

-- One page, so that cancelling has half of the time.
local RUNNING = { "PREPARING", "REPAIRING", "BUILDING", "TESTING", "DISTRIBUTING", "RELEASING",
  "CANCELLING" }

function actions.cancel(hook, one, asked)
  -- What the watch saw last may be old: the service is asked.
  local running, _, err = latest(hook, one, RUNNING)
  if running == nil then
    return failed(one, err)
  elseif not running then
    return nothing_runs(one)
  elseif asked.execution_id and asked.execution_id ~= running.id then
    return { status = 409, code = "ANOTHER_ONE_RUNS", kind = "conflict",
      execution_id = running.id, message = ("%s is running, not the one that was to be cancelled")
        :format(running.id) }
  end
  local result
  result, _, err = hook.client.execution.cancel({ execution_id = running.id,
    region_id = one.region_id }, { deadline = HALF / 2 }) -- a refusal makes one more call
  if not result then
    return failed(one, err)
  elseif not result.cancelled then
    return nothing_runs(one)
  end
  hook:flight().forget({ id = one.id, region_id = one.region_id })
  local kept
  kept, _, err = bake_state.remember(hook, one, running.id)
  if not kept then
    return failed(one, err)
  end
  return shown(hook, one, 202, { execution_id = running.id, cancelled = true })
end

return actions
