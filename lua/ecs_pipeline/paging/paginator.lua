--- Paging for all lists: the pages of one request, the items of many pages, and the list of all
-- items. Iterators return one item in each step, and `false, message, err` as the last step after a
-- failure; they hold one page at a time.
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local info = require("ecs_pipeline.call.info")
local number_text = require("ecs_pipeline.sorted_json").number
local tables = require("ecs_pipeline.tables")

local paginator = {}

-- More pages than any account has: guards against a service that always returns one more token.
local MOST_PAGES = 10000

-- Stores metadata for `ecs.info`: of the items of this page, and of the list that they go into.
local function note(walk, result, items, first)
  local facts, page = walk.facts, info.get(result)
  for _, id in ipairs(page.request_ids) do
    facts.request_ids[#facts.request_ids + 1] = id
  end
  facts.request_id, facts.region, facts.endpoint = page.request_id, page.region, page.endpoint
  facts.attempts = facts.attempts + page.attempts
  facts.elapsed = facts.elapsed + page.elapsed
  facts.total_count = facts.total_count + (first and tonumber(result.total_count) or 0)
  if not walk.options.keep_raw then
    page.raw, page.raw_is_result = nil, nil -- an item must not keep its whole page
  end
  for _, item in ipairs(items) do
    info.set(item, page)
  end
end

--- An empty collection of the metadata of a list, for `ecs.info`.
function paginator.facts()
  return { request_ids = {}, attempts = 0, elapsed = 0, total_count = 0 }
end

local function with(args, more)
  return tables.merge(tables.copy(args), more)
end

-- The page size that the caller chose, in our spelling or the API's.
local function given_size(args, page)
  local extra = args.extra
  return args[page.name] or type(extra) == "table" and extra[page.wire] or nil
end

-- A cursor: `place()` → arguments for the next page; `turn(result, items)` → are there more pages?,
-- and what is wrong with this page, or nil; `again(err)` → is the same page to be asked for once
-- more, in another way?

-- NextToken. `size` nil: the caller's, or the service's default.
local function by_token(size)
  local token, seen = nil, {}
  return {
    place = function() return { next_token = token, max_results = size } end,
    again = function(err)
      local ours = size
      size = nil
      return ours ~= nil and err.code == "TOO_LARGE" -- 500 pipelines can have 16 MB of content
    end,
    turn = function(result)
      token = result.next_token
      if token == nil or token == "" then
        return false
      elseif seen[token] then
        return false, "the service gave the same NextToken twice, so it would never end"
      end
      seen[token] = true
      return true
    end,
  }
end

-- The items that were not on the previous page. A resource that is created while we read moves
-- others to the next page, where they appear again; a page without new items is the same page
-- again.
local function drop_repeated(items, before)
  local fresh, ids = {}, {}
  for _, item in ipairs(items) do
    local id = item.id
    if id == nil or not before[id] then
      fresh[#fresh + 1] = item
    end
    if id ~= nil then
      ids[id] = true
    end
  end
  return fresh, ids
end

-- PageNumber and PageSize. The end is a short page, or page × size ≥ TotalCount; the size that
-- counts is the one the service says it used.
local function by_number(size, given)
  local number, before = 1, {}
  return {
    place = function() return { page_number = number, page_size = size } end,
    again = function() return false end,
    turn = function(result, items)
      local used = tonumber(result.page_size) or tonumber(size or given)
      local fresh
      fresh, before = drop_repeated(items, before)
      if #items > 0 and #fresh == 0 then
        return false, ("page %d is the same as the one before, so it would never end")
          :format(number)
      end
      local total = tonumber(result.total_count)
      local more = #items >= math.max(used, 1) and not (total and number * used >= total)
      number = number + 1
      return more, nil, fresh
    end,
  }
end

--- What is wrong if this reply is the end of a list without items: an empty answer must say that it
-- is one, because plan, ensure and delete decide by it.
-- @tparam table result
-- @treturn ?string
function paginator.contradiction(result)
  local total = result.total_count
  if total == nil or total == 0 then
    return nil
  end
  return type(total) == "number"
    and ("the service counts %s and has sent none"):format(number_text(total))
    or "the service has sent none, and a count that is not a number"
end

local function cursor_of(walk)
  local page = core.operation_flags(walk.operation).page
  local given = page and given_size(walk.args, page)
  local size = page and given == nil and page.max or nil
  if page and page.name == "page_size" then
    return by_number(size, given)
  end
  return by_token(size)
end

--- The pages of one request: by PageNumber where the action has that, else by NextToken. A page is
-- as large as the action allows, unless the arguments say how large.
-- @tparam table client internal client
-- @tparam table walk `operation` ("pipeline.describe"), `args`, `options` (call options), `field`
--   of the result that holds the items, `name` of the function that the user called, `facts`
-- @treturn function → list of items, nil after the last page, or false, message, err
function paginator.open(client, walk)
  local cursor = cursor_of(walk)
  local count, done, items_seen, counted = 0, false, 0, nil
  local function refuse(why)
    done = true
    local _, message, err = errors.fail(walk.name, { kind = "protocol", code = "BAD_REPLY",
      message = why })
    return false, message, err
  end
  return function()
    if done then
      return nil
    end
    local result, _, err
    repeat
      result, _, err = client:invoke(walk.operation, with(walk.args, cursor.place()), walk.options)
    until result or not cursor.again(err)
    if not result then
      done = true
      return false, errors.relabel(walk.name, err)
    end
    local items = result[walk.field] or {}
    local more, wrong, fresh = cursor.turn(result, items)
    count, done, items_seen = count + 1, not more, items_seen + #items
    counted = counted or paginator.contradiction(result)
    if wrong then
      return refuse(wrong)
    elseif more and count >= MOST_PAGES then
      return refuse("more than " .. MOST_PAGES .. " pages")
    elseif done and items_seen == 0 and counted then
      return refuse(counted)
    end
    note(walk, result, items, count == 1)
    return fresh or items
  end
end

--- The items of several requests, one after the other.
-- @tparam function next_walk → next page function, nil after the last, or false, message, err
-- @tparam function keep item → boolean, or false, message, err, which ends the walk
-- @treturn function iterator
function paginator.each(next_walk, keep)
  local next_page, items, index, done = nil, nil, 0, false
  local function stop(message, err)
    done = true
    return false, message, err
  end
  return function()
    while not done do
      local message, err
      if items then
        index = index + 1
        local item = items[index]
        local kept
        if item ~= nil then
          kept, message, err = keep(item)
        end
        if message then
          return stop(message, err)
        elseif kept then
          return item
        elseif item == nil then
          items = nil
        end
      elseif next_page then
        items, message, err = next_page()
        index = 0
        if items == false then
          return stop(message, err)
        elseif items == nil then
          next_page = nil
        end
      else
        next_page, message, err = next_walk()
        if next_page == false then
          return stop(message, err)
        end
        done = next_page == nil
      end
    end
    return nil
  end
end

--- Attach metadata for `ecs.info` to a list that was built from several replies.
-- @tparam table list
-- @tparam table facts of `paginator.facts`
-- @treturn table list
function paginator.note_list(list, facts)
  info.set(list, facts)
  return list
end

--- An iterator with one step: a failure before any request.
function paginator.failed(message, err)
  local done = false
  return function()
    if done then
      return nil
    end
    done = true
    return false, message, err
  end
end

--- Collects all items of an iterator.
-- @tparam function next_item
-- @tparam table facts of `paginator.facts`
-- @treturn[1] table list
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err, `err.partial` = the items found before the failure
function paginator.collect(next_item, facts)
  local list = {}
  while true do
    local item, message, err = next_item()
    if item == nil then
      return paginator.note_list(list, facts)
    elseif item == false then
      err.partial = list
      return nil, message, err
    end
    list[#list + 1] = item
  end
end

--- The function `list` of a resource.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @tparam function each(client, operation, filter, call_options) → iterator, facts
-- @tparam ?table filter
-- @tparam ?table given call options
-- @return as `collect`
function paginator.list(client, operation, each, filter, given)
  return paginator.collect(each(client, operation, filter, client:call_options(operation, given)))
end

--- The function `each` of a resource. Arguments as `list`.
-- @treturn function iterator
function paginator.iterate(client, operation, each, filter, given)
  return (each(client, operation, filter, client:call_options(operation, given)))
end

return paginator
