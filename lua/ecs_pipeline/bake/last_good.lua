--- Finds the last good build of a pipeline that has a fingerprint tag. A pipeline that replaced
-- another one uses the history of the old one until it has a build of its own.
local executions = require("ecs_pipeline.find.executions")
local fingerprint = require("ecs_pipeline.bake.fingerprint")
local identity = require("ecs_pipeline.pipeline.identity")
local marks = require("ecs_pipeline.bake.marks")
local paginator = require("ecs_pipeline.paging.paginator")
local pipelines = require("ecs_pipeline.find.pipelines")

local last_good = {}

-- Longest chain of replacements that is followed (guards against a cycle).
local MOST = 10

local STATUS = { partial = "PARTITION_SUCCESS", test_failed = "TEST_FAILED" }

local function good(accept)
  local list = { "SUCCESS" }
  for _, outcome in ipairs(type(accept) == "string" and { accept } or accept or {}) do
    list[#list + 1] = STATUS[outcome]
  end
  return list
end

-- → `{ execution, parts }`, nil if there is none, or false, message, err
local function newest(job, id)
  local all, message, err = paginator.collect(executions.each(job.client, job.operation,
    { image_pipeline_id = id, region_id = job.ref.region_id, status = good(job.options.accept) },
    job.call_options))
  if not all then
    if err.kind == "not_found" then
      return nil
    end
    return false, message, err
  end
  local latest
  for _, execution in ipairs(all) do
    local parts = execution.image_id
      and fingerprint.read((execution.tags or {})[marks.FINGERPRINT])
    if parts and (not latest
      or (execution.creation_time or "") > (latest.execution.creation_time or "")) then
      latest = { execution = execution, parts = parts }
    end
  end
  return latest
end

--- Finds the build.
-- @tparam table job of `build.open`
-- @tparam table pipeline
-- @treturn[1] ?table `{ execution, parts }`, nil if there is none
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function last_good.find(job, pipeline)
  local seen = {}
  for _ = 1, MOST do
    local build, message, err = newest(job, pipeline.id)
    if build then
      return build
    elseif build == false then
      return nil, message, err
    end
    seen[pipeline.id] = true
    local before = identity.replaces(pipeline)
    if not before or seen[before] then
      return nil
    end
    pipeline, message, err = pipelines.get(job.client, job.operation,
      { id = before, region_id = job.ref.region_id }, job.call_options)
    if not pipeline then
      if err.kind == "not_found" then
        return nil
      end
      return nil, message, err
    end
  end
  return nil
end

return last_good
