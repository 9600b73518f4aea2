--- Reads lists, objects and tags out of flat wire parameters ("ToRegionId.2", "Tag.1.Key").
-- An empty value counts as not given, except a tag's.

local json = require("ecs_pipeline.sorted_json")

local M = {}

--- The value of a scalar parameter, or nil when it is absent or empty.
function M.text(flat, name)
  local value = flat[name]
  if value == "" then
    return nil
  end
  return value
end

local function starts(text, prefix)
  return text:sub(1, #prefix) == prefix
end

--- True when any parameter is called `name` or lies below it.
function M.any(flat, name)
  for key, value in pairs(flat) do
    if value ~= "" and (key == name or starts(key, name .. ".")) then
      return true
    end
  end
  return false
end

local function sorted_indexes(seen)
  local order = {}
  for index in pairs(seen) do
    order[#order + 1] = index
  end
  table.sort(order)
  return order
end

--- "Name.1", "Name.2" … → list in the order of the numbers; gaps close up.
function M.list(flat, name)
  local seen = {}
  for key, value in pairs(flat) do
    if value ~= "" and starts(key, name .. ".") then
      local index = key:sub(#name + 2):match("^(%d+)$")
      if index then
        seen[tonumber(index)] = value
      end
    end
  end
  local list = json.array({})
  for _, index in ipairs(sorted_indexes(seen)) do
    list[#list + 1] = seen[index]
  end
  return list
end

--- "Name.1.Field" … → list of { Field = value }, in the order of the numbers.
function M.objects(flat, name)
  local seen = {}
  for key, value in pairs(flat) do
    if starts(key, name .. ".") then
      local index, field = key:sub(#name + 2):match("^(%d+)%.(.+)$")
      if index then
        index = tonumber(index)
        seen[index] = seen[index] or {}
        seen[index][field] = value
      end
    end
  end
  local list = json.array({})
  for _, index in ipairs(sorted_indexes(seen)) do
    list[#list + 1] = seen[index]
  end
  return list
end

--- "Name.1.Key", "Name.1.Value" → list of { key =, value = or nil }.
function M.tags(flat, name)
  local list = {}
  for _, object in ipairs(M.objects(flat, name)) do
    list[#list + 1] = { key = object.Key or "", value = object.Value }
  end
  return list
end

--- "true" or "false" → boolean, nil when absent; the second value is true when it is neither.
function M.boolean(flat, name)
  local value = M.text(flat, name)
  if value == nil then
    return nil
  elseif value:lower() == "true" then
    return true
  elseif value:lower() == "false" then
    return false
  end
  return nil, true
end

--- Decimal digits → number, nil when absent; the second value is true when it is no integer.
function M.integer(flat, name)
  local value = M.text(flat, name)
  if value == nil then
    return nil
  elseif value:match("^%-?%d+$") and #value <= 15 then
    return tonumber(value)
  end
  return nil, true
end

return M
