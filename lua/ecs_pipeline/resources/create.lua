--- Creates a pipeline or a component, which have tags and build content. API: CreateImagePipeline,
-- CreateImageComponent.
local errors = require("ecs_pipeline.errors")
local tables = require("ecs_pipeline.tables")

local create = {}

--- Completes the arguments of a call; `client.render` uses it too.
-- @tparam table client internal client
-- @tparam table args
-- @treturn table
function create.arguments(client, args)
  local defaults = client.options.default_tags
  args = tables.with_texts(args)
  return defaults and require("ecs_pipeline.tags").with_defaults(defaults, args) or args
end

--- Creates it.
-- @tparam table client internal client
-- @tparam string operation "pipeline.create"
-- @tparam table args
-- @tparam ?table given call options
-- @treturn[1] table result; in a dry run the rendered request with `findings`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; of a refused content with `findings`
-- @raise if the arguments are not a table
function create.run(client, operation, args, given)
  local call_options = client:call_options(operation, given)
  if type(args) ~= "table" then
    errors.raise(operation .. ": arguments must be a table, not a " .. type(args))
  end
  args = create.arguments(client, args)
  local result, message, err = client:invoke(operation, args, call_options)
  if result and result.dry_run then
    result.findings = require("ecs_pipeline.build_content.lint").run(args)
  elseif err then
    require("ecs_pipeline.build_content.refusal").explain(args, err)
  end
  return result, message, err
end

return create
