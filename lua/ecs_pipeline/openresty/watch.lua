--- `openresty.watch`: follows executions in timers, also when a worker dies. The list of executions
-- is in a store, which survives reloads. Each worker reads it every second; the first worker that
-- gets the lease of a due execution polls it.
local dates = require("ecs_pipeline.dates")
local errors = require("ecs_pipeline.errors")
local estimate = require("ecs_pipeline.execution.estimate")
local info = require("ecs_pipeline.call.info")
local lease = require("ecs_pipeline.openresty.lease")
local options = require("ecs_pipeline.call.options")
local poll_file = require("ecs_pipeline.waiting.poll")
local poll_interval = require("ecs_pipeline.waiting.poll_interval")
local reference = require("ecs_pipeline.paging.reference")
local retry = require("ecs_pipeline.call.retry")
local scope = require("ecs_pipeline.openresty.scope")
local states = require("ecs_pipeline.execution_states")
local store_file = require("ecs_pipeline.openresty.store")
local tables = require("ecs_pipeline.tables")
local watch_list = require("ecs_pipeline.openresty.watch_list")

local watch = {}

local OPERATION = "openresty.watch"

-- Seconds between two reads of the store.
local TICK = 1

local KEEP = 3600

-- Polls at a time in each worker.
local AT_ONCE = 16

-- Number of successful builds from which the usual duration is estimated.
local PAST = 20

-- Seconds for reading the result of an execution that has ended.
local RESULT_TIMEOUT = 60

local FROM_RESULT = { "ok", "images", "hint", "error_code", "error_info" }

local ROWS = {
  dict = store_file.ROWS.dict, client = store_file.ROWS.client, host = store_file.ROWS.host,
  name = { "string" }, on_change = options.FUNCTION, poll = options.RANGE, keep = options.SECONDS,
  stall = options.SECONDS, lease = options.SECONDS,
}

local function log(self, text)
  self.ngx.log(self.ngx.ERR, OPERATION, ": ", text)
end

-- --- one poll: reads the state, reports changes, decides when the next poll is due ---

local function report_change(self, entry)
  if not self.on_change then
    return
  end
  local ok, raised = pcall(self.on_change, tables.copy(entry.report))
  if not ok then
    log(self, ("on_change failed on %s: %s"):format(entry.found.id, tostring(raised)))
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
  report.started_at = created and created - ahead(execution)
  if ended then
    local last = dates.utc(execution.modified_time)
    report.ended_at = last and last - ahead(execution) or wall
  end
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
  if err.code == "HOST_EXITING" then
    return 0 -- this worker ends; another one polls at once
  end
  entry.failures = entry.failures + 1
  report.failures = entry.failures
  if poll_file.final(err) then
    report.ended = true
    report.error = { kind = err.kind, code = err.code, message = err.message }
    report_change(self, entry)
  end
  return poll_interval.after_failure(self.range, entry.failures, retry.minimum(err.headers))
end

-- Polls. → seconds until the next poll
local function poll(self, entry)
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
  return miss(self, entry, err or { kind = "timeout", message = "it could not be read again",
    retryable = true })
end

-- --- the timer of a worker ---

-- Polls, and writes the entry back. → seconds until the next poll
local function poll_entry(self, id)
  local entry = self.list:get(id)
  if not entry then
    self.list:all() -- leaves out ids without an entry
    return nil
  elseif entry.report.ended then
    return self.keep -- its worker died before it let the lease rest
  end
  local polled, pause = pcall(poll, self, entry)
  if not polled then -- such as a client that was closed
    log(self, entry.found.id .. ": " .. tostring(pause))
    pause = self.range.max
  end
  local ended = entry.report.ended
  local kept, message = self.list:put(id, entry, ended and self.keep or nil)
  if not kept then -- the former entry remains, and the next poll writes again
    log(self, message)
  end
  return ended and kept and self.keep or pause
end

local function poll_if_free(self, id)
  local held, message = self.list:lease(id, self.lease)
  if not held then
    if message then
      log(self, message)
    end
    return
  end
  local ok, raised = held:hold(function() return poll_entry(self, id) end)
  if not ok then
    error(raised, 0)
  end
end

-- Each poll is a thread of this timer, not a timer of its own: nginx drops timers without a word if
-- too many run.
local function tick(self)
  for _, id in ipairs(self.list:due()) do
    if self.polling >= AT_ONCE then
      break
    end
    self.polling = self.polling + 1
    self.ngx.thread.spawn(function()
      local ok, raised = pcall(poll_if_free, self, id)
      self.polling = self.polling - 1
      if not ok then
        log(self, tostring(raised))
      end
    end)
  end
  if self.also then
    self.also()
  end
