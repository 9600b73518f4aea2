--- `ecs.region`: the regions of ECS. API: ECS 2014-05-26, DescribeRegions.
local regions = require("ecs_pipeline.find.regions")

local region = {}

--- The group's functions for a client.
-- @tparam function current → internal client to use for this call
-- @treturn table group
function region.bind(current)
  local group = {}

  --- The regions. API: DescribeRegions. Blocks while it sends (or yields).
  -- @function region.list
  -- @tparam ?table filter
  --
  --   * `name`, `region_id`: the id of a region
  --   * `current`: true: only the client's region
  --   * `resource_type`, `instance_charge_type`: as the API has them
  --   * `accept_language`: of `local_name`; "zh-CN" by default
  -- @tparam ?table options call options; if no region is set, the endpoint in Hangzhou is used
  -- @treturn[1] table list of `{ id, region_id, local_name, region_endpoint, status }`
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err of any kind
  function group.list(filter, given)
    local operation, client = "region.list", current()
    return regions.list(client, operation, filter, client:call_options(operation, given))
  end

  return group
end

return region
