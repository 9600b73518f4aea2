--- Text in columns: widths as a terminal shows them. Pure; accepts any bytes.
local ranges = require("ecs_pipeline.show.ranges")

local columns = {}

-- "300-36F 483" → { first, last, first, last … }, sorted.
local function read(list)
  local bounds = {}
  for first, last in list:gmatch("(%x+)%-?(%x*)") do
    bounds[#bounds + 1] = tonumber(first, 16)
    bounds[#bounds + 1] = tonumber(last ~= "" and last or first, 16)
  end
  return bounds
end

local wide, none -- read when they are first needed

local function within(bounds, code)
  local low, high = 1, #bounds / 2
  while low <= high do
    local middle = math.floor((low + high) / 2)
    if code < bounds[2 * middle - 1] then
      high = middle - 1
    elseif code > bounds[2 * middle] then
      low = middle + 1
    else
      return true
    end
  end
  return false
end

-- By the number of bytes of a sequence, its smallest code point: shorter spellings are not UTF-8.
local SMALLEST = { 0, 0x80, 0x800, 0x10000 }

-- The character at a place: its bytes and its code point; nil if it is not UTF-8.
local function character_at(text, at)
  local first = text:byte(at)
  if first < 0x80 then
    return text:sub(at, at), first
  end
  local length = first >= 0xF0 and 4 or first >= 0xE0 and 3 or 2
  local bytes = text:sub(at, at + length - 1)
  if first < 0xC2 or first > 0xF4 or #bytes < length or bytes:find("^.[\128-\191]+$") == nil then
    return nil
  end
  local code = first % 2 ^ (7 - length)
  for index = 2, length do
    code = code * 64 + bytes:byte(index) % 64
  end
  local is_surrogate = code >= 0xD800 and code <= 0xDFFF
  if code < SMALLEST[length] or code > 0x10FFFF or is_surrogate then
    return nil
  end
  return bytes, code
end

-- Iterates over the characters: position after it, bytes (nil: not UTF-8), code point.
local function characters(text)
  local at = 1
  return function()
    if at > #text then
      return nil
    end
    local bytes, code = character_at(text, at)
    at = at + (bytes and #bytes or 1)
    return at, bytes, code
  end
end

-- Control characters, the separators of lines and paragraphs, and marks that reorder a line: what
-- ecsp_utf8_printable (csrc/wire/utf8.c) takes out of messages.
local function is_control(code)
  return code < 0x20 or code >= 0x7F and code < 0xA0 or code == 0x61C or code == 0x200E
    or code == 0x200F or code >= 0x2028 and code <= 0x202E or code >= 0x2066 and code <= 0x2069
end

--- A text that a terminal can show on one line: control characters, marks that reorder a line and
-- bytes that are not UTF-8 become "?", so that no text from outside can move the cursor.
-- @tparam string text
-- @treturn string
function columns.clean(text)
  if not text:find("[%c\128-\255]") then
    return text
  end
  local out = {}
  for _, bytes, code in characters(text) do
    out[#out + 1] = bytes and not is_control(code) and bytes or "?"
  end
  return table.concat(out)
end

local function cells_of(code)
  if code < 0x300 then
    return 1
  elseif not wide then
    wide, none = read(ranges.WIDE), read(ranges.ZERO)
  end
  return within(none, code) and 0 or within(wide, code) and 2 or 1
end

--- The number of cells that a clean text takes.
-- @tparam string text
-- @treturn integer
function columns.width(text)
  if not text:find("[\128-\255]") then
    return #text
  end
  local cells = 0
  for _, _, code in characters(text) do
    cells = cells + cells_of(code or 0x3F)
  end
  return cells
end

--- A clean text cut to a number of cells, with "…" at the cut.
-- @tparam string text
-- @tparam integer most cells, from 1
-- @treturn string
function columns.cut(text, most)
  if columns.width(text) <= most then
    return text
  end
  local out, cells = {}, 0
  for _, bytes, code in characters(text) do
    cells = cells + cells_of(code or 0x3F)
    if cells > most - 1 then
      break
    end
    out[#out + 1] = bytes or "?"
  end
  return table.concat(out) .. "…"
end

local function widths_of(rows)
  local widths = {}
  for _, row in ipairs(rows) do
    for index, cell in ipairs(row) do
      widths[index] = math.max(widths[index] or 0, columns.width(cell))
    end
  end
  return widths
end

--- The cells of a line of these rows.
-- @tparam {table,...} rows
-- @treturn integer
function columns.total(rows)
  local total = -2
  for _, width in ipairs(widths_of(rows)) do
    total = total + width + 2
  end
  return total
end

--- Rows as aligned columns, two blanks between them.
-- @tparam {table,...} rows lists of clean texts, equally long
-- @tparam ?integer most cells of a line; nil: not limited
-- @treturn {string,...} lines, without blanks at their ends
function columns.lines(rows, most)
  local widths, lines = widths_of(rows), {}
  for at, row in ipairs(rows) do
    local line = ""
    for index, cell in ipairs(row) do
      line = line .. cell
        .. (" "):rep(index < #row and widths[index] - columns.width(cell) + 2 or 0)
    end
    line = line:gsub("%s+$", "")
    lines[at] = most and columns.cut(line, most) or line
  end
  return lines
end

return columns
