--- One poll of an execution that is followed: reads its state, reports changes, decides when the
-- next poll is due.
local dates = require("ecs_pipeline.dates")
local estimate = require("ecs_pipeline.execution.estimate")
local info = require("ecs_pipeline.call.info")
local poll = require("ecs_pipeline.waiting.poll")
local poll_interval = require("ecs_pipeline.waiting.poll_interval")
local retry = require("ecs_pipeline.call.retry")
local states = require("ecs_pipeline.execution_states")
local tables = require("ecs_pipeline.tables")

-- Number of successful builds from which the usual duration is estimated.
local PAST = 20

-- Seconds for reading the result of an execution that has ended.
local RESULT_TIMEOUT = 60

local FROM_RESULT = { "ok", "images", "hint", "error_code", "error_info" }

local function report_change(self, entry)
  if not self.on_change then
    return
  end
  local ok, raised = pcall(self.on_change, tables.copy(entry.report))
  if not ok then
    self:log(("on_change failed on %s: %s"):format(entry.found.id, tostring(raised)))
  end
end

-- Seconds that a build of this pipeline usually takes, read once; false if it is not known.
local function typical(self, entry, execution)
  if entry.typical == nil then
    local past = {}
    for one in self.client.execution.each({ image_pipeline_id = execution.image_pipeline_id,
        region_id = entry.found.region_id, status = "SUCCESS" }) do
      past[#past + 1] = one
      if #past == PAST then
        break
      end
    end
    entry.typical = estimate.typical(past) or false
  end
  return entry.typical
end

-- Seconds by which the service's clock is ahead. Its dates are whole seconds, so small differences
-- are ignored.
local function ahead(execution)
  local offset = (info.get(execution) or {}).clock_offset or 0
  return math.abs(offset) > 2 and offset or 0
end

local function times(self, entry, execution, ended)
  local report, wall = entry.report, self.ngx.wall()
  local created = dates.utc(execution.creation_time)
  local usual = not ended and execution.image_pipeline_id and typical(self, entry, execution)
  report.elapsed = ended and estimate.duration(execution)
    or math.max(0, created and wall + ahead(execution) - created or wall - report.followed_at)
  report.estimate = usual and math.max(0, usual - report.elapsed) or nil
  report.stalled = not ended and not self.list:moves(entry.found.id)
  report.checked_at = wall
end

-- Copies the state of the execution to the report. → has state or message changed?
local function update(self, entry, execution)
  local report = entry.report
  local status, message = execution.status, execution.message or ""
  local step = report.status ~= status
  local changed = step or report.message ~= message
  if changed then
    report.previous = report.status and { status = report.status, message = report.message } or nil
  end
  if changed or entry.modified_time ~= execution.modified_time then
    report.changed_at = self.ngx.wall()
    self.list:moved(entry.found.id, self.stall)
  end
  entry.unchanged = step and 0 or entry.unchanged + 1
  entry.failures, entry.modified_time = 0, execution.modified_time
  report.status, report.message, report.failures = status, message, 0
  report.phase, report.pipeline_id = states.phase(status), execution.image_pipeline_id
  return changed
end

local function see(self, entry, execution, result)
  local report = entry.report
  local changed = update(self, entry, execution)
  times(self, entry, execution, result ~= nil)
  if result then
    report.ended, report.outcome, report.image_id = true, result.outcome, result.image_id
    for _, name in ipairs(FROM_RESULT) do
      report[name] = result[name]
    end
  end
  if changed or result then
    report_change(self, entry)
  end
  return poll_interval.pause(self.range, entry.unchanged, report.estimate,
    states.nearly_done(report.status))
end

-- The execution continues while it cannot be read; only failures that waiting does not cure end the
-- watch.
local function miss(self, entry, err)
  local report = entry.report
  entry.failures = entry.failures + 1
  report.failures = entry.failures
  if poll.final(err) then
    report.ended = true
    report.error = { kind = err.kind, code = err.code, message = err.message }
    report_change(self, entry)
  end
  return poll_interval.after_failure(self.range, entry.failures, retry.minimum(err.headers))
end

--- Polls.
-- @tparam table self watch: `client`, `ngx`, `list`, `range`, `stall`, `on_change`, `log`
-- @tparam table entry of the list; is changed
-- @treturn number seconds until the next poll
return function(self, entry)
  local execution, _, err = self.client.execution.describe(entry.found)
  if not execution then
    return miss(self, entry, err)
  elseif not states.outcome(execution.status) then
    return see(self, entry, execution)
  end
  local result
  result, _, err = self.client.execution.wait(entry.found, { timeout = RESULT_TIMEOUT })
  if result and result.outcome ~= "timeout" then
    return see(self, entry, execution, result)
  end
  return miss(self, entry, err or { kind = "timeout", message = "it could not be read again" })
end
