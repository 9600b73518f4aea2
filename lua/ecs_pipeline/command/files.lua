--- Arguments from files: Lua, JSON, YAML, or terraform's JSON; from standard input with "-".
local cjson = require("cjson").new()
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local json = require("ecs_pipeline.json")
local lines = require("ecs_pipeline.command.lines")
local overrides = require("ecs_pipeline.command.overrides")
local platform = require("ecs_pipeline.platform")
local sandbox = require("ecs_pipeline.command.sandbox")
local tables = require("ecs_pipeline.tables")
local terraform = require("ecs_pipeline.command.terraform")
local yaml = require("ecs_pipeline.build_content.yaml")

local files = {}

local MAX_BYTES = { json = 32 * 1024 * 1024, yaml = 1024 * 1024, lua = 1024 * 1024 }
local MAX_CONTENT = 64 * 1024 -- the service takes 16 KB
local FORMATS = { lua = "lua", json = "json", yaml = "yaml", yml = "yaml", tfstate = "json" }
local MAX_DEPTH = 128
local TOO_DEEP = ("more than %d tables in one another"):format(MAX_DEPTH)
local HCL = "HCL is not read; give terraform's JSON: `terraform show -json` of the plan or state, "
  .. "or *.tf.json"
local UNKNOWN_FORMAT = "the format of this file is not known: its name must end in .lua, .json, "
  .. ".yaml or .yml"
local CONTENT = { "build_content", "test_content" }
local ANY_REGION = "cn-hangzhou" -- only the check that a region is given depends on it

local SET = "--set" -- where an argument is from, in the place of a line

-- `err.kind` = "storage": the file could not be read.
local function fail(where, message, err)
  err.kind, err.message = err.kind or "validation", message
  return errors.fail(where, err)
end

-- → the text; or nil, why, kind of the error
local function read(host, path, format)
  local most = MAX_BYTES[format]
  if path ~= "-" then
    local text, why = platform.read_file(path, most)
    return text, why, "storage"
  end
  core.await_input(host.stdin)
  local text = host.stdin:read(most + 1)
  if not text or text == "" then
    return nil, "nothing on standard input"
  elseif #text > most then
    return nil, ("larger than %d bytes"):format(most)
  end
  return text
end

-- A copy without cjson's or lyaml's null. `seen`: a YAML alias is one table in several places.
-- `wrong.hole`: where an item of a list is null; `wrong.deep`: there are too many levels.
local function without_null(value, null, path, seen, wrong, depth)
  if type(value) ~= "table" then
    return value
  elseif depth > MAX_DEPTH then
    wrong.deep = true
    return nil
  elseif seen[value] then
    return seen[value]
  end
  local out = {}
  seen[value] = out
  for key, item in pairs(value) do
    local at = type(key) == "number" and ("%s[%d]"):format(path, key)
      or (path == "" and "" or path .. ".") .. tostring(key)
    if item ~= null then
      out[key] = without_null(item, null, at, seen, wrong, depth + 1)
    elseif type(key) == "number" then
      wrong.hole = wrong.hole or at
    end
  end
  return out
end

local function plain(value, null)
  if value == null then
    return nil
  end
  local wrong = {}
  local copy = without_null(value, null, "", {}, wrong, 1)
  if wrong.deep then
    return nil, TOO_DEEP
  elseif wrong.hole and not terraform.is(copy) then
    return nil, wrong.hole .. " is null; leave the item out"
  end
  return copy
end

local parse = {}

