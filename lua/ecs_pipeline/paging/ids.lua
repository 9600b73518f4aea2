--- Ids of a filter: any number of them, requested in batches of the size that one call accepts.
local paginator = require("ecs_pipeline.paging.paginator")
local reference = require("ecs_pipeline.paging.reference")

local ids = {}

--- One value, or a list of them, as a list. A table without a first element is one value.
-- @param given
-- @treturn table list
function ids.list(given)
  if type(given) == "table" and (given[1] ~= nil or next(given) == nil) then
    return given
  end
  return { given }
end

--- Reads them: one, or a list; a table with an id stands for it.
-- @tparam string operation for the message
-- @param given
-- @tparam table kind of `reference.find`
-- @treturn[1] ?table list of distinct ids; nil without any
-- @treturn[2] boolean false
-- @treturn[2] string message
-- @treturn[2] table err of kind "validation"
function ids.read(operation, given, kind)
  local list, seen = {}, {}
  for _, item in ipairs(ids.list(given)) do
    local ref, message, err = reference.find(operation, item, kind)
    if not ref then
      return false, message, err
    elseif not seen[ref.id] then
      seen[ref.id] = true
      list[#list + 1] = ref.id
    end
  end
  return list[1] and list or nil
end

--- A list in pieces.
-- @tparam table list
-- @tparam number size of a piece
-- @treturn table list of lists
function ids.batches(list, size)
  local pieces = {}
  for from = 1, #list, size do
    local piece = {}
    for index = from, math.min(from + size - 1, #list) do
      piece[#piece + 1] = list[index]
    end
    pieces[#pieces + 1] = piece
  end
  return pieces
end

--- Items by ids, a request for each batch; without ids there is one request.
-- @tparam ?table list of ids
-- @tparam number size of a batch
-- @tparam function open(batch or nil) → next page function of `paginator.open`
-- @tparam function keep item → boolean
-- @treturn function iterator
function ids.each(list, size, open, keep)
  local pieces, at = list and ids.batches(list, size) or { false }, 0
  return paginator.each(function()
    at = at + 1
    if pieces[at] ~= nil then
      return open(pieces[at] or nil)
    end
    return nil
  end, keep)
end

return ids
