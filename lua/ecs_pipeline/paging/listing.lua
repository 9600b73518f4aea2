--- What the listings of describe calls have in common: a filter is read, its ids are asked for in
-- batches, all pages are walked, and what the service promises to leave out is left out again.
local filters = require("ecs_pipeline.paging.filters")
local ids = require("ecs_pipeline.paging.ids")
local pages = require("ecs_pipeline.paging.pages")

local listing = {}

-- What every filter may have: ids, `name_regex`, `tags`.
-- → { filter, args, ids, keep }, or nil, message, err
local function read(operation, kind, given)
  local filter, message, err = filters.open(operation, given)
  if not filter then
    return nil, message, err
  end
  local wanted
  for _, name in ipairs(kind.names) do
    wanted = wanted or filter[name]
  end
  local list, regex
  list, message, err = ids.read(operation, wanted, kind.target)
  if list == false then
    return nil, message, err
  end
  regex, message, err = filters.regex(operation, filter.name_regex)
  if message then
    return nil, message, err
  end
  local args = filters.without(filter, kind.names)
  args.name_regex = nil
  local has_tags, set
  args.tags, has_tags = filters.tags(filter.tags)
  set = filters.set(list)
  return { filter = filter, args = args, ids = list, keep = function(item)
    return (not set or set[item.id] == true)
      and (not regex or regex:match(item[kind.name] or "") == true)
      and has_tags(item)
  end }
end

-- Asked for by id, one that is not there may be a refusal instead of an empty list.
local function without_gone(gone, next_page)
  return function()
    local items, message, err = next_page()
    if items == false and gone[err.code] then
      return nil
    end
    return items, message, err
  end
end

--- Iterate.
-- @tparam table kind `operation` ("pipeline.describe"), `field` of its result that holds the items,
--   `target` of `target.find`, `names` of the ids in a filter (the first that is given counts),
--   `name` = field that `name_regex` is about, `batch` = how many ids one call takes, as a list
--   `ids`, or `one` = the parameter that takes one, `page_size` where pages are numbered, `gone` =
--   set of the Codes that say that there is none of these ids, and
--   `predicate(operation, seen)` → item → boolean, for whatever else there is to filter, or nil,
--   message, err; `seen.filter` is what was given, `seen.ids`, `seen.args` what will be sent and
--   may be changed
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @tparam ?table filter
-- @tparam table call_options
-- @treturn function iterator
-- @treturn table facts for `ecs.info`
function listing.each(kind, client, operation, filter, call_options)
  local facts, fits = pages.facts(), nil
  local seen, message, err = read(operation, kind, filter)
  if seen then
    fits, message, err = kind.predicate(operation, seen)
  end
  if not fits then
    return pages.failed(message, err), facts
  end
  local function open(batch)
    local args = filters.without(seen.args, {})
    if kind.one then
      args[kind.one] = batch and batch[1]
    else
      args.ids = batch
    end
    local next_page = pages.open(client, { operation = kind.operation, field = kind.field,
      args = args, options = call_options, name = operation, facts = facts,
      page_size = kind.page_size })
    return batch and kind.gone and without_gone(kind.gone, next_page) or next_page
  end
  return ids.each(seen.ids, kind.batch or 1, open, function(item)
    return fits(item) and seen.keep(item)
  end), facts
end

return listing
