--- One pipeline, by its id. API: DescribeImagePipelines of ECS 2014-05-26.
local lookup = require("ecs_pipeline.paging.lookup")

--- Look it up.
-- @tparam table client internal client
-- @tparam string name of the function that the user called
-- @tparam table found `{ id, region_id }` of `target.find`
-- @tparam table call_options
-- @treturn[1] table pipeline
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; kind "not_found" when there is none
return function(client, name, found, call_options)
  return lookup(client, { operation = "pipeline.describe", name = name, field = "pipelines",
    args = { ids = { found.id }, region_id = found.region_id },
    id = found.id, what = "image pipeline" }, call_options)
end
