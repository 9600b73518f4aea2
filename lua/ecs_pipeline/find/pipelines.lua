--- `pipeline.list` and `pipeline.each`: all pages of DescribeImagePipelines, ids in batches.
local filters = require("ecs_pipeline.find.filters")
local pages = require("ecs_pipeline.find.pages")
local target = require("ecs_pipeline.find.target")

local pipeline_list = {}

-- DescribeImagePipelines takes so many ids (InvalidImagePipelineIdSize.ExceededMaxNumber).
local BATCH = 20

-- → list of distinct ids or nil without any, or false, message, err
local function read_ids(operation, given)
  if given == nil then
    return nil
  elseif type(given) ~= "table" or given.id then
    given = { given }
  end
  local ids, seen = {}, {}
  for _, one in ipairs(given) do
    local found, message, err = target.find(operation, one, target.PIPELINE)
    if not found then
      return false, message, err
    elseif not seen[found.id] then
      seen[found.id] = true
      ids[#ids + 1] = found.id
    end
  end
  return ids[1] and ids or nil
end

local function batches(ids)
  local list = {}
  for from = 1, #ids, BATCH do
    local batch = {}
    for index = from, math.min(from + BATCH - 1, #ids) do
      batch[#batch + 1] = ids[index]
    end
    list[#list + 1] = batch
  end
  return list
end

-- What the service promises to do, done again.
local function predicate(filter, ids, regex, has_tags)
  local wanted = filters.set(ids)
  local name, group = filters.text(filter.name), filters.text(filter.resource_group_id)
  return function(item)
    return (not wanted or wanted[item.id] == true)
      and (name == nil or item.name == name)
      and (group == nil or item.resource_group_id == group)
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
  local ids
  ids, message, err = read_ids(operation, filter.ids or filter.image_pipeline_id)
  if ids == false then
    return nil, message, err
  end
  local regex
  regex, message, err = filters.regex(operation, filter.name_regex)
  if message then
    return nil, message, err
  end
  local args = filters.without(filter, { "ids", "image_pipeline_id", "name_regex" })
  local has_tags
  args.tags, has_tags = filters.tags(filter.tags)
  return { args = args, ids = ids, keep = predicate(filter, ids, regex, has_tags) }
end

--- Iterate.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @tparam ?table filter
-- @tparam table call_options
-- @treturn function iterator
-- @treturn table facts for `ecs.info`
function pipeline_list.each(client, operation, filter, call_options)
  local plan, message, err = read(operation, filter)
  local facts = pages.facts()
  if not plan then
    return pages.failed(message, err), facts
  end
  local groups = plan.ids and batches(plan.ids) or { false }
  local at = 0
  local function next_walk()
    at = at + 1
    if groups[at] == nil then
      return nil
    end
    local args = filters.without(plan.args, {})
    args.ids = groups[at] or nil
    return pages.open(client, { operation = "pipeline.describe", field = "pipelines",
      args = args, options = call_options, name = operation, facts = facts })
  end
  return pages.each(next_walk, plan.keep), facts
end

return pipeline_list
