--- `execution.build_if_changed`: builds, unless the last good build had the same inputs and its
-- image can still be used.
local build = require("ecs_pipeline.bake.build")
local build_start = require("ecs_pipeline.bake.build_start")
local dates = require("ecs_pipeline.dates")
local fingerprint = require("ecs_pipeline.bake.fingerprint")
local images = require("ecs_pipeline.find.images")
local last_good = require("ecs_pipeline.bake.last_good")
local options = require("ecs_pipeline.call.options")
local pipelines = require("ecs_pipeline.find.pipelines")
local progress = require("ecs_pipeline.waiting.progress")
local resolve = require("ecs_pipeline.bake.resolve")
local results = require("ecs_pipeline.execution.result")
local tables = require("ecs_pipeline.tables")

local build_if_changed = {}

local OPERATION = "execution.build_if_changed"

--- Its own options: those of build, and these.
build_if_changed.OPTIONS = tables.copy(build.OPTIONS)
build_if_changed.OPTIONS.max_age = options.SECONDS
build_if_changed.OPTIONS.force = { "boolean" }
build_if_changed.OPTIONS.when_name_taken = options.one_of("fail", "build")

-- → reason: "unchanged", or why the image of the last good build does not do; or nil, message, err
local function judge_image(job, id)
  local image, message, err = images.get(job.client, job.operation,
    { id = id, region_id = job.ref.region_id }, job.call_options)
  if image then
    return images.why_unusable(image) and "image_unusable" or "unchanged"
  elseif err.kind ~= "not_found" then
    return nil, message, err
  end
  return "image_gone"
end

local WHY = {
  first = "there is no good build yet",
  forced = "force = true",
  too_old = "the last good build is older than max_age",
  replaced = "the last good build is of the replaced pipeline, and its record is deleted with that",
  image_gone = "the image of the last good build no longer exists",
  image_unusable = "the image of the last good build can no longer be used",
  resumed = "an earlier call began it",
  unchanged = "nothing changed since the last good build",
}

-- → reason, list of changed parts; or nil, message, err
local function compare(job, good)
  if job.options.force then
    return "forced", {}
  elseif not good then
    return "first", {}
  end
  local changed = fingerprint.changed(good.parts, job.parts)
  if changed[1] then
    return "changed", changed
  elseif job.own_history and good.execution.image_pipeline_id ~= job.ref.id then
    return "replaced", {}
  end
  local built = dates.utc(good.execution.creation_time)
  local now = job.client.service_clock:now()
  if job.options.max_age and (not built or now - built >= job.options.max_age) then
    return "too_old", {}
  end
  local reason, message, err = judge_image(job, good.execution.image_id)
  if not reason then
    return nil, message, err
  end
  return reason, {}
end

-- The result that a wait for that build would have returned.
local function unchanged(job, good)
  local result = results.make({ id = good.execution.id, seen = good.execution, timeline = {},
    accept = job.options.accept, client = job.client, started = job.client.platform.clock() },
    "success", 0)
  result.outcome, result.ok = "unchanged", true
  result.pipeline_id, result.built_by = job.ref.id, good.execution.image_pipeline_id
  result.dry_run = job.dry_run
  return result
end

-- Collects the inputs of the build; sets `pipeline`, `parts`, `fingerprint` and `resolved`.
local function examine(job)
  progress.report(job.wait, { phase = "comparing", pipeline_id = job.ref.id, region = job.region,
    message = "Comparing with the last good build." })
  local message, err
  if not job.pipeline then
    job.pipeline, message, err =
      pipelines.get(job.client, job.operation, job.ref, job.call_options)
    if not job.pipeline then
      return nil, message, err
    end
  end
  job.resolved, message, err = resolve.run(job, job.pipeline)
  if not job.resolved then
    return nil, message, err
  end
  job.parts = fingerprint.of(job.pipeline, job.resolved, job.region)
  job.fingerprint = fingerprint.text(job.parts)
  return true
end

local function explain(job, result, reason, changed)
  result.reason, result.changed = reason, changed
  result.why = WHY[reason] or table.concat(changed, ", ") .. " changed since the last good build"
  result.base_image, result.components = job.resolved.base_image, job.resolved.components
  return result
end

-- Continues the build that an earlier call began, even if something has changed since.
local function go_on(job)
  local result, message, err = build.carry_out(job)
  if not result then
    return nil, message, err
  end
  result.reason, result.why, result.changed = "resumed", WHY.resumed, {}
  return result
end

local function carry_out(job)
  local pending, message, err = build_start.pending(job)
  if pending == nil then
    return nil, message, err
  elseif pending and not job.dry_run then
    return go_on(job)
  end
  local examined
  examined, message, err = examine(job)
  if not examined then
    err.pipeline_id = job.ref.id
    return nil, message, err
  end
  local good
  if not job.options.force then
    good, message, err = last_good.find(job, job.pipeline)
    if err then
      err.pipeline_id = job.ref.id
      return nil, message, err
    end
  end
  local reason, changed, failure = compare(job, good)
  if not reason then
    failure.pipeline_id = job.ref.id
    return nil, changed, failure
  elseif reason == "unchanged" then
    return explain(job, unchanged(job, good), reason, changed)
  end
  local result
  result, message, err = build.carry_out(job)
  if not result then
    return nil, message, err
  end
  return explain(job, result, reason, changed)
end

--- Builds if something changed; `operation` is the function whose name errors carry.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @param given pipeline, as `execution.start` takes it
-- @tparam ?table given_options of `build_if_changed.OPTIONS`
-- @tparam ?table pipeline the pipeline, if it has been read
-- @tparam ?boolean own_history the pipeline that it replaced will be deleted: builds of that one do
--   not count
-- @return as `execution.build_if_changed`
function build_if_changed.of(client, operation, given, given_options, pipeline, own_history)
  local job, message, err =
    build.open(client, operation, given, given_options, build_if_changed.OPTIONS)
  if not job then
    return nil, message, err
  end
  job.pipeline, job.own_history = pipeline, own_history
  return carry_out(job)
end

--- Builds if something changed. Arguments and results as `execution.build_if_changed`.
function build_if_changed.run(client, given, given_options)
  return build_if_changed.of(client, OPERATION, given, given_options)
end

return build_if_changed
