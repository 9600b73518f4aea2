--- Regions: DescribeRegions of ECS 2014-05-26, as terraform's data source alicloud_regions.
local filters = require("ecs_pipeline.paging.filters")
local ids = require("ecs_pipeline.paging.ids")
local paginator = require("ecs_pipeline.paging.paginator")
local tables = require("ecs_pipeline.tables")

local regions = {}

-- The region whose endpoint is used if no region is set: every endpoint knows all regions.
local ANY = "cn-hangzhou"

--- Lists.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @tparam ?table filter
-- @tparam table call_options
-- @treturn[1] table list
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function regions.list(client, operation, given, call_options)
  local filter, message, err = filters.open(operation, given)
  if not filter then
    return nil, message, err
  end
  local options, here = tables.copy(call_options), call_options.region or client:region()
  options.region = here or ANY
  if filter.current and not here then
    return filters.reject(operation, "current",
      "no region is set; give region = \"cn-hangzhou\" to the client")
  end
  local facts = paginator.facts()
  return paginator.collect(ids.each(nil, 1, function()
    return paginator.open(client, { operation = "region.list", field = "regions",
      args = tables.without(filter, { "name", "current" }), options = options, name = operation,
      facts = facts })
  end, function(region)
    return (filter.name == nil or region.id == filter.name)
      and (not filter.current or region.id == here)
  end), facts)
end

return regions
