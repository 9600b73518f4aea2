--- CreateImagePipeline, DescribeImagePipelines, DeleteImagePipeline (ECS 2014-05-26).
-- A pipeline is kept as { number, region, id, tags, reply }: `reply` is what describe answers.

local clock = require("ecs_pipeline.emulator.clock")
local components = require("ecs_pipeline.emulator.components")
local errors = require("ecs_pipeline.emulator.errors")
local idempotency = require("ecs_pipeline.emulator.idempotency")
local paging = require("ecs_pipeline.emulator.paging")
local params = require("ecs_pipeline.emulator.params")
local rules = require("ecs_pipeline.emulator.actions.pipeline_rules")
local tags = require("ecs_pipeline.emulator.tags")
local text = require("ecs_pipeline.emulator.text")
local json = require("ecs_pipeline.sorted_json")

-- A table without entries is left out of the answer.
local function filled(object)
  if next(object) == nil then
    return nil
  end
  return object
end

local function image_options(flat)
  local prefix = "ImageOptions."
  local image_tags = params.tags(flat, prefix .. "ImageTags")
  local nvme = params.text(flat, prefix .. "ImageFeatures.NvmeSupport")
    or params.text(flat, "NvmeSupport")
  return filled({
    ImageName = params.text(flat, prefix .. "ImageName") or params.text(flat, "ImageName"),
    ImageFamily = params.text(flat, prefix .. "ImageFamily") or params.text(flat, "ImageFamily"),
    Description = params.text(flat, prefix .. "Description"),
    ImageFeatures = nvme and { NvmeSupport = nvme } or nil,
    ImageTags = #image_tags > 0 and { ImageTag = tags.reply(image_tags, "TagKey", "TagValue") }
      or nil,
  })
end

local function disk_mappings(flat)
  local out = json.array({})
  for i, mapping in ipairs(params.objects(flat, "ImportImageOptions.DiskDeviceMappings")) do
    out[i] = {
      OSSBucket = mapping.OSSBucket, OSSObject = mapping.OSSObject, Format = mapping.Format,
      DiskImageSize = tonumber(mapping.DiskImageSize or ""),
    }
  end
  return out
end

local function import_options(flat)
  local prefix = "ImportImageOptions."
  if not params.any(flat, "ImportImageOptions") then
    return nil
  end
  local windows = flat[prefix .. "OSType"] == "windows"
  local arm = flat[prefix .. "Architecture"] == "arm64"
  local out = {
    Architecture = "x86_64", OSType = "linux", LicenseType = "Auto",
    RetentionStrategy = "RetainNever",
    BootMode = arm and "UEFI" or "BIOS", Platform = windows and "Other Windows" or "Others Linux",
  }
  for _, name in ipairs({ "Architecture", "BootMode", "Description", "ImageName", "LicenseType",
    "OSType", "Platform", "RetentionStrategy", "RoleName" }) do
    out[name] = params.text(flat, prefix .. name) or out[name]
  end
  out.RetainImportedImage = params.boolean(flat, prefix .. "RetainImportedImage")
  out.Features = {
    ImdsSupport = params.text(flat, prefix .. "Features.ImdsSupport") or "v1",
    NvmeSupport = params.text(flat, prefix .. "Features.NvmeSupport") or "unsupported",
  }
  out.DiskDeviceMappings = { DiskDeviceMapping = disk_mappings(flat) }
  local import_tags = params.tags(flat, prefix .. "ImportImageTags")
  if #import_tags > 0 then
    out.ImportImageTags = { ImportImageTag = tags.reply(import_tags, "Key", "Value") }
  end
  return out
end

local function advanced_options(flat)
  local retain = params.boolean(flat, "AdvancedOptions.RetainCloudAssistant")
  local suffix = params.text(flat, "AdvancedOptions.ImageNameSuffix")
  if retain == nil and suffix == nil then
    return nil
  end
  return { RetainCloudAssistant = retain or false, ImageNameSuffix = suffix }
end

