--- The poll engine: polls until the awaited event has happened, can no longer happen, or the time
-- is up. Every wait of this library goes through this file. The caller passes a function that polls
-- once and one that judges the value; the engine does the rest:
--
--   * The deadline, on the host's monotonic clock. The last pause ends at the deadline, and one
--     last poll follows.
--   * The interval between polls, see `poll_interval.lua`.
--   * Failures: temporary failures are tolerated until the deadline, all others end the wait.
--   * Eventual consistency: a resource that was just created may not be visible yet.
--   * Reports to the user's `on_progress`.
--   * The host: a wait inside an nginx worker that is about to end, after a reload for instance,
--     ends at its next pause, so that it does not keep the worker.
--   * Ctrl-C and cancelled tasks: both end a pause at once. Ctrl-C is raised out of the wait; the
--     next poll of a cancelled task fails with kind "cancelled", which ends the wait.
local errors = require("ecs_pipeline.errors")
local options = require("ecs_pipeline.call.options")
local poll_interval = require("ecs_pipeline.waiting.poll_interval")
local progress = require("ecs_pipeline.waiting.progress")
local retry = require("ecs_pipeline.call.retry")
local tables = require("ecs_pipeline.tables")

local poll = {}

--- Options that all waits have.
poll.OPTIONS = {
  timeout = options.TIMEOUT, poll = options.RANGE, on_progress = options.FUNCTION,
}

--- Verdicts of `judge`.
poll.DONE, poll.NOT_YET, poll.FAILED = "done", "not yet", "failed"

--- A verdict: poll again without a pause, because something else was waited for meanwhile.
poll.AGAIN = "again"

--- Shortest timeout, in seconds, of the last poll before the deadline.
poll.LAST_POLL_TIMEOUT = 5

--- Eventual consistency: for this many seconds after creation, "not found" means "not visible yet".
poll.VISIBLE_WITHIN = 60

-- Code of the error of a wait that ended because its host is about to end.
local HOST_EXITING = "HOST_EXITING"

--- Is it useless to poll again after this failure? The execution or resource continues while it
-- cannot be read; but what is not temporary, waiting does not cure.
-- @tparam table err of a call that reads
-- @treturn boolean
function poll.final(err)
  return not err.retryable
end

--- Options of a call that may take at most this many seconds.
-- @tparam table call_options
-- @tparam number seconds
-- @treturn table a copy
function poll.within(call_options, seconds)
  local copy = tables.copy(call_options)
  copy.deadline = math.min(copy.deadline, seconds)
  return copy
end

--- Says how to go on after a wait that its host ended; other errors keep their hint.
-- @tparam table err
-- @tparam string hint
function poll.resume_with(err, hint)
  if err.code == HOST_EXITING then
    err.hint = hint
  end
end

local Wait = {}
Wait.__index = Wait

--- Begins a wait: its clock starts now.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @tparam table own_options `timeout`, `poll`, `on_progress`, checked
-- @tparam table call_options of each poll
-- @tparam table defaults of `timeout` and `poll`, as options
-- @treturn table `client, operation, started, timeout, on_progress`; `range = { min, max }`,
--   `poll` = the user's option; its methods are below
function poll.new(client, operation, own_options, call_options, defaults)
  local timeout, started = own_options.timeout or defaults.timeout, client.platform.clock()
  return setmetatable({
    client = client, operation = operation, call_options = call_options, started = started,
    timeout = timeout, ends_at = started + timeout, on_progress = own_options.on_progress,
    poll = own_options.poll, range = poll_interval.range(own_options.poll or defaults.poll),
  }, Wait)
end

--- Seconds since the wait began. @treturn number
function Wait:elapsed()
  return self.client.platform.clock() - self.started
end

--- Seconds to the deadline; negative after it. @treturn number
function Wait:left()
  return self.ends_at - self.client.platform.clock()
end

--- Options of the next poll: its deadline is that of the wait, or a little later.
-- @tparam ?table call_options default: those of the wait
-- @treturn table
function Wait:poll_options(call_options)
  return poll.within(call_options or self.call_options,
    math.max(self:left(), poll.LAST_POLL_TIMEOUT))
end

