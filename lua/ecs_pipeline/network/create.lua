--- Make a VPC or a vSwitch and wait until it is Available. VPC 2016-04-28, CreateVpc and
-- CreateVSwitch.
--
-- One ClientToken serves every attempt, also those after a refusal that passes. (Terraform takes a
-- new one for each try of a vSwitch, so a lost answer may leave two.)
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local filters = require("ecs_pipeline.paging.filters")
local network_wait = require("ecs_pipeline.network.wait")
local options = require("ecs_pipeline.call.options")
local tags = require("ecs_pipeline.tags")

local network_create = {}

-- What was made just now may not be shown yet. After so many seconds it is not there.
local UNSEEN = 60

--- The arguments of one, `default_tags` of the client merged in.
function network_create.arguments(client, args)
  return tags.with_defaults(client.options.default_tags, args)
end

-- Asks until it is accepted. → result, or nil, message, err
local function ask(job, args, token, callers_token)
  local uncertain = false
  while true do
    local result, message, err = job.client:invoke(job.operation, args,
      network_wait.call_options(job, token))
    if result then
      return result
    end
    uncertain = uncertain or err.outcome == "unknown"
    err.outcome = uncertain and "unknown" or nil
    err.retryable = err.retryable and (callers_token or not uncertain)
    if not network_wait.passes(err) then
      return nil, message, err
    elseif not network_wait.pause(job) then
      return network_wait.still(job, err)
    end
  end
end

-- A failure after it was made names it.
local function made_but(job, made, err, status)
  if not err then
    local _
    _, _, err = errors.fail(job.operation, { kind = "timeout", code = "WAIT_TIMEOUT",
      message = ("%s was made and is %s after %.0f s"):format(made.id,
        status and "still " .. status or "still not to be seen", job.limit) })
  else
    network_wait.explain(err, made.id .. " was made")
  end
  err.id, err[job.kind.id], err.partial = made.id, made.id, made
  err.retryable = false -- another create would make another one
  err.hint = err.hint or ("it exists: look with %s.describe(\"%s\"), or remove it with %s.delete")
    :format(job.kind.group, made.id, job.kind.group)
  return nil, err.message, err
end

local function wait(job, made, region_id, token)
  local shown = false
  local function done(resource, failed)
    shown = shown or resource ~= nil
    if resource then
      return resource.status == "Available" and resource or nil
    elseif job.kind.gone[failed.code]
      and (shown or job.client.platform.clock() - job.started >= UNSEEN) then
      return false
    end
  end
  local seen, err, status = network_wait.look(job, { id = made.id, region_id = region_id }, done)
  if seen then
    for name, value in pairs(made) do -- route_table_id, and the request that made it
      if seen[name] == nil or name == "request_id" then
        seen[name] = value
      end
    end
    return seen
  end
  local _, message
  _, message, err = made_but(job, made, err, status)
  err.client_token = token
  return nil, message, err
end

-- Nothing else is asked: the VPC is looked into when the caller has it.
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
      return true -- or it is no block: for the C module to refuse
    end
  end
  return errors.fail(operation, { kind = "validation", param = "cidr_block", sent = false,
    message = ("cidr_block: %s does not lie in the VPC's %s; the same block or a part of it does")
      :format(block, table.concat(blocks, ", ")) })
end

--- Create and wait. Arguments and results as `vpc.create` and `vswitch.create`.
-- @tparam table client internal client
-- @tparam table kind of `networks`
-- @tparam table args
-- @tparam ?table given options
function network_create.run(client, kind, args, given)
  local operation = kind.group .. ".create"
  local own, rest = options.own(operation, given, network_wait.OPTIONS)
  local call_options = client:call_options(operation, rest)
  if type(args) ~= "table" then
    errors.raise(operation .. ": arguments must be a table, not a " .. type(args))
  end
  local ok, message, err = check_block(operation, args, call_options)
  if not ok then
    return nil, message, err
  end
  local job = network_wait.open(client, kind, operation, own,
    filters.without(call_options, { "client_token" }))
  local own_token = args.client_token or call_options.client_token
  local token = own_token or client.platform.token()
  local made
  made, message, err =
    ask(job, network_create.arguments(client, args), token, own_token ~= nil)
  if not made then
    return nil, message, err
  elseif made.dry_run then
    return made
  end
  return wait(job, made, args.region_id, token)
end

return network_create
