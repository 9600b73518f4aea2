--- Wait for the end of an execution. Knows nothing of the wire: it is handed its calls and the
-- host's clock and sleep, and blocks or yields as these do.
local events = require("ecs_pipeline.call.events")
local dates = require("ecs_pipeline.dates")
local estimate = require("ecs_pipeline.execution.estimate")
local pace = require("ecs_pipeline.waiting.pace")
local progress = require("ecs_pipeline.waiting.progress")
local result = require("ecs_pipeline.execution.result")
local retry = require("ecs_pipeline.call.retry")
local states = require("ecs_pipeline.execution_states")

local waiter = {}

--- Seconds: four hours, longer than any build we have heard of; waits that end too early are the
-- oldest complaint about tools of this kind.
waiter.TIMEOUT = 4 * 3600

-- A look at the very end still gets so many seconds.
local LAST_LOOK = 5

local STALL = 15 * 60

-- These do not pass by waiting. Everything else may: the execution goes on while we cannot see it.
local FINAL_KIND = {
  denied = true, credentials = true, validation = true, not_found = true, cancelled = true,
  storage = true,
}
local FINAL_CODE = { TLS = true, NO_TRANSPORT = true }
local PASSING_KIND = { throttled = true, transport = true, timeout = true }

--- Is it no use to look again after this failure?
-- @tparam table err
-- @treturn boolean
function waiter.final(err)
  return FINAL_KIND[err.kind] or FINAL_CODE[err.code]
    or not (err.retryable or PASSING_KIND[err.kind]) or false
end

local function now(self)
  return self.client.platform.clock()
end

-- Seconds since the execution began, by the service's clock where it says so; then on our own
-- monotonic one, which no correction of the time of day can disturb.
local function elapsed(self)
  return self.age + now(self) - self.first_seen
end

local function begin(self, execution)
  local platform = self.client.platform
  local created = dates.utc(execution.creation_time)
  self.first_seen = now(self)
  self.age = created and math.max(0, platform.wall() + self.client.skew.offset - created)
    or self.first_seen - self.started
end

local function warn_of_unknown(self, status)
  if states.known(status) or self.warned[status] then
    return
  end
  self.warned[status] = true
  events.emit(self.client, { type = "warning", operation = "execution.wait",
    message = ("%s: state %s is not known to this version; it is taken for running")
      :format(self.id, status) })
end

-- When a step began: by the service's own times where it gives them, else when we saw it.
local function stamp(self, execution)
  local at = dates.utc(execution.modified_time)
  local from = dates.utc(execution.creation_time)
  local wall = math.floor(self.client.platform.wall() + self.client.skew.offset)
  return at and execution.modified_time or os.date("!%Y-%m-%dT%H:%M:%SZ", wall),
    at and from and at >= from and at - from or elapsed(self)
end

-- One more entry when the state or its text is another one.
local function note(self, execution)
  local status, message = execution.status or "", execution.message or ""
  if not self.first_seen then
    begin(self, execution)
  end
  warn_of_unknown(self, status)
  local last = self.timeline[#self.timeline]
  local step = not last or last.status ~= status
  if step or last.message ~= message then
    local entry = { status = status, message = message }
    entry.time, entry.elapsed = stamp(self, execution)
    self.timeline[#self.timeline + 1] = entry
  end
  if step or last.message ~= message or execution.modified_time ~= self.seen.modified_time then
    self.changed_at = now(self)
  end
  self.unchanged = step and 0 or self.unchanged + 1
  self.seen = execution
end

-- Looked up once, when there is somebody to tell or a pause to choose.
local function left_by_estimate(self)
  if self.typical == nil then
    local past = self.seen.image_pipeline_id and self.calls.past(self.seen.image_pipeline_id)
    self.typical = past and estimate.typical(past) or false
  end
  return self.typical and math.max(0, self.typical - elapsed(self)) or nil
end

local function tell(self)
  local running = not states.outcome(self.seen.status)
  local left = self.wants_estimate and running and left_by_estimate(self) or nil
  self.left = left
  progress.tell(self, {
    execution_id = self.id, phase = states.phase(self.seen.status), status = self.seen.status,
    message = self.seen.message or "", elapsed = elapsed(self), estimate = left,
    stalled = running and now(self) - self.changed_at >= self.stall,
  })
end

local function finish(self, outcome)
  return result.make(self, outcome, self.first_seen and elapsed(self) or 0)
end

-- The error of a look that ends the wait, with all that is known.
local function abandon(self, message, err)
  err.execution_id = err.execution_id or self.id
  err.timeline = self.timeline
  return nil, message, err
end

local function look(self, left)
  local execution, message, err = self.calls.describe(math.max(left, LAST_LOOK))
  if execution then
    self.failures = 0
    note(self, execution)
    tell(self)
  end
  return execution, message, err
end

-- The time is up. With deadline_action = "cancel", an execution that ends just now has ended.
local function time_out(self)
  if self.deadline_action ~= "cancel" then
    return finish(self, "timeout")
  end
  local done, message = self.calls.cancel()
  self.cancelled, self.cancel_error = done and done.cancelled == true or false, message
  if done and not done.cancelled and states.outcome(done.status) then
    local execution = look(self, 0)
    local outcome = execution and states.outcome(execution.status)
    if outcome then
      return finish(self, outcome)
    end
  end
  return finish(self, "timeout")
end

local function pause(self, err)
  if not err then
    return pace.pause(self.range, self.unchanged, self.left,
      states.nearly_done(self.seen.status))
  end
  self.failures = self.failures + 1
  return pace.after_failure(self.range, self.failures, retry.minimum(err.headers))
end

--- Wait.
-- @tparam table client internal client: `platform`, `skew`, `on_event`, `log`
-- @tparam string id of the execution
-- @tparam table calls `describe(seconds)` → execution or nil, message, err; `past(pipeline_id)` →
--   list of executions that went well, or nil; `cancel()` → `{ cancelled, status }` or nil,
--   message; `images(execution, region)` → region → image, region → why there is none (optional)
-- @tparam table options of `execution.wait`, checked
-- @treturn[1] table result, see `execution/result.lua`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; `err.execution_id`, `err.timeline`
function waiter.run(client, id, calls, options)
  local started = client.platform.clock()
  local self = {
    client = client, id = id, calls = calls, started = started,
    ends_at = started + (options.timeout or waiter.TIMEOUT),
    range = pace.range(options.poll), stall = options.stall or STALL,
    on_progress = options.on_progress, accept = options.accept,
    deadline_action = options.deadline_action,
    wants_estimate = options.on_progress ~= nil or type(options.poll) ~= "number",
    timeline = {}, warned = {}, seen = {}, failures = 0, unchanged = 0,
  }
  while true do
    local execution, message, err = look(self, self.ends_at - now(self))
    local outcome = execution and states.outcome(execution.status)
    if outcome then
      return finish(self, outcome)
    elseif err and waiter.final(err) then
      return abandon(self, message, err)
    end
    local left = self.ends_at - now(self)
    if left <= 0 then
      return time_out(self)
    end
    client.platform.sleep(math.min(left, pause(self, err)))
  end
end

return waiter
