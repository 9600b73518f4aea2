--- The difference between our clock and the service's, learnt from the `Date` header of a refusal.
-- Pure. The service refuses a request whose date is more than 15 minutes off
-- (InvalidTimeStamp.Expired).
local skew = {}

local MONTHS = { Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6,
  Jul = 7, Aug = 8, Sep = 9, Oct = 10, Nov = 11, Dec = 12 }

-- Days since 1970-01-01 of a Gregorian date, years counted from March so that leap days come last.
local function days(year, month, day)
  if month <= 2 then
    year, month = year - 1, month + 12
  end
  return 365 * year + math.floor(year / 4) - math.floor(year / 100) + math.floor(year / 400)
    + math.floor((153 * (month - 3) + 2) / 5) + day - 719469
end

--- Unix seconds of an HTTP date in its usual form (RFC 9110, IMF-fixdate).
-- @tparam ?string text "Tue, 24 Nov 2026 03:44:03 GMT"
-- @treturn ?integer nil when it is not such a date
function skew.parse_date(text)
  if type(text) ~= "string" then
    return nil
  end
  local day, name, year, hour, minute, second =
    text:match("^%a%a%a, (%d%d) (%a%a%a) (%d%d%d%d) (%d%d):(%d%d):(%d%d) GMT$")
  local month = MONTHS[name]
  if not month then
    return nil
  end
  return days(tonumber(year), month, tonumber(day)) * 86400
    + tonumber(hour) * 3600 + tonumber(minute) * 60 + tonumber(second)
end

--- How far the service's clock is ahead of ours.
-- @tparam table headers of a reply, lower-case names
-- @tparam number wall our wall clock, unix seconds
-- @treturn ?number seconds, negative when we are ahead; nil without a readable `Date`
function skew.offset(headers, wall)
  local date = skew.parse_date(headers and headers.date)
  return date and date - wall
end

return skew
