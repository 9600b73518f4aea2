--- The states of an execution and their meaning. Pure. Source: DescribeImagePipelineExecutions of
-- ECS 2014-05-26. The page has grown over the years, so a state that is not listed here counts as
-- running, never as ended.
local states = {}

-- The end states.
local OUTCOME = {
  SUCCESS = "success",
  PARTITION_SUCCESS = "partial",
  TEST_FAILED = "test_failed",
  FAILED = "failed",
  CANCELLED = "cancelled",
}

local PHASE = {
  PREPARING = "preparing", REPAIRING = "repairing", BUILDING = "building", TESTING = "testing",
  DISTRIBUTING = "distributing", RELEASING = "releasing", CANCELLING = "cancelling",
}

-- An image exists after these.
local WITH_IMAGE = { success = true, partial = true, test_failed = true }

--- @tparam ?string status
-- @treturn ?string outcome, nil while it runs
function states.outcome(status)
  return OUTCOME[status]
end

--- @tparam ?string status
-- @treturn string "preparing" … "cancelling", "ended", or "unknown"
function states.phase(status)
  return PHASE[status] or OUTCOME[status] and "ended" or "unknown"
end

--- @tparam ?string status
-- @treturn boolean
function states.known(status)
  return states.phase(status) ~= "unknown"
end

--- @tparam string outcome
-- @treturn boolean
function states.has_image(outcome)
  return WITH_IMAGE[outcome] == true
end

--- Is the end near, so that frequent polls are useful?
-- @tparam ?string status
-- @treturn boolean
function states.nearly_done(status)
  return status == "RELEASING" or status == "CANCELLING"
end

return states
