--- Executions: all pages of DescribeImagePipelineExecutions, one by its id, and those that run. ECS
-- 2014-05-26. The service requires the id of a pipeline or of an execution; without one, one
-- request is sent for every pipeline of the region.
local filters = require("ecs_pipeline.paging.filters")
local info = require("ecs_pipeline.call.info")
local listing = require("ecs_pipeline.paging.listing")
local paginator = require("ecs_pipeline.paging.paginator")
local pipelines = require("ecs_pipeline.find.pipelines")
local reference = require("ecs_pipeline.paging.reference")
local states = require("ecs_pipeline.execution_states")
local tables = require("ecs_pipeline.tables")

local executions = {}

-- The kind for `listing.get`.
local KIND = { operation = "execution.describe", field = "executions", id_param = "execution_id",
  what = "execution", note = "; those of a deleted pipeline are deleted with it" }

-- The names by which a filter may say its pipeline, besides `pipeline`.
local POINTERS = { "id", "name", "pipeline_id", "image_pipeline_id" }

-- A pipeline as the service has it, from this library or from a file. Its tags, its resource group
-- and its other fields are no filters of executions.
local function is_result(given)
  return info.get(given) ~= nil or given.id ~= nil and given.id == given.image_pipeline_id
end

-- The filter, also for a pipeline that was given instead: a result, its id, or its id or name among
-- what is filtered.
local function as_filter(operation, given)
  if type(given) == "string" then
    return { pipeline = given }
  elseif type(given) ~= "table" or given.pipeline ~= nil
      or not (given.id or given.name or given.pipeline_id) then
    return filters.open(operation, given)
  elseif is_result(given) then
    return { pipeline = given, region_id = given.region_id, status = given.status,
      execution_id = given.execution_id, max_results = given.max_results, extra = given.extra }
  end
  local filter = tables.without(given, POINTERS)
  filter.pipeline = {}
  for _, name in ipairs(POINTERS) do
    filter.pipeline[name] = given[name]
  end
  return filters.open(operation, filter)
end

-- → plan { args, keep }, or nil, message, err
local function read(client, operation, given, call_options)
  local filter, message, err = as_filter(operation, given)
  if not filter then
    return nil, message, err
  end
  filter = reference.plain(KIND.operation, filter)
  local args = tables.without(filter, { "pipeline", "resource_group_id" })
  local pipeline = filter.pipeline or filter.image_pipeline_id
  if pipeline ~= nil then
    local ref
    ref, message, err = pipelines.which(client, operation, pipeline, call_options, filter.region_id)
    if not ref then
      return nil, message, err
    end
    args.image_pipeline_id = ref.id
    args.region_id = args.region_id or ref.region_id
  end
  if type(filter.status) == "string" then
    args.status = { filter.status }
  end
  local statuses = type(args.status) == "table" and args.status[1] ~= nil
    and filters.set(args.status) or nil
  local has_tags
  args.tags, has_tags = filters.tags(filter.tags)
  return { args = args, keep = function(item)
    return (not statuses or statuses[item.status] == true)
      and (args.image_pipeline_id == nil or item.image_pipeline_id == args.image_pipeline_id)
      and (args.execution_id == nil or item.id == args.execution_id)
      and (filter.resource_group_id == nil or item.resource_group_id == filter.resource_group_id)
      and has_tags(item)
  end }
end

-- The pages of one pipeline. If it was deleted after it was listed, it has no executions.
local function forgiving(next_page)
  return function()
    local items, message, err = next_page()
    if items == false and err.kind == "not_found" then
      return nil
    end
    return items, message, err
  end
end

--- Iterates. Arguments and results as `pipelines.each`.
function executions.each(client, operation, filter, call_options)
  local plan, message, err = read(client, operation, filter, call_options)
  local facts = paginator.facts()
  if not plan then
    return paginator.failed(message, err), facts
  end
  local function open(pipeline_id)
    local args = tables.copy(plan.args)
    args.image_pipeline_id = pipeline_id
    return paginator.open(client, { operation = "execution.describe", field = "executions",
      args = args, options = call_options, name = operation, facts = facts })
  end
  if plan.args.image_pipeline_id or plan.args.execution_id then
    local only = open(plan.args.image_pipeline_id)
    return paginator.each(function()
      local walk = only
      only = nil
      return walk
    end, plan.keep), facts
  end
  local next_pipeline = pipelines.each(client, operation,
    { region_id = plan.args.region_id }, call_options)
  return paginator.each(function()
    local pipeline, why, failure = next_pipeline()
    if not pipeline then
      return pipeline, why, failure
    end
    return forgiving(open(pipeline.id))
  end, plan.keep), facts
end

--- Reads one.
-- @tparam table client internal client
-- @tparam string name of the function that the user called
-- @tparam table ref `{ id, region_id }` of `reference.find`
-- @tparam table call_options
-- @treturn[1] table execution
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; kind "not_found" if there is none, or its pipeline was deleted
function executions.get(client, name, ref, call_options)
  return listing.get(KIND, client, name, ref, call_options)
end

--- The executions of a pipeline that have not ended. An unknown state counts as running.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @tparam table ref `{ id, region_id }` of the pipeline
-- @tparam table call_options
-- @treturn[1] table list
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function executions.running(client, operation, ref, call_options)
  local all, message, err = paginator.collect(executions.each(client, operation,
    { image_pipeline_id = ref.id, region_id = ref.region_id }, call_options))
  if not all then
    return nil, message, err
  end
  local list = {}
  for _, execution in ipairs(all) do
    if not states.outcome(execution.status) then
      list[#list + 1] = execution
    end
  end
  return list
end

--- Adds to a conflict the execution that causes it. If it cannot be found, the error stays as it
-- is.
-- @tparam table client internal client
-- @tparam table err of start or delete
-- @tparam table ref `{ id, region_id }` of the pipeline
-- @tparam table call_options
function executions.name_running(client, err, ref, call_options)
  if err.code ~= "InvalidImagePipeline.HasRunningExecution" then
    return
  end
  local options = tables.without(call_options, { "client_token", "dry_run" })
  local running = not err.execution_id
    and executions.running(client, "execution.list", ref, options)
  if running and running[1] then
    err.execution_id = running[1].id
  end
  if err.execution_id then
    err.hint = ("%s is running%s: wait for it with execution.wait, or cancel it"):format(
      err.execution_id, err.outcome == "unknown" and " (perhaps from an attempt of this call whose "
        .. "reply was lost)" or "")
  end
end

return executions
