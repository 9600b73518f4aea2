--- Deletes replaced pipelines: each one after its executions have ended and its records are in the
-- archive.
local archive = require("ecs_pipeline.pipeline.archive")
local errors = require("ecs_pipeline.errors")
local execution_list = require("ecs_pipeline.find.executions")
local execution_wait = require("ecs_pipeline.execution.wait")
local identity = require("ecs_pipeline.pipeline.identity")
local paginator = require("ecs_pipeline.paging.paginator")
local pipeline_delete = require("ecs_pipeline.pipeline.delete")
local poll = require("ecs_pipeline.waiting.poll")
local states = require("ecs_pipeline.execution_states")

local retire = {}

local RUNNING = "InvalidImagePipeline.HasRunningExecution"

-- The consequence, for the error of a wait whose time is up.
local NOT_DELETED = "nothing was deleted"

-- Longest chain of replacements that is followed (guards against a cycle).
local LONGEST_CHAIN = 20

local function file_of(job, pipeline)
  return job.options.archive and archive.path(job.options.archive, pipeline.id) or nil
end

-- All executions have ended: writes the archive, then deletes. → verdict
local function delete(job, pipeline, executions)
  local file = file_of(job, pipeline)
  if file then
    local ok, message, err = archive.write(job.operation, file, pipeline, executions,
      job.client.platform.wall(), job.client.platform)
    if not ok then
      return poll.FAILED, message, err
    end
  end
  local deleted, _, err = pipeline_delete(job.client,
    { id = pipeline.id, region_id = job.args.region_id }, job.rest)
  if deleted then
    return poll.DONE
  elseif err.code == RUNNING then
    return poll.NOT_YET -- an execution runs that was not visible
  end
  return poll.FAILED, errors.relabel(job.operation, err)
end

-- Waits for the running executions of the pipeline; deletes it if there are none. → verdict
local function judge(job, wait, pipeline, executions, err)
  if not executions then
    return err.kind == "not_found" and poll.DONE or poll.FAILED
  end
  local waited = false
  for _, execution in ipairs(executions) do
    if not states.outcome(execution.status) then
      waited = true
      local ok, message, failure = execution_wait.ended(wait,
        { id = execution.id, region_id = job.args.region_id }, NOT_DELETED)
      if not ok then
        return poll.FAILED, message, failure
      end
    end
  end
  if waited then
    return poll.AGAIN
  end
  return delete(job, pipeline, executions)
end

-- → { id, executions, archive }, without the last two if the pipeline no longer existed; or nil,
-- message, err
local function retire_one(job, pipeline)
  local left = job.ends_at and math.max(job.ends_at - job.client.platform.clock(), 0)
  local wait = poll.new(job.client, job.operation, { poll = job.options.poll,
    timeout = math.min(left or math.huge, job.options.wait_timeout or execution_wait.TIMEOUT),
    on_progress = job.options.on_progress }, job.call_options, {})
  local executions, message, err = wait:run({
    range = { min = wait.range.min, max = wait.range.min },
    read = function()
      return paginator.collect(execution_list.each(job.client, job.operation,
        { image_pipeline_id = pipeline.id, region_id = job.args.region_id }, job.call_options))
    end,
    judge = function(all, failure) return judge(job, wait, pipeline, all, failure) end,
  })
  if executions == false then
    return execution_wait.still_running(wait, nil, NOT_DELETED)
  elseif executions == nil then
    return nil, message, err
  elseif executions == true then
    return { id = pipeline.id }
  end
  return { id = pipeline.id, executions = #executions, archive = file_of(job, pipeline) }
end

--- The pipelines that this one retires and that still exist, oldest first: the one it replaces, the
-- one that the replaced one retires, and so on. A tag alone is not enough: each must have the same
-- name, or be the one that the caller named.
-- @tparam table job of `ensure.open`
-- @tparam table pipeline the new one
-- @treturn[1] table list of pipelines
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function retire.pending(job, pipeline)
  local list, seen, name = {}, { [pipeline.id] = true }, pipeline.name
  for _ = 1, LONGEST_CHAIN do
    local id = (pipeline.tags or {})[identity.RETIRES]
    if not id or seen[id] then
      break
    end
    seen[id] = true
    local older, message, err = identity.describe(job, id)
    if not older and err.kind ~= "not_found" then
      return nil, message, err
    elseif not older or (older.name ~= name and older.id ~= job.id) then
      break
    end
    table.insert(list, 1, older)
    pipeline = older
  end
  return list
end

--- Checks that the archive of a pipeline can be written, if the options ask for one. Results as
-- `archive.check`.
function retire.check(job, pipeline)
  local file = file_of(job, pipeline)
  if not file then
    return true
  end
  return archive.check(job.operation, file, pipeline.id)
end

--- Deletes them.
-- @tparam table job of `ensure.open`
-- @tparam table list of `pending`
-- @treturn[1] table list of `{ id, executions, archive }`, in the same order
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function retire.run(job, list)
  local retired = {}
  for index, older in ipairs(list) do
    local done, message, err = retire_one(job, older)
    if not done then
      return nil, message, err
    end
    retired[index] = done
  end
  return retired
end

return retire
