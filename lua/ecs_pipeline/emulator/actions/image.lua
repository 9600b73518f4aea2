--- DescribeImages, DescribeImageFromFamily, DeleteImage, CopyImage, ModifyImageSharePermission,
-- ModifyImageAttribute (ECS 2014-05-26). How an image is kept is in images.lua. Codes and statuses:
-- the pages of these actions, of 2024-12 to 2025-04.

local errors = require("ecs_pipeline.emulator.errors")
local idempotency = require("ecs_pipeline.emulator.idempotency")
local image_query = require("ecs_pipeline.emulator.actions.image_query")
local image_reply = require("ecs_pipeline.emulator.image_reply")
local images = require("ecs_pipeline.emulator.images")
local paging = require("ecs_pipeline.emulator.paging")
local params = require("ecs_pipeline.emulator.params")
local snapshots = require("ecs_pipeline.emulator.snapshots")
local tables = require("ecs_pipeline.tables")
local tags = require("ecs_pipeline.emulator.tags")
local text = require("ecs_pipeline.emulator.text")

-- One that was lost is gone.
local function visible(store, call)
  return images.visible(store, call.region, call.now, function(id)
    return call.lost("images", id)
  end)
end

-- DryRun: what would have been done is answered as this error.
local function dry(call)
  return params.boolean(call.flat, "DryRun") and errors.new("DryRunOperation") or nil
end

