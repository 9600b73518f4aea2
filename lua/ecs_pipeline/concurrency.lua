--- `ecs.map` and `ecs.concurrently`: ordinary code, many calls at once. In plain Lua the items are
-- coroutines of a scheduler on curl_multi; inside nginx they are light threads.
local errors = require("ecs_pipeline.errors")
local options = require("ecs_pipeline.call.options")
local platform = require("ecs_pipeline.platform")
local scheduler = require("ecs_pipeline.transport.scheduler")

local concurrency = {}

local DEFAULT = 16

local OWN = {
  concurrency = options.COUNT, timeout = options.SECONDS, stop_on_failure = { "boolean" },
  control = { "table" },
}

-- What became of an item: its first value, or its `nil, message, err`, or what it raised.
local function outcome(ok, value, message, err)
  if not ok then
    return { ok = false, raised = true, err = value, message = tostring(value),
      traceback = message }
  elseif value == nil and message ~= nil then
    return { ok = false, message = tostring(message), err = err }
  end
  return { ok = true, value = value }
end

local function not_begun(job)
  local _, message, err = errors.fail(job.operation, { kind = "cancelled", sent = false,
    message = "not begun: " .. job.stopped })
  return { ok = false, message = message, err = err }
end

local function stop(job, why)
  if not job.stopped then
    job.stopped = why
    job.control.cancelled = why
    job.interrupt(why)
  end
end

local function time_out(job)
  stop(job, ("the timeout of %g s has passed"):format(job.timeout))
end

-- Items are taken by whoever is free, in order.
local function take(job)
  if job.ends_at and platform.clock() >= job.ends_at then
    time_out(job)
  end
  if job.next > job.count or job.stopped then
    return nil
  end
  job.next = job.next + 1
  return job.next - 1
end

local function settle(job, index, ...)
  local result = outcome(...)
  job.results[index] = result
  if not result.ok and job.stop_on_failure then
    stop(job, ("item %d failed"):format(index))
  end
end

-- --- plain Lua ---

local function begin_next(job, loop)
  local index = take(job)
  if not index then
    return
  end
  job.running = job.running + 1
  local task
  task = loop:spawn(function()
    return job.body(index)
  end, function(...)
    job.tasks[task] = nil
    job.running = job.running - 1
    settle(job, index, ...)
    begin_next(job, loop)
    if job.running == 0 and job.waiter then
      loop:wake(job.waiter)
    end
  end)
  job.tasks[task] = true
end

local function with_scheduler(job)
  local waiter = scheduler.current()
  local loop = waiter and waiter.loop or scheduler.shared()
  job.running, job.tasks, job.waiter = 0, {}, waiter
  job.interrupt = function(why)
    for task in pairs(job.tasks) do
      task:cancel(why)
    end
  end
  local alarm = job.timeout and loop:wake_at(loop.clock() + job.timeout, function()
    time_out(job)
  end)
  for _ = 1, math.min(job.concurrency, job.count) do
    begin_next(job, loop)
  end
  if waiter then
    waiter.on_cancel = function(why) stop(job, why) end
  end
  while job.running > 0 do
    if waiter then
      waiter.park()
    else
      loop:step(math.huge)
    end
  end
  if waiter then
    waiter.on_cancel = nil
  end
  if alarm then
    loop:forget(alarm)
  end
end

-- --- light threads ---

local function with_threads(job)
  local function work()
    local index = take(job)
    while index do
      local where
      local function note(raised)
        where = debug.traceback("", 2)
        return raised
      end
      local function settled(ok, value, ...)
        if ok then
          settle(job, index, true, value, ...)
        else
          settle(job, index, false, value, where)
        end
      end
      local current = index
      settled(xpcall(function() return job.body(current) end, note))
      index = take(job)
    end
  end
  job.interrupt = function() end -- calls in flight end by their own deadlines
  job.ends_at = job.timeout and platform.clock() + job.timeout
  platform.light_threads(work, math.min(job.concurrency, job.count))
end

local function run(operation, count, body, given, at_a_time)
  local own = options.own(operation, given, OWN)
  local job
  job = { operation = operation, count = count, body = body, next = 1, results = {},
    concurrency = own.concurrency or at_a_time or DEFAULT, timeout = own.timeout,
    stop_on_failure = own.stop_on_failure, control = own.control or {} }
  job.control.cancelled, job.control.cancel = nil, function(why)
    stop(job, why or "it was cancelled")
  end
  if platform.light_threads then
    with_threads(job)
  else
    with_scheduler(job)
  end
  for index = 1, count do
    job.results[index] = job.results[index] or not_begun(job)
  end
  return job.results
end

local function check_function(operation, value, what)
  if type(value) ~= "function" then
    errors.raise(("%s: %s must be a function, not a %s"):format(operation, what, type(value)))
  end
end

--- Call a function for every item of a list, many at a time. Inside it, ordinary calls, waits and
-- retries let the other items go on; anything else blocks them. Blocks until all items are done, or
-- lets the others go on when it is called inside such a function itself.
-- @function ecs.map
-- @tparam table items list
-- @tparam function fn called with an item, such as `ecs.pipeline.describe`
-- @tparam ?table options
--
--   * `concurrency`: items at a time, 16
--   * `timeout`: seconds for all; then items not begun are not, and calls in flight fail with kind
--     "cancelled" (under nginx they end by their own deadlines)
--   * `stop_on_failure`: do the same after the first item that fails; default false
--   * `control`: a table of yours, which gets `cancel(why)`, to do the same at any time, and
--     `cancelled`, the reason once that has happened
-- @treturn table list in the order of the items: `{ ok = true, value }`, or `{ ok = false, message,
--   err }` when fn returned `nil, message, err`, was not begun (kind "cancelled") or raised
--   (`raised = true`, `err` what it raised, `traceback`)
-- @raise wrong types, unknown options
function concurrency.map(items, fn, given)
  local operation = "ecs.map"
  if type(items) ~= "table" then
    errors.raise(operation .. ": items must be a list, not a " .. type(items))
  end
  check_function(operation, fn, "the second argument")
  return run(operation, #items, function(index)
    return fn(items[index])
  end, given)
end

--- Run several functions at a time, without arguments. As `ecs.map`.
-- @function ecs.concurrently
-- @tparam table functions list
-- @tparam ?table options as `ecs.map`; `concurrency` is their number by default
-- @treturn table list as `ecs.map`
-- @raise wrong types, unknown options
function concurrency.concurrently(functions, given)
  local operation = "ecs.concurrently"
  if type(functions) ~= "table" then
    errors.raise(operation .. ": wants a list of functions, not a " .. type(functions))
  end
  for index, fn in ipairs(functions) do
    check_function(operation, fn, "number " .. index)
  end
  return run(operation, #functions, function(index)
    return functions[index]()
  end, given, math.max(1, #functions))
end

return concurrency
