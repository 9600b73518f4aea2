--- The store of the hooks: small texts, some of which expire, that all workers share. It is a
-- `lua_shared_dict` of nginx, which survives a reload.
--
-- A store has four operations: `get`, `add`, `compare_and_set` and `compare_and_delete`; `update`
-- and `put` are made of them. To let a value expire is the store's own work, on its own clock: here
-- the machine's monotonic clock, which all workers share and which no correction of the time moves.
-- (nginx's own expiry follows the wall clock.) No other file writes a clock into a store, so that a
-- store of several machines can have the same operations.
--
-- No live value is ever evicted: if nothing that has expired makes room, the operation fails. nginx
-- promises that for `safe_add` and `safe_set` only, so nothing else that may need memory is used.
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local json = require("ecs_pipeline.json")
local platform = require("ecs_pipeline.platform")

local store = {}

--- The name of the dictionary, unless the option `dict` gives another one.
store.NAME = "ecs_pipeline"

--- Rows of the options that every hook has, for `options.check`.
store.ROWS = { dict = { "string", "table" }, client = { "table" }, host = { "table" } }

local Store = {}
Store.__index = Store

-- Before each key: the dictionary may also hold values of other code.
local PREFIX = "ecs:"

-- --- one writer at a time ---

local TURN = PREFIX .. "turn"

local function lock_key(number)
  return ("%slock:%.0f"):format(PREFIX, number)
end

-- Seconds after which a writer counts as dead. Writers hold the lock for some microseconds and
-- never yield meanwhile.
local DEAD = 1

-- Tries without a pause; then the worker pauses, so that the other one gets the processor.
local BUSY, PAUSE = 100, 0.0002

-- The lock is a key that only one worker can add. A dead writer's key is never removed by one who
-- only believes it to be dead; instead, the next number is locked. So of two workers that find the
-- same dead writer only one goes on: one that was late sees the new number in TURN.
-- → number; nil and nginx's reason when there is no memory for the key
local function lock(dict)
  local tries = 0
  while true do
    local first = dict:get(TURN) or 0
    local number = first
    local since = dict:get(lock_key(number))
    while since and core.clock() - since > DEAD do
      number = number + 1
      since = dict:get(lock_key(number))
    end
    if not since then
      local added, why = dict:safe_add(lock_key(number), core.clock())
      if added and (dict:get(TURN) or 0) == first then
        return number, first
      elseif added then
        dict:delete(lock_key(number))
      elseif why ~= "exists" then
        return nil, why
      end
    end
    tries = tries + 1
    if tries > BUSY then
      core.sleep(PAUSE)
    end
  end
end

local function unlock(dict, number, first)
  if number > first and dict:get(lock_key(number)) then
    dict:safe_set(TURN, number + 1)
  end
  for dead = first, number do
    dict:delete(lock_key(dead))
  end
end

-- --- values ---

-- A value in the dictionary: when it ends (milliseconds of the clock, 0 = never), its length, it
-- itself, blanks. The blanks give many values the same length, because nginx replaces a value of
-- the same length in place, which needs no memory.
local function written(now, value, seconds)
  local ends = seconds and (now + seconds) * 1000 or 0
  local text = ("%015.0f %d "):format(ends, #value) .. value
  return text .. (" "):rep(-#text % (#text < 256 and 32 or 256))
end

-- → the value, or nil if there is none, it has expired, or the key is not a store's
local function read(now, text)
  local ends, size, at = (type(text) == "string" and text or ""):match("^(%d+) (%d+) ()")
  if not ends or tonumber(ends) > 0 and tonumber(ends) <= now * 1000 then
    return nil
  end
  return text:sub(at, at + tonumber(size) - 1)
end

-- Keys that are looked at, the least recently used ones, when there is no memory. Each look makes a
-- key the most recently used one, so that the next sweep sees others.
local SWEEP = 1024

-- → number of values that had expired, and are deleted
local function sweep(self)
  local dict, now, deleted = self.dict, self.clock(), 0
  for _, key in ipairs(dict:get_keys(SWEEP)) do
    local text = key:sub(1, #PREFIX) == PREFIX and dict:get(key)
    if type(text) == "string" and text:find("^%d+ %d+ ") and read(now, text) == nil then
      dict:delete(key)
      deleted = deleted + 1
    end
  end
  return deleted
end

local function full(self, why)
  return errors.fail(self.operation, { kind = "storage", code = "SHARED_DICT_FULL", sent = false,
    message = ("the shared dictionary is full (%s): give lua_shared_dict%s in nginx.conf a larger "
      .. "size"):format(tostring(why), self.name and " " .. self.name or "") })
end

-- nginx removes an old value of another length before it finds that there is no memory for the new
-- one. Then the old one is put back: its memory is still free, because no other writer runs.
local function put(self, key, value, seconds, before)
  local dict, text = self.dict, written(self.clock(), value, seconds)
  local ok, why = dict:safe_set(key, text)
  while not ok and sweep(self) > 0 do -- small ones may leave no page for a long one
    ok, why = dict:safe_set(key, text)
  end
  if not ok and before then
    dict:safe_set(key, before)
  end
  return ok, why
end

-- Calls `work(key of the dictionary, its text, its value)` as the only writer.
local function alone(self, key, work)
  local dict = self.dict
  local number, first = lock(dict)
  if not number then
    sweep(self)
    number, first = lock(dict)
    if not number then
      return full(self, first)
    end
  end
  key = PREFIX .. key
  local text = dict:get(key)
  local ran, result, why = pcall(work, key, text, read(self.clock(), text))
  unlock(dict, number, first)
  if not ran then
    error(result, 0)
  elseif result == nil then
    return full(self, why)
  end
  return result
end

-- --- the operations ---

--- @tparam string key
-- @treturn ?string nil if there is none, or it has expired
function Store:get(key)
  return read(self.clock(), self.dict:get(PREFIX .. key))
end

--- Stores a value if the key has none.
-- @tparam string key
-- @tparam string value
-- @tparam ?number seconds after which it expires; nil = never
-- @treturn[1] boolean false if the key has a value
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "storage": there is no room
function Store:add(key, value, seconds)
  return self:compare_and_set(key, nil, value, seconds)
end

--- Replaces a value if it is still the expected one.
-- @tparam string key
-- @tparam ?string expected nil: the key has none
-- @tparam string value the same again to let it expire later
-- @tparam ?number seconds after which it expires; nil = never
-- @return as add; false if the key has another value
function Store:compare_and_set(key, expected, value, seconds)
  return alone(self, key, function(full_key, text, present)
    if present ~= expected then
      return false
    end
    local ok, why = put(self, full_key, value, seconds, text)
    return ok or nil, why
  end)
end

--- Deletes a value if it is still the expected one.
-- @tparam string key
-- @tparam string expected
-- @return as compare_and_set
function Store:compare_and_delete(key, expected)
  return alone(self, key, function(full_key, _, present)
    if present ~= expected then
      return false
    end
    self.dict:delete(full_key)
    return true
  end)
end

--- Changes a value, however many others do so at the same time.
-- @tparam string key
-- @tparam function change (value or nil, now on the store's clock) → the new value, or nil to
-- delete
--   it; is called again if the value has changed meanwhile
-- @tparam ?number seconds as add
-- @treturn[1] string|boolean the new value; true if there is none now
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err as add
function Store:update(key, change, seconds)
  while true do
    local before = self:get(key)
    local after = change(before, self.clock())
    local done, message, err = true, nil, nil
    if after ~= nil then
      done, message, err = self:compare_and_set(key, before, after, seconds)
    elseif before ~= nil then
      done, message, err = self:compare_and_delete(key, before)
    end
    if done ~= false then
      return done and (after or true), message, err
    end
  end
end

--- Stores a value, whatever was there.
-- @tparam string key
-- @tparam ?string value nil deletes the key
-- @tparam ?number seconds as add
-- @return as update
function Store:put(key, value, seconds)
  return self:update(key, function() return value end, seconds)
end

--- Counts.
-- @tparam string key
-- @tparam ?number seconds from the first count on, after which the number begins anew; nil = never
-- @treturn ?number nil if there is no room
function Store:count(key, seconds)
  local text = self:update(key, function(value, now)
    local count, since = (value or ""):match("^(%d+) (%d+)$")
    if not count or seconds and now * 1000 - tonumber(since) >= seconds * 1000 then
      count, since = 0, now * 1000
    end
    return ("%.0f %.0f"):format(tonumber(count) + 1, tonumber(since))
  end, seconds)
  return tonumber(text and text:match("^%d+"))
end

--- The number that `count` has counted.
-- @tparam string key
-- @treturn ?number
function Store:counted(key)
  return tonumber((self:get(key) or ""):match("^%d+"))
end

--- Encodes a table of plain values as text for a store.
store.encode = json.encode

--- Decodes such a text.
-- @tparam ?string text
-- @treturn ?table nil if it is none
function store.decode(text)
  return text and (json.decode_table(text)) or nil
end

-- --- finding it ---

--- The `ngx` table for the hooks: the given one (in specs), otherwise the host's.
-- @tparam ?table host
-- @treturn ?table
function store.host(host)
  return host or rawget(_G, "ngx")
end

--- The store of a hook.
-- @tparam string operation for messages
-- @tparam ?table host
-- @param name of the dictionary, or the dictionary itself; default `store.NAME`
-- @treturn[1] Store
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "validation": outside nginx, or not declared in nginx.conf
function store.find(operation, host, name)
  name = name or store.NAME
  if type(host) ~= "table" or type(host.shared) ~= "table" then
    return errors.fail(operation, { kind = "validation", code = "NO_NGINX", sent = false,
      message = "works inside nginx only (lua-nginx-module)" })
  end
  local dict = type(name) == "table" and name or host.shared[name]
  if not dict then
    return errors.fail(operation, { kind = "validation", code = "NO_SHARED_DICT", param = "dict",
      sent = false, message = ("nginx has no shared dictionary \"%s\": add \"lua_shared_dict %s "
        .. "1m;\" to the http block of nginx.conf"):format(name, name) })
  end
  return setmetatable({ dict = dict, operation = operation,
    name = type(name) == "string" and name or nil,
    clock = host.monotonic or platform.clock }, Store)
end

--- nginx with the two clocks that hooks use.
-- @tparam table host
-- @treturn table fields of the host, and `clock` (monotonic, the machine's), `wall` as platform.lua
function store.clocks(host)
  return setmetatable({ clock = host.monotonic or platform.clock,
    wall = host.wall or platform.wall }, { __index = host })
end

--- nginx and the store, for a hook that is created when nginx starts.
-- @tparam string operation for messages
-- @tparam table given options `host`, `dict`
-- @treturn table of `store.clocks`
-- @treturn Store
-- @raise outside nginx; a dictionary that nginx.conf does not declare
function store.open(operation, given)
  local host = store.host(given.host)
  local found, message = store.find(operation, host, given.dict)
  if not found then
    errors.raise(message)
  end
  return store.clocks(host), found
end

return store
