--- `pipeline.list` and `pipeline.each`: all pages of DescribeImagePipelines, ids in batches.
local filters = require("ecs_pipeline.find.filters")
local ids = require("ecs_pipeline.find.ids")
local pages = require("ecs_pipeline.find.pages")
local target = require("ecs_pipeline.find.target")

local pipeline_list = {}

-- DescribeImagePipelines takes so many ids (InvalidImagePipelineIdSize.ExceededMaxNumber).
local BATCH = 20

-- What the service promises to do, done again.
local function predicate(filter, list, regex, has_tags)
  local wanted = filters.set(list)
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
  local list
  list, message, err =
    ids.read(operation, filter.ids or filter.image_pipeline_id, target.PIPELINE)
  if list == false then
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
  return { args = args, ids = list, keep = predicate(filter, list, regex, has_tags) }
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
  local function open(batch)
    local args = filters.without(plan.args, {})
    args.ids = batch
    return pages.open(client, { operation = "pipeline.describe", field = "pipelines",
      args = args, options = call_options, name = operation, facts = facts })
  end
  return ids.each(plan.ids, BATCH, open, plan.keep), facts
end

return pipeline_list
