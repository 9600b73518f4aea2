--- An image as DescribeImages answers it (ECS 2014-05-26): every field, from a few facts.

local catalogue = require("ecs_pipeline.emulator.image_catalogue")
local json = require("ecs_pipeline.sorted_json")
local tags = require("ecs_pipeline.emulator.tags")

local M = {}

-- One system disk; the service names its snapshot.
local function disks(facts)
  return { DiskDeviceMapping = json.array({ {
    Device = "/dev/xvda", Type = "system", Size = tostring(facts.size), Encrypted = false,
    SnapshotId = facts.owner == "system" and "" or "s-" .. facts.id:gsub("^m%-", ""),
    Format = "", ImportOSSBucket = "", ImportOSSObject = "", Progress = "100%", RemainTime = 0,
  } }) }
end

local function features(facts)
  return {
    NvmeSupport = facts.nvme or "unsupported", ImdsSupport = "v1",
    CpuOnlineUpgrade = "unsupported", CpuOnlineDowngrade = "unsupported",
    MemoryOnlineUpgrade = "unsupported", MemoryOnlineDowngrade = "unsupported",
  }
end

--- facts: { id, name, created (UTC text), size (GiB), owner ("self", "system" …), owner_id,
-- architecture, os_type, platform }, and where there is one { family, description, resource_group,
-- copied, tags (list of { key, value }), nvme, os_name }.
function M.of(facts)
  local os_name = facts.os_name or facts.platform .. " 64 bit"
  return {
    ImageId = facts.id, ImageName = facts.name, ImageFamily = facts.family or "",
    ImageVersion = "1", Description = facts.description or "", CreationTime = facts.created,
    Status = "Available", Usable = true, Progress = "100%", Usage = "none", Size = facts.size,
    ImageOwnerAlias = facts.owner, ImageOwnerId = facts.owner_id, ProductCode = "",
    SupplierName = "", ResourceGroupId = facts.resource_group or "",
    IsCopied = facts.copied or false, IsPublic = false, IsSelfShared = "False",
    IsSubscribed = false, IsSupportCloudinit = true, IsSupportIoOptimized = true,
    LoginAsNonRootSupported = facts.os_type == "linux", LicenseType = "Aliyun",
    Architecture = facts.architecture, OSType = facts.os_type, Platform = facts.platform,
    OSName = os_name, OSNameEn = os_name,
    BootMode = facts.architecture == "arm64" and "UEFI" or "BIOS",
    Features = features(facts), SecureBootOptions = { SecureBootSupport = "unsupported" },
    DetectionOptions = { Status = "Finished", Items = { Item = json.array({ {
      Name = "CloudAssistant", Value = "Installed", RiskLevel = "", RiskCode = "",
    } }) } },
    Tags = { Tag = tags.reply(facts.tags or {}, "TagKey", "TagValue") },
    DiskDeviceMappings = disks(facts),
  }
end

--- A public image: an entry of the catalogue.
function M.of_public(entry)
  return M.of({
    id = entry.id, name = entry.id, family = entry.family, created = entry.created,
    size = entry.size, owner = "system", owner_id = 0, architecture = entry.architecture,
    os_type = entry.os_type, platform = entry.platform, os_name = entry.os_name,
    nvme = "supported",
  })
end

-- The fields that DescribeImageFromFamily answers, by its page of 2025-01 and the vendor's SDK.
local of_family = [[
  Architecture CreationTime Description DiskDeviceMappings ImageFamily ImageId ImageName
  ImageOwnerAlias ImageVersion IsCopied IsSelfShared IsSubscribed IsSupportCloudinit
  IsSupportIoOptimized OSName OSType Platform ProductCode Progress Size Status Tags Usage
]]
local of_family_disk = [[
  Device Format ImportOSSBucket ImportOSSObject Size SnapshotId Type
]]

local function only(names, object)
  local out = {}
  for name in names:gmatch("%S+") do
    out[name] = object[name]
  end
  return out
end

--- The smaller form of a reply.
function M.brief(reply)
  local out, mappings = only(of_family, reply), json.array({})
  for i, disk in ipairs(reply.DiskDeviceMappings.DiskDeviceMapping) do
    mappings[i] = only(of_family_disk, disk)
  end
  out.DiskDeviceMappings = { DiskDeviceMapping = mappings }
  return out
end

--- The public image of this id, or nil.
function M.public(id)
  for _, entry in ipairs(catalogue.list) do
    if entry.id == id then
      return entry
    end
  end
  return nil
end

return M
