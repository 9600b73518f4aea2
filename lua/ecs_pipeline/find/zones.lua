--- Zones for builds: DescribeZones and DescribeAvailableResource of ECS 2014-05-26.
--
-- The meaning is that of terraform's data source alicloud_zones: zones that are not sold out and
-- have at least one instance type and one disk category, in the order of their ids. Terraform
-- accepts `available_resource_creation = "VSwitch"` but ignores it; here it filters.
local availability = require("ecs_pipeline.find.availability")
local core = require("ecs_pipeline.core")
local filters = require("ecs_pipeline.paging.filters")
local ids = require("ecs_pipeline.paging.ids")
local paginator = require("ecs_pipeline.paging.paginator")
local reference = require("ecs_pipeline.paging.reference")
local tables = require("ecs_pipeline.tables")

local zones = {}

-- The resources that can be created in a zone: lower case → our spelling. The service does not
-- always use its own spelling ("disk").
local CREATIONS = { dedicatedhost = "DedicatedHost", disk = "Disk", instance = "Instance",
  iooptimized = "IoOptimized", vswitch = "VSwitch" }

-- Filters of this library that are not parameters of DescribeZones.
local OURS = { "ids", "zone_id", "available_resource_creation", "available_instance_type",
  "available_disk_category", "network_type", "spot_duration", "system_disk_category",
  "data_disk_category", "io_optimized" }

local function wrong(filter)
  local creation = filter.available_resource_creation
  if creation ~= nil and (type(creation) ~= "string" or not CREATIONS[creation:lower()]) then
    return "available_resource_creation", "wants \"VSwitch\", \"Instance\", \"Disk\", "
      .. "\"IoOptimized\" or \"DedicatedHost\"; zones of other products are not known here"
  end
  for _, name in ipairs({ "available_instance_type", "available_disk_category" }) do
    local value = filter[name]
    if name == "available_instance_type" and type(value) == "table" then
      value = core.id("instance_type", value)
    end
    if value ~= nil and type(value) ~= "string" then
      return name, "wants a string, not a " .. type(value)
    end
  end
  if filter.verbose == false then
    return "verbose", "the filters need the details; leave it out"
  end
end

local function has(list, wanted)
  for _, value in ipairs(list or {}) do
    if value:lower() == wanted then
      return true
    end
  end
  return false
end

-- `on_sale` of `availability.zones`.
local function predicate(filter, list, on_sale)
  local wanted = filters.set(list)
  local creation = filter.available_resource_creation
  local disk, kind = filter.available_disk_category, filter.available_instance_type
  kind = type(kind) == "table" and core.id("instance_type", kind) or kind
  return function(zone)
    local sold = on_sale[zone.id]
    return sold ~= nil and (not wanted or wanted[zone.id] == true)
      and next(zone.available_instance_types or {}) ~= nil
      and next(zone.available_disk_categories or {}) ~= nil
      and (not creation or has(zone.available_resource_creation, creation:lower()))
      and (not disk or has(zone.available_disk_categories, disk:lower()))
      and (not kind or sold[kind] == true)
  end
end

local function has_id(zone)
  return zone.id ~= nil
end

local function by_id(a, b)
  return tables.bytewise(a.id, b.id)
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
function zones.list(client, operation, given, call_options)
  local filter, message, err = filters.open(operation, given)
  if not filter then
    return nil, message, err
  end
  local param, why = wrong(filter)
  if param then
    return filters.reject(operation, param, why)
  end
  local list
  list, message, err = ids.read(operation, filter.ids or filter.zone_id, reference.ZONE)
  if list == false then
    return nil, message, err
  end
  local facts = paginator.facts()
  local all, on_sale
  all, message, err = paginator.collect(ids.each(nil, 1, function()
    return paginator.open(client, { operation = "zone.list", field = "zones",
      args = tables.without(filter, OURS), options = call_options, name = operation,
      facts = facts })
  end, has_id), facts)
  if not all then
    return nil, message, err
  end
  on_sale, message, err = availability.zones(client, operation,
    tables.without(filter, { "zone_id" }),
    filter.available_instance_type and "InstanceType" or "Zone", facts, call_options)
  if not on_sale then
    err.partial = {}
    return nil, message, err
  end
  local matches, keep = {}, predicate(filter, list, on_sale)
  for _, zone in ipairs(all) do
    matches[#matches + 1] = keep(zone) and zone or nil
  end
  table.sort(matches, by_id)
  return paginator.note_list(matches, facts)
end

return zones
