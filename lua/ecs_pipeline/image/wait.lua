--- `image.wait_available`: waits until an image can be used: it is Available, and not `Usable =
-- false`. A copy takes minutes, a large one hours.
local errors = require("ecs_pipeline.errors")
local images = require("ecs_pipeline.find.images")
local options = require("ecs_pipeline.call.options")
local poll = require("ecs_pipeline.waiting.poll")
local reference = require("ecs_pipeline.paging.reference")

local image_wait = {}

local OPERATION = "image.wait_available"

--- Seconds.
image_wait.TIMEOUT = 2 * 3600

local READY = "Available"

-- An image never becomes Available from these states. (Terraform fails at once for the first two.)
local ENDS = { CreateFailed = true, UnAvailable = true, Deprecated = true }

local HINT = "it may still become usable: wait again; image.describe shows status and usable"

-- "45%" → 45
local function percent(image)
  return tonumber((tostring(image.progress or ""):match("^(%d+)%%?$")))
end

local function report(ref, image)
  local done = percent(image)
  return {
    phase = image.status == READY and "ended" or tostring(image.status):lower(),
    message = ("%s is %s%s"):format(ref.id, tostring(image.status),
      done and (" (%d %%)"):format(done) or ""),
    status = image.status, progress = done,
    image_id = ref.id, region = ref.region_id,
  }
end

local function judge(operation, image)
  if image and image.status and not images.why_unusable(image) then
    return poll.DONE
  elseif image and ENDS[image.status] then
    return poll.FAILED, select(2, errors.fail(operation, { kind = "conflict",
      message = ("%s is %s and will not become Available"):format(image.id, image.status) }))
  end
end

local function timed_out(wait, id, image)
  local why = not image and "is not visible" or images.why_unusable(image) or "is without a status"
  return wait:timed_out(("%s %s after %.0f s"):format(id, why:gsub("^is ", "is still "),
    wait.timeout), { hint = HINT })
end

--- Waits for an image whose id is known. Temporary failures do not end it.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @tparam table ref `{ id, region_id }` of the image
-- @tparam table own_options of `poll.OPTIONS`, checked
-- @tparam table call_options for each poll
-- @treturn[1] table image
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; `err.image_id`, `err.image` = as last seen
function image_wait.found(client, operation, ref, own_options, call_options)
  local wait = poll.new(client, operation, own_options, call_options,
    { timeout = image_wait.TIMEOUT })
  local image, message, err, seen = wait:run({
    read = function() return images.get(client, operation, ref, wait:poll_options()) end,
    judge = function(found) return judge(operation, found) end,
    report = function(found) return report(ref, found) end,
    not_visible = function(failure) return failure.kind == "not_found" end,
  })
  if image then
    return image
  elseif image == false then
    local _
    _, message, err = timed_out(wait, ref.id, seen)
  end
  err.image_id, err.image = ref.id, seen
  poll.resume_with(err, ("image.wait_available(\"%s\") in the new worker waits for the rest")
    :format(ref.id))
  return nil, message, err
end

--- Waits. Arguments and results as `image.wait_available`.
function image_wait.run(client, wanted, given)
  local own_options, rest = options.own(OPERATION, given, poll.OPTIONS)
  local call_options = client:call_options(OPERATION, rest)
  local ref, message, err = reference.find(OPERATION, wanted, reference.IMAGE)
  if not ref then
    return nil, message, err
  end
  return image_wait.found(client, OPERATION, ref, own_options, call_options)
end

return image_wait
