--- The state of one `ecs.map`: the next item, the result of each, and when no more are started. An
-- engine (tasks.lua or light_threads.lua) decides how the items run.
local errors = require("ecs_pipeline.errors")
local platform = require("ecs_pipeline.platform")

local job = {}

local Job = {}
Job.__index = Job

--- A job.
-- @tparam table given `operation`, `count`, `body` (function of an index), `concurrency`, and
--   optional `timeout` (seconds), `stop_on_failure`, `control` (the caller's table)
-- @treturn Job
function job.new(given)
  local self = setmetatable(given, Job)
  self.next, self.results = 1, {}
  self.interrupt = function() end -- set by the engine: ends items that are running
  self.control = self.control or {}
  self.control.cancelled, self.control.cancel = nil, function(why)
    self:stop(why or "it was cancelled")
  end
  return self
end

-- The result of an item: its first value, its `nil, message, err`, or the error that it raised.
local function outcome(ok, value, message, err)
  if not ok then
    return { ok = false, raised = true, err = value, message = tostring(value),
      traceback = message }
  elseif value == nil and message ~= nil then
    return { ok = false, message = tostring(message), err = err }
  end
  return { ok = true, value = value }
end

--- Starts no more items, and ends the running ones if the engine can.
-- @tparam string why
function Job:stop(why)
  if not self.stopped then
    self.stopped = why
    self.control.cancelled = why
    self.interrupt(why)
  end
end

--- The timeout has passed.
function Job:time_out()
  self:stop(("the timeout of %g s has passed"):format(self.timeout))
end

--- The next item, in order; called when a runner is free.
-- @treturn ?integer
function Job:take()
  if self.ends_at and platform.clock() >= self.ends_at then
    self:time_out()
  end
  if self.next > self.count or self.stopped then
    return nil
  end
  self.next = self.next + 1
  return self.next - 1
end

--- Stores the result of an item.
-- @tparam integer index
-- @tparam boolean ok
-- @param ... its results; or the error and its traceback
function Job:settle(index, ok, ...)
  local result = outcome(ok, ...)
  self.results[index] = result
  if not result.ok and self.stop_on_failure then
    self:stop(("item %d failed"):format(index))
  end
end

--- All results; items that were not started have one too.
-- @treturn table list
function Job:finish()
  for index = 1, self.count do
    if not self.results[index] then
      local _, message, err = errors.fail(self.operation, { kind = "cancelled", sent = false,
        message = "not started: " .. self.stopped })
      self.results[index] = { ok = false, message = message, err = err }
    end
  end
  return self.results
end

return job
