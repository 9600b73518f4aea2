--- The state of a handler's bakes, without a request to the service: the latest execution of each
-- pipeline, and its state at the last poll of the watch.
local shared = require("ecs_pipeline.openresty.shared")

local bake_state = {}

-- Progress if there is no earlier build to estimate from: the minimum for each phase, and the
-- seconds after which a build counts as half done.
local HALF = 1800
local PART = {
  repairing = 0.1, building = 0.15, testing = 0.5, distributing = 0.65, releasing = 0.8,
  cancelling = 0.8,
}

local function current_key(hook, name)
  return hook.keys .. "current:" .. name
end

--- Stores the latest execution of a pipeline, and follows it.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @tparam string execution_id
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function bake_state.remember(hook, pipeline, execution_id)
  local ok, message, err = shared.set_json("openresty.handler", hook.dict,
    current_key(hook, pipeline.name), { execution_id = execution_id, since = hook.host.now() })
  if not ok then
    return nil, message, err
  end
  return hook:watcher().follow({ execution_id = execution_id, region_id = pipeline.region_id })
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

--- The state of one pipeline.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @treturn table `{ pipeline, pipeline_id, state = "idle", "running" or "ended", execution_id,
--   progress (0 to 1), elapsed, estimate (seconds), status, phase, message, outcome (also "lost":
--   it can no longer be read, `error` says why), image_id, images, stalled, changed_at, error_code,
--   error_info, hint, error }`
function bake_state.get(hook, pipeline)
  local shown = { pipeline = pipeline.name, pipeline_id = pipeline.id, region = pipeline.region_id,
    state = "idle", progress = 0 }
  local current = shared.get_json(hook.dict, current_key(hook, pipeline.name))
  if not current then
    return shown
  end
  local now = hook.host.now()
  shown.execution_id, shown.state = current.execution_id, "running"
  local report = hook:watcher().state(current.execution_id)
  if not report or not report.checked_at and not report.ended then
    shown.elapsed = round(math.max(0, now - current.since), 1)
    shown.message = "Started; not polled yet."
    return shown
  end
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
  return shown
end

--- The states of all pipelines, by name.
-- @tparam table hook
-- @treturn table list
function bake_state.all(hook)
  local list = {}
  for index, name in ipairs(hook.names) do
    list[index] = bake_state.get(hook, hook.pipelines[name])
  end
  return list
end

return bake_state
