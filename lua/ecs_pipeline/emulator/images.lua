--- The images of an account, and the public ones. One of the account's is kept as { number, region,
-- id, name, tags, execution_id, pipeline_id, shared_with, copy, reply }: `reply` is an item as
-- DescribeImages answers it once the image is there, `copy` says how a copy comes about:
-- { source = id, from = region, started, ready_at, outcome = "Available" or "CreateFailed" }.

local catalogue = require("ecs_pipeline.emulator.image_catalogue")
local clock = require("ecs_pipeline.emulator.clock")
local image_reply = require("ecs_pipeline.emulator.image_reply")
local snapshots = require("ecs_pipeline.emulator.snapshots")
local tables = require("ecs_pipeline.tables")
local tags = require("ecs_pipeline.emulator.tags")

local M = {}

-- {prefix}_{execution id}, or the bare prefix when the pipeline says so.
local function name_of(template, execution_id)
  local options = template.ImageOptions or {}
  local prefix = options.ImageName or template.Name
  if (template.AdvancedOptions or {}).ImageNameSuffix == "disable" then
    return prefix
  end
  return prefix .. "_" .. execution_id
end

--- Names and ids of everything one execution will make, laid down when it starts:
-- { name, home = { region, id, number }, copies = { the same, per other target region } }.
function M.reserve(template, region, execution_id, new_id)
  local function target(where)
    local id, number = new_id("m")
    return { region = where, id = id, number = number }
  end
  local wanted = { name = name_of(template, execution_id), home = target(region), copies = {} }
  local seen = { [region] = true }
  for _, other in ipairs(template.ToRegionIds.ToRegionId) do
    if not seen[other] then
      seen[other] = true
      wanted.copies[#wanted.copies + 1] = target(other)
    end
  end
  return wanted
end

--- True when the account has an image of this name in the region.
function M.taken(store, region, name)
  for _, image in ipairs(store.images) do
    if image.region == region and image.name == name then
      return true
    end
  end
  return false
end

--- The account's image of this id in the region, and its place in the store; or nil.
function M.find(store, region, id)
  for index, image in ipairs(store.images) do
    if image.region == region and image.id == id then
      return image, index
    end
  end
  return nil
end

--- True when an image of this id exists, in whatever region.
function M.exists(store, id)
  for _, image in ipairs(store.images) do
    if image.id == id then
      return true
    end
  end
  return image_reply.public(id) ~= nil
end

local function flat_tags(shown)
  local list = {}
  for i, tag in ipairs(shown or {}) do
    list[i] = { key = tag.TagKey, value = tag.TagValue }
  end
  return list
end

local function facts_of(template, target, name, own_tags, made)
  local options = template.ImageOptions or {}
  local import = template.ImportImageOptions or {}
  local base = image_reply.public(template.BaseImage) or {}
  return {
    id = target.id, name = name, family = options.ImageFamily, description = options.Description,
    created = clock.iso(made.at), size = template.SystemDiskSize, owner = "self",
    owner_id = tonumber(made.account_id), resource_group = template.ResourceGroupId,
    copied = made.copied, architecture = import.Architecture or base.architecture or "x86_64",
    os_type = import.OSType or base.os_type or "linux",
    platform = import.Platform or base.platform or "Others Linux", os_name = base.os_name,
    nvme = (options.ImageFeatures or {}).NvmeSupport, tags = own_tags,
  }
end

local function keep(store, image)
  store.images[#store.images + 1] = image
  snapshots.add(store, image)
end

local function copy_of_list(list)
  local out = {}
  for i, item in ipairs(list) do
    out[i] = item
  end
  return out
end

--- Puts one image of an execution into the store. target: of `reserve`; made: { at = unix seconds,
-- account_id, copied = boolean }.
function M.make(store, execution, target, made)
  local own_tags = flat_tags(((execution.template.ImageOptions or {}).ImageTags or {}).ImageTag)
  local name = execution.images.name
  keep(store, {
    number = target.number, region = target.region, id = target.id, name = name, tags = own_tags,
    execution_id = execution.id, pipeline_id = execution.pipeline_id,
    shared_with = copy_of_list(execution.template.AddAccounts.AddAccount),
    reply = image_reply.of(facts_of(execution.template, target, name, own_tags, made)),
  })
end

--- A copy of `source` that is there after a while. wanted: { id, number, region, name, description,
-- resource_group, tags, started, ready_at, outcome }.
function M.copy(store, source, wanted)
  local reply = source.reply
  local whole = image_reply.of({
    id = wanted.id, name = wanted.name, description = wanted.description,
    created = clock.iso(wanted.started), size = reply.Size, owner = "self",
    owner_id = reply.ImageOwnerId, resource_group = wanted.resource_group, copied = true,
    architecture = reply.Architecture, os_type = reply.OSType, platform = reply.Platform,
    os_name = reply.OSName, nvme = reply.Features.NvmeSupport, tags = wanted.tags,
  })
  keep(store, {
    number = wanted.number, region = wanted.region, id = wanted.id, name = wanted.name,
    tags = wanted.tags, shared_with = {}, reply = whole,
    copy = { source = source.id, from = source.region, started = wanted.started,
      ready_at = wanted.ready_at, outcome = wanted.outcome },
  })
end

--- Is it a copy that is not there yet?
function M.copying(image, now)
  return image.copy ~= nil and now < image.copy.ready_at
end

--- An image as DescribeImages answers it at `now`.
function M.view(image, now)
  local reply = tables.copy(image.reply)
  if image.shared_with and #image.shared_with > 0 then
    reply.IsSelfShared = "True"
  end
  local copy = image.copy
  if M.copying(image, now) then
    local part = (now - copy.started) / (copy.ready_at - copy.started)
    reply.Status, reply.Usable = "Creating", false
    reply.Progress = ("%d%%"):format(math.floor(100 * math.max(0, part)))
  elseif copy and copy.outcome ~= "Available" then
    reply.Status, reply.Usable, reply.Progress = copy.outcome, false, ""
  end
  return reply
end

--- What the account can see in a region: its own images, oldest first, then the public ones.
-- { { number, id, tags, reply } … }, `reply` as of `now`; `gone(id)` leaves an id out.
function M.visible(store, region, now, gone)
  local list = {}
  for _, image in ipairs(store.images) do
    if image.region == region and not gone(image.id) then
      list[#list + 1] = { id = image.id, tags = image.tags, reply = M.view(image, now) }
    end
  end
  for _, entry in ipairs(catalogue.list) do
    if not gone(entry.id) then
      list[#list + 1] = { id = entry.id, tags = {}, reply = image_reply.of_public(entry) }
    end
  end
  return list
end

-- Facts that a record put into the store need not say.
local function facts_of_record(record, id, account_id, created)
  return {
    id = id, name = record.ImageName or id, created = created, size = record.Size or 40,
    owner = "self", owner_id = tonumber(account_id), architecture = "x86_64", os_type = "linux",
    platform = "Ubuntu", tags = flat_tags((record.Tags or {}).Tag),
  }
end

--- Puts an image into the store from a record spelled as the service does, or lays the record over
-- the image of that id. region, account_id, number: of a new one. → image
function M.adopt(store, record, given)
  local region = record.RegionId or given.region
  local image = M.find(store, region, record.ImageId)
  if not image then
    image = { number = given.number, region = region, id = record.ImageId, shared_with = {},
      reply = image_reply.of(facts_of_record(record, record.ImageId, given.account_id,
        clock.iso(given.now))) }
    store.images[#store.images + 1] = image
  end
  tables.merge(image.reply, tables.without(record, { "RegionId" }))
  image.name = image.reply.ImageName
  image.tags = flat_tags(image.reply.Tags.Tag)
  image.reply.Tags = { Tag = tags.reply(image.tags, "TagKey", "TagValue") }
  if image.reply.ImageOwnerAlias == "self" then
    snapshots.add(store, image)
  end
  return image
end

return M
