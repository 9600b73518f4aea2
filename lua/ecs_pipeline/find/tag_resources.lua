--- `tags.list`: all pages of ListTagResources, ids in batches. The service answers with a row for
-- each tag; here each resource is one item.
local filters = require("ecs_pipeline.paging.filters")
local ids = require("ecs_pipeline.paging.ids")
local paginator = require("ecs_pipeline.paging.paginator")
local resource_types = require("ecs_pipeline.resource_types")
local tables = require("ecs_pipeline.tables")
local tags = require("ecs_pipeline.tags")

-- Most ids in one call of ListTagResources (NumberExceed.ResourceIds).
local BATCH = 50

-- Rows → resources, in the order of their first rows.
local function gather(rows)
  local list, by_id = {}, {}
  for _, row in ipairs(rows) do
    local item = by_id[row.resource_id]
    if not item then
      item = { id = row.resource_id, resource_id = row.resource_id,
        resource_type = row.resource_type, tags = {} }
      by_id[row.resource_id] = item
      list[#list + 1] = item
    end
    local into = item.tags
    if tags.is_system(row.tag_key or "") then
      item.system_tags = item.system_tags or {}
      into = item.system_tags
    end
    into[row.tag_key or ""] = row.tag_value or ""
  end
  return list
end

-- Does the filter ask for resources without a tag? They have no row, so they cannot be listed.
local function asks_for_absence(wanted)
  for _, value in pairs(type(wanted) == "table" and wanted or {}) do
    if value == false then
      return true
    end
  end
  return false
end

-- Does the filter have the key with which the service lists the resources of a resource group? It
-- is not documented whether the reply has rows of that key.
local GROUP_KEY = "acs:rm:rgId"

local function asks_for_group(sent)
  for _, pair in ipairs(type(sent) == "table" and sent or {}) do
    if pair.key == GROUP_KEY then
      return true
    end
  end
  return false
end

-- → plan { args, ids, has_tags }, or nil, message, err
local function read(operation, resource_type, given)
  local filter, message, err = filters.open(operation, given)
  if not filter then
    return nil, message, err
  end
  local list
  list, message, err = ids.read(operation, filter.ids or filter.resource_ids,
    resource_types.kind(resource_type))
  if list == false then
    return nil, message, err
  end
  local args = tables.without(filter, { "ids", "resource_ids" })
  local has_tags
  args.tags, has_tags = filters.tags(filter.tags)
  if asks_for_group(args.tags) then
    has_tags = function() return true end
  end
  args.resource_type = resource_type
  if asks_for_absence(filter.tags) then
    return filters.reject(operation, "tags",
      "resources without a tag cannot be listed; list all and compare")
  elseif not list and filter.tag_filters == nil
    and (filter.tags == nil or type(filter.tags) == "table" and next(filter.tags) == nil) then
    return filters.reject(operation, "ids", "give ids or tags; the service requires one of them")
  end
  return { args = args, ids = list, has_tags = has_tags }
end

--- Lists. Arguments and results as `tags.list`; `own` are the options of `resource_types`.
return function(client, operation, resource_type, filter, own, call_options)
  local ok, message, err = resource_types.check(operation, resource_type, own)
  if not ok then
    return nil, message, err
  end
  local plan
  plan, message, err = read(operation, resource_type, filter)
  if not plan then
    return nil, message, err
  end
  local facts, wanted = paginator.facts(), filters.set(plan.ids)
  local function open(batch)
    local args = tables.copy(plan.args)
    args.resource_ids = batch
    return paginator.open(client, { operation = "tags.list", field = "tag_resources", args = args,
      options = call_options, name = operation, facts = facts })
  end
  local rows
  rows, message, err = paginator.collect(ids.each(plan.ids, BATCH, open, function(row)
    return not wanted or wanted[row.resource_id] == true
  end), facts)
  local function result(list)
    local matches = {}
    for _, item in ipairs(gather(list)) do
      matches[#matches + 1] = plan.has_tags(item) and item or nil
    end
    return paginator.note_list(matches, facts)
  end
  if not rows then
    resource_types.explain(resource_type, err)
    err.partial = result(err.partial)
    return nil, message, err
  end
  return result(rows)
end
