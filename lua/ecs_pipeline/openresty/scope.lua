--- Whose state in a store is whose. Keys begin with a kind, a name and a digest of the identity of
-- the client, which does not change when credentials are renewed: so hooks of two accounts never
-- read each other's state, and a worker that has renewed its keys reads what it wrote before.
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local store_file = require("ecs_pipeline.openresty.store")
local tables = require("ecs_pipeline.tables")

local scope = {}

local function digest(text)
  return core.sign.sha256_hex(text):sub(1, 16)
end

--- The first part of the keys of a hook, and the region of its client.
-- @tparam string kind "watch"
-- @tparam string name of the hook
-- @tparam table client of `ecs.new`, or one of other code, which may have no `identity`
-- @treturn string
-- @treturn ?string
function scope.of(kind, name, client)
  local identity, region = "", nil
  if type(client.identity) == "function" then
    identity, region = client.identity()
  end
  return ("%s:%s:%s:"):format(kind, name, digest(name .. "\n" .. identity)), region
end

--- The key of what a handler stores of one of its pipelines.
-- @tparam table hook `keys`
-- @tparam string what
-- @tparam table pipeline entry of `hook.pipelines`
-- @treturn string
function scope.key(hook, what, pipeline)
  return hook.keys .. what .. ":" .. pipeline.key
end

-- --- the same options again: the same object ---

-- Options that the identity stands for, or that say where the state is.
local APART = { client = true, host = true, dict = true }

-- A function is the same if it is written at the same place: code that runs once for each request
-- creates another closure each time.
local function shown(value)
  if type(value) == "function" then
    local info = debug.getinfo(value, "S")
    return ("%s:%d"):format(info.source, info.linedefined)
  elseif type(value) ~= "table" then
    return type(value) .. " " .. tostring(value)
  end
  local parts = {}
  for name, one in pairs(value) do
    local text, key = shown(one), tostring(name)
    parts[#parts + 1] = ("%d:%s=%d:%s"):format(#key, key, #text, text)
  end
  table.sort(parts, tables.bytewise)
  return table.concat(parts, ",")
end

local function shown_options(given)
  local texts = {}
  for name, value in pairs(given) do
    if not APART[name] then
      texts[name] = shown(value)
    end
  end
  return texts
end

local function different(a, b)
  local names = {}
  for name in pairs(tables.merge(tables.copy(a), b)) do
    if a[name] ~= b[name] then
      names[#names + 1] = name
    end
  end
  table.sort(names, tables.bytewise)
  return table.concat(names, ", ")
end

local function refuse(operation, name, differ)
  errors.raise(("%s: another one of the name \"%s\" and with the same credentials exists, with "
    .. "other options%s: give one of the two another name (option \"name\")")
    :format(operation, name, differ))
end

-- Seconds for which an object that was created while a request ran keeps its name. With
-- `lua_code_cache off` each request has a Lua of its own, so that only the store knows of others.
local KNOWN = 10

-- Phases in which nginx creates what lives as long as a worker. A reload replaces it at once.
local STARTING = { init = true, init_worker = true }

local function check_others(operation, host, store, key, name, texts)
  if STARTING[host.get_phase()] then
    return
  end
  local mine = digest(shown(texts))
  local known = store:update("made:" .. key, function(value) return value or mine end, KNOWN)
  if known and known ~= mine then
    refuse(operation, name, (" (if you have just changed them: wait %d s)"):format(KNOWN))
  end
end

-- Host → key → { object, texts }
local made = setmetatable({}, { __mode = "k" })

--- Creates an object, or returns the one that exists if its options are the same.
-- @tparam string operation for messages
-- @tparam Store store
-- @tparam string key of `scope.of`
-- @tparam string name of the hook, for messages
-- @tparam table given options
-- @tparam function create → object
-- @return object
-- @raise if there is another one with that key and other options
function scope.once(operation, store, key, name, given, create)
  local host = store_file.host(given.host)
  local known, texts = made[host] or {}, shown_options(given)
  made[host] = known
  local row = tostring(store.dict) .. key
  local before = known[row]
  if before and not before.gone() then
    local differ = different(before.texts, texts)
    if differ ~= "" then
      refuse(operation, name, " (" .. differ .. ")")
    end
    return before.object
  end
  if not before then
    check_others(operation, host, store, key, name, texts)
  end
  local object, gone = create()
  known[row] = { object = object, texts = texts, gone = gone or function() return false end,
    operation = operation, name = name, given = given, dict = store.dict }
  return object
end

--- The options of the objects of the same operation and name whose state is in another dictionary.
-- @tparam string operation
-- @tparam Store store
-- @tparam string name
-- @tparam ?table host
-- @treturn table list of options
function scope.elsewhere(operation, store, name, host)
  local list = {}
  for _, row in pairs(made[store_file.host(host)] or {}) do
    if row.operation == operation and row.name == name and row.dict ~= store.dict then
      list[#list + 1] = row.given
    end
  end
  return list
end

-- --- one timer for each worker ---

--- Calls a function again and again in this worker, once however often this is called with one key:
-- a worker may have several Luas (`lua_code_cache off`).
-- @tparam table ngx of `store.open`
-- @tparam Store store
-- @tparam string key
-- @tparam number seconds
-- @tparam function tick
-- @treturn[1] function ends it
-- @treturn[2] nil
-- @treturn[2] string why nginx cannot create a timer
function scope.every(ngx, store, key, seconds, tick)
  local running, stopped = ("%severy:%.0f"):format(key, ngx.worker.pid()), false
  local function stop()
    stopped = true
    store:put(running, nil)
  end
  if store:add(running, "1", 3 * seconds) == false then
    return function() end
  end
  local ok, why = ngx.timer.every(seconds, function(premature)
    if not premature and not stopped then
      store:put(running, "1", 3 * seconds)
      tick()
    end
  end)
  if not ok then
    stop()
    return nil, why
  end
  return stop
end

return scope
