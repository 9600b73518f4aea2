--- Finds the images of an execution, by region. The execution names only the image of its own
-- region. The copies in the regions of `to_region_id` have the same name, and are found by it in
-- each region (DescribeImages, ECS 2014-05-26: there is no list of copies).
--
-- An image that is not found is reported as missing, never guessed; one that was found and cannot
-- be used (yet) is named too. A failure here never hides the result of a build.
local dates = require("ecs_pipeline.dates")
local events = require("ecs_pipeline.call.events")
local image_names = require("ecs_pipeline.find.image_names")
local images = require("ecs_pipeline.find.images")
local pipelines = require("ecs_pipeline.find.pipelines")
local poll = require("ecs_pipeline.waiting.poll")
local tables = require("ecs_pipeline.tables")

-- Seconds for each call, retries included: the build has ended, the caller waits for its result.
local CALL_TIMEOUT = 30

local function warn(job, text)
  events.emit(job.client, { type = "warning", operation = job.operation,
    message = ("%s: %s"):format(job.execution.id, text) })
end

local function other_regions(pipeline, home)
  local list = {}
  for _, region in ipairs(tables.distinct(pipeline.to_region_id or {})) do
    list[#list + 1] = region ~= home and region or nil
  end
  return list
end

-- Notes that an image cannot be used.
local function look_at(job, region, image)
  local why = images.why_unusable(image)
  if why then
    job.unusable = job.unusable or {}
    job.unusable[region] = image.id .. " " .. why
    warn(job, ("the image in %s: %s"):format(region, job.unusable[region]))
  end
end

-- The image in its own region. → its name, read from it, otherwise derived from the pipeline
local function look_at_home(job, pipeline)
  local image = images.get(job.client, job.operation,
    { id = job.image_id, region_id = job.home }, job.options)
  if image then
    look_at(job, job.home, image)
  end
  return image and image.name or image_names.of_execution(pipeline, job.execution.id)
end

-- Without a suffix in image names, an older image may have the same name, and the copy of the new
-- one then failed.
local function is_later(image, execution)
  local created, began = dates.utc(image.creation_time), dates.utc(execution.creation_time)
  return not created or not began or created >= began
end

-- → image, or nil and why there is none
local function copy_in(job, region, name)
  local older
  for image, _, err in images.each(job.client, job.operation,
    { name = name, owners = "self", status = images.STATES, region_id = region }, job.options) do
    if image == false then
      return nil, err.message
    elseif is_later(image, job.execution) then
      return image
    end
    older = image
  end
  return nil, older and ("the image named %s (%s) is older than the build"):format(name, older.id)
    or "no image named " .. name
end

--- Finds the images.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @tparam table execution that ended with an image
-- @tparam string home region of the execution
-- @tparam table call_options
-- @treturn table region → id
-- @treturn ?table region → why no image was found; `unknown` → why the regions are not known
-- @treturn ?table region → why the image there cannot be used
return function(client, operation, execution, home, call_options)
  local job = { client = client, operation = operation, execution = execution, home = home,
    image_id = execution.image_id, options = poll.within(call_options, CALL_TIMEOUT) }
  local ids = { [home] = execution.image_id }
  local pipeline, message = pipelines.get(client, operation,
    { id = execution.image_pipeline_id, region_id = home }, job.options)
  if not pipeline then
    warn(job, "copies in other regions are not known: " .. message)
    return ids, { unknown = message }
  end
  local regions = other_regions(pipeline, home)
  local name, missing = look_at_home(job, pipeline), nil
  for _, region in ipairs(regions) do
    local image, why = copy_in(job, region, name)
    if image then
      ids[region] = image.id
      look_at(job, region, image)
    else
      missing = missing or {}
      missing[region] = why
      warn(job, ("no image in %s: %s"):format(region, why))
    end
  end
  return ids, missing, job.unusable
end
