--- What create and delete of VPCs and vSwitches have in common: the time they may take, and the
-- states that pass. VPC 2016-04-28.
--
-- A network changes in seconds, not minutes, so looks are closer together than those at a build.
local networks = require("ecs_pipeline.find.networks")
local options = require("ecs_pipeline.call.options")
local pace = require("ecs_pipeline.waiting.pace")
local progress = require("ecs_pipeline.waiting.progress")
local retry = require("ecs_pipeline.call.retry")
local waiter = require("ecs_pipeline.execution.waiter")

local network_wait = {}

--- Seconds for the whole of a create or a delete. (Terraform: 5 or 10 minutes, by the call.)
network_wait.TIMEOUT = 600

--- Options that both have.
network_wait.OPTIONS = {
  timeout = options.SECONDS, poll = options.RANGE, on_progress = options.FUNCTION,
}

local POLL = { min = 2, max = 10 }

-- A look at the very end still gets so many seconds.
local LAST_LOOK = 5

-- Refusals that pass when something else is done: from the error lists of the actions, and from
-- what terraform-provider-alicloud repeats. Misspellings are the service's.
local PASSING = {
  ["TaskConflict"] = true, ["OperationConflict"] = true, ["SystemBusy"] = true,
  ["System.ServiceBusy"] = true, ["LastTokenProcessing"] = true, ["TOKEN_PROCESSING"] = true,
  ["OperationFailed.IdempotentTokenProcessing"] = true,
  ["OperationFailed.DistibuteLock"] = true, ["OperationFailed.NotifyCenCreate"] = true,
  ["OperationDenied.OtherSubnetProcessing"] = true, ["InvalidStatus.RouteEntry"] = true,
  ["InvokeError"] = true, ["UnknownError"] = true,
}

-- IncorrectVpcStatus, IncorrectVSwitchStatus, IncorrectRouteEntryStatus, IncorrectStatus.cbnStatus,
-- DeleteVSwitch.IncorrectStatus.cbnStatus; DependencyViolation.VSwitch and its like.
local PASSING_PATTERNS = { "^Incorrect%a*Status", "%.IncorrectStatus%.", "^DependencyViolation" }

--- Is it worth asking again later?
-- @tparam table err
-- @treturn boolean
function network_wait.passes(err)
  local code = err.code and tostring(err.code) or ""
  for _, pattern in ipairs(PASSING_PATTERNS) do
    if code:find(pattern) then
      return true
    end
  end
  return PASSING[code] or false
end

--- A job: its clock starts now.
-- @tparam table client internal client
-- @tparam table kind of `networks`
-- @tparam string operation
-- @tparam table own options of `network_wait.OPTIONS`, checked
-- @tparam table call_options
-- @treturn table
function network_wait.open(client, kind, operation, own, call_options)
  local now, limit = client.platform.clock(), own.timeout or network_wait.TIMEOUT
  return {
    client = client, kind = kind, operation = operation, call_options = call_options,
    started = now, limit = limit, ends_at = now + limit, on_progress = own.on_progress,
    range = pace.range(own.poll or POLL), looks = 0, failures = 0,
  }
end

local function left(job)
  return job.ends_at - job.client.platform.clock()
end

--- Options of the next call: its deadline is no later than the job's.
-- @tparam table job
-- @tparam ?string token
-- @treturn table
function network_wait.call_options(job, token)
  local copy = {}
  for name, value in pairs(job.call_options) do
    copy[name] = value
  end
  copy.deadline = math.min(copy.deadline, math.max(left(job), LAST_LOOK))
  copy.client_token = token
  return copy
end

--- Pause before the next try or look; false when the time is up.
-- @tparam table job
-- @tparam ?table err of a look that failed
-- @treturn boolean
function network_wait.pause(job, err)
  local rest = left(job)
  if rest <= 0 then
    return false
  end
  local pause
  if err then
    job.failures = job.failures + 1
    pause = pace.after_failure(job.range, job.failures, retry.minimum(err.headers))
  else
    pause, job.failures = pace.pause(job.range, job.looks, nil, false), 0
  end
  job.looks = job.looks + 1
  job.client.platform.sleep(math.min(rest, pause))
  return true
end

--- Add what is known to a failure's message.
-- @tparam table err
-- @tparam string text
-- @treturn nil
-- @treturn string message
-- @treturn table err
function network_wait.explain(err, text)
  err.message = err.message .. " (" .. text .. ")"
  return nil, err.message, err
end

--- A refusal that did not pass in time.
-- @tparam table job
-- @tparam table err
function network_wait.still(job, err)
  return network_wait.explain(err, ("still so after %.0f s"):format(job.limit))
end

--- Look at the resource until `done` says so.
-- @tparam table job
-- @tparam table found `{ id, region_id }`
-- @tparam function done(resource or nil, err) → what to return; nil looks again, false gives up
-- @treturn[1] whatever `done` returned
-- @treturn[2] nil
-- @treturn[2] ?table err that no waiting mends; nil when the time is up
-- @treturn[2] ?string status when it was last seen
function network_wait.look(job, found, done)
  local status
  job.looks = 0
  while true do
    local seen, _, err = networks.get(job.kind, job.client, job.operation, found,
      network_wait.call_options(job))
    if seen then
      job.looks = seen.status == status and job.looks or 0
      status = seen.status
      progress.tell(job, { [job.kind.id] = found.id, status = status,
        elapsed = job.client.platform.clock() - job.started })
    end
    local result = done(seen, err)
    if result then
      return result
    elseif result == false or err and waiter.final(err) and not job.kind.gone[err.code] then
      return nil, err, status
    elseif not network_wait.pause(job, err) then
      return nil, nil, status
    end
  end
end

return network_wait
