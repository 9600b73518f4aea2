--- The options that each public function accepts, read from the functions themselves: each is called, and the table
--- with which it checks its options is caught. So nothing can be accepted that is not seen here.
local call_options = require("ecs_pipeline.call.options")
local ecs = require("ecs_pipeline")
local emulator = require("ecs_pipeline.emulator")
local fake_ngx = require("spec.support.fake_ngx")
local fields = require("ecs_pipeline.credentials.fields")
local static = require("ecs_pipeline.credentials.static")
local tables = require("ecs_pipeline.tables")
local openresty = require("ecs_pipeline.openresty")

local M = {}

-- Options that decide which others are accepted.
local VARIANTS = {
  ["pipeline.delete"] = { { when_running = "wait" } },
  ["pipeline.ensure"] = { { replace = "retire" } },
  ["client.bake"] = { { replace = "retire" } },
}

-- Functions that check their options by themselves.
local EXPORTED = { ["emulator.new"] = emulator.OPTIONS, ["credentials.static"] = static.FIELDS,
  ["emulator.client"] = tables.merge({ client = true }, emulator.OPTIONS),
  ["emulator.configure"] = tables.merge({ client = true }, emulator.OPTIONS) }

local CAUGHT = {} -- what is raised, so that a call ends where its options are checked

local function rows_of_words(known)
  local rows = {}
  for name, words in pairs(known) do
    rows[name] = {}
    for word in words:gmatch("%a+") do
      table.insert(rows[name], word)
    end
  end
  return rows
end

-- Calls body with every way to check options replaced → { rows of the first check, call = are call options accepted
-- too }; or nil if nothing was checked.
local function catch(body)
  local rows, with_call_options
  local kept = { own = call_options.own, call = call_options.call, check = call_options.check,
    client = call_options.client }
  local check_fields = fields.check
  local function caught(found, too)
    rows, with_call_options = found or {}, too
    error(CAUGHT, 0)
  end
  call_options.own = function(_, _, own) caught(own, true) end
  call_options.call = function(_, _, _, extra) caught(extra, true) end
  call_options.check = function(_, _, own) caught(own, false) end
  call_options.client = function() caught(call_options.CLIENT, false) end
  fields.check = function(_, _, known) caught(rows_of_words(known), false) end
  local ok, err = pcall(body)
  for name, fn in pairs(kept) do
    call_options[name] = fn
  end
  fields.check = check_fields
  assert(ok or err == CAUGHT, err)
  return not ok and { rows = rows, call = with_call_options } or nil
end

local function offline_client()
  return ecs.new({ region = "cn-hangzhou", log = "off", platform = { env = function() return nil end },
    transport = { send = function() return nil, { kind = "transport", message = "offline" } end },
    credentials = { access_key_id = "id", access_key_secret = "secret" } })
end

--- The public functions as they are: `{ [name] = function }`, by the names of doc comments: "pipeline.create",
-- "client.bake", "ecs.new", "credentials.oidc", "openresty.watch", "watcher.follow", "emulator.new".
function M.functions()
  local client, found = offline_client(), {}
  local function add(prefix, functions)
    for name, fn in pairs(functions) do
      if type(fn) == "function" then
        found[prefix .. name] = fn
      end
    end
  end
  for group, functions in pairs(client) do
    if type(functions) == "table" then
      add(group .. ".", functions)
    end
  end
  add("client.", client)
  for name, fn in pairs(ecs) do
    if type(fn) == "function" and not client[name] then
      found["ecs." .. name] = fn
    end
  end
  add("credentials.", ecs.credentials)
  add("openresty.", openresty)
  local host = fake_ngx.new()
  add("single_flight.", openresty.single_flight({ host = host, client = client }))
  add("watcher.", openresty.watch({ host = host, client = client }))
  add("emulator.", emulator)
  add("emulator:", getmetatable(emulator.new()).__index)
  return found
end

-- What is passed for an argument: the example of its doc comment, otherwise something of its type.
local function placeholder(param)
  local kind, example = (param.type or "string"):match("^[%w_]+"), param.text:match("^\"([^\"]+)\"")
  if example then
    return example
  end
  if kind == "table" then
    return {}
  elseif kind == "function" then
    return function() end
  elseif kind == "number" or kind == "integer" then
    return 1
  end
  return "x"
end

-- The arguments of a probe: placeholders, and `given` for the last parameter.
local function arguments(entry, given)
  local list = {}
  for index, param in ipairs(entry.params) do
    list[index] = placeholder(param)
  end
  list[#entry.params] = given
  return list
end

local function takes_options(entry)
  local last = entry and entry.params[#entry.params]
  return last and last.name == "options"
end

local unpack = rawget(_G, "unpack") or table.unpack -- luacheck: ignore 143

--- The options of each public function.
-- @tparam table documented `public_api.functions()`: how the functions are called
-- @treturn table name → `{ rows = { [option] = row }, call = does it accept call options too }`, for functions that
--   check options. A row is that of call/options.lua: its list part has the types, `fields` the rows of a table
function M.of(documented)
  local found = {}
  for name, rows in pairs(EXPORTED) do
    found[name] = { rows = rows }
  end
  for name, fn in pairs(M.functions()) do
    local entry = documented[name]
    for _, given in ipairs({ {}, unpack(VARIANTS[name] or {}) }) do
      local caught = not EXPORTED[name] and takes_options(entry) and catch(function()
        fn(unpack(arguments(entry, given), 1, #entry.params))
      end)
      if caught then
        found[name] = found[name] or { rows = {}, call = caught.call }
        for option, row in pairs(caught.rows) do
          found[name].rows[option] = row
        end
      end
    end
  end
  return found
end

--- The rows of call options.
M.CALL = call_options.CALL

return M
