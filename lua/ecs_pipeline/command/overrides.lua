--- `--set key=value` and `--set a.b=c`: single arguments from the command line.
local json = require("ecs_pipeline.json")
local values = require("ecs_pipeline.command.values")

local overrides = {}

local NESTED = { list = true, object = true, objects = true, tags = true }

-- Lists, tags and objects: JSON; a list also as "a,b".
local function nested(kind, text)
  if text:find("^%s*[%[{]") then
    return json.decode(text)
  elseif kind == "list" then
    local items = {}
    for item in text:gmatch("[^,]+") do
      items[#items + 1] = item
    end
    return items
  end
  return nil, kind == "objects" and "wants JSON, such as [{\"oss_bucket\": \"…\"}]"
    or "wants one field each (--set %s.name=value), or JSON"
end

local function set(args, key, text, base)
  local parameters, target, path = values.parameters(), args, ""
  local rest = key
  while true do
    local name, more = rest:match("^([^.]+)%.(.+)$")
    local parameter = values.find(parameters, name or rest)
    local fields = parameter and (parameter.fields or parameter.type == "tags") or not parameter
    if not name then
      if NESTED[parameter and parameter.type] then
        local value, why = nested(parameter.type, text)
        if value == nil then
          return nil, why:format(key)
        end
        target[rest] = value
      else
        target[rest] = values.typed(parameter, text)
      end
      if path == "" then -- a text and a file of it: what the command line says, counts
        local text_name = rest:match("^(.*)_file$")
        target[text_name or rest .. "_file"] = nil
        base[rest] = "" -- on the command line, a path is relative to the working directory
      end
      return true
    elseif not fields or parameter and parameter.type == "objects" then
      return nil, ("%s has no fields: its type is %s"):format(path .. name, parameter.type)
    end
    if target[name] ~= nil and type(target[name]) ~= "table" then
      return nil, path .. name .. " is not a table in the file, so it has no fields"
    end
    target[name] = target[name] or {}
    target, path = target[name], path .. name .. "."
    if parameter and parameter.type == "tags" then -- the rest is a key, with its dots
      target[more] = text
      return true
    end
    parameters, rest = parameter and parameter.fields, more
  end
end

--- The argument that "key=value" sets.
-- @tparam string item
-- @treturn ?string key
-- @treturn ?string text of the value
function overrides.key(item)
  return item:match("^%s*([^=]-)%s*=(.*)$")
end

--- Sets arguments, later ones over earlier ones.
-- @tparam table args is changed
-- @tparam {string,...} list "key=value" each
-- @tparam table base name of a `…_file` argument → the folder of its path; is changed
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string why
function overrides.apply(args, list, base)
  for _, item in ipairs(list) do
    local key, text = overrides.key(item)
    if not key or key == "" or key:find("..", 1, true) or key:find("^%.") or key:find("%.$") then
      return nil, "--set wants key=value or a.b=value, for example --set system_disk_size=60"
    end
    local ok, why = set(args, key, text, base)
    if not ok then
      return nil, ("--set %s: %s"):format(key, why)
    end
  end
  return true
end

return overrides
