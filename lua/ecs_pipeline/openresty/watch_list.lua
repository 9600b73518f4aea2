--- The list of followed executions, in a store: their ids in one value, an entry for each, and a
-- lease for each. After a poll the lease rests until the next poll is due, so the same key says who
-- polls and when.
-- Entries are plain tables. This file knows only the fields that it gives a new entry, and
-- `report`.
local lease = require("ecs_pipeline.openresty.lease")
local store_file = require("ecs_pipeline.openresty.store")

local watch_list = {}

local List = {}
List.__index = List

--- @tparam table ngx of `store.open`
-- @tparam Store store
-- @tparam string keys first part of the keys, of `scope.of`
-- @treturn List
function watch_list.new(ngx, store, keys)
  return setmetatable({ ngx = ngx, store = store, keys = keys }, List)
end

local function entry_key(self, id)
  return self.keys .. "entry:" .. id
end

local function poll_key(self, id)
  return self.keys .. "poll:" .. id
end

--- @tparam string id
-- @treturn ?table entry
function List:get(id)
  return store_file.decode(self.store:get(entry_key(self, id)))
end

--- Writes an entry back.
-- @tparam string id
-- @tparam table entry
-- @tparam ?number seconds after which it is forgotten; nil = never
-- @treturn[1] string
-- @treturn[2] nil the former entry remains
-- @treturn[2] string message
-- @treturn[2] table err of kind "storage"
function List:put(id, entry, seconds)
  return self.store:put(entry_key(self, id), store_file.encode(entry), seconds)
end

local function ids(self)
  return store_file.decode(self.store:get(self.keys .. "ids")) or {}
end

local function change_ids(self, change)
  return self.store:update(self.keys .. "ids", function(text)
    return store_file.encode(change(store_file.decode(text) or {}))
  end)
end

local function list_it(self, id)
  return change_ids(self, function(list)
    for _, known in ipairs(list) do
      if known == id then
        return list
      end
    end
    list[#list + 1] = id
    return list
  end)
end

--- Adds an execution.
-- @tparam table found `{ id, region_id }`
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "storage"
function List:add(found)
  local report = { execution_id = found.id, region_id = found.region_id, ended = false,
    phase = "unknown", followed_at = self.ngx.wall() }
  local text = store_file.encode({ found = found, unchanged = 0, failures = 0, report = report })
  local added, message, err = self.store:add(entry_key(self, found.id), text)
  local listed
  if added ~= nil then -- also if it was there: its worker may have died before it was listed
    listed, message, err = list_it(self, found.id)
  end
  if listed then
    return true
  elseif added then
    self.store:compare_and_delete(entry_key(self, found.id), text)
  end
  return nil, message, err
end

--- The entries, in the order in which they were added. Ids whose entry is gone are left out from
-- now on.
-- @treturn table list of entries
function List:all()
  local entries, gone = {}, false
  for _, id in ipairs(ids(self)) do
    local entry = self:get(id)
    entries[#entries + 1] = entry
    gone = gone or not entry
  end
  if gone then
    change_ids(self, function(list)
      local left = {}
      for _, id in ipairs(list) do
        left[#left + 1] = self:get(id) and id or nil
      end
      return left
    end)
  end
  return entries
end

--- The ids that are due, and that no worker polls.
-- @treturn table list
function List:due()
  local due = {}
  for _, id in ipairs(ids(self)) do
    if not self.store:get(poll_key(self, id)) then
      due[#due + 1] = id
    end
  end
  return due
end

--- Says that an execution has changed.
-- @tparam string id
-- @tparam number seconds after which it counts as stalled, if it does not change again
function List:moved(id, seconds)
  self.store:put(self.keys .. "moves:" .. id, "1", seconds)
end

--- Has an execution changed within the seconds of `moved`?
-- @tparam string id
-- @treturn boolean
function List:moves(id)
  return self.store:get(self.keys .. "moves:" .. id) ~= nil
end

--- @tparam string id
-- @tparam number seconds
-- @return as `lease.take`
function List:lease(id, seconds)
  return lease.take(self.ngx, self.store, poll_key(self, id), seconds)
end

return watch_list
