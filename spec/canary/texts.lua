--- Everything that is readable in values: what a log, `print` or a table printer would show.
local texts = {}

local function walk(value, out, seen)
  local kind = type(value)
  if kind == "string" then
    out[#out + 1] = value
  elseif kind == "table" and not seen[value] then
    seen[value] = true
    out[#out + 1] = tostring(value)
    local meta = getmetatable(value)
    if type(meta) == "table" then
      walk(meta, out, seen)
    end
    for key, item in next, value do
      walk(key, out, seen)
      walk(item, out, seen)
    end
  elseif kind == "userdata" then
    out[#out + 1] = tostring(value)
    local meta = getmetatable(value)
    if type(meta) == "table" and type(rawget(meta, "__index")) == "table" and meta.__index.access_key_id then
      out[#out + 1] = value:access_key_id()
    end
  elseif kind ~= "function" then
    out[#out + 1] = tostring(value)
  end
end

--- @treturn string
function texts.of(...)
  local out, seen = {}, {}
  for index = 1, select("#", ...) do
    walk((select(index, ...)), out, seen)
  end
  return table.concat(out, "\n")
end

return texts
