--- Tells the user's `on_progress` how a wait goes. Whatever it throws is logged once and goes no
-- further: a progress line must not cost a build.
local events = require("ecs_pipeline.call.events")
local interrupt = require("ecs_pipeline.interrupt")

local progress = {}

--- @tparam table wait `on_progress`, `client`, `operation` when it is not execution.wait; remembers
--   that it failed
-- @tparam table report `{ execution_id, phase, status, message, elapsed, estimate, stalled }`
function progress.tell(wait, report)
  if not wait.on_progress then
    return
  end
  local ok, thrown = interrupt.shield(wait.on_progress, report)
  if not ok and not wait.progress_failed then
    wait.progress_failed = true
    events.emit(wait.client, { type = "warning", operation = wait.operation or "execution.wait",
      message = "on_progress failed: " .. tostring(thrown) })
  end
end

return progress
