--- `openresty.watch`: follows executions in timers, also when a worker dies. The list of executions
-- is in a store, which survives reloads. Each worker reads it every second; the first worker that
-- gets the lease of a due execution polls it.
local errors = require("ecs_pipeline.errors")
local lease = require("ecs_pipeline.openresty.lease")
local options = require("ecs_pipeline.call.options")
local poll_interval = require("ecs_pipeline.waiting.poll_interval")
local reference = require("ecs_pipeline.paging.reference")
local scope = require("ecs_pipeline.openresty.scope")
local store_file = require("ecs_pipeline.openresty.store")
local watch_list = require("ecs_pipeline.openresty.watch_list")
local watch_poll = require("ecs_pipeline.openresty.watch_poll")

local watch = {}

local OPERATION = "openresty.watch"

-- Seconds between two reads of the store.
local TICK = 1

local KEEP = 3600

-- Polls at a time in each worker.
local AT_ONCE = 16

local ROWS = {
  dict = store_file.ROWS.dict, client = store_file.ROWS.client, host = store_file.ROWS.host,
  name = { "string" }, on_change = options.FUNCTION, poll = options.RANGE, keep = options.SECONDS,
  stall = options.SECONDS, lease = options.SECONDS,
}

local function log(self, text)
  self.ngx.log(self.ngx.ERR, OPERATION, ": ", text)
end

-- Polls, and writes the entry back. → seconds until the next poll
local function poll_entry(self, id)
  local entry = self.list:get(id)
  if not entry then
    self.list:all() -- leaves out ids without an entry
    return nil
  elseif entry.report.ended then
    return self.keep -- its worker died before it let the lease rest
  end
  local polled, pause = pcall(watch_poll, self, entry)
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
-- @tparam ?table given
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
-- @treturn table `follow`, `state`, `list`, `stop`. A report is `{ execution_id, pipeline_id,
--   region_id, status, phase, message, elapsed, estimate, stalled, outcome, ended, ok, image_id,
--   images, error_code, error_info, hint, previous = { status, message }, followed_at, changed_at,
--   checked_at (unix seconds), failures (polls that failed since), error = { kind, code, message
--   } }`; outcome as `execution.wait`, nil while it runs; `error` if the watch ended because the
--   execution can no longer be read
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
  self.polling, self.log = 0, log
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
