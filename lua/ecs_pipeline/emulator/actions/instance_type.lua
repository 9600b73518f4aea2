--- DescribeInstanceTypes, DescribeImageSupportInstanceTypes (ECS 2014-05-26; pages of 2024-12 to
-- 2026-01). The first is of no region and pages by token, the second answers whole.

local errors = require("ecs_pipeline.emulator.errors")
local images = require("ecs_pipeline.emulator.images")
local instance_types = require("ecs_pipeline.emulator.instance_types")
local json = require("ecs_pipeline.sorted_json")
local paging = require("ecs_pipeline.emulator.paging")
local params = require("ecs_pipeline.emulator.params")
local tables = require("ecs_pipeline.tables")
local text = require("ecs_pipeline.emulator.text")

-- Parameter → field of the reply that must be equal; the lists: equal to one of them.
local equal = {
  CpuArchitecture = "CpuArchitecture", GPUSpec = "GPUSpec", InstanceCategory = "InstanceCategory",
  InstanceFamilyLevel = "InstanceFamilyLevel", InstanceTypeFamily = "InstanceTypeFamily",
  LocalStorageCategory = "LocalStorageCategory", NvmeSupport = "NvmeSupport",
  PhysicalProcessorModel = "PhysicalProcessorModel",
}
local one_of = {
  CpuArchitectures = "CpuArchitecture", GpuSpecs = "GPUSpec",
  InstanceCategories = "InstanceCategory", InstanceTypeFamilies = "InstanceTypeFamily",
  InstanceTypes = "InstanceTypeId", LocalStorageCategories = "LocalStorageCategory",
  PhysicalProcessorModels = "PhysicalProcessorModel",
}

-- Their values and most items, from the page; it names no code.
local rules_of = {
  { "CpuArchitecture", text.one_of("X86", "ARM") },
  { "InstanceFamilyLevel", text.one_of("EntryLevel", "EnterpriseLevel", "CreditEntryLevel") },
  { "LocalStorageCategory", text.one_of("local_hdd_pro", "local_ssd_pro") },
  { "NvmeSupport", text.one_of("required", "unsupported") },
}
local most = {
  CpuArchitectures = 2, GpuSpecs = 10, InstanceCategories = 10, InstanceTypeFamilies = 10,
  InstanceTypes = 10, LocalStorageCategories = 2,
}

-- Minimum… and Maximum… of a field. Which fields have one, the vendor's SDK says; a quantity that
-- no type of the catalogue has (credits, local disks) counts as 0.
local function read_bounds(flat, rules)
  for name in pairs(flat) do
    local side, field = name:match("^(M[a-z]+imum)(%u%w+)$")
    local limit = params.text(flat, name)
    if side and limit then
      limit = json.to_number(limit)
      if not limit then
        return errors.parameter(name)
      end
      rules[#rules + 1] = function(reply)
        local value = reply[field] or 0
        return side == "Minimum" and value >= limit or side == "Maximum" and value <= limit
      end
    end
  end
  return nil
end

-- → list of predicates, or nil and the refusal.
local function read_rules(flat)
  local rules = {}
  for _, rule in ipairs(rules_of) do
    local value = params.text(flat, rule[1])
    if value and not rule[2](value) then
      return nil, errors.parameter(rule[1])
    end
  end
  for name, count in pairs(most) do
    if #params.list(flat, name) > count then
      return nil, errors.parameter(name)
    end
  end
  for name, field in pairs(equal) do
    local value = params.text(flat, name)
    rules[#rules + 1] = value and function(reply) return reply[field] == value end or nil
  end
  for name, field in pairs(one_of) do
    local values = params.list(flat, name)
    local set = tables.set(values)
    rules[#rules + 1] = #values > 0 and function(reply) return set[reply[field]] end or nil
  end
  local refusal = read_bounds(flat, rules)
  return not refusal and rules or nil, refusal
end

local function all(rules, reply)
  for _, rule in ipairs(rules) do
    if not rule(reply) then
      return false
    end
  end
  return true
end

-- What chose the types: everything but the page, and what changes with every request.
local function scope_of(flat)
  local parts = {}
  for name, value in pairs(flat) do
    if equal[name] or one_of[name:match("^%w+")] or name:find("^M[a-z]+imum%u") then
      parts[#parts + 1] = name .. "=" .. value
    end
  end
  table.sort(parts, tables.bytewise)
  return paging.scope(parts, {})
end

local function describe(_, call)
  local rules, refusal = read_rules(call.flat)
  if not rules then
    return nil, refusal
  end
  local found = {}
  for _, entry in ipairs(instance_types.list) do
    found[#found + 1] = all(rules, entry.reply) and entry or nil
  end
  local page, reply = paging.page(found, call.flat, "types/" .. scope_of(call.flat), nil, 100)
  if not page then
    return nil, reply
  end
  local list = json.array({})
  for i, entry in ipairs(page) do
    list[i] = entry.reply
  end
  return { InstanceTypes = { InstanceType = list }, NextToken = reply.NextToken }
end

local actions = { CreateEcs = true, ChangeOS = true }

-- The image as the account sees it in the region, or nil.
local function image_of(store, call, id)
  local function gone(other)
    return call.lost("images", other)
  end
  for _, image in ipairs(images.visible(store, call.region, call.now, gone)) do
    if image.id == id then
      return image.reply
    end
  end
  return nil
end

-- Types of the image's architecture; all when no image is named.
local function supported(store, call)
  local id, action = params.text(call.flat, "ImageId"), params.text(call.flat, "ActionType")
  local image = id and image_of(store, call, id)
  if action and not actions[action] then
    return nil, errors.new("InvalidParamter")
  elseif id and not image then
    return nil, errors.new("InvalidImageId.NotFound")
  end
  local list = json.array({})
  for _, entry in ipairs(instance_types.list) do
    local reply = entry.reply
    if not image or entry.architecture == image.Architecture then
      list[#list + 1] = {
        InstanceTypeId = reply.InstanceTypeId, InstanceTypeFamily = reply.InstanceTypeFamily,
        CpuCoreCount = reply.CpuCoreCount, MemorySize = reply.MemorySize,
      }
    end
  end
  return { InstanceTypes = { InstanceType = list }, ImageId = id or "", RegionId = call.region }
end

return {
  version = "2014-05-26",
  regional = { DescribeImageSupportInstanceTypes = true },
  ram = "ecs",
  actions = {
    DescribeInstanceTypes = describe, DescribeImageSupportInstanceTypes = supported,
  },
}
