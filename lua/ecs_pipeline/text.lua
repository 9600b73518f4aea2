--- Text from outside, and for a shell; in steps that grow with its length, whatever it holds. Pure.
local text = {}

--- What a pattern calls `%s`, in ASCII.
text.BLANKS = " \t\r\n\v\f"

--- A text without the blanks at its two ends. The pattern `^%s*(.-)%s*$` reads each run of blanks
-- again from each of its bytes: seconds for a header of 64 KB.
-- @tparam string value
-- @tparam[opt=text.BLANKS] string before the characters that are taken from the beginning
-- @tparam[opt=before] string after those that are taken from the end
-- @treturn string
function text.trim(value, before, after)
  before = before or text.BLANKS
  after = after or before
  local first, last = 1, #value
  while last > 0 and after:find(value:sub(last, last), 1, true) do
    last = last - 1
  end
  while first <= last and before:find(value:sub(first, first), 1, true) do
    first = first + 1
  end
  return value:sub(first, last)
end

--- Are these digits the number of a port? None are the port of the scheme.
-- @tparam string digits "443" or ""
-- @treturn boolean
function text.is_port(digits)
  local number = digits == "" and 443 or tonumber(digits)
  return number ~= nil and number >= 1 and number <= 65535
end

--- A text with nothing but white space in it, or with nothing.
-- @param value
-- @treturn boolean false of what is no text
function text.is_blank(value)
  return type(value) == "string" and not value:find("%S")
end

--- A text as one word of a POSIX shell, whatever is in it.
-- @tparam string value
-- @treturn string
function text.quote(value)
  return "'" .. value:gsub("'", "'\\''") .. "'"
end

return text
