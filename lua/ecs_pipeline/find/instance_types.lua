--- Instance types that are available: DescribeInstanceTypes, DescribeAvailableResource and
-- DescribeImageSupportInstanceTypes of ECS 2014-05-26.
--
-- The meaning is that of terraform's data source alicloud_instance_types: types that are on sale in
-- the region and, with `image_id`, support that image, in the service's order. Two differences:
-- `zone_id` limits them to the zone of the vSwitch (terraform's first one may be sold out there),
-- and only parameters that the action has are sent.
local availability = require("ecs_pipeline.find.availability")
local filters = require("ecs_pipeline.paging.filters")
local ids = require("ecs_pipeline.paging.ids")
local paginator = require("ecs_pipeline.paging.paginator")
local reference = require("ecs_pipeline.paging.reference")
local tables = require("ecs_pipeline.tables")
local to_number = require("ecs_pipeline.sorted_json").to_number

local instance_types = {}

-- Most ids in one call of DescribeInstanceTypes.
local BATCH = 10

-- Filters of this library that are not parameters of DescribeInstanceTypes.
local OURS = { "ids", "instance_types", "instance_type", "image_id", "zone_id",
  "availability_zone", "cpu_core_count", "memory_size", "gpu_amount", "eni_amount", "sorted_by",
  "network_type", "instance_charge_type", "spot_strategy", "spot_duration", "system_disk_category",
  "data_disk_category", "io_optimized", "region_id" }

-- Filters by an exact number: name of the filter and the field → the bounds in the request.
local EXACT = {
  cpu_core_count = { "minimum_cpu_core_count", "maximum_cpu_core_count" },
  memory_size = { "minimum_memory_size", "maximum_memory_size" },
  gpu_amount = { "minimum_gpu_amount", "maximum_gpu_amount" },
}

-- Texts that the service compares.
local EQUAL = { "instance_type_family", "cpu_architecture", "gpu_spec", "instance_family_level",
  "nvme_support" }

-- `sorted_by` → fields, the first one first.
local ORDERS = {
  CPU = { "cpu_core_count", "memory_size" },
  Memory = { "memory_size", "cpu_core_count" },
}

local function wrong(filter)
  for _, name in ipairs({ "cpu_core_count", "memory_size", "gpu_amount", "eni_amount" }) do
    local value = filter[name]
    if value ~= nil and type(value) ~= "number" then
      return name, "wants a number, not a " .. type(value)
    end
  end
  local order = filter.sorted_by
  if order == "Price" then
    return "sorted_by", "this library does not read prices; wants \"CPU\" or \"Memory\""
  elseif order ~= nil and not ORDERS[order] then
    return "sorted_by", "wants \"CPU\" or \"Memory\""
  end
end

-- The arguments of DescribeInstanceTypes.
local function arguments(filter)
  local args = tables.without(filter, OURS)
  for name, bounds in pairs(EXACT) do
    if filter[name] ~= nil then
      args[bounds[1]], args[bounds[2]] = filter[name], filter[name]
    end
  end
  args.minimum_eni_quantity = filter.eni_amount or args.minimum_eni_quantity
  return args
end

-- Applies the filter again on our side.
local function fits(filter, wanted)
  return function(item)
    for name in pairs(EXACT) do
      if filter[name] ~= nil and to_number(item[name]) ~= filter[name] then
        return false
      end
    end
    for _, name in ipairs(EQUAL) do
      if filter[name] ~= nil and item[name] ~= nil and item[name] ~= filter[name] then
        return false
      end
    end
    return item.id ~= nil and (not wanted or wanted[item.id] == true)
      and (filter.eni_amount == nil or (to_number(item.eni_quantity) or 0) >= filter.eni_amount)
  end
end

-- → set of the types that an image runs on, or nil, message, err
local function supported(client, operation, filter, facts, call_options)
  local list, message, err = paginator.collect(ids.each(nil, 1, function()
    return paginator.open(client, { operation = "instance_type.supported", field = "instance_types",
      args = { image_id = filter.image_id, region_id = filter.region_id }, options = call_options,
      name = operation, facts = facts })
  end, function(item) return item.id ~= nil end), facts)
  if not list then
    return nil, message, err
  end
  local set = {}
  for _, item in ipairs(list) do
    set[item.id] = true
  end
  return set
end

-- Type → sorted list of the zones that have it.
local function zones_by_type(on_sale)
  local by_type = {}
  for zone, values in pairs(on_sale) do
    for name in pairs(values) do
      by_type[name] = by_type[name] or {}
      table.insert(by_type[name], zone)
    end
  end
  for _, list in pairs(by_type) do
    table.sort(list, tables.bytewise)
  end
  return by_type
end

-- Sorts; equal types stay in the service's order.
local function sort(list, order)
  local place, fields = {}, ORDERS[order]
  for index, item in ipairs(list) do
    place[item] = index
  end
  table.sort(list, function(a, b)
    for _, field in ipairs(fields) do
      local x, y = to_number(a[field]) or 0, to_number(b[field]) or 0
      if x ~= y then
        return x < y
      end
    end
    return place[a] < place[b]
  end)
end

-- → all types that match the filter, available or not
local function described(client, operation, filter, list, facts, call_options)
  local options = tables.copy(call_options)
  options.region = filter.region_id or call_options.region -- the action has no such parameter
  return paginator.collect(ids.each(list, BATCH, function(batch)
    local args = arguments(filter)
    args.ids = batch
    return paginator.open(client, { operation = "instance_type.list", field = "instance_types",
      args = args, options = options, name = operation, facts = facts })
  end, fits(filter, filters.set(list))), facts)
end

-- → those of the list that are available, each with its zones
local function available(client, operation, filter, list, facts, call_options)
  local request = tables.copy(filter)
  request.zone_id = filter.zone_id or filter.availability_zone
  local on_sale, message, err = availability.zones(client, operation, request, "InstanceType",
    facts, call_options)
  if not on_sale then
    return nil, message, err
  end
  local runs
  if filter.image_id ~= nil then
    runs, message, err = supported(client, operation, filter, facts, call_options)
    if not runs then
      return nil, message, err
    end
  end
  local by_type, matches = zones_by_type(on_sale), {}
  for _, item in ipairs(list) do
    if by_type[item.id] and (not runs or runs[item.id]) then
      item.availability_zones = by_type[item.id]
      matches[#matches + 1] = item
    end
  end
  return matches
end

--- Lists.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @tparam ?table filter
-- @tparam table call_options
-- @treturn[1] table list
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function instance_types.list(client, operation, given, call_options)
  local filter, message, err = filters.open(operation, given)
  if not filter then
    return nil, message, err
  end
  local param, why = wrong(filter)
  if param then
    return filters.reject(operation, param, why)
  end
  local list
  list, message, err = ids.read(operation,
    filter.ids or filter.instance_types or filter.instance_type, reference.INSTANCE_TYPE)
  if list == false then
    return nil, message, err
  end
  for name, kind in pairs({ image_id = reference.IMAGE, zone_id = reference.ZONE }) do
    if filter[name] ~= nil and not reference.find(operation, filter[name], kind) then
      return reference.find(operation, filter[name], kind)
    end
  end
  local facts = paginator.facts()
  local all, matches
  all, message, err = described(client, operation, filter, list, facts, call_options)
  if not all then
    return nil, message, err
  end
  matches, message, err = available(client, operation, filter, all, facts, call_options)
  if not matches then
    err.partial = {}
    return nil, message, err
  end
  if filter.sorted_by then
    sort(matches, filter.sorted_by)
  end
  return paginator.note_list(matches, facts)
end

return instance_types
