--- The XML form of a reply: what the service answers when JSON was not asked for.
-- Minimal: an element per field, a list as a repeated element, no attributes.

local json = require("ecs_pipeline.sorted_json")
local tables = require("ecs_pipeline.tables")

local M = {}

local entities = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }

local function scalar(value)
  if type(value) == "number" then
    return json.number(value)
  end
  return (tostring(value):gsub('[&<>"]', entities))
end

local write

local function element(name, value, out)
  out[#out + 1] = "<" .. name .. ">"
  write(value, out)
  out[#out + 1] = "</" .. name .. ">"
end

function write(value, out)
  if type(value) ~= "table" then
    out[#out + 1] = scalar(value)
    return
  end
  for _, key in ipairs(tables.sorted_keys(value)) do
    local child = value[key]
    if type(child) == "table" and (json.is_array(child) or child[1] ~= nil) then
      for _, item in ipairs(child) do
        element(key, item, out)
      end
    else
      element(key, child, out)
    end
  end
end

--- `root` is the name of the outermost element ("Error", "CreateImagePipelineResponse").
function M.encode(root, value)
  local out = { '<?xml version="1.0" encoding="UTF-8"?>\n' }
  element(root, value, out)
  return table.concat(out)
end

return M
