--- `image.share`: shares an image with any number of accounts, ten in each call. The service
-- ignores all accounts after the tenth (ModifyImageSharePermission, ECS 2014-05-26).
local errors = require("ecs_pipeline.errors")
local ids = require("ecs_pipeline.paging.ids")
local reference = require("ecs_pipeline.paging.reference")
local tables = require("ecs_pipeline.tables")

local OPERATION = "image.share"
local MOST = 10

-- One account or a list → list of lists of ten. The C module rejects anything else.
local function batches_of(given)
  if given == nil or type(given) == "table" and not given.id then
    return given and ids.batches(given, MOST) or {}
  end
  return { { given } }
end

local function append(list, more)
  for _, account in ipairs(more or {}) do
    list[#list + 1] = account
  end
end

--- Shares. Arguments and results as `image.share`.
return function(client, wanted, args, given)
  local call_options = client:call_options(OPERATION, given)
  if type(args) ~= "table" then
    errors.raise(OPERATION .. ": arguments must be a table, not a " .. type(args))
  end
  local ref, message, err = reference.find(OPERATION, wanted, reference.IMAGE)
  if not ref then
    return nil, message, err
  end
  if args.add_account == nil and args.remove_account == nil and args.is_public == nil
    and args.launch_permission == nil then
    return errors.fail(OPERATION, { kind = "validation", param = "add_account", sent = false,
      message = "add_account, remove_account or is_public: one of them must be given" })
  end
  local add, remove = batches_of(args.add_account), batches_of(args.remove_account)
  local done = { added = {}, removed = {} }
  for index = 1, math.max(#add, #remove, 1) do
    local sent = tables.without(args, index > 1 and { "is_public", "launch_permission" } or {})
    sent.image_id, sent.region_id = ref.id, args.region_id or ref.region_id
    sent.add_account, sent.remove_account = add[index], remove[index]
    local result
    result, message, err = client:invoke(OPERATION, sent, call_options, { idempotent = true })
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
