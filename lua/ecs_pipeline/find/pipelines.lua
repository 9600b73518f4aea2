--- Image pipelines: all pages of DescribeImagePipelines, and one by its id. ECS 2014-05-26.
local listing = require("ecs_pipeline.paging.listing")
local reference = require("ecs_pipeline.paging.reference")

local pipelines = {}

local function predicate(_, seen)
  local filters = require("ecs_pipeline.paging.filters")
  local name = filters.text(seen.filter.name)
  local group = filters.text(seen.filter.resource_group_id)
  return function(item)
    return (name == nil or item.name == name)
      and (group == nil or item.resource_group_id == group)
  end
end

-- 20 ids: InvalidImagePipelineIdSize.ExceededMaxNumber.
local KIND = { operation = "pipeline.describe", field = "pipelines", reference = reference.PIPELINE,
  what = "image pipeline", names = { "ids", "image_pipeline_id" }, name = "name", batch = 20,
  predicate = predicate }

--- Iterates. Arguments and results as `listing.each`.
function pipelines.each(...)
  return listing.each(KIND, ...)
end

--- Finds which one is meant. Arguments and results as `listing.which`.
function pipelines.which(client, operation, wanted, call_options, region_id)
  return listing.which(KIND, client, operation, wanted, call_options, region_id)
end

--- Reads one.
-- @tparam table client internal client
-- @tparam string name of the function that the user called
-- @tparam table ref `{ id, region_id }` of `reference.find`
-- @tparam table call_options
-- @treturn[1] table pipeline
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; kind "not_found" if there is none
function pipelines.get(client, name, ref, call_options)
  return listing.get(KIND, client, name, ref, call_options)
end

return pipelines
