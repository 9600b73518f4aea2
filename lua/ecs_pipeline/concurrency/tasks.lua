--- The engine of `ecs.map` in plain Lua: tasks of a scheduler on curl_multi.
local scheduler = require("ecs_pipeline.transport.scheduler")

local tasks = {}

local begin

local function over(job, loop, task, ok, ...)
  local index = job.tasks[task]
  job.tasks[task] = nil
  job.running = job.running - 1
  if not ok then
    job:settle(index, false, ...)
    begin(job, loop)
  end
  if job.running > 0 then
    return
  end
  if job.alarm then
    loop:forget(job.alarm) -- otherwise the current step would wait for it
  end
  if job.waiter then
    loop:wake(job.waiter)
  end
end

-- A task that runs items one after another. An item that raises ends its task, and another task
-- continues: Lua 5.1 cannot wait inside a pcall.
function begin(job, loop)
  job.running = job.running + 1
  local task
  task = loop:spawn(function()
    for index in job.take, job do
      job.tasks[task] = index
      job:settle(index, true, job.body(index))
    end
  end, function(...)
    over(job, loop, task, ...)
  end)
end

-- Inside a task the loop already runs, so the task is parked; elsewhere the loop is run here.
local function wait(job, loop)
  local waiter = job.waiter
  if waiter then
    waiter.on_cancel = function(why) job:stop(why) end
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
end

--- Runs a job. Blocks until it is done, or parks the task that it is called in.
-- @tparam Job job
function tasks.run(job)
  local waiter = scheduler.current()
  local loop = waiter and waiter.loop or scheduler.shared()
  job.running, job.tasks, job.waiter = 0, {}, waiter
  job.interrupt = function(why)
    for task in pairs(job.tasks) do
      task:cancel(why)
    end
  end
  for _ = 1, math.min(job.concurrency, job.count) do
    begin(job, loop)
  end
  if job.timeout and job.running > 0 then
    job.alarm = loop:wake_at(loop.clock() + job.timeout, function() job:time_out() end)
  end
  wait(job, loop)
end

return tasks
