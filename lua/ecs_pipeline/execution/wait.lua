--- `execution.wait`: waits until an execution has ended.
local cancel = require("ecs_pipeline.execution.cancel")
local estimate = require("ecs_pipeline.execution.estimate")
local executions = require("ecs_pipeline.find.executions")
local images = require("ecs_pipeline.execution.images")
local options = require("ecs_pipeline.call.options")
local poll = require("ecs_pipeline.waiting.poll")
local reference = require("ecs_pipeline.paging.reference")
local result = require("ecs_pipeline.execution.result")
local states = require("ecs_pipeline.execution_states")
local tables = require("ecs_pipeline.tables")
local timeline = require("ecs_pipeline.execution.timeline")

local wait = {}

local OPERATION = "execution.wait"

--- Seconds: four hours, longer than any build that we know of. Waits that end too early are the
-- oldest complaint about tools of this kind.
wait.TIMEOUT = 4 * 3600

--- Its own options.
wait.OPTIONS = tables.copy(poll.OPTIONS)
wait.OPTIONS.stall = options.SECONDS
wait.OPTIONS.accept = options.words("success", "partial", "test_failed")
wait.OPTIONS.deadline_action = options.one_of("none", "cancel")

-- Seconds without any change after which a build counts as stalled.
local STALL = 15 * 60

-- Seconds for the call that reads how long earlier builds took.
local PAST_TIMEOUT = 10

-- Seconds to the end, estimated from builds of this pipeline that succeeded; those are read once.
local function remaining(job)
  if job.typical == nil then
    local id = job.timeline.seen.image_pipeline_id
    local past = id and job.client:invoke("execution.describe", { image_pipeline_id = id,
      region_id = job.ref.region_id, status = { "SUCCESS" } },
      poll.within(job.call_options, PAST_TIMEOUT))
    job.typical = past and estimate.typical(past.executions or {}) or false
  end
  return job.typical and math.max(0, job.typical - job.timeline:elapsed()) or nil
end

local function judge(job, execution)
  if not execution then
    return nil
  end
  job.timeline:note(execution)
  if states.outcome(execution.status) then
    job.remaining = nil
    return poll.DONE
  end
  job.remaining = job.wants_estimate and remaining(job) or nil
  return poll.NOT_YET, job.remaining, states.nearly_done(execution.status)
end

local function report(job, execution)
  local outcome = states.outcome(execution.status)
  return {
    execution_id = job.ref.id, phase = states.phase(execution.status), status = execution.status,
    message = execution.message or "", elapsed = job.timeline:elapsed(), estimate = job.remaining,
    pipeline_id = execution.image_pipeline_id, region = job.ref.region_id,
    -- A running execution may have an image id already: it means nothing before the end.
    image_id = states.has_image(outcome) and execution.image_id or nil,
    stalled = not outcome
      and job.timeline:unchanged_for() >= (job.own_options.stall or STALL),
  }
end

-- → outcome; false if the time is up; or nil, message, err
local function poll_until_end(job)
  local execution, message, err = job.wait:run({
    read = function()
      return executions.get(job.client, job.operation, job.ref, job.wait:poll_options())
    end,
    judge = function(seen) return judge(job, seen) end,
    report = function(seen) return report(job, seen) end,
  })
  if execution then
    return states.outcome(execution.status)
  elseif execution == nil then
    err.execution_id, err.timeline = err.execution_id or job.ref.id, job.timeline.entries
    return nil, message, err
  end
  return false
end

local function open(client, operation, ref, own_options, call_options)
  return {
    client = client, operation = operation, ref = ref, own_options = own_options,
    call_options = call_options, timeline = timeline.new(client, operation, ref.id),
    wait = poll.new(client, operation, own_options, call_options, { timeout = wait.TIMEOUT }),
    wants_estimate = own_options.on_progress ~= nil or type(own_options.poll) ~= "number",
  }
end

-- The outcome when the time is up. With deadline_action = "cancel" the execution is cancelled; if
-- it has ended just before that, its own outcome counts.
local function time_out(job)
  if job.own_options.deadline_action ~= "cancel" then
    return "timeout"
  end
  local answer, message = cancel.found(job.client, job.operation, job.ref, job.call_options)
  job.cancelled, job.cancel_error = answer and answer.cancelled == true or false, message
  local ended = answer and not answer.cancelled and states.outcome(answer.status)
  return ended and poll_until_end(job) or "timeout"
end

--- Waits for an execution whose id is known.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @tparam table ref `{ id, region_id }` of the execution
-- @tparam table own_options of `wait.OPTIONS`, checked
-- @tparam table call_options for each poll
-- @return as `execution.wait`
function wait.found(client, operation, ref, own_options, call_options)
  local job = open(client, operation, ref, own_options, call_options)
  local outcome, message, err = poll_until_end(job)
  if outcome == nil then
    poll.resume_with(err, ("the build goes on: execution.wait(\"%s\") in the new worker waits for "
      .. "the rest"):format(ref.id))
    return nil, message, err
  end
  outcome = outcome or time_out(job)
  return result.make({
    id = ref.id, client = client, seen = job.timeline.seen, timeline = job.timeline.entries,
    accept = own_options.accept, started = job.wait.started,
    cancelled = job.cancelled, cancel_error = job.cancel_error,
    images = function(execution, region)
      return images(client, operation, execution, region, call_options)
    end,
  }, outcome, job.timeline:elapsed())
end

--- The error of an outer wait whose time is up while an execution runs.
-- @tparam table outer wait of `poll.new`
-- @tparam ?string id of the execution, if it is known
-- @tparam string consequence for the message: "nothing was deleted"
-- @return as every failure
function wait.still_running(outer, id, consequence)
  return outer:timed_out(("%s still runs after %.0f s; %s"):format(id or "an execution",
    outer.timeout, consequence), { execution_id = id, sent = false })
end

--- Waits inside another wait until an execution has ended, with any outcome. An execution that no
-- longer exists has ended.
-- @tparam table outer wait of `poll.new`
-- @tparam table ref `{ id, region_id }` of the execution
-- @tparam string consequence for the message if the time of the outer wait is up
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function wait.ended(outer, ref, consequence)
  local outcome, left, message, err = false, outer:left(), nil, nil
  if left > 0 then
    outcome, message, err = poll_until_end(open(outer.client, outer.operation, ref,
      { timeout = left, poll = outer.poll, on_progress = outer.on_progress }, outer.call_options))
  end
  if outcome == false then
    return wait.still_running(outer, ref.id, consequence)
  elseif not outcome and err.kind ~= "not_found" then
    return nil, message, err
  end
  return true
end

--- Waits. Arguments and results as `execution.wait`.
function wait.run(client, wanted, given)
  local own_options, rest = options.own(OPERATION, given, wait.OPTIONS)
  local call_options = client:call_options(OPERATION, rest)
  local ref, message, err = reference.find(OPERATION, wanted, reference.EXECUTION)
  if not ref then
    return nil, message, err
  end
  return wait.found(client, OPERATION, ref, own_options, call_options)
end

return wait
