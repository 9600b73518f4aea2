--- The actions of a webhook: start, cancel or show a bake; and what a worker asks by itself. Each
-- answers within the time limit of the handler; a start that takes longer continues, see
-- single_flight.lua.
local bake_state = require("ecs_pipeline.openresty.bake_state")
local builds = require("ecs_pipeline.openresty.builds")
local manifests = require("ecs_pipeline.openresty.manifests")
local metrics = require("ecs_pipeline.openresty.metrics")
local spec_bake = require("ecs_pipeline.openresty.spec_bake")
local states = require("ecs_pipeline.execution_states")
local tables = require("ecs_pipeline.tables")

local actions = {}

--- Seconds for all calls of one action: the handler promises an answer within 3 s.
actions.BUDGET = 2.5
local BUDGET = actions.BUDGET

local STATUS_OF_KIND = { not_found = 404, conflict = 409, throttled = 429 }

-- A failed call as an answer. The status is 503 if the sender cannot correct the failure.
local function failed(pipeline, err)
  local hint = err.hint
  if err.kind == "not_found" and not pipeline.spec then
    hint = ("the handler's option pipelines has %s = \"%s\": check that it is in the region")
      :format(pipeline.name, pipeline.id)
  end
  return { status = STATUS_OF_KIND[err.kind] or 503, code = err.code or err.kind, kind = err.kind,
    message = err.message, hint = hint, execution_id = err.execution_id,
    request_id = err.request_id, retry_after = err.kind == "throttled" and 30 or nil }
end

local function shown(hook, pipeline, status, more)
  return tables.merge({ status = status, bake = bake_state.get(hook, pipeline) }, more)
end

-- --- start ---

local function remember(hook, pipeline, result)
  local ok, message, err = bake_state.identify(hook, pipeline, result.pipeline_id)
  if ok then
    ok, message, err = bake_state.remember(hook, pipeline, result.execution_id)
  end
  return ok, message, err
end

--- Starts a bake. With `spec`: plans, ensures and compares; the answer may be "unchanged".
function actions.start(hook, pipeline, request)
  local result, _, err = hook:flight().carry_out({ found = pipeline.found, key = request.key,
    tags = pipeline.tags }, request.wait or BUDGET)
  if not result and err.code == "STARTING" then
    return { status = 202, state = "starting", message = "The service has not answered yet; the "
      .. "start continues. Ask with \"show\"." }
  elseif not result then
    return failed(pipeline, err)
  end
  local remembered
  remembered, _, err = remember(hook, pipeline, result)
  if not remembered then
    err.execution_id = result.execution_id
    return failed(pipeline, err)
  elseif result.outcome then
    return shown(hook, pipeline, 200, { state = result.outcome, why = result.why,
      execution_id = result.execution_id, image_id = result.image_id })
  end
  return shown(hook, pipeline, 202, { execution_id = result.execution_id, why = result.why,
    adopted = result.adopted or false, created = result.created and result.pipeline_id or nil })
end

-- --- show and cancel ---

local HALF = BUDGET / 2

