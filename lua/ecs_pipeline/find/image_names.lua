--- The names of the images that a pipeline builds: `<prefix>_<execution id>`, or the bare prefix
-- with `advanced_options.image_name_suffix = "disable"` (ECS 2014-05-26, CreateImagePipeline).
local pipelines = require("ecs_pipeline.find.pipelines")

local image_names = {}

local function prefix_of(pipeline)
  local image_options = pipeline.image_options or {}
  return image_options.image_name or pipeline.image_name or pipeline.name or pipeline.id
end

local function is_bare(pipeline)
  return (pipeline.advanced_options or {}).image_name_suffix == "disable"
end

--- The name of the image of one execution.
-- @tparam table pipeline as describe gives it
-- @tparam string execution_id
-- @treturn string
function image_names.of_execution(pipeline, execution_id)
  local prefix = prefix_of(pipeline)
  return is_bare(pipeline) and prefix or prefix .. "_" .. execution_id
end

--- A function that recognises the images that a pipeline built. It compares names, because an image
-- has no other link to its pipeline: two pipelines with the same prefix share their images.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @param wanted pipeline, as `pipelines.which`
-- @tparam ?string region_id
-- @tparam table call_options
-- @treturn[1] function image → boolean
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; kind "not_found" if there is no such pipeline
function image_names.of_pipeline(client, operation, wanted, region_id, call_options)
  local ref, message, err = pipelines.which(client, operation, wanted, call_options, region_id)
  if not ref then
    return nil, message, err
  end
  local pipeline
  pipeline, message, err = pipelines.get(client, operation,
    { id = ref.id, region_id = region_id or ref.region_id }, call_options)
  if not pipeline then
    return nil, message, err
  end
  local prefix, bare = prefix_of(pipeline), is_bare(pipeline)
  return function(image)
    local name = image.name or ""
    return bare and name == prefix
      or name:sub(1, #prefix) == prefix and name:sub(#prefix + 1):find("^_exec%-%w+$") ~= nil
  end
end

return image_names
