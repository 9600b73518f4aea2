--- DescribeRegions, DescribeZones, DescribeAvailableResource (ECS 2014-05-26). Codes and statuses:
-- the pages of these actions, of 2024-12 to 2026-01.

local errors = require("ecs_pipeline.emulator.errors")
local instance_types = require("ecs_pipeline.emulator.instance_types")
local json = require("ecs_pipeline.sorted_json")
local params = require("ecs_pipeline.emulator.params")
local regions = require("ecs_pipeline.emulator.regions")
local tables = require("ecs_pipeline.tables")
local text = require("ecs_pipeline.emulator.text")
local zones = require("ecs_pipeline.emulator.zones")

local language = text.one_of("zh-CN", "zh-TW", "en-US", "ja", "fr", "de", "ko")
local charge = text.one_of("PrePaid", "PostPaid")
local spot = text.one_of("NoSpot", "SpotWithPriceLimit", "SpotAsPriceGo")
local disk = text.one_of("cloud", "cloud_efficiency", "cloud_ssd", "ephemeral_ssd", "cloud_essd",
  "cloud_auto", "cloud_essd_entry")

-- The refusal of the first value that its rule does not take; rules: { name, rule, code }.
local function check(flat, rules)
  for _, rule in ipairs(rules) do
    local value = params.text(flat, rule[1])
    if value and not rule[2](value) then
      return errors.new(rule[3])
    end
  end
  return nil
end

local function chinese(flat)
  return (params.text(flat, "AcceptLanguage") or "zh-CN"):find("^zh") ~= nil
end

local region_rules = {
  { "AcceptLanguage", language, "InvalidParameter" },
  { "InstanceChargeType", text.one_of("PrePaid", "PostPaid", "SpotWithPriceLimit",
    "SpotAsPriceGo"), "InvalidParameter" },
  { "ResourceType", text.one_of("instance", "disk", "reservedinstance", "scu"),
    "InvalidParameter" },
}

