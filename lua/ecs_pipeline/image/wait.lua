--- `image.wait_available`: until an image can be used. A copy takes minutes, a large one hours.
local errors = require("ecs_pipeline.errors")
local filters = require("ecs_pipeline.paging.filters")
local images = require("ecs_pipeline.find.images")
local options = require("ecs_pipeline.call.options")
local pace = require("ecs_pipeline.waiting.pace")
local progress = require("ecs_pipeline.waiting.progress")
local reference = require("ecs_pipeline.paging.reference")
local retry = require("ecs_pipeline.call.retry")
local waiter = require("ecs_pipeline.execution.waiter")

local image_wait = {}

local OPERATION = "image.wait_available"

--- Seconds.
image_wait.TIMEOUT = 2 * 3600

--- Its own options.
image_wait.OPTIONS = {
  timeout = options.SECONDS, poll = options.RANGE, on_progress = options.FUNCTION,
}

-- A look at the very end still gets so many seconds.
local LAST_LOOK = 5

-- What was made just now may not be shown yet. After so many seconds it is not there.
local UNSEEN = 60

-- No waiting makes these Available. (Terraform gives up on the first two.)
local ENDS = { CreateFailed = true, UnAvailable = true, Deprecated = true }

local function now(self)
  return self.client.platform.clock()
end

-- "45%" → 45
local function percent(image)
  return tonumber((tostring(image.progress or ""):match("^(%d+)%%?$")))
end

local function note(self, image)
  local same = self.seen and self.seen.status == image.status
  self.unchanged = same and self.unchanged + 1 or 0
  self.seen, self.failures = image, 0
  progress.tell(self, { image_id = self.found.id, status = image.status,
    progress = percent(image), elapsed = now(self) - self.started })
end

local function look(self)
  local call_options = filters.without(self.call_options, {})
  call_options.deadline = math.min(call_options.deadline,
    math.max(self.ends_at - now(self), LAST_LOOK))
  local image, message, err = images.get(self.client, self.operation, self.found, call_options)
  if image then
    note(self, image)
  end
  return image, message, err
end

-- Does this failure end the wait?
local function final(self, err)
  if err.kind == "not_found" and not self.seen and now(self) - self.started < UNSEEN then
    return false
  end
  return waiter.final(err)
end

local function ended(self, image)
  return errors.fail(self.operation, { kind = "conflict", image_id = image.id, image = image,
    message = ("%s is %s and will not become Available"):format(image.id, image.status) })
end

local function too_late(self)
  local status = self.seen and self.seen.status
  return errors.fail(self.operation, { kind = "timeout", code = "WAIT_TIMEOUT",
    image_id = self.found.id, image = self.seen,
    message = ("%s is %s after %.0f s"):format(self.found.id,
      status and "still " .. status or "still not to be seen", self.limit) })
end

local function pause(self, err)
  if not err then
    return pace.pause(self.range, self.unchanged, nil, false)
  end
  self.failures = self.failures + 1
  return pace.after_failure(self.range, self.failures, retry.minimum(err.headers))
end

--- Wait for one that has been found. Failures that pass do not end it.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @tparam table found `{ id, region_id }`
-- @tparam table own options of `image_wait.OPTIONS`, checked
-- @tparam table call_options for each look
-- @treturn[1] table image
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; `err.image_id`, `err.image` = as last seen
function image_wait.found(client, operation, found, own, call_options)
  local self = {
    client = client, operation = operation, found = found, call_options = call_options,
    started = client.platform.clock(), limit = own.timeout or image_wait.TIMEOUT,
    range = pace.range(own.poll), on_progress = own.on_progress, unchanged = 0, failures = 0,
  }
  self.ends_at = self.started + self.limit
  while true do
    local image, message, err = look(self)
    if image and image.status == "Available" then
      return image
    elseif image and ENDS[image.status] then
      return ended(self, image)
    elseif err and final(self, err) then
      err.image_id, err.image = found.id, self.seen
      return nil, message, err
    end
    local left = self.ends_at - now(self)
    if left <= 0 then
      return too_late(self)
    end
    client.platform.sleep(math.min(left, pause(self, err)))
  end
end

--- Wait. Arguments and results as `image.wait_available`.
function image_wait.run(client, wanted, given)
  local own, rest = options.own(OPERATION, given, image_wait.OPTIONS)
  local call_options = client:call_options(OPERATION, rest)
  local found, message, err = reference.find(OPERATION, wanted, reference.IMAGE)
  if not found then
    return nil, message, err
  end
  return image_wait.found(client, OPERATION, found, own, call_options)
end

return image_wait
