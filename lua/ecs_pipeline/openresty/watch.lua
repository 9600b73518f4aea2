--- `openresty.watch`: follows executions in timers, also when a worker dies. The list of executions
-- is in a shared dictionary, which survives reloads. Each worker reads it every second; the first
-- worker that gets the lease of a due execution polls it.
local errors = require("ecs_pipeline.errors")
local lease = require("ecs_pipeline.openresty.lease")
local options = require("ecs_pipeline.call.options")
local poll_interval = require("ecs_pipeline.waiting.poll_interval")
local reference = require("ecs_pipeline.paging.reference")
local shared = require("ecs_pipeline.openresty.shared")
local watch_list = require("ecs_pipeline.openresty.watch_list")
local watch_poll = require("ecs_pipeline.openresty.watch_poll")

local watch = {}

local OPERATION = "openresty.watch"

-- Seconds between two reads of the dictionary.
local TICK = 1

local KEEP = 3600

-- Polls at a time in each worker: nginx runs at most 256 timers, and other code needs some too.
local AT_ONCE = 16

local ROWS = {
  dict = shared.ROWS.dict, client = shared.ROWS.client, host = shared.ROWS.host,
  name = { "string" }, on_change = options.FUNCTION, poll = options.RANGE, keep = options.SECONDS,
  stall = options.SECONDS, lease = options.SECONDS,
}

local function log(self, text)
  self.ngx.log(self.ngx.ERR, OPERATION, ": ", text)
end

local function poll_entry(self, number, held)
  local ok, raised = held:hold(function()
    local entry = self.list:get(number)
    if not entry or entry.report.ended then
      return self.list:never_due(number) -- left by a worker that died at the end of its last poll
    elseif entry.due > self.ngx.clock() then
      return -- another worker polled after we read the dictionary and before we got the lease
    end
    local polled, why = pcall(watch_poll, self, entry)
    if not polled then -- such as a client that was closed
      entry.due = self.ngx.clock() + self.range.max
      log(self, entry.found.id .. ": " .. tostring(why))
    end
    self.list:put(number, entry, entry.report.ended and self.keep or nil)
  end)
  if not ok then
    log(self, tostring(raised))
  end
end

local function begin_poll(self, number)
  local held, message = self.list:lease(number, self.lease)
  if not held then
    if message then
      log(self, message)
    end
    return
  end
  self.polling = self.polling + 1
  local begun, why = self.ngx.timer.at(0, function(premature)
    if premature or self.stopped then
      held:release() -- this worker ends; another one takes over
    else
      poll_entry(self, number, held)
    end
    self.polling = self.polling - 1
  end)
  if not begun then
    self.polling = self.polling - 1
    held:release()
    log(self, "no timer can be created: " .. tostring(why))
  end
end

local function tick(self)
  self.list:trim()
  for number in self.list:each_due(self.ngx.clock()) do
    if self.polling >= AT_ONCE then
      return
    end
    begin_poll(self, number)
  end
end

local function newest_first(a, b)
  return a.number > b.number
end

--- Follows executions. Call it in `init_worker_by_lua*`, so that each worker, also one that nginx
-- starts after a crash or a reload, continues to follow them.
-- @function openresty.watch
-- @tparam ?table given
--
--   * `on_change`: function(report), called in a timer of one worker, at least once for each change
--     of state or message and for the end. It may yield; what it raises is logged
--   * `name`: several watches in one dictionary have different names; default "default"
--   * `dict`: name of a `lua_shared_dict`, default "ecs_pipeline"
--   * `client`: of `ecs.new`, default the default client
--   * `poll`, `stall`: as `execution.wait`
--   * `keep`: seconds for which `state` and `list` still show an execution that ended, 3600
--   * `lease`: seconds after which another worker takes over from one that died, 5
-- @treturn table `follow`, `state`, `list`, `stop`. A report is `{ execution_id, pipeline_id,
--   region_id, status, phase, message, elapsed, estimate, stalled, outcome, ended, ok, image_id,
--   images, error_code, error_info, hint, previous = { status, message }, followed_at, changed_at,
--   checked_at (unix seconds), failures (polls that failed since), error = { kind, code, message
--   } }`; outcome as `execution.wait`, nil while it runs; `error` if the watch ended because the
--   execution can no longer be read
-- @raise wrong options, a dictionary that nginx.conf does not declare
function watch.new(given)
  given = given or {}
  options.check(OPERATION, given, ROWS)
  local ngx, dict = shared.open(OPERATION, given)
  local self = { ngx = ngx, client = given.client or require("ecs_pipeline"),
    list = watch_list.new(ngx, dict, given.name or "default"), on_change = given.on_change,
    range = poll_interval.range(given.poll), stall = given.stall or 15 * 60,
    keep = given.keep or KEEP, lease = given.lease or lease.SECONDS, polling = 0,
    log = log }
  local watcher = {}

  local ok, why = ngx.timer.every(TICK, function(premature)
    if not premature and not self.stopped then
      tick(self)
    end
  end)
  if not ok then
    errors.raise(OPERATION .. ": nginx cannot create its timer here: " .. tostring(why))
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
    local entry = found and self.list:find(found)
    return entry and entry.report or nil
  end

  --- The last reports of all, the newest first. Sends nothing; works in every phase.
  -- @function watcher.list
  -- @treturn table list
  function watcher.list()
    local entries, reports = {}, {}
    for number, entry in self.list:each() do
      entries[#entries + 1] = { number = number, report = entry.report }
    end
    table.sort(entries, newest_first)
    for index, entry in ipairs(entries) do
      reports[index] = entry.report
    end
    return reports
  end

  --- Stops polling in this worker.
  -- @function watcher.stop
  function watcher.stop()
    self.stopped = true
  end

  return watcher
end

return watch
