--- Values from places that do not know types (a shell, terraform), and the parameters of
-- `pipeline.create` that they are for.
local core = require("ecs_pipeline.core")
local number_text = require("ecs_pipeline.sorted_json").number

local values = {}

--- Those of `pipeline.create`, as `core.operation` lists them.
-- @treturn table list
function values.parameters()
  return core.operation("pipeline.create").parameters
end

--- A parameter or field by its name.
-- @tparam ?table list of parameters
-- @tparam string name
-- @treturn ?table
function values.find(list, name)
  for _, parameter in ipairs(list or {}) do
    if parameter.name == name then
      return parameter
    end
  end
  return nil
end

local function scalar(kind, value)
  if kind == "boolean" and (value == "true" or value == "false") then
    return value == "true"
  elseif kind == "integer" and type(value) == "string" and value:find("^%-?%d+$") then
    return tonumber(value)
  elseif kind == "string" and type(value) == "boolean" then
    return tostring(value)
  elseif kind == "string" and type(value) == "number" then
    return number_text(value)
  end
  return value
end

--- The value in the type of a parameter, if it has a spelling of that type. Other values stay as
-- they are: the check of the arguments names them.
-- @tparam ?table parameter
-- @param value string, number, boolean or table
-- @return value
function values.typed(parameter, value)
  local kind = parameter and parameter.type
  if kind == "tags" and type(value) == "table" then
    local out = {}
    for key, item in pairs(value) do
      out[key] = scalar("string", item)
    end
    return out
  elseif kind == "list" and type(value) == "table" then
    local out = {}
    for index, item in ipairs(value) do
      out[index] = type(item) == "boolean" and tostring(item) or item
    end
    return out
  elseif type(value) ~= "table" then
    return scalar(kind, value)
  end
  return value
end

return values
