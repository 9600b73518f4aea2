--- Finds the id of a resource argument: an id, or a table that has it. The C module knows what ids
-- of each kind look like, and which key of a table has them (`core.id`, csrc/api/ids.c): the key of
-- that kind counts first (`image_id` where an image is wanted), `id` last. An id of another kind is
-- rejected before anything is sent; the service would answer that there is no such resource, which
-- for a delete is a success.
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local tables = require("ecs_pipeline.tables")

local id_of = core.id

local reference = {}

--- Each kind of resource: its name in the C module, and the parameter that messages name.
reference.PIPELINE = { id = "pipeline", param = "image_pipeline_id" }
reference.EXECUTION = { id = "execution", param = "execution_id" }
reference.COMPONENT = { id = "component", param = "image_component_id" }
reference.IMAGE = { id = "image", param = "image_id" }
reference.INSTANCE_TYPE = { id = "instance_type", param = "ids" }
reference.RESOURCE_GROUP = { id = "resource_group", param = "ids" }
reference.VPC = { id = "vpc", param = "vpc_id" }
reference.VSWITCH = { id = "vswitch", param = "vswitch_id" }
reference.SNAPSHOT = { id = "snapshot", param = "snapshot_id" }
reference.REGION = { id = "region", param = "to_region_id" }
reference.ZONE = { id = "zone", param = "ids" }

-- What a name needs to be found; the kinds whose resources have one are in `find/`.
local BY_NAME = "that looks like a name: pass { name = … }"

--- Finds the id.
-- @tparam string operation for the message
-- @param given id, or table
-- @tparam table kind `reference.PIPELINE` and so on
-- @tparam ?boolean by_name does the function accept `{ name = … }` too? For the message.
-- @treturn[1] table `{ id, region_id }`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "validation"
-- @raise if it is neither a string nor a table
function reference.find(operation, given, kind, by_name)
  local id, why, got, rule, fix = id_of(kind.id, given)
  local from = type(given)
  if id and from == "string" then
    return { id = id }
  elseif from ~= "string" and from ~= "table" then
    errors.raise(operation .. ": wants an id, or a table with id, not a " .. from)
  elseif id then
    return { id = id, region_id = given.region_id }
  elseif why == "several" then
    fix = "pass one of them"
  elseif why == "name" and by_name then
    fix = BY_NAME
  end
  return errors.fail(operation, { kind = "validation", param = kind.param, sent = false,
    message = ("%s: %s (got %s); %s"):format(kind.param, rule, got, fix) })
end

--- Has the table a name, and no id?
-- @tparam table given
-- @tparam table kind
-- @treturn boolean
function reference.is_named(given, kind)
  return type(given.name) == "string" and given.name ~= ""
    and select(2, id_of(kind.id, given)) == "none"
end

-- Operation → its parameters that are one id: name → kind.
local parameters = {}

local function ids_of(operation)
  local found = parameters[operation]
  if not found then
    found = {}
    for _, row in ipairs(core.operation(operation).parameters) do
      if row.id and row.type == "string" then
        found[row.name], found[row.alias or row.name] = row.id, row.id
      end
    end
    parameters[operation] = found
  end
  return found
end

--- Arguments in which tables that stand for an id are replaced by that id, for comparing: the C
-- module does the same with what is sent.
-- @tparam string operation
-- @tparam table args
-- @treturn table args, or a copy
function reference.plain(operation, args)
  local copy
  for name, value in pairs(args) do
    local kind = type(value) == "table" and ids_of(operation)[name]
    if kind then
      copy = copy or tables.copy(args)
      copy[name] = id_of(kind, value) or value
    end
  end
  return copy or args
end

return reference
