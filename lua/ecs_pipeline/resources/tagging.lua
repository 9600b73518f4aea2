--- Tags and resource groups of existing resources: TagResources, UntagResources, JoinResourceGroup.
-- Any number of resources, in batches of the size that one call accepts. These calls have no
-- ClientToken, but they are safe to repeat.
local errors = require("ecs_pipeline.errors")
local ids = require("ecs_pipeline.paging.ids")
local options = require("ecs_pipeline.call.options")
local resource_types = require("ecs_pipeline.resource_types")
local tables = require("ecs_pipeline.tables")

local tagging = {}

-- Most ids in one call of TagResources and UntagResources (NumberExceed.ResourceIds).
local BATCH = 50

-- → list of ids, or nil, message, err
local function read_ids(operation, given, kind)
  if given ~= nil and type(given) ~= "string" and type(given) ~= "table" then
    errors.raise(operation .. ": wants ids, or tables with id, not a " .. type(given))
  end
  local list, message, err = ids.read(operation, given, kind)
  if list then
    return list
  elseif list == false then
    return nil, message, err
  end
  return errors.fail(operation, { kind = "validation", param = "resource_ids", sent = false,
    message = "resource_ids: at least one id is needed" })
end

-- Sends a call for each batch; args_of(batch) → its arguments. After a failure `err.partial` has
-- the ids of the batches before it.
local function each_batch(client, operation, job, args_of)
  local done, last, rendered = {}, nil, {}
  for _, batch in ipairs(ids.batches(job.ids, job.size)) do
    local args = args_of(batch)
    args.resource_type = job.resource_type
    local result, message, err = client:invoke(operation, args, job.call_options,
      { idempotent = true })
    if not result then
      resource_types.explain(job.resource_type, err)
      err.partial = { resource_ids = done }
      return nil, message, err
    elseif result.dry_run then
      rendered[#rendered + 1] = result
    end
    for _, id in ipairs(batch) do
      done[#done + 1] = id
    end
    last = result
  end
  if rendered[1] then
    rendered[1].requests = rendered
    return rendered[1]
  end
  last.resource_ids = done
  return last
end

-- Options, type and ids of a call, checked; or nil, message, err.
local function open(client, operation, resource_type, given_ids, given, size)
  local own_options, rest = options.own(operation, given, resource_types.OPTIONS)
  local call_options = client:call_options(operation, rest)
  local ok, message, err = resource_types.check(operation, resource_type, own_options)
  if not ok then
    return nil, message, err
  end
  local list
  list, message, err = read_ids(operation, given_ids, resource_types.kind(resource_type))
  if not list then
    return nil, message, err
  end
  return { ids = list, size = size, resource_type = resource_type, call_options = call_options }
end

--- Adds tags. Arguments and results as `tags.add`.
function tagging.add(client, resource_type, given_ids, set, given)
  local operation = "tags.add"
  local job, message, err = open(client, operation, resource_type, given_ids, given, BATCH)
  if not job then
    return nil, message, err
  end
  return each_batch(client, operation, job, function(batch)
    return { resource_ids = batch, tags = set }
  end)
end

-- A key, a list of keys, or { all = true } → arguments; or nil, message, err.
local function what_to_remove(operation, given)
  local all = type(given) == "table" and given.all
  if all == true and #given == 0 then
    return { all = true }
  elseif type(given) == "string" then
    return { tag_keys = { given } }
  elseif type(given) == "table" and #given > 0 and all == nil then
    return { tag_keys = given }
  end
  return errors.fail(operation, { kind = "validation", param = "tag_keys", sent = false,
    message = "tag_keys: give a key, a list of keys, or { all = true } for all of them" })
end

--- Removes tags. Arguments and results as `tags.remove`.
function tagging.remove(client, resource_type, given_ids, keys, given)
  local operation = "tags.remove"
  local job, message, err = open(client, operation, resource_type, given_ids, given, BATCH)
  if not job then
    return nil, message, err
  end
  local what
  what, message, err = what_to_remove(operation, keys)
  if not what then
    return nil, message, err
  end
  return each_batch(client, operation, job, function(batch)
    return { resource_ids = batch, tag_keys = what.tag_keys, all = what.all }
  end)
end

--- Moves resources to a resource group, one call for each. Arguments and results as
-- `resource_group.join`.
function tagging.join(client, args, given)
  local operation = "resource_group.join"
  if type(args) ~= "table" then
    errors.raise(operation .. ": arguments must be a table, not a " .. type(args))
  end
  local job, message, err = open(client, operation, args.resource_type,
    args.ids or args.id or args.resource_id, given, 1)
  if not job then
    return nil, message, err
  end
  return each_batch(client, operation, job, function(batch)
    local sent = tables.without(args, { "ids", "id" }) -- the C module rejects a misspelt name
    sent.resource_id = batch[1]
    return sent
  end)
end

return tagging
