--- `pipeline.list` and `pipeline.each`: all pages of DescribeImagePipelines.
local filters = require("ecs_pipeline.paging.filters")
local listing = require("ecs_pipeline.paging.listing")
local target = require("ecs_pipeline.paging.target")

local pipeline_list = {}

local function predicate(_, seen)
  local name = filters.text(seen.filter.name)
  local group = filters.text(seen.filter.resource_group_id)
  return function(item)
    return (name == nil or item.name == name)
      and (group == nil or item.resource_group_id == group)
  end
end

-- 20 ids: InvalidImagePipelineIdSize.ExceededMaxNumber.
local KIND = { operation = "pipeline.describe", field = "pipelines", target = target.PIPELINE,
  names = { "ids", "image_pipeline_id" }, name = "name", batch = 20, predicate = predicate }

--- Iterate. Arguments and results as `listing.each`.
function pipeline_list.each(...)
  return listing.each(KIND, ...)
end

return pipeline_list
