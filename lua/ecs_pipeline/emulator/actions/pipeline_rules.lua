--- What CreateImagePipeline refuses, in the service's codes (actions of ECS 2014-05-26).
-- One row per parameter; the rules that tie parameters together follow.

local commands = require("ecs_pipeline.emulator.commands")
local errors = require("ecs_pipeline.emulator.errors")
local params = require("ecs_pipeline.emulator.params")
local tags = require("ecs_pipeline.emulator.tags")
local text = require("ecs_pipeline.emulator.text")

local M = {}

local image_name = text.name(2, 64, ":._-")
local boolean = text.one_of("true", "false", "True", "False")
local nvme = text.one_of("supported", "unsupported", "auto")
local import = "ImportImageOptions."
local invalid_import = "InvalidParameter.ImportImageOptions"

local function image_family(value)
  return text.name(2, 128, ":_-", { "aliyun", "acs:" })(value) and not text.holds_web_address(value)
end

-- { wire name, rule, code }
local rules = {
  { "BaseImageType", text.one_of("IMAGE", "IMAGE_FAMILY", "OSS"),
    "InvalidBaseImageType.NotSupportedValue" },
  { "Name", text.name(2, 128, ":._-"), "InvalidName.Malformed" },
  { "Description", text.free(2, 256), "InvalidDescription.Malformed" },
  { "ImageName", image_name, "InvalidImageName.Malformed" },
  { "ImageOptions.ImageName", image_name, "InvalidImageName.Malformed" },
  { "ImageFamily", image_family, "InvalidImageFamily.Malformed" },
  { "ImageOptions.ImageFamily", image_family, "InvalidImageFamily.Malformed" },
  { "ImageOptions.Description", text.free(2, 256), "InvalidImageOptions.Description" },
  { "NvmeSupport", nvme, "InvalidParameter.NvmeSupport" },
  { "ImageOptions.ImageFeatures.NvmeSupport", nvme, "InvalidParameter.NvmeSupport" },
  { "SystemDiskSize", text.integer(20, 500), "InvalidSystemDiskSize.NotSupportedValue" },
  { "InternetMaxBandwidthOut", text.integer(0, 100),
    "InvalidInternetMaxBandwidthOut.NotSupportedValue" },
  { "DeleteInstanceOnFailure", boolean, "InvalidParameter" },
  { "RepairMode", text.one_of("Standard", "All", "Customized"), "InvalidParameter.RepairMode" },
  { "AdvancedOptions.ImageNameSuffix", text.one_of("disable"),
    "InvalidAdvancedOptions.ImageNameSuffix" },
  { "AdvancedOptions.RetainCloudAssistant", boolean, "InvalidParameter" },
  { import .. "Architecture", text.one_of("x86_64", "arm64"), invalid_import .. "Architecture" },
  { import .. "OSType", text.one_of("windows", "linux"), invalid_import .. "OSType" },
  { import .. "BootMode", text.one_of("BIOS", "UEFI"), invalid_import .. "BootMode" },
  { import .. "Platform", text.one_of("Aliyun", "Anolis", "CentOS", "Ubuntu", "CoreOS", "SUSE",
    "Debian", "OpenSUSE", "FreeBSD", "RedHat", "Kylin", "UOS", "Fedora", "Fedora CoreOS",
    "CentOS Stream", "AlmaLinux", "Rocky Linux", "Gentoo", "Customized Linux", "Others Linux",
    "Windows Server 2022", "Windows Server 2019", "Windows Server 2016", "Windows Server 2012",
    "Windows Server 2008", "Windows Server 2003", "Other Windows"), invalid_import .. "Platform" },
  { import .. "LicenseType", text.one_of("Auto", "Aliyun", "BYOL"),
    invalid_import .. "LicenseType" },
  { import .. "Features.NvmeSupport", text.one_of("supported", "unsupported"),
    invalid_import .. "FeaturesNvmeSupport" },
  { import .. "Features.ImdsSupport", text.one_of("v1", "v2"), "InvalidParameter" },
  { import .. "RetainImportedImage", boolean, "InvalidParameter" },
  { import .. "RetentionStrategy", text.one_of("RetainOnlySuccessful", "RetainOnlyFailed",
    "RetainAlways", "RetainNever"), "InvalidParameter" },
}

local function check_each(flat)
  for _, rule in ipairs(rules) do
    local value = params.text(flat, rule[1])
    if value and not rule[2](value) then
      return rule[3] == "InvalidParameter" and errors.parameter(rule[1]) or errors.new(rule[3])
    end
  end
  return nil
end

local function check_required(flat)
  if not params.text(flat, "BaseImageType") then
    return errors.new("MissingParameter.BaseImageType")
  elseif flat.BaseImageType ~= "OSS" and not params.text(flat, "BaseImage") then
    return errors.new("MissingParameter.BaseImage")
  end
  return nil
end

