--- The service's clock as a client knows it: our wall clock, and the offset that replies showed.
-- What was signed with it is compared by its stamp, never with the offset that is known now: while
-- a request is under way, another call of the same client may learn the offset, and our own clock
-- may be set.
local dates = require("ecs_pipeline.dates")
local events = require("ecs_pipeline.call.events")
local retry = require("ecs_pipeline.call.retry")

local service_clock = {}

local Clock = {}
Clock.__index = Clock

-- Seconds. `Date` is written in whole seconds, so a smaller difference shows nothing.
local LEAST = 1

--- A clock; shared by a client and those derived from it.
-- @tparam table platform `wall`, `clock`
-- @tparam ?number offset seconds that the service's clock is ahead of ours
-- @treturn Clock
function service_clock.new(platform, offset)
  return setmetatable({ platform = platform, offset = offset or 0 }, Clock)
end

--- The time of the service. @treturn number unix seconds
function Clock:now()
  return self.platform.wall() + self.offset
end

--- The time for one signature.
-- @tparam ?number offset that this call itself has learnt; default: the one of the client
-- @treturn table stamp `{ now (whole unix seconds), at (monotonic) }`
function Clock:stamp(offset)
  local platform = self.platform
  return { now = math.floor(platform.wall() + (offset or self.offset)), at = platform.clock() }
end

--- Learns the offset from a request that was refused because of its time. What is new to the
-- client is reported as an event.
-- @tparam table client
-- @tparam string operation
-- @tparam table stamp of that request
-- @tparam table err of the refusal
-- @treturn ?number offset for the next attempt; nil if it failed for another reason, the reply has
--   no readable `Date`, or the stamp was right, so that another would be refused too
function Clock:learn(client, operation, stamp, err)
  local offset = retry.classify(err) == "skew"
    and dates.clock_offset(err.headers, self.platform.wall())
  if not offset then
    return nil
  end
  local signed = stamp.now + self.platform.clock() - stamp.at -- and moved on since
  if math.abs(dates.http(err.headers.date) - signed) < LEAST then
    return nil
  elseif math.abs(offset - self.offset) >= LEAST then
    self.offset = offset
    events.emit(client, { type = "skew", operation = operation, offset = offset,
      message = ("this machine's clock is %.0f s off; corrected for this client"):format(offset) })
  end
  return offset
end

return service_clock
