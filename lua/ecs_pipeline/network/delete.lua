--- Deletes a VPC or a vSwitch and waits until it no longer exists. VPC 2016-04-28, DeleteVpc and
-- DeleteVSwitch. If it still contains resources, the call waits; it does not delete them.
local networks = require("ecs_pipeline.find.networks")
local network_wait = require("ecs_pipeline.network.wait")
local options = require("ecs_pipeline.call.options")
local poll = require("ecs_pipeline.waiting.poll")
local delete_call = require("ecs_pipeline.call.delete")
local tables = require("ecs_pipeline.tables")

local OWN = tables.copy(poll.OPTIONS)
OWN.missing = options.one_of("ok", "error")

-- What to do about a DependencyViolation that lasted until the deadline.
local HINTS = {
  vpc = "first delete what it contains: vswitch.list{ vpc_id = \"%s\" } shows its vSwitches",
  vswitch = "first release what uses it, such as the instance of a build: execution.list() "
    .. "shows builds, and %s is free when they have ended",
}

-- Sends the request until it is accepted, or the network no longer exists. An attempt after a
-- refusal has its own ClientToken, as with terraform: nothing was done, and the old token belongs
-- to the refusal. → result, or nil, message, err
local function send(job, ref, own_options, token)
  local terms = { not_found = job.kind.gone, missing = own_options.missing, uncertain = false }
  local result, message, err = network_wait.accepted(job, function()
    local call_options = job.wait:poll_options()
    call_options.client_token = token
    local deleted, why, failure = delete_call(job.client, job.operation,
      { [job.kind.id] = ref.id, region_id = ref.region_id }, call_options, terms)
    terms.uncertain = terms.uncertain or failure ~= nil and failure.outcome == "unknown"
    return deleted, why, failure
  end)
  if err and tostring(err.code):find("^DependencyViolation") then
    err.hint = err.hint or HINTS[job.kind.group]:format(ref.id)
  end
  return result, message, err
end

-- → true, or nil, message, err
local function wait(job, ref)
  local gone, _, err, seen = network_wait.poll(job, ref, function(_, failure)
    return network_wait.gone(job, failure) and poll.DONE or nil
  end)
  if gone then
    return true
  elseif gone == nil then
    return network_wait.explain(err, ref.id .. " was deleted, but its state cannot be read")
  end
  return job.wait:timed_out(("%s was deleted and is still %s after %.0f s"):format(ref.id,
    seen and seen.status or "not confirmed as deleted", job.wait.timeout))
end

--- Deletes and waits. Arguments and results as `vpc.delete` and `vswitch.delete`.
-- @tparam table client internal client
-- @tparam table kind of `networks`
-- @param wanted as `networks.which`
-- @tparam ?table given options
return function(client, kind, wanted, given)
  local operation = kind.group .. ".delete"
  local own_options, rest = options.own(operation, given, OWN)
  local call_options = client:call_options(operation, rest)
  local ref, message, err = networks.which(kind, client, operation, wanted, call_options)
  if not ref then
    return nil, message, err
  end
  local job = network_wait.open(client, kind, operation, own_options, call_options)
  local result
  result, message, err = send(job, ref, own_options, call_options.client_token)
  if not result or result.dry_run or not result.deleted then
    return result, message, err
  end
  local ok
  ok, message, err = wait(job, ref)
  if not ok then
    err.id, err[kind.id] = ref.id, ref.id
    return nil, message, err
  end
  return result
end
