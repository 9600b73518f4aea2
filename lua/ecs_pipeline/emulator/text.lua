--- Text rules of the service: characters are code points, letters are A-Z, a-z and Chinese
-- characters.

local number_text = require("ecs_pipeline.sorted_json").number

local M = {}

--- A wrong value, as a message names it: a table or a null has no text of its own.
function M.shown(value)
  if type(value) == "number" then
    return number_text(value)
  end
  return type(value) == "string" and value or "a " .. type(value)
end

--- UTF-8 → list of code points, or nil when the bytes are not valid UTF-8 (overlong forms and
-- surrogates are not).
function M.code_points(text)
  local list, i = {}, 1
  while i <= #text do
    local first = text:byte(i)
    local size = first < 0x80 and 1 or first < 0xC2 and 0 or first < 0xE0 and 2
      or first < 0xF0 and 3 or first < 0xF5 and 4 or 0
    if size == 0 or i + size - 1 > #text then
      return nil
    end
    local point = size == 1 and first or first % 2 ^ (7 - size)
    for k = 1, size - 1 do
      local byte = text:byte(i + k)
      if byte < 0x80 or byte > 0xBF then
        return nil
      end
      point = point * 64 + byte % 64
    end
    if size == 3 and (point < 0x800 or point >= 0xD800 and point <= 0xDFFF)
      or size == 4 and (point < 0x10000 or point > 0x10FFFF) then
      return nil
    end
    list[#list + 1] = point
    i = i + size
  end
  return list
end

--- Number of characters, or nil for invalid UTF-8.
function M.length(text)
  local points = M.code_points(text)
  return points and #points
end

local function letter(point)
  return point >= 0x41 and point <= 0x5A or point >= 0x61 and point <= 0x7A
    or point >= 0x4E00 and point <= 0x9FFF
end

local function digit(point)
  return point >= 0x30 and point <= 0x39
end

--- True when `text` begins with one of `prefixes`.
function M.begins(text, prefixes)
  for _, prefix in ipairs(prefixes) do
    if text:sub(1, #prefix) == prefix then
      return true
    end
  end
  return false
end

local web = { "http://", "https://" }

local function holds_web_address(text)
  return text:find("http://", 1, true) ~= nil or text:find("https://", 1, true) ~= nil
end
M.holds_web_address = holds_web_address

--- A rule for names: `min` to `max` characters, a letter first, then letters, digits and `extra`.
function M.name(min, max, extra, not_prefix)
  return function(text)
    local points = M.code_points(text)
    if not points or #points < min or #points > max or not letter(points[1])
      or M.begins(text, not_prefix or web) then
      return false
    end
    for _, point in ipairs(points) do
      if not letter(point) and not digit(point)
        and not (point < 0x80 and extra:find(string.char(point), 1, true)) then
        return false
      end
    end
    return true
  end
end

--- A rule for text of `min` to `max` characters.
function M.sized(min, max)
  return function(text)
    local count = M.length(text)
    return count ~= nil and count >= min and count <= max
  end
end

--- A rule for free text: `min` to `max` characters, not beginning like a web address.
function M.free(min, max)
  local sized = M.sized(min, max)
  return function(text)
    return sized(text) and not M.begins(text, web)
  end
end

--- A rule for one of a few words.
function M.one_of(...)
  local allowed = {}
  for _, word in ipairs({ ... }) do
    allowed[word] = true
  end
  return function(text)
    return allowed[text] == true
  end
end

--- A rule for decimal integers between `min` and `max`.
function M.integer(min, max)
  return function(text)
    local value = text:match("^%d+$") and #text <= 15 and tonumber(text)
    return value ~= nil and value ~= false and value >= min and value <= max
  end
end

--- A rule for at most `max` bytes.
function M.bytes(max)
  return function(text)
    return #text <= max
  end
end

return M
