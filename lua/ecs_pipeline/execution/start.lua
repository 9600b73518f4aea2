--- `execution.start`: starts one build, with one ClientToken for all attempts.
local errors = require("ecs_pipeline.errors")
local execution_list = require("ecs_pipeline.find.executions")
local pipelines = require("ecs_pipeline.find.pipelines")
local tables = require("ecs_pipeline.tables")
local tags = require("ecs_pipeline.tags")

local start = {}

local OPERATION = "execution.start"

-- What a table has besides the arguments of a start says that it is the result of another call: its
-- tags are not those of the new execution.
local function is_result(given)
  return given.execution_id ~= nil or given.pipeline_id ~= nil
    or given.id ~= nil and given.image_pipeline_id ~= nil
end

--- The arguments of StartImagePipelineExecution.
-- @tparam table client internal client
-- @tparam string|table given pipeline, result of another call that has its id, or arguments
-- @treturn table args
function start.arguments(client, given)
  if type(given) == "string" then
    given = { image_pipeline_id = given }
  elseif is_result(given) then
    given = { image_pipeline_id = given, region_id = given.region_id }
  end
  return tags.with_defaults(client.options.default_tags, given)
end

--- The arguments, with the id of the pipeline, which may be given by its name.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @param given as the user wrote it
-- @tparam table call_options
-- @treturn[1] table args
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
-- @raise unless it is an id or a table
function start.open(client, operation, given, call_options)
  if type(given) ~= "string" and type(given) ~= "table" then
    errors.raise(operation .. ": wants the id of a pipeline, or a table, not a " .. type(given))
  end
  local args = start.arguments(client, given)
  local wanted = args.image_pipeline_id
  if wanted == nil then
    wanted = { id = args.id, name = args.name, region_id = args.region_id }
    args = tables.without(args, args.id == nil and { "name" } or { "id" })
  end
  local ref, message, err = pipelines.which(client, operation, wanted, call_options)
  if not ref then
    return nil, message, err
  end
  args.image_pipeline_id, args.region_id = ref.id, args.region_id or ref.region_id
  return args
end

--- Starts. Arguments and results as `execution.start`.
function start.run(client, given, given_options)
  local call_options = client:call_options(OPERATION, given_options)
  local args, message, err = start.open(client, OPERATION, given, call_options)
  if not args then
    return nil, message, err
  end
  local result
  result, message, err = client:invoke(OPERATION, args, call_options)
  if not result then
    execution_list.name_running(client, err,
      { id = args.image_pipeline_id, region_id = args.region_id }, call_options)
    return nil, message, err
  end
  return result
end

return start
