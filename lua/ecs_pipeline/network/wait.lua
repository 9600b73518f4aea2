--- The part that create and delete of VPCs and vSwitches have in common: their timeouts, temporary
-- refusals, and polls of the resource. VPC 2016-04-28.
local error_codes = require("ecs_pipeline.error_codes")
local networks = require("ecs_pipeline.find.networks")
local poll = require("ecs_pipeline.waiting.poll")

local network_wait = {}

-- Seconds for the whole of a create or a delete (terraform: 5 or 10 minutes, by the call), and
-- between polls: a network changes in seconds, not in minutes.
local DEFAULTS = { timeout = 600, poll = { min = 2, max = 10 } }

-- A temporary refusal, which ends when another change has ended.
local function temporary(refusal)
  local row = error_codes.of(refusal.code)
  return row.class == "busy" or row.class == "pending" or row.settles or false
end

--- Begins a create or delete: its clock starts now.
-- @tparam table client internal client
-- @tparam table kind of `networks`
-- @tparam string operation
-- @tparam table own_options of `poll.OPTIONS`, checked
-- @tparam table call_options
-- @treturn table job `client, kind, operation`, `wait` = of `poll.new`
function network_wait.open(client, kind, operation, own_options, call_options)
  return { client = client, kind = kind, operation = operation,
    wait = poll.new(client, operation, own_options, call_options, DEFAULTS) }
end

--- Adds a text to the message of a failure.
-- @tparam table err
-- @tparam string text
-- @treturn nil
-- @treturn string message
-- @treturn table err
function network_wait.explain(err, text)
  err.message = err.message .. " (" .. text .. ")"
  return nil, err.message, err
end

--- Sends a request again and again until the service accepts it: temporary refusals are retried
-- until the deadline.
-- @tparam table job
-- @tparam function send → result, or nil, message, err
-- @treturn[1] table result
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function network_wait.accepted(job, send)
  local result, message, err = job.wait:run({
    read = send,
    judge = function(accepted, refusal)
      return accepted and poll.DONE or temporary(refusal) and poll.NOT_YET or poll.FAILED
    end,
  })
  if result == false then
    return network_wait.explain(err, ("still so after %.0f s"):format(job.wait.timeout))
  end
  return result, message, err
end

--- Does this error say that there is no such network?
-- @tparam table job
-- @tparam ?table err
-- @treturn boolean
function network_wait.gone(job, err)
  return err ~= nil and job.kind.gone[err.code] == true
end

--- Polls the resource.
-- @tparam table job
-- @tparam table ref `{ id, region_id }`
-- @tparam function judge of `Wait:run`
-- @tparam ?function not_visible of `Wait:run`
-- @return as `Wait:run`
function network_wait.poll(job, ref, judge, not_visible)
  return job.wait:run({
    read = function()
      return networks.get(job.kind, job.client, job.operation, ref, job.wait:poll_options())
    end,
    judge = judge, not_visible = not_visible,
    report = function(resource)
      local creates = job.operation:match("create$")
      return {
        phase = creates and (resource.status == "Available" and "ended" or "creating")
          or "deleting",
        message = ("%s is %s"):format(ref.id, tostring(resource.status)), status = resource.status,
        [job.kind.id] = ref.id, region = ref.region_id,
      }
    end,
  })
end

return network_wait
