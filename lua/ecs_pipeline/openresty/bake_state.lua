--- The state of a handler's bakes, without a request to the service: the latest execution of each
-- pipeline, and its state at the last poll of the watch.
local builds = require("ecs_pipeline.openresty.builds")
local key = require("ecs_pipeline.openresty.scope").key
local notify = require("ecs_pipeline.openresty.notify")
local store_file = require("ecs_pipeline.openresty.store")

local bake_state = {}

-- Progress if there is no earlier build to estimate from: the minimum for each phase, and the
-- seconds after which a build counts as half done.
local HALF = 1800
local PART = {
  repairing = 0.1, building = 0.15, testing = 0.5, distributing = 0.65, releasing = 0.8,
  cancelling = 0.8,
}

-- The value of the id of a pipeline that does not exist.
local NONE = "none"

--- Stores which pipeline the arguments of an entry stand for now.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @tparam ?string|boolean id false: there is none yet; nil: not known
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function bake_state.identify(hook, pipeline, id)
  if not pipeline.spec then
    return true
  end
  pipeline.id, pipeline.looked_up = id or nil, id ~= nil
  local ok, message, err =
    hook.store:put(key(hook, "pipeline", pipeline), id == false and NONE or id)
  return ok and true, message, err
end

--- Reads the ids of all entries that were given as arguments: another worker may have replaced a
-- pipeline. Sets `id`, and `looked_up`: the service was asked for it.
-- @tparam table hook
function bake_state.read_ids(hook)
  for _, name in ipairs(hook.names) do
    local pipeline = hook.pipelines[name]
    if pipeline.spec then
      local id = hook.store:get(key(hook, "pipeline", pipeline))
      pipeline.id, pipeline.looked_up = id ~= NONE and id or nil, id ~= nil
    end
  end
end

--- Stores the latest execution of a pipeline, and follows it. What was stored of a missing pipeline
-- or of a lost start is no longer true.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @tparam string execution_id
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function bake_state.remember(hook, pipeline, execution_id)
  local ok, message, err = hook.store:put(key(hook, "current", pipeline), execution_id)
  if not ok then
    return nil, message, err
  end
  bake_state.found(hook, pipeline, nil)
  hook.store:put(key(hook, "lost", pipeline), nil)
  return hook:watcher().follow({ execution_id = execution_id, region_id = pipeline.region_id })
end

--- The execution of a pipeline that was stored last.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @treturn ?string execution_id
function bake_state.current(hook, pipeline)
  return hook.store:get(key(hook, "current", pipeline))
end

--- Stores whether the service has a pipeline. One that is given as arguments is not missing: the
-- next start creates it.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @tparam ?table err of kind "not_found"; nil: it has
function bake_state.found(hook, pipeline, err)
  if pipeline.spec then
    if err then
      bake_state.identify(hook, pipeline, nil)
    end
    return
  end
  hook.store:put(key(hook, "missing", pipeline), err and tostring(err.message) or nil)
end

--- Stores that a start was promised and failed.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @tparam table err
function bake_state.lose(hook, pipeline, err)
  hook.store:put(key(hook, "lost", pipeline), store_file.encode({ kind = err.kind, code = err.code,
    message = err.message, hint = err.hint }))
end

--- May this worker ask the service about a pipeline? True for one worker, once in the given
-- seconds.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @tparam number seconds
-- @treturn boolean
function bake_state.may_ask(hook, pipeline, seconds)
  local name = key(hook, "asked", pipeline)
  return not hook.store:get(name) and hook.store:add(name, "1", seconds) == true
end

--- Says when a worker may ask again.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @tparam ?number seconds from now on; nil changes nothing
function bake_state.ask_again(hook, pipeline, seconds)
  if seconds then
    hook.store:put(key(hook, "asked", pipeline), "1", seconds)
  end
end

local function progress(report, elapsed, left)
  if report.ended then
    return 1
  elseif left then
    local all = elapsed + left
    return all > 0 and math.min(0.99, elapsed / all) or 0
  end
  return math.max(PART[report.phase] or 0, math.min(0.95, elapsed / (elapsed + HALF)))
