--- The pause between two polls. Pure.
--
-- Builds take minutes, and ECS counts calls per account and minute: 10 to 30 s is ample (the
-- vendor's advice of 1 to 2 s is for states that change in seconds). Polls are frequent right after
-- a change, when another may follow, and near the end; they are rarer while nothing happens.
local poll_interval = {}

local MIN, MAX, GROWTH = 10, 30, 1.5 -- seconds, seconds, factor per poll without a change

--- The `poll` option with its defaults; a number is both minimum and maximum.
-- @param option number, `{ min, max }`, or nil; seconds
-- @treturn table `{ min, max }`
function poll_interval.range(option)
  if type(option) == "number" then
    return { min = option, max = option }
  end
  option = option or {}
  return {
    min = option.min or math.min(MIN, option.max or MIN),
    max = option.max or math.max(MAX, option.min or MAX),
  }
end

--- The pause after a poll if the wait continues.
-- @tparam table range of `poll_interval.range`
-- @tparam integer unchanged polls since the last change of state, 0 = it has just changed
-- @tparam ?number remaining estimated seconds to the end
-- @tparam ?boolean nearly_done
-- @treturn number seconds
function poll_interval.pause(range, unchanged, remaining, nearly_done)
  local pause = math.min(range.max, range.min * GROWTH ^ math.min(unchanged, 20))
  if remaining == 0 then
    return math.min(pause, (range.min + range.max) / 2) -- overdue: the end may come at any time
  elseif remaining and remaining < pause then
    return math.max(range.min, remaining)
  elseif nearly_done and not remaining then
    return range.min
  end
  return pause
end

--- The pause after a poll that failed. It may be long, because the client has already retried the
-- call, unless the user switched retries off.
-- @tparam table range
-- @tparam integer failures in a row, from 1
-- @tparam number minimum seconds that the service asked for
-- @treturn number seconds
function poll_interval.after_failure(range, failures, minimum)
  local pause = range.min * 2 ^ math.min(failures - 1, 20)
  return math.max(minimum, math.min(pause, math.max(range.max, range.min)))
end

return poll_interval
