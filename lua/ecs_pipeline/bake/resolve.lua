--- Resolves the names in a pipeline: the family of the base image to its newest image, the ARN of a
-- component to a version. API: DescribeImageFromFamily, DescribeImages, DescribeImageComponents of
-- ECS 2014-05-26.
local components = require("ecs_pipeline.find.components")
local errors = require("ecs_pipeline.errors")
local images = require("ecs_pipeline.find.images")
local parser = require("ecs_pipeline.build_content.parser")

local resolve = {}

-- → id; for an import from OSS base_image as it is, for an object has no version; or nil, message,
-- err
local function base_image(job, pipeline)
  if pipeline.base_image_type ~= "IMAGE_FAMILY" then
    return pipeline.base_image or ""
  end
  local image, message, err = images.latest(job.client, job.operation,
    { image_family = pipeline.base_image, region_id = job.ref.region_id }, job.call_options)
  if image then
    return image.id
  elseif err.kind ~= "not_found" then
    return nil, message, err
  end
  return errors.fail(job.operation, { kind = "not_found", param = "base_image",
    message = ("base_image: the family %s has no image in %s"):format(pipeline.base_image,
      tostring(job.region)) })
end

-- The component references of both contents, in order.
local function references(pipeline)
  local list = {}
  for _, name in ipairs({ "build_content", "test_content" }) do
    for _, command in ipairs(parser.parse(pipeline[name] or "")) do
      if command.verb == "COMPONENT" then
        list[#list + 1] = command
      end
    end
  end
  return list
end

-- The content of a component never changes, so its id is enough.
local function component(job, command)
  if command.id then
    return { id = command.id }
  elseif not command.arn then
    return { id = command.argument } -- for the service to reject
  end
  return components.resolve(job.client, job.operation, command, job.call_options)
end

--- Resolves the base image and the components.
-- @tparam table job `client, operation, ref = { region_id }, region, call_options`
-- @tparam table pipeline as describe gives it
-- @treturn[1] table `{ base_image = id, components = list of { id, name, version } }`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; kind "not_found" if the family has no image, or there is no such component
function resolve.run(job, pipeline)
  local image, message, err = base_image(job, pipeline)
  if not image then
    return nil, message, err
  end
  local resolved = { base_image = image, components = {} }
  for index, command in ipairs(references(pipeline)) do
    local match
    match, message, err = component(job, command)
    if not match then
      return nil, message, err
    end
    resolved.components[index] = match
  end
  return resolved
end

return resolve
