--- Hints about builds that did not end well: `result.hint` of `execution.wait`. Pure.
--
-- The service names the cause in ErrorCode and ErrorInfo (DescribeImagePipelineExecutions, ECS
-- 2014-05-26), but no page lists the values. Causes that are Codes of its actions have the hints of
-- error_codes.lua. Otherwise the phase decides what is worth saying.
local error_codes = require("ecs_pipeline.error_codes")

local builds = {}

-- The service stores no log of a build, so the instance is the only way to see what happened.
local NO_LOG = "the service keeps no log of a build: "
local COSTS = " (it costs money until it is released)"
local KEEP = NO_LOG .. "create the pipeline with delete_instance_on_failure = false, start again, "
  .. "and look at the instance that it keeps" .. COSTS
local KEPT = NO_LOG .. "look at the instance that it has kept, because of "
  .. "delete_instance_on_failure = false" .. COSTS
local TOO_SLOW = "a step took longer than the service waits: make it shorter, use a mirror that is "
  .. "near, or a larger instance_type"
local NOT_STARTED = "the instance was not ready in time: start again; if that does not help, with "
  .. "another instance_type, or the vswitch_id of another zone"
local NO_COMMAND = "no command is known to have run: error_code, error_info and message name the "
  .. "cause, such as the stock of the instance type, the balance or quotas of the account, the "
  .. "vSwitch or the base image"
local NO_IMAGE = "the commands have run, but the image was not finished: error_code, error_info "
  .. "and message name the cause, such as the name of the image or a quota"

local OF_OUTCOME = {
  partial = "the image exists in the region of the pipeline; copying it to other regions, sharing "
    .. "it or cleaning up failed: see error_info; accept = \"partial\" accepts it",
  test_failed = "the image exists but test_content failed on it; accept = \"test_failed\" "
    .. "accepts it",
  cancelled = "another program or person cancelled it, so there is no image: find out who did it, "
    .. "and start it again",
}
local IMAGE_EXISTS = "; the image exists in the region of the pipeline, and accept = \"partial\" "
  .. "accepts it"
local TIMED_OUT = "it may still be running: execution.wait(%q) waits again, execution.cancel(%q) "
  .. "ends it"
local CANCEL_SENT = "cancelling was requested: execution.wait(%q) shows the end"

-- Texts of an answer are read to this length.
local LONGEST = 4096

-- The hint of a Code that a text names, such as "OperationDenied.NoStock: …".
local function named_in(text)
  for word in text:sub(1, LONGEST):gmatch("[%w_.]+") do
    local code = word:gsub("%.+$", "")
    local hint = code:find("^%u%w*%.%w") and error_codes.of(code).hint
    if hint then
      return hint
    end
  end
  return nil
end

local function cause(result)
  return error_codes.of(result.error_code).hint or named_in(result.error_info or "")
    or named_in(result.message or "")
end

-- Does the service speak of the time, or of a command?
local function speaks_of(result, words)
  local text = (result.error_code or "") .. " " .. (result.error_info or "")
  text = text:sub(1, LONGEST):lower()
  for _, word in ipairs(words) do
    if text:find(word, 1, true) then
      return true
    end
  end
  return false
end

local TIME = { "timeout", "timedout", "timed out", "time out" }
local COMMAND = { "command", "exit code", "exitcode", "exit status", "buildfailed" }

-- States that show that there is an instance.
local WITH_INSTANCE = { REPAIRING = true, BUILDING = true, TESTING = true, DISTRIBUTING = true }

-- Is an instance known to have been made?
local function had_instance(timeline)
  for _, entry in ipairs(timeline or {}) do
    if WITH_INSTANCE[entry.status] then
      return true
    end
  end
  return false
end

local function of_failure(result, pipeline)
  local known = cause(result)
  if known then
    return known
  end
  local command = speaks_of(result, COMMAND)
  local instance = command or had_instance(result.timeline)
  if speaks_of(result, TIME) then
    return instance and TOO_SLOW or NOT_STARTED
  elseif result.phase == "distributing" and not command then
    return NO_IMAGE
  elseif instance then
    return pipeline and pipeline.delete_instance_on_failure == false and KEPT or KEEP
  end
  return NO_COMMAND
end

--- The hint.
-- @tparam table result as `execution.wait` returns it, `hint` not yet in it
-- @tparam ?table pipeline that was built, if it is known
-- @treturn ?string one line; nil if the outcome was accepted
function builds.hint(result, pipeline)
  if result.ok then
    return nil
  elseif result.cancelled then
    return CANCEL_SENT:format(result.execution_id)
  elseif result.outcome == "timeout" then
    return TIMED_OUT:format(result.execution_id, result.execution_id)
  elseif result.outcome == "failed" then
    return of_failure(result, pipeline)
  elseif result.outcome == "partial" then
    local known = cause(result)
    return known and known .. IMAGE_EXISTS or OF_OUTCOME.partial
  end
  return OF_OUTCOME[result.outcome]
end

return builds
