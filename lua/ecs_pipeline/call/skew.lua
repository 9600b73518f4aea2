--- The difference between our clock and the service's, learnt from the `Date` header of a refusal.
-- Pure. The service refuses a request whose date is more than 15 minutes off
-- (InvalidTimeStamp.Expired).
local dates = require("ecs_pipeline.dates")

local skew = {}

--- Unix seconds of the `Date` header.
skew.parse_date = dates.http

--- How far the service's clock is ahead of ours.
-- @tparam table headers of a reply, lower-case names
-- @tparam number wall our wall clock, unix seconds
-- @treturn ?number seconds, negative when we are ahead; nil without a readable `Date`
function skew.offset(headers, wall)
  local date = skew.parse_date(headers and headers.date)
  return date and date - wall
end

return skew
