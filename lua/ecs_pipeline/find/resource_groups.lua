--- Resource groups: all pages of ListResourceGroups of ResourceManager 2020-03-31, ids in batches.
--
-- The meaning is that of terraform's data source alicloud_resource_manager_resource_groups, which
-- stops at a page of fewer than 50; here the pages end where the service says so. `name_regex` is
-- about the identifier (`name`), not about the display name.
local listing = require("ecs_pipeline.paging.listing")
local paginator = require("ecs_pipeline.paging.paginator")
local reference = require("ecs_pipeline.paging.reference")

local resource_groups = {}

-- Applies the filter again on our side: some filters of the service are "fuzzy".
local function predicate(_, seen)
  local filter = seen.filter
  if type(filter.tags) == "table" and next(filter.tags) ~= nil then
    seen.args.include_tags = true -- otherwise the reply has no tags to compare
  end
  return function(item)
    for _, name in ipairs({ "name", "display_name", "status" }) do
      if filter[name] ~= nil and item[name] ~= filter[name] then
        return false
      end
    end
    return true
  end
end

-- 100 ids, and PageSize.
local KIND = { operation = "resource_group.list", field = "resource_groups",
  reference = reference.RESOURCE_GROUP,
  names = { "ids", "resource_group_ids", "resource_group_id" }, name = "name", batch = 100,
  predicate = predicate }

--- Lists.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @tparam ?table filter
-- @tparam table call_options
-- @treturn[1] table list
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function resource_groups.list(...)
  return paginator.collect(listing.each(KIND, ...))
end

return resource_groups
