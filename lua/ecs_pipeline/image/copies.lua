--- Recognises the copies that `image.copy` made. The service shows that an image is a copy, but not
-- of which image (DescribeImages of ECS 2014-05-26: `IsCopied`), so each copy gets a tag that says
-- it: region and id of the source. A copy that is encrypted has other contents, so its tag names
-- the key too.
local images = require("ecs_pipeline.find.images")
local tags = require("ecs_pipeline.tags")

local copies = {}

--- The tag.
copies.MARK = tags.PREFIX .. "copy_of"

-- Most tags of an image. A caller who uses all of them gets copies without ours.
local MOST_TAGS = 20

-- A copy in one of these states has failed, or was taken out of use: it is not adopted.
local FAILED = { CreateFailed = true, UnAvailable = true, Deprecated = true }

--- The value of the tag.
-- @tparam table source `{ id, region_id }`
-- @tparam ?table args of `image.copy`
-- @treturn string
function copies.value(source, args)
  local key = args and args.encrypted and (args.kms_key_id or "encrypted")
  return tostring(source.region_id) .. "/" .. source.id .. (key and "/" .. tostring(key) or "")
end

--- Arguments of `image.copy` with the tag added.
-- @tparam table args
-- @tparam string value
-- @treturn table args, or a copy
function copies.marked(args, value)
  local marked = tags.with_defaults({ [copies.MARK] = value }, args)
  local set, count = marked.tags or marked.tag, 0
  for _ in pairs(type(set) == "table" and set or {}) do
    count = count + 1
  end
  return count > MOST_TAGS and args or marked
end

--- Looks for a copy in a region: the newest one that is being made, or is there.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @tparam table wanted `region_id` = where to look; `source` = `{ id, region_id }`; `args` of
--   `image.copy`, if the copy must be what that call would make: of the same name, if it gives one,
--   and encrypted in the same way
-- @tparam table call_options
-- @treturn[1] table image
-- @treturn[2] nil
-- @treturn[2] ?table another image that has the name in that region
-- @treturn[3] nil
-- @treturn[3] string message
-- @treturn[3] table err
function copies.find(client, operation, wanted, call_options)
  local name = wanted.args and (wanted.args.name or wanted.args.destination_image_name)
  local value = copies.value(wanted.source, wanted.args)
  local newest, other
  for image, message, err in images.each(client, operation, { region_id = wanted.region_id,
    owners = "self", status = images.STATES, name = name,
    -- a new copy may be found by its name earlier than by its tag
    tags = not name and { [copies.MARK] = true } or nil }, call_options) do
    if image == false then
      return nil, message, err
    end
    local mark = (image.tags or {})[copies.MARK] or ""
    local fits = mark == value or not wanted.args and mark:sub(1, #value + 1) == value .. "/"
    if not fits or FAILED[image.status] then
      other = image
    elseif not newest or (image.creation_time or "") > (newest.creation_time or "") then
      newest = image
    end
  end
  if newest then
    return newest
  end
  return nil, other
end

--- Completes the refusal of a copy whose name is taken.
-- @tparam table err
-- @tparam table image that has the name
-- @tparam table source
function copies.explain(err, image, source)
  err.image_id = image.id
  err.hint = FAILED[image.status]
    and ("%s has this name there and is %s: delete it with image.delete, then copy again")
      :format(image.id, image.status)
    or ("%s has this name there, and its tags do not say that it is this copy of %s: give another "
      .. "name, or use that image"):format(image.id, source.id)
end

return copies
