--- `ecs.execution`: builds of an image pipeline. API: ECS 2014-05-26, StartImagePipelineExecution,
-- DescribeImagePipelineExecutions, CancelImagePipelineExecution.
local errors = require("ecs_pipeline.errors")
local execution_list = require("ecs_pipeline.find.executions")
local filters = require("ecs_pipeline.find.filters")
local lookup = require("ecs_pipeline.find.lookup")
local options = require("ecs_pipeline.call.options")
local pages = require("ecs_pipeline.find.pages")
local relabel = require("ecs_pipeline.call.relabel")
local states = require("ecs_pipeline.execution_states")
local tags = require("ecs_pipeline.resources.tags")
local target = require("ecs_pipeline.find.target")
local waiter = require("ecs_pipeline.bake.waiter")

local execution = {}

-- "Already ended", and "in a state that cannot be cancelled" (which states those are, the pages
-- disagree about).
local CANCEL_TOO_LATE = "InvalidStatus.CancelFailed"
local CANCEL_NOT_NOW = "InvalidStatus.ImagePipelineExecution"

local WAIT_OPTIONS = {
  timeout = options.SECONDS, poll = options.RANGE, stall = options.SECONDS,
  on_progress = options.FUNCTION, accept = options.words("success", "partial", "test_failed"),
  deadline_action = options.one_of("none", "cancel"),
}

-- A resource (create and describe give `id` and `image_pipeline_id`) is only pointed at: its tags
-- are not the execution's. Without `image_pipeline_id` it may be arguments.
local function start_args(client, given)
  if type(given) == "string" then
    given = { image_pipeline_id = given }
  elseif given.execution_id then
    given = { image_pipeline_id = given.image_pipeline_id, region_id = given.region_id }
  elseif given.id ~= nil then
    given = { image_pipeline_id = given.id, region_id = given.region_id,
      client_token = given.client_token, tags = not given.image_pipeline_id and given.tags or nil }
  end
  return tags.with_defaults(client.options.default_tags, given)
end

--- How calls complete what they are given, for `client.render`.
execution.arguments = { start = start_args }

local function start(client, given, given_options)
  local operation = "execution.start"
  local call_options = client:call_options(operation, given_options)
  if type(given) ~= "string" and type(given) ~= "table" then
    errors.raise(operation .. ": wants the id of a pipeline, or a table, not a " .. type(given))
  end
  local args = start_args(client, given)
  local result, message, err = client:invoke(operation, args, call_options)
  if not result then
    local id = args.image_pipeline_id
    id = type(id) == "table" and id.id or id
    execution_list.name_running(client, err, { id = id, region_id = args.region_id }, call_options)
    return nil, message, err
  end
  return result
end

-- One execution. `name` is the function that the user called.
local function find(client, name, found, call_options)
  return lookup(client, { operation = "execution.describe", name = name, field = "executions",
    args = { execution_id = found.id, region_id = found.region_id },
    id = found.id, what = "execution", note = "; those of a deleted pipeline are gone with it",
  }, call_options)
end

local function describe(client, wanted, given)
  local operation = "execution.describe"
  local call_options = client:call_options(operation, given)
  local found, message, err = target.find(operation, wanted, target.EXECUTION)
  if not found then
    return nil, message, err
  end
  return find(client, operation, found, call_options)
end

-- What a refusal to cancel means depends on what became of the execution.
local function after_refusal(client, operation, found, call_options, refusal)
  local one = find(client, operation, found, call_options)
  local status = one and one.status
  if states.outcome(status) or (not one and refusal.code == CANCEL_TOO_LATE) then
    -- an attempt whose answer was lost may have been the one that cancelled it
    local ours = status == "CANCELLED" and refusal.outcome == "unknown"
    return { cancelled = ours, status = status, execution_id = found.id }
  elseif status == "CANCELLING" then
    return { cancelled = true, status = status, execution_id = found.id }
  end
  refusal.execution_id, refusal.execution_status = found.id, status
  refusal.hint = "an execution can be cancelled while it prepares, repairs or builds; "
    .. "later, wait for its end"
  return nil, refusal.message, refusal
end

local function cancel_target(client, operation, found, call_options)
  local result, message, err = client:invoke("execution.cancel",
    { execution_id = found.id, region_id = found.region_id }, call_options, { idempotent = true })
  if result then
    if not result.dry_run then
      result.cancelled, result.execution_id = true, found.id
    end
    return result
  elseif err.code == CANCEL_TOO_LATE or err.code == CANCEL_NOT_NOW then
    return after_refusal(client, operation, found, call_options, err)
  end
  relabel(operation, err)
  return nil, message, err
end

local function cancel(client, wanted, given)
  local operation = "execution.cancel"
  local call_options = client:call_options(operation, given)
  local found, message, err = target.find(operation, wanted, target.EXECUTION)
  if not found then
    return nil, message, err
  end
  return cancel_target(client, operation, found, call_options)
end

-- The three calls of the waiter. Looks are cut to the time that is left.
local function calls_of(client, operation, found, call_options)
  local function within(seconds)
    local copy = filters.without(call_options, {})
    copy.deadline = math.min(copy.deadline, seconds)
    return copy
  end
  return {
    describe = function(seconds)
      return find(client, operation, found, within(seconds))
    end,
    past = function(pipeline_id)
      local result = client:invoke("execution.describe", { image_pipeline_id = pipeline_id,
        region_id = found.region_id, status = { "SUCCESS" } }, within(10))
      return result and result.executions
    end,
    cancel = function()
      return cancel_target(client, operation, found, call_options)
    end,
  }
