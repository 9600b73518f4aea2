--- Types of resources that can be tagged and grouped, and what is known about those of image
-- building: no page of TagResources or JoinResourceGroup names them (ECS 2014-05-26). Terraform
-- calls both with "imagecomponent", and tests it; for the others there is only the name that RAM
-- has for them.
local errors = require("ecs_pipeline.errors")

local resource_types = {}

-- Type → what to do instead.
local UNPROVEN = {
  imagepipeline = "give the tags and the resource group when the pipeline is created",
  imagepipelineexecution = "give the tags when the execution is started",
}

--- Row of the option that lets an unproven type through, for `options.own`.
resource_types.OPTIONS = { undocumented = { "boolean" } }

--- May a call be made with this type?
-- @tparam string operation for the message
-- @param resource_type what is no string is for the C module to refuse
-- @tparam table own options: `undocumented = true` says yes to an unproven one
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "validation"
function resource_types.check(operation, resource_type, own)
  local instead = UNPROVEN[resource_type]
  if not instead or own.undocumented then
    return true
  end
  return errors.fail(operation, { kind = "validation", param = "resource_type", sent = false,
    message = ("resource_type: the service documents no such call for \"%s\", and nobody has shown "
      .. "that it works; %s, or pass { undocumented = true } as the last argument to try")
      :format(resource_type, instead) })
end

local REFUSALS = {
  ["InvalidResourceType.NotFound"] = true, ["InvalidResourceId.NotSupported"] = true,
}

--- Completes an error of a call that was made with an unproven type.
-- @param resource_type
-- @tparam table err
function resource_types.explain(resource_type, err)
  if UNPROVEN[resource_type] and REFUSALS[err.code] then
    err.hint = ("the service does not take \"%s\" here, as its pages say: %s"):format(resource_type,
      UNPROVEN[resource_type])
  end
end

return resource_types
