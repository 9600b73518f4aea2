--- Plain values as Lua text and back, the same on every Lua: what a spec and nginx say to each other.
local mime = require("mime")

local literal = {}

local function number(value)
  if value ~= value then
    return "(0/0)"
  elseif value == math.huge then
    return "math.huge"
  elseif value == -math.huge then
    return "(-math.huge)"
  end
  return ("%.17g"):format(value)
end

local escapes = {}
for byte = 0, 255 do
  escapes[string.char(byte)] = ("\\%03d"):format(byte)
end

-- %q differs between versions, and none of them escapes everything. Long ones would take seconds to read.
local function text(value)
  if #value > 4096 then
    return '(...)"' .. mime.b64(value) .. '"'
  end
  return '"' .. value:gsub('[%c"\\\127-\255]', escapes) .. '"'
end

--- Functions, userdata and the like become nil.
function literal.write(value)
  local kind = type(value)
  if kind == "table" then
    local items = {}
    for key, item in pairs(value) do
      items[#items + 1] = "[" .. literal.write(key) .. "]=" .. literal.write(item)
    end
    return "{" .. table.concat(items, ",") .. "}"
  elseif kind == "string" then
    return text(value)
  elseif kind == "number" then
    return number(value)
  elseif kind == "boolean" then
    return tostring(value)
  end
  return "nil"
end

function literal.read(source)
  local loader = loadstring or load -- luacheck: ignore 113
  return assert(loader("return " .. source))(mime.unb64)
end

return literal
