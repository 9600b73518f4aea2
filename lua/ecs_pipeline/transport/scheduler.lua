--- A scheduler for many calls at the same time in plain Lua: ordinary code in coroutines (tasks),
-- with all requests on one curl_multi. A task that sends or sleeps yields, and the other tasks
-- continue. All other code of a task blocks them.
-- @module ecs_pipeline.transport.scheduler
local core = require("ecs_pipeline.core")
local heap = require("ecs_pipeline.heap")
local interrupt = require("ecs_pipeline.interrupt")
local platform = require("ecs_pipeline.platform")

local scheduler = {}

local Scheduler, Task = {}, {}
Scheduler.__index, Task.__index = Scheduler, Task

-- The value that our own waits yield, and no other code.
local WAIT = {}

-- Longest poll in seconds, for a clock that is not the system's.
local LONGEST_POLL = 3600

local OLD_LUA = _VERSION == "Lua 5.1" and not rawget(_G, "jit")

--- The task that is running; nil in ordinary code. @function scheduler.current
-- @treturn ?Task
scheduler.current = platform.current_task

--- A scheduler. Opens nothing; libcurl is loaded at the first request.
-- @tparam ?table host `clock()` and `sleep(seconds)`; default: the C module's
-- @treturn Scheduler
function scheduler.new(host)
  host = host or core
  return setmetatable({ clock = host.clock, idle = host.sleep, ready = {}, first = 1, last = 0,
    sleepers = heap.new(), waiting = {}, count = 0 }, Scheduler)
end

local shared

--- The shared scheduler of this Lua state, which keeps its connections between uses; a new one
-- while the shared one is running.
-- @treturn Scheduler
function scheduler.shared()
  shared = shared or scheduler.new()
  return shared.stepping and scheduler.new() or shared
end

-- --- waiting, inside a task ---

-- PUC Lua 5.1 cannot yield across pcall, iterators and metamethods. The error says so, instead of
-- "attempt to yield across metamethod/C-call boundary".
local function check_boundary()
  local level = 3
  local info = platform.debug.getinfo(level, "Sn")
  while info do
    if info.what == "C" or info.name == "(for generator)" then
      error(("ecs_pipeline: in Lua 5.1 a task cannot wait inside %s; call it outside, or use "
        .. "Lua 5.2 or newer, or LuaJIT"):format(info.what == "C" and (info.name or "a C function")
        or "an iterator"), 0)
    end
    level = level + 1
    info = platform.debug.getinfo(level, "Sn")
  end
end

local function wait()
  if OLD_LUA then
    check_boundary()
  end
  return coroutine.yield(WAIT)
end

local function cancelled(task)
  return nil, { kind = "cancelled", code = "CANCELLED", sent = false,
    message = task.cancelled }
end

--- Sleeps without blocking the other tasks. Ends early if the task is cancelled.
-- @tparam number seconds
function Task:sleep(seconds)
  if seconds > 0 and not self.cancelled then
    self.loop:wake_at(self.loop.clock() + seconds, self)
    wait()
  end
end

--- Lets the other tasks run until `wake` is called for this one. Called by the task itself.
function Task.park()
  wait()
end

--- Sends without blocking the other tasks.
-- @tparam table transport with `start` of `ecs_pipeline.curl`
-- @tparam table request
-- @tparam number deadline absolute
-- @return as `transport.send`; kind "cancelled" for a task that was
function Task:send(transport, request, deadline)
  if self.cancelled then
    return cancelled(self)
  end
  local loop = self.loop
  local id, err = transport.start(loop:requests(), request, deadline)
  if not id then
    return nil, err
  end
  loop.waiting[id], self.request = self, id
  local reply, failure = wait()
  self.request = nil
  if failure and failure.kind == "cancelled" and self.cancelled then
    failure.message = self.cancelled
  end
  return reply, failure
end

--- Ends the present wait of the task. The task continues, and every later request fails with kind
-- "cancelled".
-- @tparam string why
function Task:cancel(why)
  if self.cancelled or self.over then
    return
  end
  self.cancelled = why
  if self.request then
    self.loop.multi:cancel(self.request)
  elseif self.wakes then
    self.loop:forget(self.wakes)
    self.wakes = nil
    self.loop:wake(self)
  elseif self.on_cancel then
    self.on_cancel(why)
  end
end

-- --- the loop ---

--- The multi that carries the requests.
function Scheduler:requests()
  self.multi = self.multi or require("ecs_pipeline.curl").multi()
  return self.multi
end

--- Lets a task continue; its wait returns `reply` and `failure`.
function Scheduler:wake(task, reply, failure)
  self.last = self.last + 1
  self.ready[self.last] = task
  task.reply, task.failure = reply, failure
