--- Reads which resources a region sells now: DescribeAvailableResource of ECS 2014-05-26, with the
-- parameters that terraform uses. Zones and resources that are sold out are left out.
local ids = require("ecs_pipeline.paging.ids")
local paginator = require("ecs_pipeline.paging.paginator")
local tables = require("ecs_pipeline.tables")

local availability = {}

-- Filters of the lists of zones and instance types → parameters of the action.
local PASSED = { "region_id", "zone_id", "instance_charge_type", "spot_strategy", "spot_duration",
  "system_disk_category", "data_disk_category", "io_optimized" }

local function arguments(filter, destination)
  local args = { destination_resource = destination }
  for _, name in ipairs(PASSED) do
    args[name] = filter[name]
  end
  local network = filter.network_type
  args.network_category = type(network) == "string" and network:lower() or network
  return args
end

-- The category says more than the status: "WithoutStock" and "ClosedWithoutStock" are sold out.
local function on_sale(item)
  return item.status ~= "SoldOut"
    and not tostring(item.status_category or ""):find("WithoutStock$")
end

-- The set of all values that are on sale in a zone.
local function values_of(zone, destination)
  local values = {}
  for _, kind in ipairs(zone.available_resources or {}) do
    if kind.type == destination then
      for _, resource in ipairs(kind.supported_resources or {}) do
        if resource.value and on_sale(resource) then
          values[resource.value] = true
        end
      end
    end
  end
  return values
end

--- Reads the zones on sale.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @tparam table filter `region_id`, `zone_id`, `instance_charge_type`, `spot_strategy`,
--   `spot_duration`, `system_disk_category`, `data_disk_category`, `io_optimized`, and terraform's
--   `network_type` ("Vpc" or "vpc"); others are ignored
-- @tparam string destination "Zone" or "InstanceType"
-- @tparam table facts of `paginator.facts`
-- @tparam table call_options
-- @treturn[1] table id of a zone on sale → set of what is on sale there (with "Zone" empty)
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function availability.zones(client, operation, filter, destination, facts, call_options)
  local args = arguments(filter, destination)
  local list, message, err = paginator.collect(ids.each(nil, 1, function()
    return paginator.open(client, { operation = "zone.available", field = "zones",
      args = tables.copy(args), options = call_options, name = operation, facts = facts })
  end, on_sale), facts)
  if not list then
    return nil, message, err
  end
  local zones = {}
  for _, zone in ipairs(list) do
    if zone.id then
      zones[zone.id] = values_of(zone, destination)
    end
  end
  return zones
end

return availability
