--- The timeline of an execution: the states and messages that polls found, with their times.
local dates = require("ecs_pipeline.dates")
local events = require("ecs_pipeline.call.events")
local states = require("ecs_pipeline.execution_states")

local timeline = {}

local Timeline = {}
Timeline.__index = Timeline

--- A timeline without entries.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @tparam string id of the execution
-- @treturn table `entries` = list of `{ status, message, time, elapsed }`; `seen` = the execution
--   as last seen, {} before
function timeline.new(client, operation, id)
  return setmetatable({ client = client, operation = operation, id = id, entries = {}, seen = {},
    warned = {}, opened_at = client.platform.clock() }, Timeline)
end

local function begin(self, execution)
  local created = dates.utc(execution.creation_time)
  self.first_seen = self.client.platform.clock()
  self.age = created and math.max(0, self.client.service_clock:now() - created)
    or self.first_seen - self.opened_at
end

--- Seconds since the execution began: up to the first poll by the service's clock, if the service
-- gives the time; after it by our monotonic clock, which corrections of the time of day do not
-- affect.
-- @treturn number 0 before anything was seen
function Timeline:elapsed()
  return self.first_seen and self.age + self.client.platform.clock() - self.first_seen or 0
end

--- Seconds since the execution changed in any way.
-- @treturn number
function Timeline:unchanged_for()
  return self.client.platform.clock() - self.changed_at
end

local function warn_of_unknown(self, status)
  if states.known(status) or self.warned[status] then
    return
  end
  self.warned[status] = true
  events.emit(self.client, { type = "warning", operation = self.operation,
    message = ("%s: state %s is not known to this version; it counts as running")
      :format(self.id, status) })
end

-- When a step began, and how many seconds after the start: by the service's times if it gives them,
-- otherwise by the time of the poll.
local function stamp(self, execution)
  local at, from = dates.utc(execution.modified_time), dates.utc(execution.creation_time)
  return at and execution.modified_time
      or dates.text(self.client.service_clock:now()),
    at and from and at >= from and at - from or self:elapsed()
end

--- Records a poll: adds an entry if the state or its message has changed.
-- @tparam table execution
function Timeline:note(execution)
  local status, message = execution.status or "", execution.message or ""
  if not self.first_seen then
    begin(self, execution)
  end
  warn_of_unknown(self, status)
  local last = self.entries[#self.entries]
  local changed = not last or last.status ~= status or last.message ~= message
  if changed then
    local entry = { status = status, message = message }
    entry.time, entry.elapsed = stamp(self, execution)
    self.entries[#self.entries + 1] = entry
  end
  if changed or execution.modified_time ~= self.seen.modified_time then
    self.changed_at = self.client.platform.clock()
  end
  self.seen = execution
end

return timeline
