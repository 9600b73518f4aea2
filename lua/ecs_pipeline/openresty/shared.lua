--- The shared dictionary of the hooks: data that all workers of one nginx share and that survives a
-- reload. All hooks use one dictionary; each has a prefix for its keys.
local errors = require("ecs_pipeline.errors")
local json = require("ecs_pipeline.json")
local platform = require("ecs_pipeline.platform")

local shared = {}

--- Its name, unless the option `dict` gives another one.
shared.NAME = "ecs_pipeline"

--- The `ngx` table for the hooks: the given one (in specs), otherwise the host's.
-- @tparam ?table host
-- @treturn ?table
function shared.host(host)
  return host or rawget(_G, "ngx")
end

--- The dictionary.
-- @tparam string operation for the message
-- @tparam ?table host
-- @tparam ?string|table name, or the dictionary itself
-- @treturn[1] table
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "validation": outside nginx, or not declared in nginx.conf
function shared.dict(operation, host, name)
  name = name or shared.NAME
  if type(name) == "table" then
    return name
  elseif type(host) ~= "table" or type(host.shared) ~= "table" then
    return errors.fail(operation, { kind = "validation", code = "NO_NGINX", sent = false,
      message = "works inside nginx only (lua-nginx-module)" })
  end
  local dict = host.shared[name]
  if not dict then
    return errors.fail(operation, { kind = "validation", code = "NO_SHARED_DICT", param = "dict",
      sent = false, message = ("nginx has no shared dictionary \"%s\": add \"lua_shared_dict %s "
        .. "1m;\" to the http block of nginx.conf"):format(name, name) })
  end
  return dict
end

--- The error of a dictionary that is full.
-- @tparam string operation for the message
-- @tparam ?string why nginx's message
-- @treturn nil
-- @treturn string message
-- @treturn table err of kind "storage"
function shared.full(operation, why)
  return errors.fail(operation, { kind = "storage", code = "SHARED_DICT_FULL", sent = false,
    message = ("the shared dictionary is full (%s): give lua_shared_dict in nginx.conf a "
      .. "larger size"):format(tostring(why)) })
end

--- Stores a text. Only expired entries are evicted to make room: if others were, a message that was
-- seen before could be accepted again.
-- @tparam string operation for the message
-- @tparam table dict
-- @tparam string how "safe_set", or "safe_add" to keep an existing value
-- @tparam string key
-- @tparam string|number value
-- @tparam ?number ttl seconds
-- @treturn[1] boolean false if `safe_add` found a value
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "storage"
function shared.keep(operation, dict, how, key, value, ttl)
  local ok, why = dict[how](dict, key, value, ttl or 0)
  if not ok and why == "no memory" then
    dict:flush_expired()
    ok, why = dict[how](dict, key, value, ttl or 0)
  end
  if ok then
    return true
  elseif why == "exists" then
    return false
  end
  return shared.full(operation, why)
end

--- Encodes a table of plain values as JSON text.
shared.encode = json.encode

--- Stores a table as JSON.
-- @tparam string operation for the message
-- @tparam table dict
-- @tparam string key
-- @tparam table value plain values
-- @tparam ?number ttl seconds
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "storage"
function shared.set_json(operation, dict, key, value, ttl)
  return shared.keep(operation, dict, "safe_set", key, json.encode(value), ttl)
end

--- Reads a table that `set_json` stored.
-- @tparam table dict
-- @tparam string key
-- @treturn ?table nil if there is none
function shared.get_json(dict, key)
  return (json.decode_table(dict:get(key)))
end

--- Rows of the options that every hook has, for `options.check`.
shared.ROWS = { dict = { "string", "table" }, client = { "table" }, host = { "table" } }

--- nginx and the dictionary, for a hook that is created when nginx starts.
-- @tparam string operation for messages
-- @tparam table given options `host`, `dict`
-- @treturn table fields of `ngx`, and `clock` (monotonic, the machine's), `wall` as platform.lua
-- @treturn table dictionary
-- @raise outside nginx; a dictionary that nginx.conf does not declare
function shared.open(operation, given)
  local ngx = shared.host(given.host)
  local dict, message = shared.dict(operation, ngx, given.dict)
  if not dict then
    errors.raise(message)
  end
  return setmetatable({ clock = ngx.monotonic or platform.clock, wall = ngx.wall or platform.wall },
    { __index = ngx }), dict
end

return shared