local function check_mapping(mapping)
  local prefix = "ImportImageOptionsDiskDeviceMappings"
  local bucket, object = mapping.OSSBucket or "", mapping.OSSObject or ""
  local size, format = mapping.DiskImageSize or "", mapping.Format or ""
  if bucket == "" then
    return errors.new("MissingParameter." .. prefix .. "OSSBucket")
  elseif object == "" then
    return errors.new("MissingParameter." .. prefix .. "OSSObject")
  elseif #bucket > 63 or bucket:find("[^a-z0-9-]") or bucket:find("^%-") or bucket:find("%-$") then
    return errors.new("InvalidParameter." .. prefix .. "OSSBucket")
  elseif (text.length(object) or 9999) > 1023
    or text.begins(object, { "http://", "https://", "/", "\\" }) then
    return errors.new("InvalidParameter." .. prefix .. "OSSObject")
  elseif format ~= "" and not text.one_of("RAW", "VHD", "QCOW2")(format) then
    return errors.new("InvalidParameter." .. prefix .. "Format")
  elseif size ~= "" and not text.integer(1, 2048)(size) then
    return errors.new("InvalidOperation.DiskImageSizeExceeded")
  end
  return nil
end

local function check_import(flat)
  if flat.BaseImageType ~= "OSS" then
    return nil
  elseif not params.any(flat, "ImportImageOptions") then
    return errors.new("MissingParameter.ImportImageOptions")
  end
  local mappings = params.objects(flat, import .. "DiskDeviceMappings")
  if #mappings == 0 then
    return errors.new("MissingParameter.ImageOptionsDiskDeviceMappings")
  elseif #mappings > 17 then
    return errors.new("InvalidImportImageOptionsDiskDeviceMappings.LengthLimitExceeded")
  elseif flat[import .. "Architecture"] == "arm64" and flat[import .. "BootMode"] == "BIOS" then
    return errors.new("InvalidParameter.ImportImageOptionsBootMode")
  end
  for _, mapping in ipairs(mappings) do
    local refusal = check_mapping(mapping)
    if refusal then
      return refusal
    end
  end
  return nil
end

local function check_lists(flat, known)
  local accounts, regions = params.list(flat, "AddAccount"), params.list(flat, "ToRegionId")
  if #accounts > 20 then
    return errors.new("InvalidAddAccountSize.ExceededMaxNumber")
  elseif #regions > 20 then
    return errors.new("InvalidToRegionIdSize.ExceededMaxNumber")
  end
  for _, account in ipairs(accounts) do
    if not account:find("^%d+$") then
      return errors.parameter("AddAccount")
    end
  end
  for _, region in ipairs(regions) do
    if not known("regions", region) then
      return errors.new("InvalidRegionId.NotFound")
    end
  end
  return nil
end

-- RepairItem is "used with RepairMode = Customized" (page of CreateImagePipeline). That another
-- mode is refused is inferred from the code InvalidParameterCombination.
local function check_repair(flat)
  local items = params.list(flat, "RepairItem")
  if #items == 0 then
    return nil
  elseif not params.text(flat, "RepairMode") then
    return errors.new("MissingParameter.RepairMode")
  elseif flat.RepairMode ~= "Customized" then
    return errors.new("InvalidParameterCombination")
  end
  for _, item in ipairs(items) do
    if not item:find("^[!-~]+$") then
      return errors.parameter("RepairItem")
    end
  end
  return nil
end

-- A deprecated parameter and its successor may both be given, if they say the same (inferred: no
-- page says which of two different values would win). Its value is returned as its successor's, so
-- the successor's rules hold: a family with a period is InvalidImageFamily.Malformed.
local function check_twins(flat)
  for old, new in pairs({
    ImageName = "ImageOptions.ImageName", ImageFamily = "ImageOptions.ImageFamily",
    NvmeSupport = "ImageOptions.ImageFeatures.NvmeSupport",
  }) do
    local a, b = params.text(flat, old), params.text(flat, new)
    if a and b and a ~= b then
      return errors.new("InvalidParameterCombination")
    end
  end
  return nil
end

-- Ids are only looked up when the emulator was told which exist (`known = { images = { … } }`).
local function check_ids(flat, known)
  for _, row in ipairs({
    { "BaseImage", "images", "InvalidImage.NotFound" },
    { "InstanceType", "instance_types", "InvalidInstanceType.NotFound" },
    { "VSwitchId", "vswitches", "InvalidVSwitchId.NotFound" },
    { "ResourceGroupId", "resource_groups", "InvalidResourceGroup.NotFound" },
  }) do
    local value = params.text(flat, row[1])
    if value and not known(row[2], value) then
      return errors.new(row[3])
    end
  end
  return nil
end

local function check_content(flat, max_commands, component)
  for _, name in ipairs({ "BuildContent", "TestContent" }) do
    local content = params.text(flat, name)
    local refusal = content and commands.check(content, name, max_commands, component)
    if refusal then
      return refusal
    end
  end
  return nil
end

--- Nil when the service would create the pipeline, else the refusal.
-- known(set, id) → does it exist; limits.commands: how many commands a content may hold;
-- component(reference, parameter) → refusal or nil, of components.lua.
function M.check(flat, known, limits, component)
  return check_required(flat) or check_each(flat) or check_lists(flat, known) or check_repair(flat)
    or check_import(flat) or check_twins(flat) or check_content(flat, limits.commands, component)
    or tags.check(params.tags(flat, "Tag"))
    or tags.check(params.tags(flat, "ImageOptions.ImageTags")) or check_ids(flat, known)
end

return M
