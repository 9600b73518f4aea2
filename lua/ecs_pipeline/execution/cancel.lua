--- `execution.cancel`, and what a refusal to cancel means.
local executions = require("ecs_pipeline.find.executions")
local reference = require("ecs_pipeline.paging.reference")
local relabel = require("ecs_pipeline.call.relabel")
local states = require("ecs_pipeline.execution_states")

local cancel = {}

local OPERATION = "execution.cancel"

-- "Already ended", and "in a state that cannot be cancelled" (which states those are, the pages
-- disagree about).
local TOO_LATE = "InvalidStatus.CancelFailed"
local NOT_NOW = "InvalidStatus.ImagePipelineExecution"

-- What a refusal means depends on what became of the execution.
local function after_refusal(client, operation, found, call_options, refusal)
  local one = executions.get(client, operation, found, call_options)
  local status = one and one.status
  if states.outcome(status) or (not one and refusal.code == TOO_LATE) then
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

--- Cancel one that has been found.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @tparam table found `{ id, region_id }`
-- @tparam table call_options
-- @return as `execution.cancel`
function cancel.found(client, operation, found, call_options)
  local result, message, err = client:invoke(OPERATION,
    { execution_id = found.id, region_id = found.region_id }, call_options, { idempotent = true })
  if result then
    if not result.dry_run then
      result.cancelled, result.execution_id = true, found.id
    end
    return result
  elseif err.code == TOO_LATE or err.code == NOT_NOW then
    return after_refusal(client, operation, found, call_options, err)
  end
  relabel(operation, err)
  return nil, message, err
end

--- Cancel. Arguments and results as `execution.cancel`.
function cancel.run(client, wanted, given)
  local call_options = client:call_options(OPERATION, given)
  local found, message, err = reference.find(OPERATION, wanted, reference.EXECUTION)
  if not found then
    return nil, message, err
  end
  return cancel.found(client, OPERATION, found, call_options)
end

return cancel
