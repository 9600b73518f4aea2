--- The engine of `ecs.map` inside nginx: light threads, which nginx runs. Running calls end by
-- their own deadlines.
local platform = require("ecs_pipeline.platform")

local light_threads = {}

-- xpcall passes one value on, so the error and its traceback become one table.
local function note(raised)
  return { raised = raised, where = platform.debug.traceback("", 2) }
end

local function settle(job, index, ok, first, ...)
  if ok then
    job:settle(index, true, first, ...)
  else
    job:settle(index, false, first.raised, first.where)
  end
end

local function run_item(job, index)
  settle(job, index, xpcall(function() return job.body(index) end, note))
end

--- Runs a job. Yields to nginx until it is done.
-- @tparam Job job
function light_threads.run(job)
  job.ends_at = job.timeout and platform.clock() + job.timeout
  platform.light_threads(function()
    local index = job:take()
    while index do
      run_item(job, index)
      platform.give_way()
      index = job:take()
    end
  end, math.min(job.concurrency, job.count))
end

return light_threads
