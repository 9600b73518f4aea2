--- The images that executions make. One is kept as { number, region, id, name, tags, execution_id,
-- pipeline_id, reply }: `reply` is an item as DescribeImages answers it.

local clock = require("ecs_pipeline.emulator.clock")
local json = require("ecs_pipeline.emulator.json")
local tags = require("ecs_pipeline.emulator.tags")

local M = {}

-- {prefix}_{execution id}, or the bare prefix when the template says so.
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

--- True when the region has an image of this name.
function M.taken(store, region, name)
  for _, image in ipairs(store.images) do
    if image.region == region and image.name == name then
      return true
    end
  end
  return false
end

--- True when an image of this id exists, in whatever region.
function M.exists(store, id)
  for _, image in ipairs(store.images) do
    if image.id == id then
      return true
    end
  end
  return false
end

local function tags_of(template)
  local list = {}
  local shown = ((template.ImageOptions or {}).ImageTags or {}).ImageTag or {}
  for i, tag in ipairs(shown) do
    list[i] = { key = tag.TagKey, value = tag.TagValue }
  end
  return list
end

local function reply_of(template, target, name, own_tags, made)
  local options = template.ImageOptions or {}
  local import = template.ImportImageOptions or {}
  return {
    ImageId = target.id, ImageName = name, ImageFamily = options.ImageFamily or "",
    Description = options.Description or "", CreationTime = clock.iso(made.at),
    Status = "Available", Progress = "100%", Usage = "none", Size = template.SystemDiskSize,
    ImageOwnerAlias = "self", ImageOwnerId = tonumber(made.account_id),
    ResourceGroupId = template.ResourceGroupId, IsCopied = made.copied, IsPublic = false,
    IsSelfShared = #template.AddAccounts.AddAccount > 0 and "True" or "False",
    Architecture = import.Architecture or "x86_64", OSType = import.OSType or "linux",
    Platform = import.Platform or "Others Linux",
    Features = { NvmeSupport = (options.ImageFeatures or {}).NvmeSupport or "unsupported" },
    Tags = { Tag = tags.reply(own_tags, "TagKey", "TagValue") },
    DiskDeviceMappings = { DiskDeviceMapping = json.array({}) },
  }
end

--- Puts one image of an execution into the store. target: of `reserve`; made: { at = unix seconds,
-- account_id, copied = boolean }.
function M.make(store, execution, target, made)
  local own_tags = tags_of(execution.template)
  local name = execution.images.name
  store.images[#store.images + 1] = {
    number = target.number, region = target.region, id = target.id, name = name, tags = own_tags,
    execution_id = execution.id, pipeline_id = execution.pipeline_id,
    shared_with = execution.template.AddAccounts.AddAccount,
    reply = reply_of(execution.template, target, name, own_tags, made),
  }
end

return M