local function describe(store, call)
  local query, refusal = image_query.read(call.flat, call.known)
  refusal = refusal or dry(call)
  if refusal then
    return nil, refusal
  end
  local found = {}
  for _, image in ipairs(visible(store, call)) do
    if image_query.matches(image, query) then
      found[#found + 1] = image.reply
    end
  end
  local list, reply = paging.numbered(found, query.page)
  reply.Images, reply.RegionId = { Image = list }, call.region
  return reply
end

-- "If no available image exists in the family, the response is empty."
local function from_family(store, call)
  local family = params.text(call.flat, "ImageFamily")
  if not family then
    return nil, errors.new("MissingParameter.ImageFamily")
  end
  local newest
  for _, image in ipairs(visible(store, call)) do
    local reply = image.reply
    if reply.ImageFamily == family and reply.Status == "Available"
      and (not newest or reply.CreationTime > newest.CreationTime) then
      newest = reply
    end
  end
  return { Image = newest and image_reply.brief(newest) or nil }
end

-- The account's own image that a call is about: image, index, or nil and the refusal.
local function own(store, call)
  local id = params.text(call.flat, "ImageId")
  if not id then
    return nil, errors.new("MissingParameter.ImageId")
  end
  local image, index = images.find(store, call.region, id)
  if not image or call.lost("images", id) or image.reply.ImageOwnerAlias ~= "self" then
    return nil, errors.new("InvalidImageId.NotFound")
  end
  return image, index
end

-- A copy that is being made, and its source while it is.
local function in_copying(store, image, now)
  for _, other in ipairs(store.images) do
    if images.copying(other, now)
      and (other == image or other.copy.source == image.id and other.copy.from == image.region) then
      return other
    end
  end
  return nil
end

local function delete(store, call)
  local image, index = own(store, call)
  if not image then
    return nil, index
  end
  local reply = images.view(image, call.now)
  if reply.Usage == "instance" and not params.boolean(call.flat, "Force") then
    return nil, errors.new("ImageUsingByInstance")
  elseif reply.IsPublic then
    return nil, errors.new("ImageIsPublic")
  elseif #image.shared_with > 0 then
    return nil, errors.new("ImageUseShared")
  elseif in_copying(store, image, call.now) then
    return nil, errors.new("OperationDenied.ImageCopying")
  elseif dry(call) then
    return nil, dry(call)
  end
  if reply.Usage == "instance" then
    snapshots.note_disks(store, image)
  end
  table.remove(store.images, index) -- its snapshots stay
  return {}
end

local name_rule = text.name(2, 128, ":._-", { "aliyun", "acs:" })

-- A whole name, or a family.
local function good_name(name)
  return name_rule(name) and not text.holds_web_address(name)
end

local good_description = text.free(2, 256)

local function check_copy(call, own_tags)
  local flat = call.flat
  local to, name = params.text(flat, "DestinationRegionId"),
    params.text(flat, "DestinationImageName")
  local description = params.text(flat, "DestinationDescription")
  if not to then
    return errors.new("MissingParameter.DestinationRegionId")
  elseif not call.known("regions", to) then
    return errors.new("DestinationRegion.NotFound")
  elseif to == call.region and not params.boolean(flat, "Encrypted") then
    return errors.new("IncorrectDestinationRegion")
  elseif name and not good_name(name) then
    return errors.new("InvalidImageName.Malformed")
  elseif description and not good_description(description) then
    return errors.new("InvalidDescription.Malformed")
  elseif params.text(flat, "KMSKeyId") and not params.boolean(flat, "Encrypted") then
    return errors.new("InvalidEncrypted.NotMatchKmsKeyId")
  end
  return tags.check(own_tags)
end

-- Can this image be copied there, under this name?
local function check_source(store, call, image, name)
  local to = params.text(call.flat, "DestinationRegionId")
  local reply = images.view(image, call.now)
  local busy = in_copying(store, image, call.now)
  if reply.IsPublic then
    return errors.new("OperationDenied.CommunityImage")
  elseif reply.Status ~= "Available" then
    return errors.new("IncorrectImageStatus")
  elseif busy and busy.region == to then
    return errors.new("OperationDenied.ImageCopyConflict")
  elseif images.taken(store, to, name) then
    return errors.new("InvalidImageName.Duplicated")
  end
  return dry(call)
end

local function copy_new(store, call)
  local flat, own_tags = call.flat, params.tags(call.flat, "Tag")
  local image, refusal = own(store, call)
  refusal = not image and refusal or check_copy(call, own_tags)
  if refusal then
    return nil, refusal
  end
  local name = params.text(flat, "DestinationImageName") or image.name
  refusal = check_source(store, call, image, name)
  if refusal then
    return nil, refusal
  end
  local script = call.copies:next()
  local id, number = call.new_id("m")
  images.copy(store, image, {
    id = id, number = number, region = params.text(flat, "DestinationRegionId"), name = name,
    description = params.text(flat, "DestinationDescription"), tags = own_tags,
    resource_group = params.text(flat, "ResourceGroupId") or call.default_resource_group,
    started = call.now, ready_at = call.now + script.seconds, outcome = script.outcome,
  })
  return { ImageId = id }
end

local function copy(store, call)
  return idempotency.once(store.tokens, "CopyImage/" .. call.region, call.flat, function()
    return copy_new(store, call)
  end)
end

-- "If you specify more than 10 account IDs, only the first 10 are processed."
local function first_ten(list)
  local set = {}
  for i = 1, math.min(10, #list) do
    set[list[i]] = true
  end
  return set
end

local function share(store, call)
  local image, refusal = own(store, call)
  if not image then
    return nil, refusal
  end
  local add = first_ten(params.list(call.flat, "AddAccount"))
  local remove = first_ten(params.list(call.flat, "RemoveAccount"))
  local public = params.boolean(call.flat, "IsPublic")
  for account in pairs(tables.merge(tables.copy(add), remove)) do
    if not account:find("^%d+$") or #account > 32 then
      return nil, errors.new("InvalidAccount.NotFound")
    end
  end
  refusal = dry(call)
  if refusal then
    return nil, refusal
  end
  local accounts = {}
  for _, account in ipairs(image.shared_with) do
    if not remove[account] then
      accounts[#accounts + 1] = account
    end
    add[account] = nil
  end
  for account in pairs(add) do
    accounts[#accounts + 1] = account
  end
  table.sort(accounts)
  image.shared_with = accounts
  if public ~= nil then
    image.reply.IsPublic = public
  end
  return {}
end

local function check_modify(store, call, image, wanted)
  if wanted.ImageName and not good_name(wanted.ImageName) then
    return errors.new("InvalidImageName.Malformed")
  elseif wanted.ImageFamily and not good_name(wanted.ImageFamily) then
    return errors.new("InvalidImageFamily.Malformed")
  elseif wanted.Description and not good_description(wanted.Description) then
    return errors.new("InvalidDescription.Malformed")
  elseif images.view(image, call.now).Status == "Creating" then
    return errors.new("InvalidStatus.ImageIsCreating")
  elseif wanted.ImageName and wanted.ImageName ~= image.name
    and images.taken(store, call.region, wanted.ImageName) then
    return errors.new("InvalidImageName.Duplicated")
  end
  return dry(call)
end

-- What is absent or empty stays as it is. Status, BootMode, LicenseType and Features are ignored.
local function modify(store, call)
  local image, refusal = own(store, call)
  if not image then
    return nil, refusal
  end
  local wanted = {}
  for _, name in ipairs({ "ImageName", "ImageFamily", "Description" }) do
    wanted[name] = params.text(call.flat, name)
  end
  refusal = check_modify(store, call, image, wanted)
  if refusal then
    return nil, refusal
  end
  tables.merge(image.reply, wanted)
  image.name = image.reply.ImageName
  return {}
end

return {
  version = "2014-05-26",
  regional = true,
  ram = "ecs",
  actions = {
    DescribeImages = describe,
    DescribeImageFromFamily = from_family,
    DeleteImage = delete,
    CopyImage = copy,
    ModifyImageSharePermission = share,
    ModifyImageAttribute = modify,
  },
}
