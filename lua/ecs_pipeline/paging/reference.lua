--- Finds the id of a resource argument: an id, a table with `id`, or the API's own arguments.
local errors = require("ecs_pipeline.errors")

local reference = {}

--- Names of the ids of each kind of resource, and a sample.
reference.PIPELINE = {
  resource = "pipeline", param = "image_pipeline_id", sample = "ip-…",
  names = { "id", "image_pipeline_id", "ids" },
}
reference.EXECUTION = {
  resource = "execution", param = "execution_id", sample = "exec-…",
  names = { "execution_id", "id" },
}
reference.COMPONENT = {
  resource = "component", param = "image_component_id", sample = "ic-…",
  names = { "id", "image_component_id", "ids" },
}
reference.IMAGE = {
  resource = "image", param = "image_id", sample = "m-…", names = { "id", "image_id", "ids" },
}
reference.INSTANCE_TYPE = {
  resource = "instance type", param = "ids", sample = "ecs.g7.large",
  names = { "id", "instance_type_id" },
}
reference.RESOURCE_GROUP = {
  resource = "resource group", param = "ids", sample = "rg-…",
  names = { "id", "resource_group_id" },
}
reference.VPC = { resource = "VPC", param = "vpc_id", sample = "vpc-…", names = { "id", "vpc_id" } }
reference.VSWITCH = {
  resource = "vSwitch", param = "vswitch_id", sample = "vsw-…",
  names = { "id", "vswitch_id", "v_switch_id" },
}
reference.SNAPSHOT = {
  resource = "snapshot", param = "snapshot_id", sample = "s-…", names = { "snapshot_id", "id" },
}
reference.ZONE = {
  resource = "zone", param = "ids", sample = "cn-hangzhou-h", names = { "id", "zone_id" },
}
reference.RESOURCE = {
  resource = "resource", param = "resource_ids", sample = "ic-…", names = { "id", "resource_id" },
}

local function read(operation, given, kind)
  if type(given) == "string" then
    return { id = given }
  elseif type(given) ~= "table" then
    errors.raise(operation .. ": wants an id, or a table with id, not a " .. type(given))
  end
  local id
  for _, name in ipairs(kind.names) do
    id = id or given[name]
  end
  if type(id) == "table" then
    if #id > 1 then
      return nil, "one " .. kind.resource .. " at a time; " .. #id .. " ids were given"
    end
    id = id[1]
  end
  return { id = id, region_id = given.region_id }
end

--- Finds the id.
-- @tparam string operation for the message
-- @param given id, or table
-- @tparam table kind `reference.PIPELINE` and so on
-- @treturn[1] table `{ id, region_id }`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "validation"
-- @raise if it is neither a string nor a table
function reference.find(operation, given, kind)
  local ref, why = read(operation, given, kind)
  if ref and (type(ref.id) ~= "string" or ref.id == "") then
    why = ("no id: wants \"%s\", or a table with id, not a %s"):format(kind.sample,
      ref.id == "" and "blank one" or type(ref.id))
  elseif ref then
    return ref
  end
  return errors.fail(operation,
    { kind = "validation", param = kind.param, message = why, sent = false })
end

return reference
