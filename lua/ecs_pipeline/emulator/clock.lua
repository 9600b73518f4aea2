--- The emulator's time: virtual (stands still until `advance`) or real plus an offset, and the two
-- date spellings of the wire.

local M = {}
M.__index = M

--- options.clock "virtual" (default) or "real"; options.now: unix seconds to start at (default:
-- the host's time).
function M.new(options)
  local kind = options.clock or "virtual"
  if kind ~= "virtual" and kind ~= "real" then
    error("emulator: clock must be \"virtual\" or \"real\"", 3)
  end
  local start = options.now or os.time()
  return setmetatable({
    virtual = kind == "virtual",
    value = start,
    start = start,
    offset = start - os.time(),
  }, M)
end

function M:now()
  if self.virtual then
    return self.value
  end
  return os.time() + self.offset
end

--- Seconds since it began.
function M:elapsed()
  return self:now() - self.start
end

function M:advance(seconds)
  self.value = self.value + seconds
  self.offset = self.offset + seconds
end

--- Unix seconds → "2026-01-31T08:00:00Z".
function M.iso(seconds)
  return os.date("!%Y-%m-%dT%H:%M:%SZ", math.floor(seconds))
end

local days = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" }
local months = {
  "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
}

--- Unix seconds → the value of a `Date` header (RFC 9110 §5.6.7), whatever the host's locale.
function M.http_date(seconds)
  local t = os.date("!*t", math.floor(seconds))
  return string.format("%s, %02d %s %04d %02d:%02d:%02d GMT",
    days[t.wday], t.day, months[t.month], t.year, t.hour, t.min, t.sec)
end

-- Days since 1970-01-01 of a date in the Gregorian calendar.
local function days_from_civil(year, month, day)
  if month <= 2 then
    year = year - 1
  end
  local era = math.floor(year / 400)
  local year_of_era = year - era * 400
  local shifted = (month + 9) % 12
  local day_of_year = math.floor((153 * shifted + 2) / 5) + day - 1
  local day_of_era = year_of_era * 365 + math.floor(year_of_era / 4)
    - math.floor(year_of_era / 100) + day_of_year
  return era * 146097 + day_of_era - 719468
end

--- "2026-01-31T08:00:00Z" → unix seconds, or nil when the text is not exactly of this shape.
function M.parse_iso(text)
  local y, mo, d, h, mi, s = text:match("^(%d%d%d%d)%-(%d%d)%-(%d%d)T(%d%d):(%d%d):(%d%d)Z$")
  if not y then
    return nil
  end
  y, mo, d = tonumber(y), tonumber(mo), tonumber(d)
  h, mi, s = tonumber(h), tonumber(mi), tonumber(s)
  if mo < 1 or mo > 12 or d < 1 or d > 31 or h > 23 or mi > 59 or s > 60 then
    return nil
  end
  return days_from_civil(y, mo, d) * 86400 + h * 3600 + mi * 60 + s
end

return M
