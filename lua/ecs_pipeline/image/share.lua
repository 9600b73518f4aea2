--- `image.share`: shares an image with any number of accounts, ten in each call, in one region or
-- several. The service ignores all accounts after the tenth (ModifyImageSharePermission, ECS
-- 2014-05-26).
local copies = require("ecs_pipeline.image.copies")
local errors = require("ecs_pipeline.errors")
local ids = require("ecs_pipeline.paging.ids")
local reference = require("ecs_pipeline.paging.reference")
local regions = require("ecs_pipeline.concurrency.regions")
local tables = require("ecs_pipeline.tables")

local OPERATION = "image.share"
local MOST = 10

-- The accounts of a parameter: one, or a list; a table with an id stands for it. The C module
-- rejects what is no account. → list, or nil, message, err
local function accounts_of(args, param)
  local list = {}
  for index, account in ipairs(ids.list(args[param])) do
    if type(account) == "table" then
      local ref, message, err = reference.find(OPERATION, account,
        { id = "account", param = param })
      if not ref then
        return nil, message, err
      end
      account = ref.id
    end
    list[index] = account
  end
  return list
end

local function append(list, more)
  for _, account in ipairs(more or {}) do
    list[#list + 1] = account
  end
end

-- Shares the image of one region.
local function share(client, ref, args, call_options)
  local add, remove = ids.batches(args.add_account, MOST), ids.batches(args.remove_account, MOST)
  local done = { added = {}, removed = {} }
  for index = 1, math.max(#add, #remove, 1) do
    local sent = tables.without(args, index > 1 and { "is_public", "launch_permission" } or {})
    sent.image_id, sent.region_id = ref.id, args.region_id or ref.region_id
    sent.add_account, sent.remove_account = add[index], remove[index]
    local result, message, err = client:invoke(OPERATION, sent, call_options,
      { idempotent = true })
    if not result then
      err.partial = done
      return nil, message, err
    elseif result.dry_run then
      return result
    end
    append(done.added, add[index])
    append(done.removed, remove[index])
    done.request_id = result.request_id
  end
  return done
end

-- The image of a region: what the results of copies, waits and builds name in `images`; otherwise
-- the image itself in its own region, and the copy that `image.copy` made of it in another.
-- → ref, or nil, message, err
local function in_region(client, wanted, ref, region, call_options)
  local named = type(wanted) == "table" and wanted.images
  if type(named) == "table" then
    if named[region] then
      return reference.find(OPERATION, { id = named[region], region_id = region }, reference.IMAGE)
    end
    return errors.fail(OPERATION, { kind = "not_found", param = "regions", sent = false,
      message = "images: names no image in " .. region })
  end
  local home = ref.region_id or call_options.region or client:region()
  if region == home then
    return { id = ref.id, region_id = home }
  end
  local copy, other, err = copies.find(client, OPERATION,
    { source = { id = ref.id, region_id = home }, region_id = region }, call_options)
  if copy then
    return { id = copy.id, region_id = region }
  elseif err then
    return nil, other, err
  end
  return errors.fail(OPERATION, { kind = "not_found", param = "regions",
    message = ("no image in %s has the tag of a copy of %s"):format(region, ref.id),
    hint = "pass the result of image.copy, execution.wait or bake, or { images = { [region] = id "
      .. "} }" })
end

--- Shares. Arguments and results as `image.share`.
return function(client, wanted, args, given)
  local call_options = client:call_options(OPERATION, given)
  if type(args) ~= "table" then
    errors.raise(OPERATION .. ": arguments must be a table, not a " .. type(args))
  end
  local several = args.regions ~= nil and type(wanted) == "table"
    and type(wanted.images) == "table"
  local ref, message, err
  if not several then
    ref, message, err = reference.find(OPERATION, wanted, reference.IMAGE)
    if not ref then
      return nil, message, err
    end
  end
  local sent = tables.copy(args)
  for _, param in ipairs({ "add_account", "remove_account" }) do
    sent[param], message, err = accounts_of(args, param)
    if not sent[param] then
      return nil, message, err
    end
  end
  if not (sent.add_account[1] or sent.remove_account[1]) and args.is_public == nil
    and args.launch_permission == nil then
    return errors.fail(OPERATION, { kind = "validation", param = "add_account", sent = false,
      message = "add_account, remove_account or is_public: one of them must be given, with at "
        .. "least one account" })
  end
  return regions.run(OPERATION, sent, function(own_args, region)
    local image, why, failure = ref, nil, nil
    if region then
      image, why, failure = in_region(client, wanted, ref, region, call_options)
    end
    if not image then
      return nil, why, failure
    end
    return share(client, image, own_args, call_options)
  end)
end
