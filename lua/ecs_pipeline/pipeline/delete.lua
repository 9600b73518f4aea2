--- `pipeline.delete`. It may wait for running executions first: the service refuses to delete a
-- pipeline before all its executions have ended.
local cancel = require("ecs_pipeline.execution.cancel")
local execution_list = require("ecs_pipeline.find.executions")
local options = require("ecs_pipeline.call.options")
local pipelines = require("ecs_pipeline.find.pipelines")
local poll = require("ecs_pipeline.waiting.poll")
local delete_call = require("ecs_pipeline.call.delete")
local tables = require("ecs_pipeline.tables")
local wait = require("ecs_pipeline.execution.wait")

local OPERATION = "pipeline.delete"
local NOT_FOUND = "InvalidImagePipeline.NotFound"
local RUNNING = "InvalidImagePipeline.HasRunningExecution"

-- The consequence, for the error of a wait whose time is up.
local NOT_DELETED = "the pipeline was not deleted"

local OWN = {
  when_running = options.one_of("fail", "wait", "cancel"),
  missing = options.one_of("ok", "error"),
  wait_timeout = options.SECONDS, poll = options.RANGE, on_progress = options.FUNCTION,
}
local WAITING = tables.merge({ timeout = options.TIMEOUT }, OWN)

local function waits(given)
  local when = type(given) == "table" and given.when_running
  return when == "wait" or when == "cancel"
end

-- One DeleteImagePipeline.
local function send(job)
  return delete_call(job.client, OPERATION,
    { image_pipeline_id = job.ref.id, region_id = job.ref.region_id }, job.wait:poll_options(),
    { not_found = NOT_FOUND, missing = job.own_options.missing })
end

-- Cancels an execution, once. One that can no longer be cancelled is only waited for.
local function cancel_once(job, ref)
  if job.own_options.when_running ~= "cancel" or job.requested[ref.id] then
    return true
  end
  local result, message, err = cancel.found(job.client, OPERATION, ref, job.call_options)
  if result and result.cancelled then
    job.requested[ref.id] = true
    job.cancelled[#job.cancelled + 1] = ref.id
  elseif err and err.kind ~= "conflict" and err.kind ~= "not_found" and poll.final(err) then
    return nil, message, err
  end
  return true
end

local function wait_for(job, execution)
  local ref = { id = execution.id, region_id = job.ref.region_id }
  local ok, message, err = cancel_once(job, ref)
  if ok then
    ok, message, err = wait.ended(job.wait, ref, NOT_DELETED)
  end
  if ok then
    job.waited_for[#job.waited_for + 1] = ref.id
  end
  return ok, message, err
end

-- The service refuses the delete for now: waits for the executions that are listed as running.
local function judge_running(job)
  local running, message, err =
    execution_list.running(job.client, OPERATION, job.ref, job.call_options)
  if err and poll.final(err) and err.kind ~= "not_found" then
    return poll.FAILED, message, err
  elseif not running or not running[1] then
    return poll.NOT_YET -- not visible yet, or the service is busy
  end
  for _, execution in ipairs(running) do
    local ok
    ok, message, err = wait_for(job, execution)
    if not ok then
      return poll.FAILED, message, err
    end
  end
  return poll.AGAIN
end

--- Deletes. Arguments and results as `pipeline.delete`.
return function(client, wanted, given)
  local patient = waits(given)
  local own_options, rest = options.own(OPERATION, given, patient and WAITING or OWN)
  local call_options = client:call_options(OPERATION, rest)
  local ref, message, err = pipelines.which(client, OPERATION, wanted, call_options)
  if not ref then
    return nil, message, err
  end
  local seconds = math.min(own_options.timeout or math.huge,
    own_options.wait_timeout or wait.TIMEOUT)
  local job = { client = client, ref = ref, own_options = own_options, call_options = call_options,
    wait = poll.new(client, OPERATION, { timeout = seconds,
      poll = own_options.poll, on_progress = own_options.on_progress }, call_options, {}),
    waited_for = {}, cancelled = {}, requested = {} }
  local result
  result, message, err = job.wait:run({
    range = { min = job.wait.range.min, max = job.wait.range.min },
    read = function() return send(job) end,
    judge = function(deleted, refusal)
      if deleted then
        return poll.DONE
      elseif patient and refusal.code == RUNNING then
        return judge_running(job)
      end
      execution_list.name_running(client, refusal, ref, call_options)
      return poll.FAILED
    end,
  })
  if result == false then
    return wait.still_running(job.wait, nil, NOT_DELETED)
  elseif result and patient then
    result.waited_for, result.cancelled = job.waited_for, job.cancelled
  end
  return result, message, err
end
