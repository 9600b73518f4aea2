--- The names of the images that a pipeline builds: `<prefix>_<execution id>`, or the bare prefix
-- with `advanced_options.image_name_suffix = "disable"` (ECS 2014-05-26, CreateImagePipeline).
local core = require("ecs_pipeline.core")
local events = require("ecs_pipeline.call.events")
local ids = require("ecs_pipeline.paging.ids")
local images = require("ecs_pipeline.find.images")
local pipelines = require("ecs_pipeline.find.pipelines")
local tables = require("ecs_pipeline.tables")

local image_names = {}

local function given(value)
  return value ~= "" and value or nil
end

local function prefix_of(pipeline)
  local image_options = pipeline.image_options or {}
  return given(image_options.image_name) or given(pipeline.image_name) or given(pipeline.name)
    or pipeline.id
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

--- The regions that get the images of a pipeline: its own, then those of `to_region_id`.
-- @tparam table pipeline pipeline, or arguments of pipeline.create
-- @tparam string home its region
-- @treturn table list, each region once
function image_names.regions(pipeline, home)
  local list = { home }
  for index, region in ipairs(ids.list(pipeline.to_region_id)) do
    list[index + 1] = type(region) == "table" and core.id("region", region) or region
  end
  return tables.distinct(list)
end

-- → id of an image with this name, nil if there is none; or false, message
local function image_named(client, operation, name, region, call_options)
  local image, message = images.each(client, operation, { name = name, owners = "self",
    status = images.STATES, region_id = region }, call_options)()
  if image == false then
    return false, message
  end
  return image and image.id
end

local SUFFIX = "advanced_options.image_name_suffix"

--- Images that have the name which the next image of a pipeline gets. Only a pipeline without a
-- suffix in image names can have that; for others nothing is sent. A failure is a warning, for
-- example if DescribeImages is not allowed: it must not stop what can do without it.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @tparam table pipeline pipeline, or checked arguments of pipeline.create
-- @tparam ?string home its region
-- @tparam table call_options
-- @treturn ?table region → id of the image; nil if there is none
-- @treturn ?string what that means
function image_names.taken(client, operation, pipeline, home, call_options)
  local name = is_bare(pipeline) and prefix_of(pipeline)
  if not name or not home then
    return nil
  end
  local taken, shown = {}, {}
  for _, region in ipairs(image_names.regions(pipeline, home)) do
    local id, message = image_named(client, operation, name, region, call_options)
    if id then
      taken[region] = id
      shown[#shown + 1] = id .. " in " .. region
    elseif id == false then
      image_names.warn(client, operation, "not known whether an image has the name of the next "
        .. "one: " .. message)
    end
  end
  if not shown[1] then
    return nil
  end
  return taken, ("the next image is named %s, and there is one already (%s): a build fails when it "
    .. "makes the image"):format(name, table.concat(shown, ", "))
end

--- Warns about the names of images.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @tparam string message
function image_names.warn(client, operation, message)
  events.warnings(client, operation, { { param = SUFFIX, rule = "image_name", message = message } })
end

return image_names
