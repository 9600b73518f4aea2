--- The commands of executions: see `pipelines.lua`.
local requests = require("ecs_pipeline.command.requests")

local executions = {}

--- `build ID`
function executions.build(context, options)
  local given = requests.build(context, options)
  local changed = options.if_changed or options.force or options.max_age
  local call = changed and "build_if_changed" or "build"
  return context.client.execution[call](requests.pipeline(options.pipeline), given)
end

--- `wait EXEC`
function executions.wait(context, options)
  local given = requests.wait(context, options)
  given.deadline_action = options.at_timeout == "cancel" and "cancel" or nil
  context.execution_id = options.execution
  return context.client.execution.wait(options.execution, given)
end

--- `executions [ID]`
function executions.executions(context, options)
  return requests.list(context, "executions", context.client.execution.list({
    pipeline = requests.pipeline(options.pipeline), status = options.status,
  }))
end

--- `cancel EXEC`
function executions.cancel(context, options)
  return context.client.execution.cancel(options.execution)
end

return executions