--- Pauses, at most until the deadline.
-- @tparam number seconds
-- @treturn[1] boolean true; false if the time is up
-- @treturn[2] nil the host is about to end
-- @treturn[2] string message
-- @treturn[2] table err of kind "cancelled", code "HOST_EXITING"
function Wait:pause(seconds)
  local platform, left = self.client.platform, self:left()
  if left <= 0 then
    return false
  elseif platform.exiting() or platform.sleep(math.min(left, seconds)) then
    return errors.fail(self.operation, { kind = "cancelled", code = HOST_EXITING,
      message = ("this nginx worker is to end, so the wait ended after %.0f s")
        :format(self:elapsed()),
      hint = "nothing was cancelled at the service: call again in the new worker, with the same "
        .. "arguments" })
  end
  return true
end

--- The error of a wait whose time is up.
-- @tparam string message
-- @tparam ?table fields more of the error
-- @treturn nil
-- @treturn string message
-- @treturn table err of kind "timeout", code "WAIT_TIMEOUT"
function Wait:timed_out(message, fields)
  local err = tables.copy(fields)
  err.kind, err.code, err.message = "timeout", "WAIT_TIMEOUT", message
  return errors.fail(self.operation, err)
end

local function observe(state, value)
  if not state.seen or state.seen.status ~= value.status then
    state.unchanged = 0
  end
  state.seen = value
end

-- The verdict if the judge returned none. A tolerated error has no verdict.
local function default_verdict(self, job, state, err)
  if not err then
    return poll.NOT_YET
  elseif job.not_visible and job.not_visible(err) and not state.seen
      and self.client.platform.clock() - state.started < poll.VISIBLE_WITHIN then
    return nil
  end
  return poll.final(err) and poll.FAILED or nil
end

-- Seconds after a tolerated error.
local function pause_after_failure(self, job, state, err)
  state.failures = state.failures + 1
  return poll_interval.after_failure(job.range or self.range, state.failures,
    retry.minimum(err.headers))
end

-- Seconds after the verdict NOT_YET.
local function pause_between(self, job, state, remaining, nearly_done)
  local unchanged = state.unchanged
  state.unchanged, state.failures = unchanged + 1, 0
  return poll_interval.pause(job.range or self.range, unchanged, remaining, nearly_done)
end

--- Polls until the judge ends the wait, or the time is up. May be called several times: the steps
-- of one wait share its deadline.
-- @tparam table job functions of one step:
--
--   * `read()` polls once → value, or nil, message, err
--   * `judge(value, err)` → `DONE`; `FAILED`, message, err (default: those of the poll); `NOT_YET`,
--     estimated seconds to the end, is the end near?; `AGAIN`; or nil, and the engine decides: a
--     value is `NOT_YET`, an error is tolerated if it is temporary, and `FAILED` otherwise
--   * `report(value)` → fields of `progress.report` (optional)
--   * `not_visible(err)` → does this error say that the resource does not exist? (optional: after a
--     creation)
--   * `range` = `{ min, max }`, replaces the option `poll` (optional)
-- @treturn[1] table value of the last poll; true if that was an error that means `DONE`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
-- @treturn[2] ?table the value that was seen last
-- @treturn[3] boolean false: the time is up
-- @treturn[3] ?string message
-- @treturn[3] ?table err of the last poll, if that failed
-- @treturn[3] ?table the value that was seen last
function Wait:run(job)
  local state = { started = self.client.platform.clock(), unchanged = 0, failures = 0 }
  while true do
    local value, message, err = job.read()
    if value then
      observe(state, value)
    end
    local verdict, detail, more = job.judge(value, err)
    if value and job.report then
      progress.report(self, job.report(value))
    end
    verdict = verdict or default_verdict(self, job, state, err)
    if verdict == poll.DONE then
      return value or true
    elseif verdict == poll.FAILED then
      return nil, detail or message, more or err, state.seen
    elseif verdict ~= poll.AGAIN then
      local seconds = verdict and pause_between(self, job, state, detail, more)
        or pause_after_failure(self, job, state, err)
      local paused, ended, exit = self:pause(seconds)
      if paused == nil then
        return nil, ended, exit, state.seen
      elseif not paused then
        return false, message, err, state.seen
      end
    end
  end
end

return poll
