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
--   * Ctrl-C and cancelled tasks: both end a pause at once. Ctrl-C is raised out of the wait; the
--     next poll of a cancelled task fails with kind "cancelled", which ends the wait.
local errors = require("ecs_pipeline.errors")
local events = require("ecs_pipeline.call.events")
local interrupt = require("ecs_pipeline.interrupt")
local options = require("ecs_pipeline.call.options")
local poll_interval = require("ecs_pipeline.waiting.poll_interval")
local retry = require("ecs_pipeline.call.retry")
local tables = require("ecs_pipeline.tables")

local poll = {}

--- Options that all waits have.
poll.OPTIONS = {
  timeout = options.SECONDS, poll = options.RANGE, on_progress = options.FUNCTION,
}

--- Verdicts of `judge`.
poll.DONE, poll.NOT_YET, poll.FAILED = "done", "not yet", "failed"

--- A verdict: poll again without a pause, because something else was waited for meanwhile.
poll.AGAIN = "again"

--- Shortest timeout, in seconds, of the last poll before the deadline.
poll.LAST_POLL_TIMEOUT = 5

--- Eventual consistency: for this many seconds after creation, "not found" means "not visible yet".
poll.VISIBLE_WITHIN = 60

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

--- Passes a report to the user's `on_progress`. The first error that it raises is logged; no error
-- of it ends the wait, for a progress line must not cost a build.
-- @tparam table wait `on_progress`, `client`, `operation`; remembers that it failed
-- @tparam table report
function poll.report(wait, report)
  if not wait.on_progress then
    return
  end
  local ok, thrown = interrupt.shield(wait.on_progress, report)
  if not ok and not wait.progress_failed then
    wait.progress_failed = true
    events.emit(wait.client, { type = "warning", operation = wait.operation,
      message = "on_progress failed: " .. tostring(thrown) })
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
-- @treturn table
function Wait:poll_options()
  return poll.within(self.call_options, math.max(self:left(), poll.LAST_POLL_TIMEOUT))
end

--- Pauses, at most until the deadline.
-- @tparam number seconds
-- @treturn boolean false if the time is up
function Wait:pause(seconds)
  local left = self:left()
  if left <= 0 then
    return false
  end
  self.client.platform.sleep(math.min(left, seconds))
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
--   * `report(value)` → report for `on_progress`; `elapsed` is added if it has none (optional)
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
      local report = job.report(value)
      report.elapsed = report.elapsed or self:elapsed()
      poll.report(self, report)
    end
    verdict = verdict or default_verdict(self, job, state, err)
    if verdict == poll.DONE then
      return value or true
    elseif verdict == poll.FAILED then
      return nil, detail or message, more or err, state.seen
    elseif verdict ~= poll.AGAIN then
      local seconds = verdict and pause_between(self, job, state, detail, more)
        or pause_after_failure(self, job, state, err)
      if not self:pause(seconds) then
        return false, message, err, state.seen
      end
    end
  end
end

return poll
