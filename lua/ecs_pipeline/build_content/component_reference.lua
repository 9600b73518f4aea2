--- Parses and checks a reference to a component, as build content writes it or as a table.
local arguments = require("ecs_pipeline.build_content.arguments")
local errors = require("ecs_pipeline.errors")
local reference = require("ecs_pipeline.paging.reference")

--- Parses a reference.
-- @tparam string operation for the message
-- @param given "ic-…", an ARN with or without a version, a table that has the id (and `region_id`),
--   or a COMPONENT command of `build_content.parse`
-- @treturn[1] table reference for `find/components.resolve`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "validation"
-- @raise if it is neither a string nor a table
return function(operation, given)
  local command = given
  if type(given) == "string" then
    command = arguments.of("COMPONENT", given)
  elseif type(given) ~= "table" then
    errors.raise(operation .. ": wants a reference to a component, not a " .. type(given))
  elseif given.id ~= nil or given.image_component_id ~= nil then
    return reference.find(operation, given, reference.COMPONENT)
  end
  local why
  if command.id == nil and command.name == nil then
    why = "has no component id or ARN: write ic-…, or "
      .. "acs:ecs:<region>:<account>:imagecomponent/<name>:<major>.<minor>.<patch>"
  elseif command.id == nil and command.version ~= nil
    and not arguments.is_version(command.version) then
    why = "its version is not major.minor.patch, each in digits or *"
  end
  if why then
    return errors.fail(operation,
      { kind = "validation", param = "reference", message = "reference: " .. why, sent = false })
  end
  return command
end
