--- How long to pause between two looks at an execution. Pure.
--
-- Builds take minutes, and ECS counts calls per account and minute: 10 to 30 s is ample (the
-- vendor's advice of 1 to 2 s is for states that change in seconds). Often right after a change,
-- when another may follow, and near the end; slower while nothing happens.
local pace = {}

local MIN, MAX, GROWTH = 10, 30, 1.5

--- The `poll` option with its defaults: a number is both ends.
-- @param poll number, `{ min, max }`, or nil; seconds
-- @treturn table `{ min, max }`
function pace.range(poll)
  if type(poll) == "number" then
    return { min = poll, max = poll }
  end
  poll = poll or {}
  return {
    min = poll.min or math.min(MIN, poll.max or MIN),
    max = poll.max or math.max(MAX, poll.min or MAX),
  }
end

--- The pause after a look that found the execution running.
-- @tparam table range of `pace.range`
-- @tparam integer unchanged looks since the last change of state, 0 = it changed just now
-- @tparam ?number left estimated seconds to the end
-- @tparam boolean nearly_done
-- @treturn number seconds
function pace.pause(range, unchanged, left, nearly_done)
  local pause = math.min(range.max, range.min * GROWTH ^ math.min(unchanged, 20))
  if left == 0 then
    return math.min(pause, (range.min + range.max) / 2) -- overdue: soon, but nobody knows when
  elseif left and left < pause then
    return math.max(range.min, left)
  elseif nearly_done and not left then
    return range.min
  end
  return pause
end

--- The pause after a look that failed. The client has repeated the call by itself before that, or
-- was told not to; either way there is no hurry.
-- @tparam table range
-- @tparam integer failures in a row, from 1
-- @tparam number asked seconds that the service asked for
-- @treturn number seconds
function pace.after_failure(range, failures, asked)
  local pause = range.min * 2 ^ math.min(failures - 1, 20)
  return math.max(asked, math.min(pause, math.max(range.max, range.min)))
end

return pace
