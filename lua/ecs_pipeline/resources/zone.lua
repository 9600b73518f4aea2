--- `ecs.zone`: zones for builds. API: ECS 2014-05-26, DescribeZones, DescribeAvailableResource.
local zones = require("ecs_pipeline.find.zones")

local zone = {}

--- The group's functions for a client.
-- @tparam function current → internal client to use for this call
-- @treturn table group
function zone.bind(current)
  local group = {}

  --- Zones that are not sold out and have an instance type and a disk category, in the order of
  -- their ids, as in terraform's data source alicloud_zones, which ignores
  -- `available_resource_creation`; here it filters. API: DescribeZones, DescribeAvailableResource.
  -- Blocks while it sends (or yields).
  -- @function zone.list
  -- @tparam ?table filter
  --
  --   * `available_resource_creation`: "VSwitch", "Instance", "Disk", "IoOptimized",
  --     "DedicatedHost"
  --   * `available_instance_type`: an instance type that is on sale in the zone
  --   * `available_disk_category`: a category of disks
  --   * `ids`: list of ids
  --   * `instance_charge_type`: "PostPaid", default, or "PrePaid"
  --   * `spot_strategy`, `network_type`, `system_disk_category`, `accept_language`: as the API
  --     has them
  --   * `region_id`: default the region of the client
  -- @tparam ?table options call options, for each call
  -- @treturn[1] table list of `{ id, zone_id, local_name, zone_type, available_resource_creation,
  --   available_instance_types, available_disk_categories (lists of strings), available_resources,
  --   … }`
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err of any kind
  function group.list(filter, given)
    local operation, client = "zone.list", current()
    return zones.list(client, operation, filter, client:call_options(operation, given))
  end

  return group
end

return zone