end

--- Follows executions. Call it in `init_worker_by_lua*`, so that each worker, also one that nginx
-- starts after a crash or a reload, continues to follow them.
-- @function openresty.watch
-- @tparam ?table options
--
--   * `on_change`: function(report), called in a timer of one worker, at least once for each change
--     of state or message and for the end. It may yield; what it raises is logged
--   * `name`: several watches with the same credentials in one dictionary have different names;
--     default "default"
--   * `dict`: name of a `lua_shared_dict`, default "ecs_pipeline"
--   * `client`: of `ecs.new`, default the default client
--   * `poll`, `stall`: as `execution.wait`
--   * `keep`: seconds for which `state` and `list` still show an execution that ended, 3600
--   * `lease`: seconds after which another worker takes over from one that died, 5
--   * `host`: the table `ngx`, for tests
-- @treturn table `follow`, `state`, `list`, `stop`. A report is `{ execution_id, pipeline_id,
--   region_id, status, phase, message, elapsed, estimate, stalled, outcome, ended, ok, image_id,
--   images, error_code, error_info, hint, previous = { status, message }, followed_at, started_at,
--   changed_at, ended_at, checked_at (unix seconds), failures (polls that failed since),
--   error = { kind, code, message } }`; outcome as `execution.wait`, nil while it runs; `error` if
--   the watch ended because the execution can no longer be read
-- @raise wrong options, a dictionary that nginx.conf does not declare; another watch with the same
--   name and credentials, and other options. With the same options again it is the same watch
function watch.new(given)
  given = given or {}
  options.check(OPERATION, given, ROWS)
  local name, client = given.name or "default", given.client or require("ecs_pipeline")
  local ngx, store = store_file.open(OPERATION, given)
  local keys = scope.of("watch", name, client)
  return scope.once(OPERATION, store, keys, name, given, function()
    local self = { ngx = ngx, store = store, keys = keys, client = client }
    local watcher = watch.start(self, given)
    local begun, why = watcher.begin()
    if not begun then
      errors.raise(OPERATION .. ": nginx cannot create its timer here: " .. tostring(why))
    end
    return watcher, function() return self.stopped end
  end)
end

--- Starts a watch.
-- @tparam table self `ngx`, `store`, `keys`, `client`; `also`: function that is called in each tick
-- @tparam table given options
-- @treturn table as `openresty.watch`, and `begin`: creates the timer of this worker, if it is not
--   there; returns true, or nil and why nginx cannot
function watch.start(self, given)
  self.list, self.on_change = watch_list.new(self.ngx, self.store, self.keys), given.on_change
  self.range, self.stall = poll_interval.range(given.poll), given.stall or 15 * 60
  self.keep, self.lease = given.keep or KEEP, given.lease or lease.SECONDS
  self.polling = 0
  local watcher, stop = {}, nil

  function watcher.begin()
    local why
    if not stop then
      stop, why = scope.every(self.ngx, self.store, self.keys, TICK, function() tick(self) end)
    end
    return stop and true or nil, why
  end

  --- Follows an execution from now on. Works in every phase; a second call for the same execution
  -- changes nothing.
  -- @function watcher.follow
  -- @param execution id, or table with `execution_id` or `id`, and `region_id`
  -- @treturn[1] boolean true
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err of kind "storage" when the dictionary is full, "validation" without an id
  function watcher.follow(execution)
    local found, message, err = reference.find("watcher.follow", execution, reference.EXECUTION)
    if not found then
      return nil, message, err
    end
    return self.list:add(found)
  end

  --- The last report. Sends nothing; works in every phase.
  -- @function watcher.state
  -- @param execution as follow
  -- @treturn ?table report; nil when it is not followed, or ended longer than `keep` ago
  function watcher.state(execution)
    local found = reference.find("watcher.state", execution, reference.EXECUTION)
    local entry = found and self.list:get(found.id)
    return entry and entry.report or nil
  end

  --- The last reports of all, the newest first. Sends nothing; works in every phase.
  -- @function watcher.list
  -- @treturn table list
  function watcher.list()
    local reports, entries = {}, self.list:all()
    for index = #entries, 1, -1 do
      reports[#reports + 1] = entries[index].report
    end
    return reports
  end

  --- Stops polling in this worker.
  -- @function watcher.stop
  function watcher.stop()
    self.stopped = true
    stop()
  end

  return watcher
end

return watch
