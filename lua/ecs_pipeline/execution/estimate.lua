--- Estimates how long a build takes, from earlier builds that succeeded. Pure.
local dates = require("ecs_pipeline.dates")

local estimate = {}

-- Number of builds that are used: older ones say little about the present content.
local LATEST = 5

--- Seconds from creation to the last change of an execution, by the service's clock.
-- @tparam table execution
-- @treturn ?number
function estimate.duration(execution)
  local from, to = dates.utc(execution.creation_time), dates.utc(execution.modified_time)
  return from and to and to >= from and to - from or nil
end

--- The median of the latest builds.
-- @tparam table executions in any order; those that did not succeed are ignored
-- @treturn ?number seconds; nil if no build succeeded
function estimate.typical(executions)
  local dated = {}
  for _, execution in ipairs(executions) do
    local seconds = execution.status == "SUCCESS" and estimate.duration(execution)
    if seconds then
      dated[#dated + 1] = { at = execution.creation_time, seconds = seconds }
    end
  end
  table.sort(dated, function(a, b) return a.at > b.at end)
  local durations = {}
  for index = 1, math.min(LATEST, #dated) do
    durations[index] = dated[index].seconds
  end
  table.sort(durations)
  local middle = #durations / 2
  if #durations == 0 then
    return nil
  elseif middle % 1 == 0 then
    return (durations[middle] + durations[middle + 1]) / 2
  end
  return durations[middle + 0.5]
end

return estimate