-- The regions of the catalogue first, then those that were given to the emulator.
local function known_regions(call)
  local list, rest = {}, {}
  for _, id in ipairs(regions) do
    list[#list + 1] = call.regions[id] and id or nil
  end
  for id in pairs(call.regions) do
    rest[#rest + 1] = not regions.names[id] and id or nil
  end
  table.sort(rest, tables.bytewise)
  for _, id in ipairs(rest) do
    list[#list + 1] = id
  end
  return list
end

local function describe_regions(_, call)
  local refusal = check(call.flat, region_rules)
  if refusal then
    return nil, refusal
  end
  local list = json.array({})
  for i, id in ipairs(known_regions(call)) do
    local names = regions.names[id] or { id, id }
    list[i] = {
      RegionId = id, LocalName = names[chinese(call.flat) and 1 or 2], Status = "available",
      RegionEndpoint = "ecs." .. id .. ".aliyuncs.com",
    }
  end
  return { Regions = { Region = list } }
end

local zone_rules = {
  { "AcceptLanguage", language, "InvalidAcceptLanguage.NotFound" },
  { "InstanceChargeType", charge, "InvalidInstanceChargeType.NotFound" },
  { "SpotStrategy", spot, "InvalidSpotStrategy" },
}

local function sold(zone, field)
  local list, seen = json.array({}), {}
  for _, entry in ipairs(zone.stock) do
    local value = entry.type.reply[field]
    if entry.sold and not seen[value] then
      list[#list + 1], seen[value] = value, true
    end
  end
  return list
end

local function zone_reply(zone, flat)
  local reply = {
    ZoneId = zone.id, ZoneType = "AvailabilityZone",
    LocalName = (chinese(flat) and "可用区 " or "Zone ") .. zone.letter,
    AvailableResourceCreation = { ResourceTypes = json.array(zone.creates) },
    AvailableVolumeCategories = { VolumeCategories = json.array({}) },
    DedicatedHostGenerations = { DedicatedHostGeneration = json.array({}) },
    AvailableDedicatedHostTypes = { DedicatedHostType = json.array({}) },
    AvailableDiskCategories = { DiskCategories = json.array(zone.disks) },
    AvailableInstanceTypes = { InstanceTypes = sold(zone, "InstanceTypeId") },
  }
  if params.boolean(flat, "Verbose") ~= false then
    reply.AvailableResources = { ResourcesInfo = json.array({ {
      IoOptimized = true,
      SystemDiskCategories = { supportedSystemDiskCategory = json.array(zone.disks) },
      DataDiskCategories = { supportedDataDiskCategory = json.array(zone.disks) },
      NetworkTypes = { supportedNetworkCategory = json.array({ "vpc" }) },
      InstanceTypeFamilies = { supportedInstanceTypeFamily = sold(zone, "InstanceTypeFamily") },
      InstanceTypes = { supportedInstanceType = sold(zone, "InstanceTypeId") },
      InstanceGenerations = { supportedInstanceGeneration = json.array({ "ecs-5" }) },
    } }) }
  end
  return reply
end

local function describe_zones(_, call)
  local refusal = check(call.flat, zone_rules)
  if refusal then
    return nil, refusal
  end
  local list = json.array({})
  for i, zone in ipairs(zones.of(call.region)) do
    list[i] = zone_reply(zone, call.flat)
  end
  return { Zones = { Zone = list } }
end

local available_rules = {
  { "DestinationResource", text.one_of("Zone", "IoOptimized", "InstanceType", "Network", "ddh",
    "SystemDisk", "DataDisk"), "Invalid.DestinationResource" },
  { "InstanceChargeType", charge, "Invalid.InstanceChargeType" },
  { "SpotStrategy", spot, "Invalid.SpotStrategy" },
  { "IoOptimized", text.one_of("none", "optimized"), "Invalid.IoOptimized" },
  { "NetworkCategory", text.one_of("vpc", "classic"), "Invalid.NetworkCategory" },
  { "ResourceType", text.one_of("instance", "disk", "reservedinstance", "ddh"),
    "Invalid.ResourceType" },
  { "Scope", text.one_of("Region", "Zone"), "InvalidParameter.Scope" },
  { "SystemDiskCategory", disk, "Invalid.Param" },
  { "DataDiskCategory", disk, "Invalid.Param" },
  { "SpotDuration", text.integer(0, 1), "Invalid.Param" },
}

-- "SystemDisk" needs an instance type; cores and memory choose one, and so go with "InstanceType"
-- only, and without one.
local function check_available(flat)
  local wanted = params.text(flat, "DestinationResource")
  local named = params.text(flat, "InstanceType")
  local cores, memory = params.text(flat, "Cores"), params.text(flat, "Memory")
  if not wanted then
    return errors.new("Invalid.DestinationResource")
  elseif wanted == "SystemDisk" and not named then
    return errors.new("Invalid.Param")
  elseif named and (cores or memory) then
    return errors.new("InvalidParam.TypeAndCpuMem.Conflict")
  elseif cores and wanted ~= "InstanceType" then
    return errors.new("InvalidParam.Cores")
  elseif memory and wanted ~= "InstanceType" then
    return errors.new("InvalidParam.Memory")
  elseif named and not instance_types.by_id[named] then
    return errors.new("InvalidResourceId.NotFound")
  end
  return check(flat, available_rules)
end

local function stocked(value, there)
  return { Value = value, Status = there and "Available" or "SoldOut",
    StatusCategory = there and "WithStock" or "WithoutStock" }
end

-- What each kind of resource lists of a zone. A disk says how large it may be.
local lists = {
  InstanceType = function(zone, flat)
    local list = json.array({})
    local named, cores, memory = params.text(flat, "InstanceType"),
      json.to_number(params.text(flat, "Cores")), json.to_number(params.text(flat, "Memory"))
    for _, entry in ipairs(zone.stock) do
      local reply = entry.type.reply
      if (not named or reply.InstanceTypeId == named)
        and (not cores or reply.CpuCoreCount == cores)
        and (not memory or reply.MemorySize == memory) then
        list[#list + 1] = stocked(reply.InstanceTypeId, entry.sold and not zone.sold_out)
      end
    end
    return list
  end,
  SystemDisk = function(zone)
    local list = json.array({})
    for i, name in ipairs(zone.disks) do
      list[i] = stocked(name, true)
      list[i].Min, list[i].Max, list[i].Unit = 20, 2048, "GiB"
    end
    return list
  end,
  IoOptimized = function(zone)
    return json.array({ stocked("optimized", not zone.sold_out) })
  end,
  Network = function(zone)
    return json.array({ stocked("vpc", not zone.sold_out) })
  end,
}
lists.DataDisk = lists.SystemDisk

local function available(_, call)
  local flat = call.flat
  local refusal = check_available(flat)
  if refusal then
    return nil, refusal
  end
  local wanted, only = params.text(flat, "DestinationResource"), params.text(flat, "ZoneId")
  local list = json.array({})
  for _, zone in ipairs(zones.of(call.region)) do
    if not only or zone.id == only then
      local reply = stocked(nil, not zone.sold_out)
      reply.RegionId, reply.ZoneId = call.region, zone.id
      local kinds = json.array({})
      if lists[wanted] then
        kinds[1] = { Type = wanted,
          SupportedResources = { SupportedResource = lists[wanted](zone, flat) } }
      end
      reply.AvailableResources = { AvailableResource = kinds }
      list[#list + 1] = reply
    end
  end
  if #list == 0 then
    return {} -- the service leaves the list out when it is empty
  end
  return { AvailableZones = { AvailableZone = list } }
end

return {
  version = "2014-05-26",
  regional = { DescribeZones = true, DescribeAvailableResource = true },
  ram = "ecs",
  actions = {
    DescribeRegions = describe_regions, DescribeZones = describe_zones,
    DescribeAvailableResource = available,
  },
}
