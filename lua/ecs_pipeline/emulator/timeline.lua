--- The course of one execution, laid out when it starts: which states, from when on, with which
-- message, and when images come about. Nothing runs: the state at a time is the last step begun.
-- A plan is { steps, image_at, copies_at }; a step { at, status, message, image = the reply has an
-- ImageId, error_code, error_info }; times are unix seconds.
-- Source: states and their order as the API pages of 2024-12 to 2026-01 give them. Durations,
-- messages and the values of ErrorCode are the emulator's: the pages name none.

local M = {}

M.terminal = {
  SUCCESS = true, PARTITION_SUCCESS = true, TEST_FAILED = true, FAILED = true, CANCELLED = true,
}

M.cancellable = { PREPARING = true, REPAIRING = true, BUILDING = true }

--- Seconds by state: a pipeline without extras takes 40 minutes.
M.durations = {
  PREPARING = 300, REPAIRING = 300, BUILDING = 1800, TESTING = 600, DISTRIBUTING = 900,
  RELEASING = 300, CANCELLING = 30,
}

local order = { "PREPARING", "REPAIRING", "BUILDING", "TESTING", "DISTRIBUTING" }

local messages = {
  PREPARING = { "Creating the temporary network.", "Creating the temporary instance." },
  REPAIRING = { "Repairing the base image." },
  BUILDING = {
    "Running the commands of the build content.", "Stopping the instance.", "Creating the image.",
  },
  TESTING = { "Creating the test instance.", "Running the commands of the test content." },
  DISTRIBUTING = { "Copying and sharing the image." },
  RELEASING = { "Releasing the temporary resources." },
  CANCELLING = { "Cancelling the execution." },
  SUCCESS = "The image has been created.",
  PARTITION_SUCCESS = "The image has been created, but not everything after that succeeded.",
  TEST_FAILED = "The image has been created, but its tests failed.",
  FAILED = "The execution failed.",
  CANCELLED = "The execution has been cancelled.",
}

-- Outcomes that skip what would have followed.
local stops = { FAILED = true, CANCELLED = true, TEST_FAILED = true }

local without_image = { FAILED = true, CANCELLED = true }

local failures = {
  PREPARING = { "PrepareFailed", "The temporary resources could not be created." },
  FAILED = { "BuildFailed", "A command of the build content ended with exit code 1." },
  TEST_FAILED = { "TestFailed", "A command of the test content ended with exit code 1." },
  PARTITION_SUCCESS = { "DistributionFailed", "The image did not reach every region." },
}

-- Causes of a failed build: where it fails, and what ErrorInfo says, if the script gives neither.
local causes = {
  ["OperationDenied.NoStock"] = { "PREPARING", "The requested resource is sold out in the zone." },
  ["InvalidAccountStatus.NotEnoughBalance"] = { "PREPARING",
    "Your account does not have enough balance." },
  ["QuotaExceed.ElasticQuota"] = { "PREPARING", "No additional quota is available for the type." },
  ["InvalidVSwitchId.NotFound"] = { "PREPARING", "The specified vSwitch does not exist." },
  ["InvalidImageName.Duplicated"] = { "BUILDING", "The specified ImageName already exists." },
  ["QuotaExceed.Image"] = { "BUILDING", "The quota of custom images is used up." },
  ["PrepareTimeout"] = { "PREPARING", "The temporary instance was not running in time." },
  ["BuildTimeout"] = { "BUILDING", "The commands of the build content did not end in time." },
}

local default_place = { FAILED = "BUILDING", CANCELLED = "BUILDING", TEST_FAILED = "TESTING" }

