--- Writes JSON: keys sorted, so that equal values are equal bytes; empty lists differ from empty
-- objects, which Debian's cjson cannot do. Pure Lua, no state.
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

local MOST_DIGITS = 20 -- behind the point, of a number that is read

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

--- A number of outside text: digits, perhaps with a minus and a point, in every locale. `tonumber`
-- of some Luas wants the locale's comma, and reads "inf", "nan", "0x10" and "1e300" besides.
-- @param value a number stays as it is
-- @treturn ?number
function M.to_number(value)
  if type(value) ~= "string" then
    return type(value) == "number" and value or nil
  end
  local whole, fraction = value:match("^(%-?%d+)%.?(%d*)$")
  if not whole then
    return nil
  end
  fraction = fraction:sub(1, MOST_DIGITS):gsub("0+$", "")
  return fraction == "" and tonumber(whole) or tonumber(whole .. fraction) / 10 ^ #fraction
end

local write

-- `open` and `close` around the items; with an indent each item has a line of its own.
local function write_items(open, close, count, out, indent, item)
  local inner = indent and indent .. "  "
  out[#out + 1] = open
  for i = 1, count do
    out[#out + 1] = (i > 1 and "," or "") .. (inner or "")
    item(i, inner)
  end
  out[#out + 1] = (indent and count > 0 and indent or "") .. close
end

local function write_list(value, out, indent)
  write_items("[", "]", #value, out, indent, function(i, inner)
    write(value[i], out, inner)
  end)
end

local function write_object(value, out, indent)
  local keys = {}
  for key in pairs(value) do
    keys[#keys + 1] = tostring(key)
  end
  table.sort(keys, tables.bytewise)
  write_items("{", "}", #keys, out, indent, function(i, inner)
    out[#out + 1] = quoted(keys[i]) .. (inner and ": " or ":")
    write(value[keys[i]], out, inner)
  end)
end

function write(value, out, indent)
  local kind = type(value)
  if kind == "table" then
    local list = M.is_array(value) or value[1] ~= nil
    return (list and write_list or write_object)(value, out, indent)
  elseif kind == "string" then
    out[#out + 1] = quoted(value)
  elseif kind == "number" then
    out[#out + 1] = M.number(value)
  else
    out[#out + 1] = tostring(value)
  end
end

--- Lua value → JSON text. Strings are taken to be UTF-8.
-- @param value
-- @tparam ?boolean readable true: a line for each item, indented
-- @treturn string
function M.encode(value, readable)
  local out = {}
  write(value, out, readable and "\n" or nil)
  return table.concat(out)
end

return M
