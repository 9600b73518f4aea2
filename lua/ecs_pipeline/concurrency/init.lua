--- `ecs.map` and `ecs.concurrently`: many calls at the same time in ordinary code. In plain Lua the
-- items are tasks on curl_multi; inside nginx they are light threads.
local errors = require("ecs_pipeline.errors")
local jobs = require("ecs_pipeline.concurrency.job")
local light_threads = require("ecs_pipeline.concurrency.light_threads")
local options = require("ecs_pipeline.call.options")
local platform = require("ecs_pipeline.platform")
local tasks = require("ecs_pipeline.concurrency.tasks")

local concurrency = {}

local DEFAULT = 16

local OWN = {
  concurrency = options.COUNT, timeout = options.SECONDS, stop_on_failure = { "boolean" },
  control = { "table" },
}

local function run(operation, count, body, given, at_a_time)
  local own = given or {}
  options.check(operation, own, OWN)
  local job = jobs.new({ operation = operation, count = count, body = body,
    concurrency = own.concurrency or at_a_time or DEFAULT, timeout = own.timeout,
    stop_on_failure = own.stop_on_failure, control = own.control })
  local engine = platform.light_threads and light_threads or tasks
  engine.run(job)
  return job:finish()
end

local function check_function(operation, value, what)
  if type(value) ~= "function" then
    errors.raise(("%s: %s must be a function, not a %s"):format(operation, what, type(value)))
  end
end

--- Calls a function for every item of a list, many at a time. Inside it, calls, waits and retries
-- of this library let the other items continue; all other code blocks them. Blocks until all items
-- have ended. If it is called inside such a function, it lets the other items continue meanwhile.
-- @function ecs.map
-- @tparam table items list
-- @tparam function fn called with an item, such as `ecs.pipeline.describe`
-- @tparam ?table options
--
--   * `concurrency`: items at a time, 16
--   * `timeout`: seconds for all; after them no more items are started, and calls in flight fail
--     with kind "cancelled" (under nginx they end by their own deadlines)
--   * `stop_on_failure`: do the same after the first item that fails; default false
--   * `control`: your table; it gets `cancel(why)`, which does the same at any time, and
--     `cancelled`, the reason, after that
-- @treturn table list in the order of the items: `{ ok = true, value }`, or `{ ok = false, message,
--   err }` if fn returned `nil, message, err`, was not started (kind "cancelled") or raised
--   (`raised = true`, `err` = the error, `traceback`)
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

--- Runs several functions at the same time, without arguments. Blocks until all have ended, as
-- `ecs.map`.
-- @function ecs.concurrently
-- @tparam table functions list
-- @tparam ?table options those of `ecs.map`; `concurrency` is the number of functions by default
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
