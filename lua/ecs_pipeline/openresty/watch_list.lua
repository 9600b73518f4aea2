--- The list of followed executions, in a shared dictionary: numbered entries, the time when each is
-- due, an index by id, a lease for each.
-- Entries are plain tables. This file knows only the fields that it gives a new entry, and
-- `report`.
local lease = require("ecs_pipeline.openresty.lease")
local shared = require("ecs_pipeline.openresty.shared")

local watch_list = {}

local List = {}
List.__index = List

local OPERATION = "openresty.watch"

--- @tparam table ngx of `shared.open`
-- @tparam table dict
-- @tparam string name of the watch
-- @treturn List
function watch_list.new(ngx, dict, name)
  return setmetatable({ ngx = ngx, dict = dict, prefix = "ecs:watch:" .. name .. ":" }, List)
end

local function key(self, what, which)
  return self.prefix .. what .. (which and ":" .. which or "")
end

local function number_key(self, number)
  return key(self, "entry", ("%.0f"):format(number))
end

-- When an entry is due is stored beside it, so that reading hundreds of them is cheap. An entry
-- that ended has none.
local function due_key(self, number)
  return key(self, "due", ("%.0f"):format(number))
end

local function id_key(self, found)
  return key(self, "id", found.id)
end

--- @tparam number number
-- @treturn ?table entry
function List:get(number)
  return shared.get_json(self.dict, number_key(self, number))
end

--- @tparam table found `{ id, region_id }`
-- @treturn ?table entry
-- @treturn ?number its number, also if the entry itself no longer exists
function List:find(found)
  local number = self.dict:get(id_key(self, found))
  return number and self:get(number) or nil, number
end

--- @tparam number number of one that ended
function List:never_due(number)
  self.dict:delete(due_key(self, number))
end

--- Writes an entry back. It must not be lost when the dictionary is full: the least recently used
-- entry is evicted then.
-- @tparam number number
-- @tparam table entry
-- @tparam ?number ttl seconds; nil = for ever
function List:put(number, entry, ttl)
  local kept, message =
    shared.set_json(OPERATION, self.dict, number_key(self, number), entry, ttl)
  if not kept then
    self.ngx.log(self.ngx.ERR, message)
    self.dict:set(number_key(self, number), shared.encode(entry), ttl or 0)
  end
  if ttl then
    self.dict:set(id_key(self, entry.found), number, ttl)
    self:never_due(number)
  else
    self.dict:set(due_key(self, number), entry.due)
  end
end

-- → number of a new row, true if another worker was first, or nil, message, err
local function claim(self, found, stale)
  local number, why = self.dict:incr(key(self, "last"), 1, 0)
  if not number then
    return shared.full(OPERATION, why)
  end
  local added, message, err = shared.keep(OPERATION, self.dict, stale and "safe_set" or "safe_add",
    id_key(self, found), number)
  if added == nil then
    return nil, message, err
  end
  return added and number or true
end

local function write(self, number, entry)
  local kept, message, err =
    shared.set_json(OPERATION, self.dict, number_key(self, number), entry)
  if not kept then
    return nil, message, err
  end
  return shared.keep(OPERATION, self.dict, "safe_set", due_key(self, number), entry.due)
end

--- Adds an execution.
-- @tparam table found `{ id, region_id }`
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "storage"
function List:add(found)
  local entry, stale = self:find(found)
  if entry then
    if not entry.report.ended then -- the worker that added it may have died before its last write
      self.dict:safe_add(due_key(self, stale), entry.due)
    end
    return true
  end
  local number, message, err = claim(self, found, stale)
  if not number then
    return nil, message, err
  elseif number == true then
    return true
  end
  local report = { execution_id = found.id, region_id = found.region_id, ended = false,
    phase = "unknown", followed_at = self.ngx.wall() }
  local kept
  kept, message, err = write(self, number,
    { found = found, due = 0, unchanged = 0, failures = 0, report = report })
  if not kept then
    self.dict:delete(number_key(self, number))
    self.dict:delete(id_key(self, found))
    return nil, message, err
  end
  return true
end

-- Iterator over the rows for which `of(number)` returns a value: number, value.
local function rows(self, of)
  local number = self.dict:get(key(self, "gone")) or 0
  local last = self.dict:get(key(self, "last")) or 0
  return function()
    while number < last do
      number = number + 1
      local value = of(number)
      if value then
        return number, value
      end
    end
  end
end

--- The entries, in the order in which they were added.
-- @treturn function iterator: number, entry
function List:each()
  return rows(self, function(number) return self:get(number) end)
end

--- The entries that are due.
-- @tparam number now
-- @treturn function iterator: number
function List:each_due(now)
  return rows(self, function(number)
    local due = self.dict:get(due_key(self, number))
    return due and due <= now
  end)
end

--- Skips empty rows at the start of the list from now on. A new row is empty for a moment before
-- its entry is written, so only rows that existed a tick ago are skipped.
function List:trim()
  local gone = self.dict:get(key(self, "gone")) or 0
  local last = self.dict:get(key(self, "last")) or 0
  -- the numbers are lower than before if other code has flushed the dictionary
  local number, known = gone, math.min(last, self.known or 0)
  while number < known and not self.dict:get(number_key(self, number + 1)) do
    number = number + 1
  end
  if number > gone then
    self.dict:set(key(self, "gone"), number)
  end
  self.known = last
end

--- @tparam number number
-- @tparam number seconds
-- @return as `lease.take`
function List:lease(number, seconds)
  return lease.take(OPERATION, self.ngx, self.dict, key(self, "lease", ("%.0f"):format(number)),
    seconds)
end

return watch_list