end

local function wait(client, wanted, given)
  local operation = "execution.wait"
  local own, rest = options.own(operation, given, WAIT_OPTIONS)
  local call_options = client:call_options(operation, rest)
  local found, message, err = target.find(operation, wanted, target.EXECUTION)
  if not found then
    return nil, message, err
  end
  return waiter.run(client, found.id, calls_of(client, operation, found, call_options), own)
end

--- For other resources that wait for executions.
execution.wait, execution.cancel = wait, cancel

--- The group's functions for a client.
-- Every function takes call options as its last argument, see `call/options.lua`; all block while
-- they send (or yield, with a transport that yields) and can fail with any kind of `errors.KINDS`.
-- Where an execution is wanted, its id will do, or a table with `execution_id` or `id`, and
-- `region_id`.
-- @tparam function current → internal client to use for this call
-- @treturn table group
function execution.bind(current)
  local group = {}

  --- Start a build. It costs money while it runs. API: StartImagePipelineExecution.
  -- One ClientToken serves all attempts; to repeat after a crash, give the same `client_token`.
  -- `default_tags` of the client are merged in.
  -- @function execution.start
  -- @param pipeline id, table with `id`, or `{ image_pipeline_id =, tags =, region_id = }`; tags
  --   are the execution's, those of the image are `image_options.image_tags` of the pipeline
  -- @tparam ?table options call options
  -- @treturn[1] table `{ id, execution_id, request_id }`
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; kind "conflict" while another one runs, `err.execution_id` names it
  function group.start(pipeline, given)
    return start(current(), pipeline, given)
  end

  --- Read one execution. API: DescribeImagePipelineExecutions.
  -- @function execution.describe
  -- @param wanted execution
  -- @tparam ?table options call options
  -- @treturn[1] table `{ id, execution_id, image_pipeline_id, status, message, image_id,
  --   creation_time, modified_time, tags, error_code, error_info, … }`; an image_id means nothing
  --   before the end
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; kind "not_found" when there is none, or its pipeline was deleted
  function group.describe(wanted, given)
    return describe(current(), wanted, given)
  end

  --- Cancel. Repeating is safe. API: CancelImagePipelineExecution.
  -- @function execution.cancel
  -- @param wanted execution
  -- @tparam ?table options call options
  -- @treturn[1] table `{ cancelled, status, execution_id }`: true when it was accepted (the end
  --   comes later: wait for it), false with its end state when it had ended before
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; kind "conflict" in a state that cannot be cancelled,
  --   `err.execution_status` says which
  function group.cancel(wanted, given)
    return cancel(current(), wanted, given)
  end

  --- All executions that a filter leaves, from all pages. API: DescribeImagePipelineExecutions,
  -- and DescribeImagePipelines when the filter names no pipeline: then every one of the region.
  -- @function execution.list
  -- @param filter nil, a pipeline, or `{ pipeline = (or image_pipeline_id), execution_id, status =
  --   "BUILDING" or a list, tags, resource_group_id, region_id, max_results = page size }`
  -- @tparam ?table options call options, for each page
  -- @treturn[1] table list, as describe gives them
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; `err.partial` = what was found before
  function group.list(filter, given)
    local operation, client = "execution.list", current()
    return pages.collect(execution_list.each(client, operation, filter,
      client:call_options(operation, given)))
  end

  --- The same, one by one, with one page in memory.
  -- @function execution.each
  -- @param filter as list
  -- @tparam ?table options call options, for each page
  -- @treturn function iterator: an execution a step; after a failure `false, message, err` as the
  --   last step
  function group.each(filter, given)
    local operation, client = "execution.each", current()
    return (execution_list.each(client, operation, filter, client:call_options(operation, given)))
  end

  --- Wait for the end. API: DescribeImagePipelineExecutions. Transient failures and throttling do
  -- not end it; a state that this version does not know counts as running.
  -- @function execution.wait
  -- @param wanted execution
  -- @tparam ?table options call options for each look, and
  --
  --   * `timeout`: seconds for the whole wait, default 4 h (not of an attempt, as elsewhere)
  --   * `poll`: seconds between looks, or `{ min = 10, max = 30 }`: often after a change and near
  --     the end
  --   * `accept`: "partial", "test_failed", or a list: what is `ok` beside success
  --   * `deadline_action`: "cancel" cancels when the time is up, default "none"
  --   * `on_progress`: function(`{ execution_id, phase, status, message, elapsed, estimate,
  --     stalled }`), after each look; `estimate` = seconds left, from past builds, nil when unknown
  --   * `stall`: seconds without a change after which `stalled` is true, default 900
  -- @treturn[1] table `{ ok, outcome, execution_id, pipeline_id, status, image_id, images = {
  --   [region] = id }, error_code, error_info, timeline, phase, hint, elapsed, waited, cancelled,
  --   … }`; outcome is "success", "partial", "test_failed", "failed", "cancelled", or "timeout";
  --   phase is the last one before the clean-up
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; kinds "denied", "credentials", "validation", "not_found" and the like;
  --   `err.execution_id`, `err.timeline`
  function group.wait(wanted, given)
    return wait(current(), wanted, given)
  end

  return group
end

return execution
