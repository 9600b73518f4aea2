--- Reports to the user's `on_progress`: made here for every phase of every call, so that they all
-- have the same fields.
local events = require("ecs_pipeline.call.events")
local interrupt = require("ecs_pipeline.interrupt")

local progress = {}

-- The region of the call, if the reporting code does not know a better one.
local function region_of(reporter)
  local call_options = reporter.call_options
  return call_options and call_options.region or reporter.client:region()
end

--- Sends one report. The first error that the user's function raises is logged; no error of it ends
-- the call, for a progress line must not cost a build.
-- @tparam table reporter `client`, `operation` (that the user called), `started` (on the host's
--   clock), `on_progress` or nil, `call_options` or nil; remembers that it failed. A wait of
--   `poll.new` is one
-- @tparam table fields those that are known of the report: always `phase` and `message`; `elapsed`
--   (default: seconds since `started`), `progress` (percent), `estimate` (seconds to the end),
--   `execution_id`, `pipeline_id`, `image_id`, `region` (default: that of the call); and what only
--   some calls have: `status`, `stalled`, `vpc_id`, `vswitch_id`
function progress.report(reporter, fields)
  local on_progress, client = reporter.on_progress, reporter.client
  if not on_progress then
    return
  end
  fields.operation = reporter.operation
  fields.elapsed = fields.elapsed or client.platform.clock() - reporter.started
  fields.region = fields.region or region_of(reporter)
  local ok, thrown = interrupt.shield(on_progress, fields)
  if not ok and not reporter.progress_failed then
    reporter.progress_failed = true
    events.emit(client, { type = "warning", operation = reporter.operation,
      message = "on_progress failed: " .. tostring(thrown) })
  end
end

return progress