end

local function round(value, step)
  return value and math.floor(value / step + 0.5) * step
end

local SHOWN = {
  "status", "phase", "message", "ok", "image_id", "images", "stalled", "changed_at",
  "error_code", "error_info", "hint",
}

-- Does a start wait that a request was promised?
local function promised(hook, pipeline)
  for _, job in ipairs(hook:flight().promised()) do
    if job.told and job.found.id == pipeline.found.id
      and job.found.region_id == pipeline.found.region_id then
      return true
    end
  end
  return false
end

-- The state while no execution is known, or none runs.
local function at_rest(hook, pipeline, shown)
  local missing = hook.store:get(key(hook, "missing", pipeline))
  if promised(hook, pipeline) then
    shown.state, shown.waiting = "starting", true
    shown.message = "A start was promised; no worker has carried it out yet."
  elseif missing then
    shown.state, shown.message = "not_found", missing
  end
  shown.lost = store_file.decode(hook.store:get(key(hook, "lost", pipeline)))
  if shown.lost and shown.state == "idle" then
    shown.message = "The last start failed: " .. tostring(shown.lost.message)
  end
  return shown
end

local function read_report(shown, report, now)
  for _, name in ipairs(SHOWN) do
    shown[name] = report[name]
  end
  shown.state = report.ended and "ended" or "running"
  shown.outcome = report.outcome or report.ended and "lost" or nil
  local since = report.ended and 0 or math.max(0, now - (report.checked_at or now))
  local elapsed = (report.elapsed or 0) + since
  local left = not report.ended and report.estimate and math.max(0, report.estimate - since) or nil
  shown.elapsed, shown.estimate = round(elapsed, 1), round(left, 1)
  shown.progress = round(progress(report, elapsed, left), 0.001)
  shown.error = report.error
end

--- The state of one pipeline.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @treturn table `{ pipeline, pipeline_id, state = "idle", "starting" (promised, and not carried
-- out
--   yet), "not_found" (the service has no such pipeline), "running" or "ended", execution_id,
--   progress (0 to 1), elapsed, estimate (seconds), status, phase, message, outcome (also "lost":
--   it can no longer be read, `error` says why), image_id, images, stalled, changed_at, error_code,
--   error_info, hint, error, waiting, lost = { kind, code, message, hint } of a start that was
--   promised and failed }`
function bake_state.get(hook, pipeline)
  local shown = { pipeline = pipeline.name, pipeline_id = pipeline.id, region = pipeline.region_id,
    state = "idle", progress = 0 }
  local now, current = hook.wall(), bake_state.current(hook, pipeline)
  local report = current and hook:watcher().state(current)
  if current and not (report and (report.checked_at or report.ended)) then
    report = builds.report(hook, pipeline, current) or report
  end
  if not report then -- none, or the watch has forgotten it: the service is asked
    return at_rest(hook, pipeline, shown)
  end
  shown.execution_id = current
  if not report.checked_at and not report.ended then
    shown.state, shown.message = "running", "Started; not polled yet."
    shown.elapsed = round(math.max(0, now - report.followed_at), 1)
    return shown
  end
  read_report(shown, report, now)
  return report.ended and at_rest(hook, pipeline, shown) or shown
end

--- The states of all pipelines, by name.
-- @tparam table hook
-- @treturn table list; each also has `builds`, a list of builds.lua, and `notified`, one of
--   notify.lua, if there are any
function bake_state.all(hook)
  local list = {}
  for index, name in ipairs(hook.names) do
    local pipeline = hook.pipelines[name]
    list[index] = bake_state.get(hook, pipeline)
    local ended = builds.list(hook, pipeline)
    list[index].builds = ended[1] and ended or nil
    local told = notify.list(hook, pipeline)
    list[index].notified = told[1] and told or nil
  end
  return list
end

return bake_state
