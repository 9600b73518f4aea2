--- Resource groups: all pages of ListResourceGroups of ResourceManager 2020-03-31, ids in batches.
--
-- The meaning is that of terraform's data source alicloud_resource_manager_resource_groups, which
-- stops at a page of fewer than 50; here the pages end where the service says so. `name_regex` is
-- about the identifier (`name`), not about the display name.
local filters = require("ecs_pipeline.find.filters")
local ids = require("ecs_pipeline.find.ids")
local pages = require("ecs_pipeline.find.pages")
local target = require("ecs_pipeline.find.target")

local resource_groups = {}

-- PageSize, and how many ids one call takes.
local PAGE, BATCH = 100, 100

-- What the service does loosely ("fuzzy") or promises to do, done again.
local function predicate(filter, list, regex, has_tags)
  local wanted = filters.set(list)
  return function(item)
    for _, name in ipairs({ "name", "display_name", "status" }) do
      if filter[name] ~= nil and item[name] ~= filter[name] then
        return false
      end
    end
    return (not wanted or wanted[item.id] == true)
      and (not regex or regex:match(item.name or "") == true)
      and has_tags(item)
  end
end

-- → plan { args, ids, keep }, or nil, message, err
local function read(operation, given)
  local filter, message, err = filters.open(operation, given)
  if not filter then
    return nil, message, err
  end
  local list, regex
  list, message, err = ids.read(operation,
    filter.ids or filter.resource_group_ids or filter.resource_group_id, target.RESOURCE_GROUP)
  if list == false then
    return nil, message, err
  end
  regex, message, err = filters.regex(operation, filter.name_regex)
  if message then
    return nil, message, err
  end
  local args = filters.without(filter,
    { "ids", "resource_group_ids", "resource_group_id", "name_regex" })
  local has_tags
  args.tags, has_tags = filters.tags(filter.tags)
  if type(filter.tags) == "table" and next(filter.tags) ~= nil then
    args.include_tags = true -- else the answer has none to compare
  end
  return { args = args, ids = list, keep = predicate(filter, list, regex, has_tags) }
end

--- List.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @tparam ?table filter
-- @tparam table call_options
-- @treturn[1] table list
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function resource_groups.list(client, operation, filter, call_options)
  local plan, message, err = read(operation, filter)
  if not plan then
    return nil, message, err
  end
  local facts = pages.facts()
  return pages.collect(ids.each(plan.ids, BATCH, function(batch)
    local args = filters.without(plan.args, {})
    args.ids = batch
    return pages.open(client, { operation = "resource_group.list", field = "resource_groups",
      args = args, options = call_options, name = operation, facts = facts, page_size = PAGE })
  end, plan.keep), facts)
end

return resource_groups
