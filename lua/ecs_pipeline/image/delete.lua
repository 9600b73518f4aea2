--- `image.delete`.
local images = require("ecs_pipeline.find.images")
local options = require("ecs_pipeline.call.options")
local reference = require("ecs_pipeline.paging.reference")
local removal = require("ecs_pipeline.call.removal")

local OPERATION = "image.delete"

local OWN = { missing = options.one_of("ok", "error"), force = { "boolean" } }

--- Delete. Arguments and results as `image.delete`.
return function(client, wanted, given)
  local own, rest = options.own(OPERATION, given, OWN)
  local call_options = client:call_options(OPERATION, rest)
  local found, message, err = reference.find(OPERATION, wanted, reference.IMAGE)
  if not found then
    return nil, message, err
  end
  if own.missing == "error" and not call_options.dry_run then
    -- "If the specified custom image does not exist, the request is ignored" (DeleteImage, ECS
    -- 2014-05-26), so only a look before tells
    local there
    there, message, err = images.get(client, OPERATION, found, call_options)
    if not there then
      return nil, message, err
    end
  end
  return removal.run(client, OPERATION,
    { image_id = found.id, region_id = found.region_id, force = own.force }, call_options,
    { not_found = "InvalidImageId.NotFound", missing = own.missing })
end
