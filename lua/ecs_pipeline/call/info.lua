--- Response metadata: facts about a call that its result table does not have, stored by that table
-- (`ecs.info`). Weak keys: an entry is collected with its result.
local dates = require("ecs_pipeline.dates")
local platform = require("ecs_pipeline.platform")
local tables = require("ecs_pipeline.tables")

local info = {}

local known = setmetatable({}, { __mode = "k" })

--- Stores metadata. `facts.raw` may be the result itself; then only a mark is stored, because
-- before Lua 5.2 a weak table keeps a key to which its own value refers.
-- @tparam table result
-- @tparam table facts; `date` of the reply and the wall clock when it was `received` become
--   `clock_offset` when they are asked for
function info.set(result, facts)
  if rawequal(facts.raw, result) then
    facts.raw = nil
    facts.raw_is_result = true
  end
  known[result] = facts
end

--- Does the result of a call keep the raw reply? It takes as much memory as the result, so of many
-- calls at the same time it is kept only where that was asked for.
-- @tparam table call_options
-- @treturn boolean
function info.keeps_raw(call_options)
  if call_options.keep_raw ~= nil then
    return call_options.keep_raw
  end
  return not platform.is_concurrent()
end

--- Facts about a result of this library that its table does not have. Sends nothing.
-- @function client.info
-- @tparam table result
-- @treturn ?table `{ request_id, request_ids, attempts, elapsed (seconds), region, endpoint,
--   client_token, clock_offset (seconds that the service's clock is ahead), warnings,
--   total_count, raw (see the option `keep_raw`) }`, a new table; nil if the table is not a result
--   of this library
function info.get(result)
  local facts = type(result) == "table" and known[result]
  if not facts then
    return nil
  end
  local copy = tables.copy(facts)
  if copy.raw_is_result then
    copy.raw, copy.raw_is_result = result, nil
  end
  if copy.received then
    copy.clock_offset = dates.clock_offset(copy, copy.received)
    copy.date, copy.received = nil, nil
  end
  return copy
end

--- Gives a part of a result the metadata of the whole.
-- @tparam table part
-- @tparam table result of this library
function info.share(part, result)
  local facts = known[result]
  known[part] = facts.raw_is_result and info.get(result) or facts
end

return info