function parse.lua(host, text, name)
  local ok, value = sandbox.run(text, name, host.env)
  if not ok then
    local line, why = value:match(":(%d+): (.*)$")
    return nil, why or value:sub(#name + 3), tonumber(line)
  end
  return value
end

function parse.json(_, text)
  text = text:gsub("^\239\187\191", "")
  local value, why, at = json.decode(text)
  if why then
    why = at and ("%s, at column %d"):format(why, #text:sub(1, at):match("[^\n]*$")) or why
    return nil, why, at and lines.at(text, at)
  end
  return plain(value, cjson.null)
end

function parse.yaml(host, text)
  local found, lyaml = host.lyaml ~= false, host.lyaml
  if lyaml == nil then
    found, lyaml = pcall(require, "lyaml")
  end
  if not found then
    return nil, "YAML needs lyaml for this Lua: " .. yaml.INSTALL
      .. "; JSON and Lua need nothing more"
  end
  if yaml.nests_deeply(text) then
    return nil, TOO_DEEP
  end
  local ok, documents = pcall(lyaml.load, text, { all = true })
  if not ok then
    local line, why = tostring(documents):match("^(%d+):%d+: (.*)$")
    return nil, "not YAML: " .. (why or tostring(documents)), tonumber(line)
  elseif #documents > 1 then
    return nil, "more than one YAML document; give one"
  end
  return plain(documents[1], lyaml.null)
end

-- → the value, its text, its format; or nil, message, err
local function data(host, path, format)
  local extension = path:match("%.([%w]+)$")
  if path == "-" then
    format = format or "json"
  else
    format = format or FORMATS[(extension or ""):lower()]
  end
  local name = path == "-" and "standard input" or path
  if not format then
    return fail(name, extension == "tf" and HCL or UNKNOWN_FORMAT, { file = path })
  elseif not parse[format] then
    return fail(name, "the format is one of json, lua and yaml", { file = path })
  end
  local text, why, kind = read(host, path, format)
  if text and format ~= "lua" and not text:find("%S") then
    text, why, kind = nil, "the file is empty", nil
  end
  if not text then
    return fail(name, why, { file = path, kind = kind })
  end
  local value, reason, line = parse[format](host, text, name)
  if value == nil and not reason then
    reason = format == "lua" and "returned nothing; it must return a table"
      or "there is nothing in it but null"
  end
  if reason then
    return fail(line and name .. ":" .. line or name, reason, { file = path, line = line })
  elseif type(value) ~= "table" then
    return fail(name, "a table of arguments is wanted, not a " .. type(value), { file = path })
  end
  return value, text, format
end

--- Reads any table from a file.
-- @tparam table host `{ stdin, env }` of `command/init.lua`
-- @tparam string path "x.lua", "x.json", "x.yaml", "x.yml", or "-" for standard input
-- @tparam ?string format "json" (default for "-"), "lua" or "yaml"; default: as the path ends
-- @treturn[1] table
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "validation", or "storage" if the file cannot be read, with `file`
--   and, if it is known, `line`
function files.data(host, path, format)
  local value, message, err = data(host, path, format)
  if not value then
    return nil, message, err
  end
  return value
end

-- Replaces `build_content_file` and `test_content_file` by the text of the file.
-- → true; or nil, why, the argument, kind of the error
local function read_content(args, folders)
  for _, name in ipairs(CONTENT) do
    local key = name .. "_file"
    local path = args[key]
    if path ~= nil then
      if type(path) ~= "string" or path == "" then
        return nil, key .. " must be the path of a file", key
      elseif args[name] ~= nil then
        return nil, ("%s and %s are both given; leave one out"):format(name, key), key
      end
      local full = path:sub(1, 1) == "/" and path or (folders[key] or folders[1]) .. path
      local text, why = platform.read_file(full, MAX_CONTENT)
      if not text then
        return nil, ("%s: %s: %s"):format(key, full, why), key, "storage"
      end
      args[name], args[key] = text, nil
    end
  end
  return true
end

-- What `--set` gives is not from a line of the file.
local function mark_set(found, set)
  for _, item in ipairs(set) do
    local key = overrides.key(item)
    for path in pairs(found) do
      if path:sub(1, #key + 1) == key .. "." then
        found[path] = nil
      end
    end
    found[key] = SET
  end
end

-- The failures of a check with the line of each.
local function refuse(name, path, detail, found)
  local failures, first = detail.failures or {}, nil
  for _, failure in ipairs(failures) do
    failure.line = lines.find(found, failure.param or "")
    if failure.line == SET then
      failure.line, failure.message = nil, SET .. " " .. failure.message
    elseif failure.line then
      first = first or failure.line
      if #failures > 1 then
        failure.message = ("line %d: %s"):format(failure.line, failure.message)
      end
    end
  end
  detail.file, detail.line = path, first
  return errors.fail(#failures == 1 and first and name .. ":" .. first or name, detail)
end

-- The value at a path such as "tags.For" or "add_account[2]".
local function given(args, param)
  local value = args
  for key in param:gmatch("[^.%[%]]+") do
    value = type(value) == "table" and value[tonumber(key) or key] or nil
  end
  return value ~= nil
end

-- The problems of a resource of terraform that nothing on the command line solved.
local function unsolved(spec, args)
  local list = {}
  for _, problem in ipairs(spec.problems) do
    local file = problem.param:match("^[^.%[]+") .. "_file"
    if not given(args, problem.param) and not given(args, file) then
      list[#list + 1] = { param = problem.param, message = problem.message }
    end
  end
  return list
end

--- Reads arguments of `pipeline.create` and checks them.
-- @tparam table host `{ stdin, env }` of `command/init.lua`
-- @tparam string path as `files.data`; a JSON file may be terraform's (see `terraform.lua`)
-- @tparam ?table options `set`: list of "key=value"; `address`: of a resource in terraform's JSON;
--   `format` as `files.data`; `keep`: set of names that the command knows besides the arguments,
--   such as `{ id = true }`
-- @treturn[1] table args
-- @treturn[1] table notes: list of texts on what the file could not say
-- @treturn[2] nil
-- @treturn[2] string message: "web.lua:3: arguments refused: nam: not a parameter …"
-- @treturn[2] table err of kind "validation", or "storage" if a file cannot be read, with `file`,
--   and `line`, `param`, `failures` as far as known
function files.load(host, path, options)
  options = options or {}
  local name = path == "-" and "standard input" or path
  local args, text, format = data(host, path, options.format)
  if not args then
    return nil, text, format
  end
  local found, spec, why = lines.of(text, format), nil, nil
  if format == "json" and terraform.is(args) then
    local specs
    specs, why = terraform.specs(args)
    if specs then
      spec, why = terraform.choose(specs, options.address)
    end
    args, found = spec and spec.args, {}
    name = spec and name .. ": " .. spec.address or name
  elseif options.address then
    why = "--address chooses a pipeline of terraform's JSON; this file is not that"
  end
  if why then
    return fail(name, why, { file = path })
  end
  local folders = { path ~= "-" and path:match("^.*/") or "" }
  local set, key, kind = options.set or {}, nil, nil
  local ok, refusal = overrides.apply(args, set, folders)
  if ok and spec then
    local failures = unsolved(spec, args)
    if failures[1] then
      return fail(name, nil, { file = path, address = spec.address, failures = failures })
    end
  end
  if ok then
    mark_set(found, set)
    ok, refusal, key, kind = read_content(args, folders)
  end
  if not ok then
    local line = key and found[key]
    if line == SET then
      line, refusal = nil, SET .. " " .. refusal
    end
    return fail(line and name .. ":" .. line or name, refusal,
      { file = path, line = line, param = key, kind = kind })
  end
  local kept = {}
  for known in pairs(options.keep or {}) do
    kept[#kept + 1] = known
  end
  local good, detail = core.check("pipeline.create", tables.without(args, kept),
    { region = ANY_REGION })
  if not good then
    return refuse(name, path, detail, found)
  end
  return args, spec and spec.notes or {}
end

return files
