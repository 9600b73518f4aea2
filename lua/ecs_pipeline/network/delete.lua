--- Delete a VPC or a vSwitch and wait until it is gone. VPC 2016-04-28, DeleteVpc and
-- DeleteVSwitch. Whatever is still in it is waited for: who deletes it is not our business.
local errors = require("ecs_pipeline.errors")
local network_wait = require("ecs_pipeline.network.wait")
local options = require("ecs_pipeline.call.options")
local reference = require("ecs_pipeline.paging.reference")
local removal = require("ecs_pipeline.call.removal")

local OWN = { missing = options.one_of("ok", "error") }
for name, row in pairs(network_wait.OPTIONS) do
  OWN[name] = row
end

-- What to do about a DependencyViolation that did not pass.
local HINTS = {
  vpc = "what is in it goes first: vswitch.list{ vpc_id = \"%s\" } shows its vSwitches",
  vswitch = "what stands in it goes first, as the instance of a build: execution.list() shows "
    .. "them, and %s is free when they have ended",
}

local function still(job, err, id)
  if tostring(err.code):find("^DependencyViolation") then
    err.hint = err.hint or HINTS[job.kind.group]:format(id)
  end
  return network_wait.still(job, err)
end

-- Asks until it is accepted, or gone. A try after a refusal has a ClientToken of its own, as with
-- terraform: nothing was done, and what went with the old token was the refusal.
-- → result, or nil, message, err
local function ask(job, found, own)
  local terms = { not_found = job.kind.gone, missing = own.missing, uncertain = false }
  while true do
    local result, message, err = removal.run(job.client, job.operation,
      { [job.kind.id] = found.id, region_id = found.region_id },
      network_wait.call_options(job, job.call_options.client_token), terms)
    if result then
      return result
    end
    terms.uncertain = terms.uncertain or err.outcome == "unknown"
    if not network_wait.passes(err) then
      return nil, message, err
    elseif not network_wait.pause(job) then
      return still(job, err, found.id)
    end
  end
end

local function wait(job, found)
  local gone, err, status = network_wait.look(job, found, function(_, failed)
    if failed and job.kind.gone[failed.code] then
      return true
    end
  end)
  if gone then
    return true
  elseif err then
    return network_wait.explain(err, found.id .. " was deleted, but cannot be looked at")
  end
  return errors.fail(job.operation, { kind = "timeout", code = "WAIT_TIMEOUT",
    message = ("%s was deleted and is still %s after %.0f s"):format(found.id,
      status or "not known to be gone", job.limit) })
end

--- Delete and wait. Arguments and results as `vpc.delete` and `vswitch.delete`.
-- @tparam table client internal client
-- @tparam table kind of `networks`
-- @param wanted id, or table with `id`
-- @tparam ?table given options
return function(client, kind, wanted, given)
  local operation = kind.group .. ".delete"
  local own, rest = options.own(operation, given, OWN)
  local call_options = client:call_options(operation, rest)
  local found, message, err = reference.find(operation, wanted, kind.reference)
  if not found then
    return nil, message, err
  end
  local job = network_wait.open(client, kind, operation, own, call_options)
  local result
  result, message, err = ask(job, found, own)
  if not result or result.dry_run or not result.deleted then
    return result, message, err
  end
  local ok
  ok, message, err = wait(job, found)
  if not ok then
    err.id, err[kind.id] = found.id, found.id
    return nil, message, err
  end
  return result
end
