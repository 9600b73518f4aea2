--- Deletes one image, for `image.delete` and `image.prune`. API: DeleteImage of ECS 2014-05-26.
local images = require("ecs_pipeline.find.images")
local options = require("ecs_pipeline.call.options")
local reference = require("ecs_pipeline.paging.reference")
local delete_call = require("ecs_pipeline.call.delete")

local image_delete = {}

local OPERATION = "image.delete"

local OWN = { missing = options.one_of("ok", "error"), force = { "boolean" } }

--- Deletes an image whose id is known.
-- @tparam table client internal client
-- @tparam table ref `{ id, region_id }`
-- @tparam table own_options `missing`, `force`
-- @tparam table call_options
-- @return as `image.delete`
function image_delete.found(client, ref, own_options, call_options)
  return delete_call(client, OPERATION,
    { image_id = ref.id, region_id = ref.region_id, force = own_options.force }, call_options,
    { not_found = "InvalidImageId.NotFound", missing = own_options.missing })
end

--- Deletes. Arguments and results as `image.delete`.
function image_delete.run(client, wanted, given)
  local own_options, rest = options.own(OPERATION, given, OWN)
  local call_options = client:call_options(OPERATION, rest)
  local ref, message, err = reference.find(OPERATION, wanted, reference.IMAGE)
  if not ref then
    return nil, message, err
  end
  if own_options.missing == "error" and not call_options.dry_run then
    -- "If the specified custom image does not exist, the request is ignored" (DeleteImage), so a
    -- read before it is needed
    local image
    image, message, err = images.get(client, OPERATION, ref, call_options)
    if not image then
      return nil, message, err
    end
  end
  return image_delete.found(client, ref, own_options, call_options)
end

return image_delete
