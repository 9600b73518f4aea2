--- Reads resources through describe calls that return a list: all that match a filter, or one by
-- its id. Ids are requested in batches, all pages are read, and the filter is applied again on our
-- side.
--
-- What only lists need is loaded by the first list: a program that reads one starts faster.
local errors = require("ecs_pipeline.errors")
local info = require("ecs_pipeline.call.info")
local reference = require("ecs_pipeline.paging.reference")
local tables = require("ecs_pipeline.tables")

local listing = {}

local OWN_ARGS = { own_args = true }

-- Reads the fields that every filter may have: ids, `name_regex`, `tags`.
-- → { filter, args, ids, keep }, or nil, message, err
local function read(operation, kind, given)
  local filters, ids = require("ecs_pipeline.paging.filters"), require("ecs_pipeline.paging.ids")
  local filter, message, err = filters.open(operation, given)
  if not filter then
    return nil, message, err
  end
  filter = reference.plain(kind.operation, filter)
  local wanted
  for _, name in ipairs(kind.names) do
    wanted = wanted or filter[name]
  end
  local list, regex
  list, message, err = ids.read(operation, wanted, kind.reference)
  if list == false then
    return nil, message, err
  end
  regex, message, err = filters.regex(operation, filter.name_regex)
  if message then
    return nil, message, err
  end
  local args = tables.without(filter, kind.names)
  args.name_regex = nil
  local has_tags, set
  args.tags, has_tags = filters.tags(filter.tags)
  set = filters.set(list)
  return { filter = filter, args = args, ids = list, keep = function(item)
    if set and set[item.id] ~= true then
      return false
    end
    local matches, why = true, nil
    if regex then
      matches, why = regex:match(item[kind.name] or "")
    end
    if why then
      return filters.unmatched(operation, item.id, why)
    end
    return matches and has_tags(item)
  end }
end

-- For an id that does not exist the service may return an error instead of an empty list.
local function empty_if_gone(gone, next_page)
  return function()
    local items, message, err = next_page()
    if items == false and gone[err.code] then
      return nil
    end
    return items, message, err
  end
end

--- Iterates.
-- @tparam table kind `operation` ("pipeline.describe"), `field` of its result that holds the items,
--   `reference` of `reference.find`, `names` of the ids in a filter (the first one given counts),
--   `name` = field that `name_regex` is about, `batch` = how many ids one call takes, as a list
--   `ids`, or `id_param` = the parameter that takes one,
--   `gone` = set of the Codes that say that none of these ids exists, and
--   `predicate(operation, seen)` → function(item) → boolean, for all other filters, or nil,
--   message, err; `seen.filter` is the given filter, `seen.ids` its ids, `seen.args` the arguments
--   to be sent, which it may change
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @tparam ?table filter
-- @tparam table call_options
-- @treturn function iterator
-- @treturn table facts for `ecs.info`
function listing.each(kind, client, operation, filter, call_options)
  local ids = require("ecs_pipeline.paging.ids")
  local paginator = require("ecs_pipeline.paging.paginator")
  local facts, fits = paginator.facts(), nil
  local seen, message, err = read(operation, kind, filter)
  if seen then
    fits, message, err = kind.predicate(operation, seen)
  end
  if not fits then
    return paginator.failed(message, err), facts
  end
  local function open(batch)
    local args = tables.copy(seen.args)
    if kind.id_param then
      args[kind.id_param] = batch and batch[1]
    else
      args.ids = batch
    end
    local next_page = paginator.open(client, { operation = kind.operation, field = kind.field,
      args = args, options = call_options, name = operation, facts = facts })
    return batch and kind.gone and empty_if_gone(kind.gone, next_page) or next_page
  end
  return ids.each(seen.ids, kind.batch or 1, open, function(item)
    if not fits(item) then
      return false
    end
    return seen.keep(item)
  end), facts
end

--- Finds which one is meant: by its id, or by `{ name = … }`, where further fields are filters of
-- the list. The service lets several have one name.
-- @tparam table kind as `each`, with `what`
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @param wanted
-- @tparam table call_options
-- @tparam ?string region_id where to look, if `wanted` does not say it
-- @treturn[1] table `{ id, region_id }`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; kind "validation", "not_found" if none has the name, "conflict" if several
--   have it (`err.ids`)
function listing.which(kind, client, operation, wanted, call_options, region_id)
  if type(wanted) ~= "table" or not reference.is_named(wanted, kind.reference) then
    return reference.find(operation, wanted, kind.reference, true)
  end
  local filter = tables.without(wanted, { "name" })
  filter[kind.name], filter.region_id = wanted.name, wanted.region_id or region_id
  local paginator = require("ecs_pipeline.paging.paginator")
  local found, message, err = paginator.collect(listing.each(kind, client, operation, filter,
    tables.without(call_options, { "client_token", "dry_run" })))
  if not found then
    return nil, message, err
  elseif #found == 1 then
    return { id = found[1].id, region_id = filter.region_id }
  elseif #found == 0 then
    return errors.fail(operation, { kind = "not_found",
      message = ("no %s named %s in %s"):format(kind.what, wanted.name,
        tostring(filter.region_id or call_options.region or client:region())) })
  end
  local list = {}
  for index, item in ipairs(found) do
    list[index] = item.id
  end
  return errors.fail(operation, { kind = "conflict", sent = false, param = "name", ids = list,
    message = ("%d %ss have the name %s: %s"):format(#list, kind.what, wanted.name,
      table.concat(list, ", ")),
    hint = "say which one by its id" })
end

--- Reads one by its id. Terraform takes the first element without a check; an id other than the
-- requested one means that the service ignored the filter.
-- @tparam table kind `operation`, `field`, `id_param` as `each`; `what` = name of the resource in
--   messages ("image pipeline"), `always` = more arguments, `note` = end of the message if there is
--   none
-- @tparam table client internal client
-- @tparam string name of the function that the user called
-- @tparam table ref `{ id, region_id }` of `reference.find`
-- @tparam table call_options
-- @treturn[1] table the element with that id
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; kind "not_found" on an empty list
function listing.get(kind, client, name, ref, call_options)
  local args = tables.copy(kind.always)
  args.region_id = ref.region_id
  args[kind.id_param or "ids"] = kind.id_param and ref.id or { ref.id }
  local result, _, err = client:invoke(kind.operation, args, call_options, OWN_ARGS)
  if not result then
    return nil, errors.relabel(name, err)
  end
  local list = result[kind.field] or {}
  for _, item in ipairs(list) do
    if item.id == ref.id then
      info.share(item, result)
      return item
    end
  end
  local facts = info.get(result)
  local wrong = #list > 0 and ("asked for %s, the reply holds other %ss"):format(ref.id, kind.what)
    or require("ecs_pipeline.paging.paginator").contradiction(result)
  return errors.fail(name, {
    kind = wrong and "protocol" or "not_found", code = wrong and "BAD_REPLY" or nil,
    request_id = facts.request_id, attempts = facts.attempts, region = facts.region,
    message = wrong or ("no %s %s in %s%s"):format(kind.what, ref.id, tostring(facts.region),
      kind.note or ""),
  })
end

return listing
