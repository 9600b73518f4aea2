--- Token paging: MaxResults, NextToken, TotalCount. A token is opaque, bound to the filter it came
-- from, and names the last record seen, so that pages stay right while records come and go.
-- And paging by number: PageNumber, PageSize, TotalCount.

local digest = require("ecs_pipeline.emulator.digest")
local errors = require("ecs_pipeline.emulator.errors")
local json = require("ecs_pipeline.sorted_json")
local params = require("ecs_pipeline.emulator.params")
local tags = require("ecs_pipeline.emulator.tags")

local M = {}

local default_size, largest = 50, 500

local function token_for(number, scope)
  local check = digest.sha256_hex("page/" .. number .. "/" .. scope)
  return string.format("AAAAAV%08x", number) .. check:sub(1, 26)
end

local function read_token(token, scope)
  local number = tonumber(token:match("^AAAAAV(%x%x%x%x%x%x%x%x)%x+$") or "", 16)
  if not number or token_for(number, scope) ~= token then
    return nil
  end
  return number
end

--- What a page token is bound to: everything that chooses the records. `parts`: a list of texts.
function M.scope(parts, wanted_tags)
  for _, tag in ipairs(wanted_tags) do
    parts[#parts + 1] = tag.key .. "=" .. (tag.value or "*")
  end
  return table.concat(parts, "/")
end

--- `records` in rising order of `number`, or in falling order with `order` "falling".
-- most: another largest size, which is the default as well.
-- → page (list), { MaxResults, NextToken, TotalCount }, or nil and the refusal.
function M.page(records, flat, scope, order, most)
  local size, malformed = params.integer(flat, "MaxResults")
  if malformed or size and (size < 1 or size > (most or largest)) then
    return nil, errors.parameter("MaxResults")
  end
  size = size or most or default_size
  local falling = order == "falling"
  local after = falling and math.huge or 0
  local token = params.text(flat, "NextToken")
  if token then
    after = read_token(token, scope)
    if not after then
      return nil, errors.new("Invalid.NextToken")
    end
  end
  local page, more = {}, false
  for _, record in ipairs(records) do
    if falling and record.number < after or not falling and record.number > after then
      if #page == size then
        more = true
        break
      end
      page[#page + 1] = record
    end
  end
  return page, {
    MaxResults = size,
    NextToken = more and token_for(page[#page].number, scope) or "",
    TotalCount = #records,
  }
end

--- The page of those records of a region that `ids` (a list, empty: any), `keep` and `wanted_tags`
-- leave, as the service shows them.
-- → array of their replies, { MaxResults, NextToken, TotalCount }, or nil and the refusal.
function M.replies(records, call, ids, wanted_tags, scope, keep)
  local wanted, found = {}, {}
  for _, id in ipairs(ids) do
    wanted[id] = true
  end
  for _, record in ipairs(records) do
    if record.region == call.region and (#ids == 0 or wanted[record.id])
      and tags.match(record.tags, wanted_tags) and keep(record) then
      found[#found + 1] = record
    end
  end
  scope[#scope + 1], scope[#scope + 2] = call.region, table.concat(ids, ",")
  local page, reply = M.page(found, call.flat, M.scope(scope, wanted_tags))
  if not page then
    return nil, reply
  end
  local set = json.array({})
  for index, record in ipairs(page) do
    set[index] = record.reply
  end
  return set, reply
end

local most_pages = 2 ^ 31 - 1 -- int32, in the vendor's SDK

--- PageNumber (from 1) and PageSize (10 if not given): → { number, size }, or nil and `code`.
function M.read_numbered(flat, most, code)
  local number, bad_number = params.integer(flat, "PageNumber")
  local size, bad_size = params.integer(flat, "PageSize")
  number, size = number or 1, size or 10
  if bad_number or bad_size or number < 1 or number > most_pages or size < 1 or size > most then
    return nil, errors.new(code)
  end
  return { number = number, size = size }
end

--- One page of a list, by { number, size }: → list, { TotalCount, PageNumber, PageSize }.
function M.numbered(list, page)
  local out = json.array({})
  for index = (page.number - 1) * page.size + 1, math.min(page.number * page.size, #list) do
    out[#out + 1] = list[index]
  end
  return out, { TotalCount = #list, PageNumber = page.number, PageSize = page.size }
end

return M
