--- JSON texts in and out, by a private instance of cjson, so that the host's settings are not
-- changed. cjson reads more than the grammar allows, which is refused here, and rounds long
-- numbers: one with more digits than a double holds is read as the string of its digits. Replies of
-- the service go through the same check in C.
local core = require("ecs_pipeline.core")
local cjson = require("cjson").new()

local json = {}

--- Decodes a text.
-- @param text any value
-- @treturn[1] value with cjson's null for null
-- @treturn[2] nil
-- @treturn[2] string why, without the text
-- @treturn[2] ?integer the byte where it is broken, if that is known
function json.decode(text)
  if type(text) ~= "string" then
    return nil, "it is not a string"
  end
  local checked, why, at = core.json_text(text)
  if not checked then
    return nil, why, at
  end
  local decoded, value = pcall(cjson.decode, checked)
  if not decoded then
    return nil, "it is not JSON" -- a half of a surrogate pair
  end
  return value
end

--- Decodes an object or a list.
-- @param text any value
-- @treturn[1] table
-- @treturn[2] nil
-- @treturn[2] string why, without the text
-- @treturn[2] ?integer the byte where it is broken, if that is known
function json.decode_table(text)
  local value, why, at = json.decode(text)
  if type(value) ~= "table" then
    return nil, why or "it is neither an object nor a list", at
  end
  return value
end

-- The digits of a number that cjson, with its 14 digits, would round; nil if it would not.
local function digits(number)
  if tonumber(("%.14g"):format(number)) == number or number - number ~= 0 then
    return nil
  elseif number % 1 == 0 and math.abs(number) < 2 ^ 63 then
    return ("%d"):format(number)
  end
  for count = 15, 17 do
    local text = ("%." .. count .. "g"):format(number)
    if tonumber(text) == number then
      return (text:gsub(",", ".")) -- the locale's
    end
  end
end

--- Encodes a value; no number loses digits.
-- @param value plain values
-- @treturn string
-- @raise what is no plain value, as cjson does
function json.encode(value)
  local mark -- of a long number: a string that stands for it until the text is complete
  local function prepare(item)
    local long = type(item) == "number" and digits(item)
    if long then
      mark = mark or core.token()
      return mark .. long
    elseif type(item) ~= "table" then
      return item
    end
    local copy = {}
    for key, inner in next, item do
      copy[key] = prepare(inner)
    end
    return copy
  end
  local text = cjson.encode(prepare(value))
  return mark and (text:gsub("\"" .. mark .. "([^\"]+)\"", "%1")) or text
end

return json
