--- Types of resources that can be tagged and put into resource groups (`ResourceType` of
-- TagResources and JoinResourceGroup). The pages of ECS 2014-05-26 list none of image building.
-- Terraform calls both with "imagecomponent", and tests it; of the other types only the names that
-- RAM uses are known.
local errors = require("ecs_pipeline.errors")

local resource_types = {}

-- Type that is not documented → what to do instead.
local UNDOCUMENTED = {
  imagepipeline = "give the tags and the resource group when the pipeline is created",
  imagepipelineexecution = "give the tags when the execution is started",
}

-- Type → kind of its ids, as the C module names it. The other types are known by names, or by ids
-- whose form is not documented.
local KINDS = {
  image = "image", imagecomponent = "component", imagepipeline = "pipeline",
  imagepipelineexecution = "execution", snapshot = "snapshot", instance = "instance",
  disk = "disk", securitygroup = "security_group", eni = "network_interface",
}

--- The kind of the ids of a type, for `paging/reference.lua`.
-- @param resource_type
-- @treturn table
function resource_types.kind(resource_type)
  return { id = KINDS[resource_type] or "resource", param = "resource_ids" }
end

--- Row of the option that permits an undocumented type, for `options.own`.
resource_types.OPTIONS = { undocumented = { "boolean" } }

--- Checks that a call accepts this type of resource.
-- @tparam string operation for the message
-- @param resource_type any value; the C module rejects a non-string
-- @tparam table own options of the function: `undocumented = true` permits an undocumented type
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "validation"
function resource_types.check(operation, resource_type, own)
  local instead = UNDOCUMENTED[resource_type]
  if not instead or own.undocumented then
    return true
  end
  return errors.fail(operation, { kind = "validation", param = "resource_type", sent = false,
    message = ("resource_type: the service does not document this call for \"%s\", and it is not "
      .. "known to work; %s, or pass { undocumented = true } as the last argument to try")
      :format(resource_type, instead) })
end

local REFUSALS = {
  ["InvalidResourceType.NotFound"] = true, ["InvalidResourceId.NotSupported"] = true,
}

--- Completes the error of a call that was made with an undocumented type.
-- @param resource_type
-- @tparam table err
function resource_types.explain(resource_type, err)
  if UNDOCUMENTED[resource_type] and REFUSALS[err.code] then
    err.hint = ("the service rejects \"%s\" here, as its pages say: %s"):format(resource_type,
      UNDOCUMENTED[resource_type])
  end
end

return resource_types