end

--- Wakes a task (or calls a function) at a time of `clock`.
-- @treturn table entry for `forget`
function Scheduler:wake_at(at, what)
  local entry = self.sleepers:put(at, what)
  if type(what) == "table" then
    what.wakes = entry
  end
  return entry
end

--- Cancels an entry of `wake_at`.
function Scheduler:forget(entry)
  self.sleepers:remove(entry)
end

--- Begins a task; it first runs in the next step.
-- @tparam function body
-- @tparam ?function done called with true and the results of body, or with false, the error and its
--   traceback
-- @treturn Task
function Scheduler:spawn(body, done)
  local task = setmetatable({ loop = self, done = done }, Task)
  task.thread = coroutine.create(body)
  platform.tasks[task.thread] = task
  self.count = self.count + 1
  self:wake(task)
  return task
end

local function finish(self, task, ok, ...)
  task.over, self.count = true, self.count - 1
  platform.tasks[task.thread] = nil
  if task.done then
    task.done(ok, ...)
  end
end

local function after(self, task, ok, first, ...)
  if not ok then
    interrupt.let_through(first)
    finish(self, task, false, first, platform.debug.traceback(task.thread))
  elseif coroutine.status(task.thread) == "dead" then
    finish(self, task, true, first, ...)
  elseif first ~= WAIT then
    finish(self, task, false,
      "a task yielded by itself: only calls and sleeps of ecs_pipeline wait")
  end
end

local function resume(self, task)
  local reply, failure = task.reply, task.failure
  task.reply, task.failure = nil, nil
  if not task.over then
    after(self, task, coroutine.resume(task.thread, reply, failure))
  end
end

local function run_ready(self)
  while self.first <= self.last do
    local task = self.ready[self.first]
    self.ready[self.first] = nil
    self.first = self.first + 1
    resume(self, task)
  end
  self.first, self.last = 1, 0 -- low numbers stay in the array part of the table
end

local function fire(self)
  local sleepers, now = self.sleepers, self.clock()
  while sleepers:first() and sleepers:first().at <= now do
    local entry = sleepers:first()
    sleepers:remove(entry)
    if type(entry.what) == "function" then
      entry.what()
    else
      entry.what.wakes = nil
      self:wake(entry.what)
    end
  end
end

local function deliver(self)
  local id, reply, failure = self.multi:next()
  while id do
    local task = self.waiting[id]
    self.waiting[id] = nil
    if task then
      self:wake(task, reply, failure)
    end
    id, reply, failure = self.multi:next()
  end
end

--- Seconds until a step is due even if no descriptor is ready; 0: now; nil: never.
-- @treturn ?number
function Scheduler:timeout()
  if self.first <= self.last then
    return 0
  end
  local next_one = self.sleepers:first()
  local left = next_one and math.max(0, next_one.at - self.clock())
  local wait_for = self.multi and next(self.waiting) and self.multi:timeout()
  return left and wait_for and math.min(left, wait_for) or left or wait_for or nil
end

--- The descriptors to watch: list of `{ fd, read, write }`.
-- @treturn table
function Scheduler:descriptors()
  return self.multi and self.multi:descriptors() or {}
end

local function poll(self, seconds)
  local next_one = self.sleepers:first()
  if next_one then
    seconds = math.min(seconds, math.max(0, next_one.at - self.clock()))
  end
  if next(self.waiting) then
    self.multi:step(seconds)
    deliver(self)
  elseif seconds > 0 and (next_one or self.count > 0) then
    self.idle(seconds)
  end
end

local function step(self, seconds)
  fire(self)
  run_ready(self)
  poll(self, self.first <= self.last and 0 or math.min(seconds, LONGEST_POLL))
  fire(self)
  run_ready(self)
end

--- Ends all requests and connections.
function Scheduler:close()
  if self.multi then
    self.multi:close()
  end
end

Scheduler.__close = Scheduler.close -- `local loop <close> = scheduler.new(…)`, from Lua 5.4 on

--- Runs the tasks that can continue; waits at most `seconds` for a descriptor or a timer.
-- @tparam number seconds
-- @raise when called from one of its own tasks
function Scheduler:step(seconds)
  if self.stepping then
    error("ecs_pipeline: a scheduler cannot be stepped from inside itself", 0)
  end
  self.stepping = true
  local ok, err = pcall(step, self, seconds)
  self.stepping = false
  if not ok then
    if self == shared then -- no code will continue its tasks
      shared = nil
      self:close()
    end
    error(err, 0)
  end
end

return scheduler
