--- The last builds of each pipeline that have ended, and its last good one: for the page,
-- status.json and the metrics. They come from the watch, and from the lists of the service.
local dates = require("ecs_pipeline.dates")
local estimate = require("ecs_pipeline.execution.estimate")
local key = require("ecs_pipeline.openresty.scope").key
local states = require("ecs_pipeline.execution_states")
local store_file = require("ecs_pipeline.openresty.store")

local builds = {}

--- Builds that are kept of each pipeline.
builds.MOST = 10

-- Bytes of the longest message that is kept.
local LONGEST = 200

-- The message without what is too long; whole UTF-8 characters.
local function short(text)
  if not text or #text <= LONGEST then
    return text
  end
  local last = LONGEST - #"…"
  while last > 0 and text:find("^[\128-\191]", last + 1) do
    last = last - 1
  end
  return text:sub(1, last) .. "…"
end

--- A build from the last report of a watch.
-- @tparam table report that has ended
-- @tparam number now unix seconds, for a build that can no longer be read
-- @treturn table `{ execution_id, pipeline_id, outcome (also "lost"), ok, image_id, images,
--   error_code, started_at, ended_at (unix seconds), elapsed (seconds), message (why there is no
--   image) }`
function builds.of_report(report, now)
  local why = report.error and report.error.message or report.error_info or report.message
  return { execution_id = report.execution_id, pipeline_id = report.pipeline_id,
    outcome = report.outcome or "lost", ok = report.ok == true, image_id = report.image_id,
    images = report.images, error_code = report.error_code,
    started_at = report.started_at, ended_at = report.ended_at or now, elapsed = report.elapsed,
    message = not report.ok and short(why) or nil }
end

--- A build from an execution as the service lists it.
-- @tparam table execution that has ended
-- @treturn ?table as `of_report`; nil without a date
function builds.of_execution(execution)
  local outcome, ended = states.outcome(execution.status), dates.utc(execution.modified_time)
  local image = states.has_image(outcome) and execution.image_id ~= "" and execution.image_id
  return ended and { execution_id = execution.id, pipeline_id = execution.image_pipeline_id,
    outcome = outcome, ok = outcome == "success",
    image_id = image or nil, started_at = dates.utc(execution.creation_time), ended_at = ended,
    elapsed = estimate.duration(execution),
    message = outcome ~= "success" and short(execution.message) or nil } or nil
end

local function newer(a, b)
  if a.ended_at ~= b.ended_at then
    return a.ended_at > b.ended_at
  end
  return a.execution_id > b.execution_id
end

-- What the watch has read tells more than a list; only "lost" is replaced.
local function merged(list, more)
  local at, result = {}, {}
  for _, part in ipairs({ list, more }) do
    for _, build in ipairs(part) do
      local index = at[build.execution_id] or #result + 1
      if not result[index] or result[index].outcome == "lost" then
        at[build.execution_id], result[index] = index, build
      end
    end
  end
  table.sort(result, newer)
  for index = #result, builds.MOST + 1, -1 do
    result[index] = nil
  end
  return result
end

--- Stores builds. Without room for them nothing is stored: the next list of the service has them.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @tparam table more list of builds
function builds.add(hook, pipeline, more)
  if not more[1] then
    return
  end
  hook.store:update(key(hook, "builds", pipeline), function(text)
    return store_file.encode(merged(store_file.decode(text) or {}, more))
  end)
  for _, build in ipairs(more) do
    if build.ok then
      hook.store:update(key(hook, "good", pipeline), function(text)
        local good = store_file.decode(text)
        return good and not newer(build, good) and text or store_file.encode(build)
      end)
    end
  end
end

--- The last builds, the newest first.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @treturn table list
function builds.list(hook, pipeline)
  return store_file.decode(hook.store:get(key(hook, "builds", pipeline))) or {}
end

--- The last good build, however many bad ones came after it.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @treturn ?table build
function builds.good(hook, pipeline)
  return store_file.decode(hook.store:get(key(hook, "good", pipeline)))
end

--- One of the last builds as the last report of a watch, which forgets reports after a time.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @tparam string execution_id
-- @treturn ?table
function builds.report(hook, pipeline, execution_id)
  for _, build in ipairs(builds.list(hook, pipeline)) do
    if build.execution_id == execution_id then
      build.ended, build.changed_at = true, build.ended_at
      return build
    end
  end
end

return builds
