--- `execution.start`: starts one build, with one ClientToken for all attempts.
local errors = require("ecs_pipeline.errors")
local execution_list = require("ecs_pipeline.find.executions")
local tags = require("ecs_pipeline.tags")

local start = {}

local OPERATION = "execution.start"

--- The arguments of StartImagePipelineExecution. A table with both `id` and `image_pipeline_id` is
-- a pipeline, as create and describe return it: its tags are not the execution's. A table without
-- `image_pipeline_id` may have tags for the execution.
-- @tparam table client internal client
-- @tparam string|table given as the user wrote it
-- @treturn table args
function start.arguments(client, given)
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

--- Raises unless the argument is an id or a table.
-- @tparam string operation that the user called
-- @param given
-- @raise
function start.want(operation, given)
  if type(given) ~= "string" and type(given) ~= "table" then
    errors.raise(operation .. ": wants the id of a pipeline, or a table, not a " .. type(given))
  end
end

--- Starts. Arguments and results as `execution.start`.
function start.run(client, given, given_options)
  local call_options = client:call_options(OPERATION, given_options)
  start.want(OPERATION, given)
  local args = start.arguments(client, given)
  local result, message, err = client:invoke(OPERATION, args, call_options)
  if not result then
    local id = args.image_pipeline_id
    id = type(id) == "table" and id.id or id
    execution_list.name_running(client, err, { id = id, region_id = args.region_id }, call_options)
    return nil, message, err
  end
  return result
end

return start
