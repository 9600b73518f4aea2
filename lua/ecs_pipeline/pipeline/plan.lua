--- `pipeline.plan`: what has to be done so that a pipeline matches the arguments. Only reads.
local changes = require("ecs_pipeline.pipeline.changes")
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local events = require("ecs_pipeline.call.events")
local executions = require("ecs_pipeline.find.executions")
local identity = require("ecs_pipeline.pipeline.identity")
local image_names = require("ecs_pipeline.find.image_names")
local paginator = require("ecs_pipeline.paging.paginator")
local reference = require("ecs_pipeline.paging.reference")
local states = require("ecs_pipeline.execution_states")
local tables = require("ecs_pipeline.tables")
local tags = require("ecs_pipeline.tags")

local plan = {}

--- Opens a job: checks and completes the arguments, sends nothing.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @tparam table args of pipeline.create, and `id`
-- @tparam table call_options
-- @treturn[1] table job for the functions here and in `identity.lua`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "validation"
-- @raise if args is not a table
function plan.open(client, operation, args, call_options)
  if type(args) ~= "table" then
    errors.raise(operation .. ": arguments must be a table, not a " .. type(args))
  end
  local ref, message, err
  if args.id ~= nil then
    ref, message, err = reference.find(operation, args.id, reference.PIPELINE)
    if not ref then
      return nil, message, err
    end
  end
  local complete = tags.with_defaults(client.options.default_tags,
    tables.with_texts(tables.without(args, { "id" })))
  local region = call_options.region or client:region()
  local ok, detail = core.check("pipeline.create", complete,
    { region = region, validate = call_options.validate })
  if not ok then
    return errors.fail(operation, detail)
  end
  events.warnings(client, operation, detail)
  return { client = client, operation = operation, args = complete, id = ref and ref.id,
    region = complete.region_id or region,
    call_options = tables.without(call_options, { "client_token", "dry_run" }) }
end

local function counted(count, noun)
  return count .. " " .. noun .. (count == 1 and "" or "s")
end

-- What is deleted together with the pipeline. Images stay.
local function losses(job, pipeline)
  local all, message, err = paginator.collect(executions.each(job.client, job.operation,
    { image_pipeline_id = pipeline.id, region_id = job.args.region_id }, job.call_options))
  if not all then
    return nil, message, err
  end
  local running
  for _, execution in ipairs(all) do
    if not states.outcome(execution.status) then
      running = execution.id
    end
  end
  local text = #all == 0 and "nothing: it has no executions"
    or ("the record of %s of %s"):format(counted(#all, "execution"), pipeline.id)
  if running then
    text = text .. (", of which %s is running: %s cannot be deleted before its end"):format(running,
      pipeline.id)
  end
  return { executions = #all, running = running, text = text }
end

local NOTHING = { create = "nothing: there is no such pipeline yet", none = "nothing" }

--- Makes the plan of a job.
-- @tparam table job of `plan.open`
-- @treturn[1] table as `pipeline.plan`
-- @treturn[1] ?table the pipeline it is about
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function plan.make(job)
  local pipeline, differences, err = identity.find(job)
  if not pipeline and differences then
    return nil, differences, err
  end
  local result = { action = pipeline and (#differences == 0 and "none" or "replace") or "create",
    id = pipeline and pipeline.id, changes = differences or {} }
  if result.action == "create" then
    changes.set_new(result, job.args, job.region)
  end
  if result.action ~= "replace" then
    result.loses = { executions = 0, text = NOTHING[result.action] }
  else
    local message
    result.loses, message, err = losses(job, pipeline)
    if not result.loses then
      return nil, message, err
    end
  end
  local extra = job.args.extra
  if type(extra) == "table" and next(extra) ~= nil then
    result.not_compared = { "extra" } -- names of the API that this version does not know
  end
  return result, pipeline
end

--- Looks for images that have the name of the next image: `plan.name_taken`. Sends a request only
-- for a pipeline without a suffix in image names.
-- @tparam table job of `plan.open`
-- @tparam table result of `make`
-- @tparam ?table pipeline of `make`: its name counts if the arguments give none
-- @treturn ?string what that means, if there are any
function plan.check_name(job, result, pipeline)
  local args = job.args
  if pipeline and (args.name or "") == "" then
    args = tables.merge(tables.copy(args), { name = pipeline.name })
  end
  local text
  result.name_taken, text = image_names.taken(job.client, job.operation, args, job.region,
    job.call_options)
  return text
end

--- Plans. Arguments and results as `pipeline.plan`.
function plan.run(client, args, given)
  local operation = "pipeline.plan"
  local job, message, err = plan.open(client, operation, args,
    client:call_options(operation, given))
  if not job then
    return nil, message, err
  end
  local result, pipeline
  result, pipeline, err = plan.make(job)
  if not result then
    return nil, pipeline, err
  end
  local text = plan.check_name(job, result, pipeline)
  if text then
    image_names.warn(client, operation, text)
  end
  return result
end

return plan
