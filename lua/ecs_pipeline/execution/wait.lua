--- `execution.wait`: the calls that a wait makes, for `waiter.lua` to make them in time.
local cancel = require("ecs_pipeline.execution.cancel")
local executions = require("ecs_pipeline.find.executions")
local filters = require("ecs_pipeline.paging.filters")
local find_images = require("ecs_pipeline.execution.images")
local options = require("ecs_pipeline.call.options")
local reference = require("ecs_pipeline.paging.reference")
local waiter = require("ecs_pipeline.execution.waiter")

local wait = {}

local OPERATION = "execution.wait"

--- Its own options.
wait.OPTIONS = {
  timeout = options.SECONDS, poll = options.RANGE, stall = options.SECONDS,
  on_progress = options.FUNCTION, accept = options.words("success", "partial", "test_failed"),
  deadline_action = options.one_of("none", "cancel"),
}

-- The calls of the waiter. Looks are cut to the time that is left.
local function calls_of(client, operation, found, call_options)
  local function within(seconds)
    local copy = filters.without(call_options, {})
    copy.deadline = math.min(copy.deadline, seconds)
    return copy
  end
  return {
    describe = function(seconds)
      return executions.get(client, operation, found, within(seconds))
    end,
    past = function(pipeline_id)
      local result = client:invoke("execution.describe", { image_pipeline_id = pipeline_id,
        region_id = found.region_id, status = { "SUCCESS" } }, within(10))
      return result and result.executions
    end,
    images = function(ended, region)
      return find_images(client, operation, ended, region, call_options)
    end,
    cancel = function()
      return cancel.found(client, operation, found, call_options)
    end,
  }
end

--- Wait for one that has been found.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @tparam table found `{ id, region_id }`
-- @tparam table own options of `wait.OPTIONS`, checked
-- @tparam table call_options for each look
-- @return as `execution.wait`
function wait.found(client, operation, found, own, call_options)
  return waiter.run(client, found.id, calls_of(client, operation, found, call_options), own)
end

--- The same, for whoever wants to know that it has ended, and not what came of it: the images of
-- other regions are not looked for.
function wait.ended(client, operation, found, own, call_options)
  local calls = calls_of(client, operation, found, call_options)
  calls.images = nil
  return waiter.run(client, found.id, calls, own)
end

--- Wait. Arguments and results as `execution.wait`.
function wait.run(client, wanted, given)
  local own, rest = options.own(OPERATION, given, wait.OPTIONS)
  local call_options = client:call_options(OPERATION, rest)
  local found, message, err = reference.find(OPERATION, wanted, reference.EXECUTION)
  if not found then
    return nil, message, err
  end
  return wait.found(client, OPERATION, found, own, call_options)
end

return wait
