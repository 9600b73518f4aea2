--- `execution.cancel`, and the meaning of a refusal to cancel.
local errors = require("ecs_pipeline.errors")
local executions = require("ecs_pipeline.find.executions")
local reference = require("ecs_pipeline.paging.reference")
local states = require("ecs_pipeline.execution_states")

local cancel = {}

local OPERATION = "execution.cancel"

-- "Already ended", and "in a state that cannot be cancelled" (the service's pages disagree about
-- which states these are).
local TOO_LATE = "InvalidStatus.CancelFailed"
local NOT_NOW = "InvalidStatus.ImagePipelineExecution"

-- The meaning of a refusal depends on the present state of the execution.
local function after_refusal(client, operation, ref, call_options, refusal)
  local execution = executions.get(client, operation, ref, call_options)
  local status = execution and execution.status
  if states.outcome(status) or (not execution and refusal.code == TOO_LATE) then
    -- an attempt whose reply was lost may have cancelled it
    local ours = status == "CANCELLED" and refusal.outcome == "unknown"
    return { cancelled = ours, status = status, execution_id = ref.id }
  elseif status == "CANCELLING" then
    return { cancelled = true, status = status, execution_id = ref.id }
  end
  refusal.execution_id, refusal.execution_status = ref.id, status
  refusal.hint = "an execution can be cancelled while it prepares, repairs or builds; "
    .. "later, wait for its end"
  return nil, refusal.message, refusal
end

--- Cancels an execution whose id is known.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @tparam table ref `{ id, region_id }` of the execution
-- @tparam table call_options
-- @return as `execution.cancel`
function cancel.found(client, operation, ref, call_options)
  local result, message, err = client:invoke(OPERATION,
    { execution_id = ref.id, region_id = ref.region_id }, call_options, { idempotent = true })
  if result then
    if not result.dry_run then
      result.cancelled, result.execution_id = true, ref.id
    end
    return result
  elseif err.code == TOO_LATE or err.code == NOT_NOW then
    return after_refusal(client, operation, ref, call_options, err)
  end
  errors.relabel(operation, err)
  return nil, message, err
end

--- Cancels. Arguments and results as `execution.cancel`.
function cancel.run(client, wanted, given)
  local call_options = client:call_options(OPERATION, given)
  local ref, message, err = reference.find(OPERATION, wanted, reference.EXECUTION)
  if not ref then
    return nil, message, err
  end
  return cancel.found(client, OPERATION, ref, call_options)
end

return cancel
