--- One execution, by its id. API: DescribeImagePipelineExecutions of ECS 2014-05-26.
local lookup = require("ecs_pipeline.paging.lookup")

--- Look it up.
-- @tparam table client internal client
-- @tparam string name of the function that the user called
-- @tparam table found `{ id, region_id }` of `target.find`
-- @tparam table call_options
-- @treturn[1] table execution
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; kind "not_found" when there is none, or its pipeline was deleted
return function(client, name, found, call_options)
  return lookup(client, { operation = "execution.describe", name = name, field = "executions",
    args = { execution_id = found.id, region_id = found.region_id },
    id = found.id, what = "execution", note = "; those of a deleted pipeline are gone with it",
  }, call_options)
end
