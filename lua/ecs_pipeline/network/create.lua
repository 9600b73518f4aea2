--- Creates a VPC or a vSwitch and waits until it is Available. VPC 2016-04-28, CreateVpc and
-- CreateVSwitch.
--
-- All attempts have the same ClientToken, also those after a temporary refusal. (Terraform uses a
-- new one for each attempt of a vSwitch, so a lost reply may leave two.)
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local info = require("ecs_pipeline.call.info")
local network_wait = require("ecs_pipeline.network.wait")
local options = require("ecs_pipeline.call.options")
local poll = require("ecs_pipeline.waiting.poll")
local tables = require("ecs_pipeline.tables")
local tags = require("ecs_pipeline.tags")

local network_create = {}

--- The arguments of the call, `default_tags` of the client merged in.
function network_create.arguments(client, args)
  return tags.with_defaults(client.options.default_tags, args)
end

-- Sends the request until it is accepted. → result, or nil, message, err
local function send(job, args, callers_token)
  local token, uncertain = callers_token, false
  return network_wait.accepted(job, function()
    local call_options = job.wait:poll_options()
    call_options.client_token = token
    local result, message, err = job.client:invoke(job.operation, args, call_options)
    if result then
      return result
    end
    token = err.client_token -- that of the first attempt
    uncertain = uncertain or err.outcome == "unknown"
    err.outcome = uncertain and "unknown" or nil
    err.retryable = err.retryable and (callers_token ~= nil or not uncertain)
    return nil, message, err
  end)
end

-- The error of a failure after the creation: it names the created resource.
local function created_but(job, created, err)
  err.id, err[job.kind.id], err.partial = created.id, created.id, created
  err.client_token = (info.get(created) or {}).client_token
  err.retryable = false -- another call would create another one
  local exists = ("it exists: see %s.describe(\"%s\"), or delete it with %s.delete")
    :format(job.kind.group, created.id, job.kind.group)
  poll.resume_with(err, exists)
  err.hint = err.hint or exists
  return nil, err.message, err
end

local function wait(job, created, region_id)
  local resource, _, err, seen = network_wait.poll(job, { id = created.id, region_id = region_id },
    function(found) return found and found.status == "Available" and poll.DONE or nil end,
    function(failure) return network_wait.gone(job, failure) end)
  if resource then
    for name, value in pairs(created) do -- route_table_id, and the request that created it
      if resource[name] == nil or name == "request_id" then
        resource[name] = value
      end
    end
    return resource
  elseif resource == false then
    _, _, err = job.wait:timed_out(("%s was created and is %s after %.0f s"):format(created.id,
      seen and seen.status and "still " .. seen.status or "still not visible", job.wait.timeout))
  else
    network_wait.explain(err, created.id .. " was created")
  end
  return created_but(job, created, err)
end

-- Checked only if the caller passes the VPC itself: no call is made for this check.
local function check_block(operation, args, call_options)
  local vpc, block = args.vpc_id, args.cidr_block
  if type(vpc) ~= "table" or type(vpc.cidr_block) ~= "string" or type(block) ~= "string"
    or call_options.validate ~= "strict" then
    return true
  end
  local blocks = { vpc.cidr_block }
  for _, more in ipairs(vpc.secondary_cidr_blocks or {}) do
    blocks[#blocks + 1] = more
  end
  for _, outer in ipairs(blocks) do
    if core.cidr_within(block, outer) ~= false then
      return true -- or it is not a block, and the C module rejects it
    end
  end
  return errors.fail(operation, { kind = "validation", param = "cidr_block", sent = false,
    message = ("cidr_block: %s is not inside the VPC's block %s; use that block or a part of it")
      :format(block, table.concat(blocks, ", ")) })
end

--- Creates and waits. Arguments and results as `vpc.create` and `vswitch.create`.
-- @tparam table client internal client
-- @tparam table kind of `networks`
-- @tparam table args
-- @tparam ?table given options
function network_create.run(client, kind, args, given)
  local operation = kind.group .. ".create"
  local own_options, rest = options.own(operation, given, poll.OPTIONS)
  local call_options = client:call_options(operation, rest)
  if type(args) ~= "table" then
    errors.raise(operation .. ": arguments must be a table, not a " .. type(args))
  end
  local ok, message, err = check_block(operation, args, call_options)
  if not ok then
    return nil, message, err
  end
  local job = network_wait.open(client, kind, operation, own_options,
    tables.without(call_options, { "client_token" }))
  local created
  created, message, err = send(job, network_create.arguments(client, args),
    args.client_token or call_options.client_token)
  if not created then
    return nil, message, err
  elseif created.dry_run then
    return created
  end
  return wait(job, created, args.region_id)
end

return network_create