-- The running execution of a pipeline, otherwise the latest one; false if there is none. After half
-- of the time no further page is requested. Those that have ended are stored.
local function latest(hook, pipeline, statuses)
  local half, ended = hook.clock() + HALF, {}
  local found, running = false, nil
  for execution, message, err in hook.client.execution.each({ pipeline = pipeline.id,
      region_id = pipeline.region_id, status = statuses }, { deadline = HALF }) do
    if not execution then
      if err.kind == "not_found" then
        bake_state.found(hook, pipeline, err)
      end
      return running, message, err
    elseif not states.outcome(execution.status) then
      running = running or execution
    else
      ended[#ended + 1] = builds.of_execution(execution)
      if not found or (execution.creation_time or "") > (found.creation_time or "") then
        found = execution
      end
    end
    if hook.clock() > half or running and (statuses or #ended >= builds.MOST) then
      break
    end
  end
  builds.add(hook, pipeline, ended)
  return running or found
end

-- Adds the state from the service's reply if the watch has not polled yet.
local function complete(bake, found)
  if not bake.status then
    bake.status, bake.message, bake.phase = found.status, found.message, states.phase(found.status)
    bake.outcome = states.outcome(found.status)
    bake.state = bake.outcome and "ended" or "running"
    bake.image_id = bake.outcome and states.has_image(bake.outcome) and found.image_id or nil
    bake.progress = bake.outcome and 1 or bake.progress
  end
end

-- Stores the latest execution, as the service has it. → it; false if there is none
local function refresh(hook, pipeline)
  local found, message, err = latest(hook, pipeline)
  if found and bake_state.get(hook, pipeline).execution_id ~= found.id then
    if states.outcome(found.status) then
      metrics.skip(hook, pipeline, found.id)
    end
    local remembered
    remembered, message, err = bake_state.remember(hook, pipeline, found.id)
    found = remembered and found
  elseif found then
    bake_state.found(hook, pipeline, nil)
  end
  return found, message, err
end

function actions.show(hook, pipeline)
  if not pipeline.id or bake_state.get(hook, pipeline).state == "running" then
    return shown(hook, pipeline, 200)
  end
  local found, _, err = refresh(hook, pipeline)
  if found == nil then
    return failed(pipeline, err)
  end
  local reply = shown(hook, pipeline, 200)
  if found then
    complete(reply.bake, found)
  end
  return reply
end

local function nothing_runs(pipeline)
  return { status = 409, code = "NOTHING_RUNNING", kind = "conflict",
    message = ("nothing of %s is running, so there is nothing to cancel"):format(pipeline.name) }
end

-- Only running executions are listed: one short page, so that half of the time is left to cancel.
local RUNNING = { "PREPARING", "REPAIRING", "BUILDING", "TESTING", "DISTRIBUTING", "RELEASING",
  "CANCELLING" }

local function not_known_yet(pipeline)
  return { status = 503, code = "NOT_KNOWN_YET", retry_after = 10, message = ("nginx has just "
    .. "started, and the service is being asked which pipeline %s is: ask again in some seconds")
    :format(pipeline.name) }
end

function actions.cancel(hook, pipeline, request)
  if not pipeline.id then
    return pipeline.looked_up and nothing_runs(pipeline) or not_known_yet(pipeline)
  end
  -- The last state that the watch saw may be old, so ask the service.
  local running, _, err = latest(hook, pipeline, RUNNING)
  if running == nil then
    return failed(pipeline, err)
  elseif not running then
    return nothing_runs(pipeline)
  elseif request.execution_id and request.execution_id ~= running.id then
    return { status = 409, code = "ANOTHER_ONE_RUNS", kind = "conflict",
      execution_id = running.id, message = ("%s is running, not the one that was to be cancelled")
        :format(running.id) }
  end
  local result
  result, _, err = hook.client.execution.cancel({ execution_id = running.id,
    region_id = pipeline.region_id }, { deadline = HALF / 2 }) -- a refusal makes one more call
  if not result then
    return failed(pipeline, err)
  elseif not result.cancelled then
    return nothing_runs(pipeline)
  end
  hook:flight().drop(pipeline.found)
  local remembered
  remembered, _, err = bake_state.remember(hook, pipeline, running.id)
  if not remembered then
    return failed(pipeline, err)
  end
  return shown(hook, pipeline, 202, { execution_id = running.id, cancelled = true })
end

-- --- without a request ---

-- Seconds after which the service is asked again about a pipeline of which no execution runs.
local ASK = { idle = 300, ended = 300, not_found = 60 }

-- Asks for the executions of a pipeline. If it has none, only the pipeline itself tells whether it
-- exists. → why that failed
local function look(hook, pipeline)
  if not pipeline.id then
    local known, why = spec_bake.find(hook, pipeline)
    if not known or not pipeline.id then
      return why
    end
  end
  local found, message, err = refresh(hook, pipeline)
  if found == false then
    found, message, err = hook.client.pipeline.describe({ id = pipeline.id,
      region_id = pipeline.region_id })
    if found or err.kind == "not_found" then
      bake_state.found(hook, pipeline, err)
    end
  end
  return found == nil and (not err or err.kind ~= "not_found") and message or nil
end

--- One of the workers asks the service now and then, so that the page shows executions that others
-- have started, and pipelines that do not exist.
-- @tparam table hook
function actions.catch_up(hook)
  for _, name in ipairs(hook.names) do
    local pipeline = hook.pipelines[name]
    local state = bake_state.get(hook, pipeline).state
    spec_bake.retire(hook, pipeline)
    manifests.keep(hook, pipeline)
    if ASK[state] and bake_state.may_ask(hook, pipeline, ASK[state]) then
      local _, why = pcall(look, hook, pipeline)
      bake_state.ask_again(hook, pipeline, ASK[bake_state.get(hook, pipeline).state])
      if why then
        hook:log(name .. ": " .. tostring(why))
      end
    end
  end
end

return actions