-- The pipeline as describe will show it, the service's defaults filled in and deprecated fields in
-- both spellings.
local function template(call, id, pairs_)
  local flat = call.flat
  local options = image_options(flat)
  local delete = params.boolean(flat, "DeleteInstanceOnFailure")
  if delete == nil then
    delete = true
  end
  local out = {
    ImagePipelineId = id,
    Name = params.text(flat, "Name") or id,
    CreationTime = clock.iso(call.now),
    ResourceGroupId = params.text(flat, "ResourceGroupId") or call.default_resource_group,
    SystemDiskSize = params.integer(flat, "SystemDiskSize") or 40,
    InternetMaxBandwidthOut = params.integer(flat, "InternetMaxBandwidthOut") or 0,
    DeleteInstanceOnFailure = delete,
    ImageOptions = options,
    ImageName = options and options.ImageName,
    ImageFamily = options and options.ImageFamily,
    NvmeSupport = options and options.ImageFeatures and options.ImageFeatures.NvmeSupport,
    ImportImageOptions = import_options(flat),
    AdvancedOptions = advanced_options(flat),
    AddAccounts = { AddAccount = params.list(flat, "AddAccount") },
    ToRegionIds = { ToRegionId = params.list(flat, "ToRegionId") },
    Tags = { Tag = tags.reply(pairs_, "TagKey", "TagValue") },
  }
  local repair = params.list(flat, "RepairItem")
  if #repair > 0 then
    out.RepairItems = { RepairItem = repair }
  end
  for _, name in ipairs({ "BaseImage", "BaseImageType", "BuildContent", "TestContent",
    "Description", "InstanceType", "VSwitchId", "RepairMode" }) do
    out[name] = params.text(flat, name)
  end
  return out
end

local function count_in(store, region)
  local count = 0
  for _, pipeline in ipairs(store.pipelines) do
    if pipeline.region == region then
      count = count + 1
    end
  end
  return count
end

local function create(store, call)
  return idempotency.once(store.tokens, "CreateImagePipeline/" .. call.region, call.flat, function()
    local refusal = rules.check(call.flat, call.known, call.limits,
      components.judge(store, call.region))
    if refusal then
      return nil, refusal
    elseif count_in(store, call.region) >= call.limits.pipelines then
      return nil, errors.new("QuotaExceed.ImagePipeline")
    end
    local id, number = call.new_id("ip")
    local pairs_ = params.tags(call.flat, "Tag")
    store.pipelines[#store.pipelines + 1] = {
      number = number, region = call.region, id = id, tags = pairs_,
      reply = template(call, id, pairs_),
    }
    return { ImagePipelineId = id }
  end)
end

local valid_name = text.name(2, 128, ":._-")

local function describe(store, call)
  local list, wanted = params.list(call.flat, "ImagePipelineId"), params.tags(call.flat, "Tag")
  local name = params.text(call.flat, "Name")
  if #list > 20 then
    return nil, errors.new("InvalidImagePipelineIdSize.ExceededMaxNumber")
  elseif name and not valid_name(name) then
    return nil, errors.new("InvalidName.Malformed")
  elseif #wanted > 20 then
    return nil, errors.new("InvalidTagCount")
  end
  local group = params.text(call.flat, "ResourceGroupId")
  local set, reply = paging.replies(store.pipelines, call, list, wanted,
    { call.flat.Name or "", call.flat.ResourceGroupId or "" }, function(pipeline)
      return (name == nil or pipeline.reply.Name == name)
        and (group == nil or pipeline.reply.ResourceGroupId == group)
    end)
  if not set then
    return nil, reply
  end
  reply.ImagePipeline = { ImagePipelineSet = set }
  return reply
end

local function delete(store, call)
  local id = params.text(call.flat, "ImagePipelineId")
  if not id then
    return nil, errors.new("MissingParameter.ImagePipelineId")
  end
  for index, pipeline in ipairs(store.pipelines) do
    if pipeline.id == id and pipeline.region == call.region then
      local running = call.builds:running(id)
      if running then
        return nil, errors.has_running_execution(running.id)
      end
      table.remove(store.pipelines, index)
      -- Deleted pipelines take their executions with them; images stay.
      call.builds:forget(store, id)
      return {}
    end
  end
  return nil, errors.new("InvalidImagePipeline.NotFound")
end

return {
  version = "2014-05-26",
  regional = true,
  ram = "ecs",
  actions = {
    CreateImagePipeline = create,
    DescribeImagePipelines = describe,
    DeleteImagePipeline = delete,
  },
}
