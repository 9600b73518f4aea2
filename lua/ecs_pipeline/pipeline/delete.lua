--- `pipeline.delete`, which may have to wait for what runs: the service refuses to delete a
-- template before all its executions have ended.
local cancel_execution = require("ecs_pipeline.execution.cancel")
local errors = require("ecs_pipeline.errors")
local execution_list = require("ecs_pipeline.find.executions")
local options = require("ecs_pipeline.call.options")
local pace = require("ecs_pipeline.waiting.pace")
local reference = require("ecs_pipeline.paging.reference")
local removal = require("ecs_pipeline.call.removal")
local wait = require("ecs_pipeline.execution.wait")
local waiter = require("ecs_pipeline.execution.waiter")

local OPERATION = "pipeline.delete"
local NOT_FOUND = "InvalidImagePipeline.NotFound"
local RUNNING = "InvalidImagePipeline.HasRunningExecution"

local OWN = {
  when_running = options.one_of("fail", "wait", "cancel"),
  missing = options.one_of("ok", "error"),
  wait_timeout = options.SECONDS, poll = options.RANGE, on_progress = options.FUNCTION,
}

-- One DeleteImagePipeline.
local function send(job)
  local result, message, err = removal.run(job.client, OPERATION,
    { image_pipeline_id = job.found.id, region_id = job.found.region_id }, job.call_options,
    { not_found = NOT_FOUND, missing = job.own.missing })
  if result and job.own.when_running and job.own.when_running ~= "fail" then
    result.waited_for, result.cancelled = job.waited_for, job.cancelled
  end
  return result, message, err
end

local function left(job)
  return job.ends_at - job.client.platform.clock()
end

local function too_long(job, id)
  return errors.fail(OPERATION, { kind = "timeout", code = "WAIT_TIMEOUT", execution_id = id,
    sent = false, message = ("%s still runs after %d s; the pipeline was not deleted")
      :format(id or "an execution", job.own.wait_timeout) })
end

-- Asks to cancel. An execution that cannot be cancelled any more is only waited for.
local function cancel(job, one)
  if job.own.when_running ~= "cancel" or job.asked[one.id] then
    return true
  end
  local result, message, err = cancel_execution.run(job.client, one, job.rest)
  if result and result.cancelled then
    job.asked[one.id] = true
    job.cancelled[#job.cancelled + 1] = one.id
  elseif err and err.kind ~= "conflict" and err.kind ~= "not_found" and waiter.final(err) then
    return nil, message, err
  end
  return true
end

local function settle_one(job, one)
  one = { id = one.id, region_id = job.found.region_id }
  local ok, message, err = cancel(job, one)
  if not ok then
    return nil, message, err
  elseif left(job) <= 0 then
    return too_long(job, one.id)
  end
  local result
  result, message, err = wait.ended(job.client, OPERATION, one,
    { timeout = left(job), poll = job.own.poll, on_progress = job.own.on_progress },
    job.call_options)
  if result and result.outcome == "timeout" then
    return too_long(job, one.id)
  elseif not result and err.kind ~= "not_found" then
    return nil, message, err
  end
  job.waited_for[#job.waited_for + 1] = one.id
  return true
end

-- Waits until nothing that is seen running runs. True: it is worth deleting again.
local function settle(job)
  local running, message, err =
    execution_list.running(job.client, OPERATION, job.found, job.call_options)
  if err and waiter.final(err) and err.kind ~= "not_found" then
    return nil, message, err
  end
  if not running or not running[1] then
    -- unseen yet, or the service is busy
    if left(job) <= 0 then
      return too_long(job)
    end
    job.client.platform.sleep(math.min(left(job), pace.range(job.own.poll).min))
    return true
  end
  for _, one in ipairs(running) do
    local ok
    ok, message, err = settle_one(job, one)
    if not ok then
      return nil, message, err
    end
  end
  return true
end

local function open_job(client, given)
  local own, rest = options.own(OPERATION, given, OWN)
  own.wait_timeout = own.wait_timeout or waiter.TIMEOUT
  return {
    client = client, own = own, rest = rest,
    call_options = client:call_options(OPERATION, rest),
    ends_at = client.platform.clock() + own.wait_timeout,
    waited_for = {}, cancelled = {}, asked = {},
  }
end

--- Delete. Arguments and results as `pipeline.delete`.
return function(client, wanted, given)
  local job = open_job(client, given)
  local found, message, err = reference.find(OPERATION, wanted, reference.PIPELINE)
  if not found then
    return nil, message, err
  end
  job.found = found
  while true do
    local result
    result, message, err = send(job)
    if result then
      return result
    elseif err.code ~= RUNNING or (job.own.when_running or "fail") == "fail" then
      execution_list.name_running(client, err, found, job.call_options)
      return nil, message, err
    end
    local settled
    settled, message, err = settle(job)
    if not settled then
      return nil, message, err
    end
  end
end