-- The states that one execution goes through, in order, without the terminal one.
local function states_of(template, script, place)
  local wanted = {
    PREPARING = true, BUILDING = true, REPAIRING = template.RepairMode ~= nil,
    TESTING = template.TestContent ~= nil,
    DISTRIBUTING = #template.ToRegionIds.ToRegionId + #template.AddAccounts.AddAccount > 0,
  }
  if place then
    wanted[place] = true
  end
  local list = {}
  for _, status in ipairs(order) do
    if wanted[status] then
      list[#list + 1] = status
    end
    if stops[script.outcome] and status == place then
      break
    end
  end
  list[#list + 1] = script.status
  list[#list + 1] = script.outcome == "CANCELLED" and "CANCELLING" or "RELEASING"
  return list
end

-- The messages of a state, spread evenly over it.
local function add_state(steps, status, from, seconds, image)
  local texts = messages[status] or { "The execution is in the state " .. status .. "." }
  for i, text in ipairs(texts) do
    steps[#steps + 1] = {
      at = from + (i - 1) * seconds / #texts, status = status, message = text, image = image,
    }
  end
  return from + seconds
end

-- image_id: "BUILDING" shows the id from there on, "end" with the last step alone.
local function shows_image(status, made, before_building, image_id)
  if image_id == "end" or before_building or status == "CANCELLING" then
    return false
  end
  return made or status == "BUILDING"
end

--- The plan of an execution of `template` (as describe answers it) that starts at `start`.
-- script: an entry of build_script; durations: complete; image_id: "BUILDING" or "end".
function M.plan(template, script, durations, image_id, start)
  local plan, time = { steps = {} }, start
  local cause = script.outcome == "FAILED" and causes[script.error_code] or {}
  local place = script.at or cause[1] or default_place[script.outcome]
  local made = not without_image[script.outcome]
  local before_building = true
  for _, status in ipairs(states_of(template, script, place)) do
    before_building = before_building and status ~= "BUILDING"
    local image = shows_image(status, made, before_building, image_id)
    time = add_state(plan.steps, status, time, durations[status] or 60, image)
    if status == (script.at or cause[1] or "BUILDING") then
      time = time + (script.stall or 0)
    end
    if made and status == "BUILDING" then
      plan.image_at = time
    elseif made and status == "DISTRIBUTING" then
      plan.copies_at = time
    end
  end
  local failure = script.outcome == "FAILED" and failures[place] or failures[script.outcome] or {}
  plan.steps[#plan.steps + 1] = {
    at = time, status = script.outcome, message = messages[script.outcome], image = made,
    error_code = script.error_code or failure[1],
    error_info = script.error_info or cause[2] or failure[2],
  }
  return plan
end

--- The step of `plan` at `now`; the first one also before its time (a clock may be turned back).
function M.at(plan, now)
  local found = plan.steps[1]
  for _, step in ipairs(plan.steps) do
    if step.at <= now then
      found = step
    end
  end
  return found
end

-- Nothing of the plan happens from `from` on.
local function cut(plan, from)
  for i = #plan.steps, 1, -1 do
    if plan.steps[i].at >= from then
      table.remove(plan.steps, i)
    end
  end
  plan.image_at, plan.copies_at = nil, nil
end

-- What follows from `from` on is `status`, then the end.
local function turn(plan, from, status, seconds, last)
  cut(plan, from)
  last.at = add_state(plan.steps, status, from, seconds, false)
  last.message = messages[last.status]
  plan.steps[#plan.steps + 1] = last
end

--- Somebody cancels at `now`.
function M.cancel(plan, now, durations)
  turn(plan, now, "CANCELLING", durations.CANCELLING, { status = "CANCELLED" })
end

--- The image could not be made at `from`.
function M.fail(plan, from, durations, code, info)
  turn(plan, from, "RELEASING", durations.RELEASING,
    { status = "FAILED", error_code = code, error_info = info })
end

--- Something after the image went wrong, so that a success becomes one in part.
function M.spoil(plan, code, info)
  local last = plan.steps[#plan.steps]
  if last.status == "SUCCESS" then
    last.status, last.message = "PARTITION_SUCCESS", messages.PARTITION_SUCCESS
    last.error_code, last.error_info = code, info
  end
end

return M
