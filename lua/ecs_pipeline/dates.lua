--- Reads the dates that services write, independent of time zone and locale of the host. Pure.
local dates = {}

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

local function seconds(year, month, day, hour, minute, second)
  return days(tonumber(year), tonumber(month), tonumber(day)) * 86400
    + tonumber(hour) * 3600 + tonumber(minute) * 60 + tonumber(second)
end

--- Unix seconds of an HTTP date in its usual form (RFC 9110, IMF-fixdate).
-- @tparam ?string text "Tue, 24 Nov 2026 03:44:03 GMT"
-- @treturn ?integer nil when it is not such a date
function dates.http(text)
  if type(text) ~= "string" then
    return nil
  end
  local day, name, year, hour, minute, second =
    text:match("^%a%a%a, (%d%d) (%a%a%a) (%d%d%d%d) (%d%d):(%d%d):(%d%d) GMT$")
  local month = MONTHS[name]
  return month and seconds(year, month, day, hour, minute, second) or nil
end

-- Seconds by which a zone is ahead of UTC: "Z", "+08:00", "-0330".
local function zone_seconds(zone)
  local sign, hours, minutes = zone:match("^([+-])(%d%d):?(%d%d)$")
  if not sign then
    return zone == "Z" and 0 or nil
  end
  local ahead = tonumber(hours) * 3600 + tonumber(minutes) * 60
  return sign == "-" and -ahead or ahead
end

--- Unix seconds of a time as the services and other tools write it (ISO 8601): seconds are
-- optional, a fraction is ignored, the zone is UTC or an offset.
-- @tparam ?string text "2026-11-24T03:44:03Z", "2026-11-24T11:44:03.250+08:00"
-- @treturn ?integer nil when it is not such a time
function dates.utc(text)
  if type(text) ~= "string" then
    return nil
  end
  local year, month, day, hour, minute, rest =
    text:match("^(%d%d%d%d)%-(%d%d)%-(%d%d)T(%d%d):(%d%d)(.*)$")
  if not year then
    return nil
  end
  local second, zone = rest:match("^:(%d%d)%.?%d*(.*)$")
  local ahead = zone_seconds(zone or rest)
  return ahead and seconds(year, month, day, hour, minute, second or 0) - ahead or nil
end

--- A time as the services write it.
-- @tparam number at unix seconds
-- @treturn string "2026-11-24T03:44:03Z"
function dates.text(at)
  return (os.date("!%Y-%m-%dT%H:%M:%SZ", math.floor(at)))
end

--- How far the service's clock is ahead of ours, learnt from the `Date` header of a reply.
-- @tparam ?table headers lower-case names
-- @tparam number wall our wall clock, unix seconds
-- @treturn ?number seconds, negative when ours is ahead; nil without a readable `Date`
function dates.clock_offset(headers, wall)
  local date = dates.http(headers and headers.date)
  return date and date - wall
end

return dates
