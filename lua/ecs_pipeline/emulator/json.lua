--- Writes JSON for the emulator's replies: keys sorted, so that equal replies are equal bytes, and
-- empty lists differ from empty objects (Debian's cjson cannot do that). Pure Lua, no state.

local tables = require("ecs_pipeline.tables")


local M = {}

local array_mt = {}

--- Marks a list, so that it is written as `[]` even when it is empty. Returns the same table.
function M.array(list)
  return setmetatable(list, array_mt)
end

--- True for a table marked by `array`.
function M.is_array(value)
  return getmetatable(value) == array_mt
end

local escapes = {
  ['"'] = '\\"', ["\\"] = "\\\\", ["\b"] = "\\b", ["\f"] = "\\f",
  ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t",
}

local function escape(char)
  return escapes[char] or string.format("\\u%04x", string.byte(char))
end

local function quoted(text)
  return '"' .. text:gsub('[%c"\\]', escape) .. '"'
end

--- A number in digits, as few as say it, with a point in every locale.
function M.number(value)
  if value == math.floor(value) and math.abs(value) < 2 ^ 53 then
    return string.format("%d", value)
  end
  local short = string.format("%.14g", value)
  local digits = tonumber(short) == value and short or string.format("%.17g", value)
  return (digits:gsub("[^%w+-]+", "."))
end

local write

local function write_list(value, out)
  out[#out + 1] = "["
  for i = 1, #value do
    if i > 1 then
      out[#out + 1] = ","
    end
    write(value[i], out)
  end
  out[#out + 1] = "]"
end

local function write_object(value, out)
  local keys = {}
  for key in pairs(value) do
    keys[#keys + 1] = tostring(key)
  end
  table.sort(keys, tables.bytewise)
  out[#out + 1] = "{"
  for i, key in ipairs(keys) do
    if i > 1 then
      out[#out + 1] = ","
    end
    out[#out + 1] = quoted(key)
    out[#out + 1] = ":"
    write(value[key], out)
  end
  out[#out + 1] = "}"
end

function write(value, out)
  local kind = type(value)
  if kind == "table" then
    if M.is_array(value) or value[1] ~= nil then
      write_list(value, out)
    else
      write_object(value, out)
    end
  elseif kind == "string" then
    out[#out + 1] = quoted(value)
  elseif kind == "number" then
    out[#out + 1] = M.number(value)
  else
    out[#out + 1] = tostring(value)
  end
end

--- Lua value → JSON text. Strings are taken to be UTF-8.
function M.encode(value)
  local out = {}
  write(value, out)
  return table.concat(out)
end

return M
