--- Text in columns: widths as a terminal shows them. Pure; accepts any bytes.
local columns = {}

-- First and last code points that take two cells: East Asian wide forms and emoji.
local WIDE = { { 0x1100, 0x115F }, { 0x2E80, 0x303E }, { 0x3041, 0xA4CF }, { 0xA960, 0xA97F },
  { 0xAC00, 0xD7A3 }, { 0xF900, 0xFAFF }, { 0xFE30, 0xFE6F }, { 0xFF00, 0xFF60 },
  { 0xFFE0, 0xFFE6 }, { 0x1F300, 0x1F64F }, { 0x1F900, 0x1F9FF }, { 0x20000, 0x3FFFD } }
-- Those that take none: combining marks, joiners, variation selectors.
local NONE = { { 0x300, 0x36F }, { 0x200B, 0x200F }, { 0x20D0, 0x20FF }, { 0xFE00, 0xFE0F },
  { 0xFEFF, 0xFEFF } }

local function within(ranges, code)
  for _, range in ipairs(ranges) do
    if code >= range[1] and code <= range[2] then
      return true
    end
  end
  return false
end

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

--- A text that a terminal can show on one line: control characters and bytes that are not UTF-8
-- become "?", so that no text from outside can move the cursor.
-- @tparam string text
-- @treturn string
function columns.clean(text)
  if not text:find("[%c\128-\255]") then
    return text
  end
  local out = {}
  for _, bytes, code in characters(text) do
    local control = not bytes or code < 0x20 or (code >= 0x7F and code < 0xA0)
    out[#out + 1] = control and "?" or bytes
  end
  return table.concat(out)
end

local function cells_of(code)
  return within(NONE, code) and 0 or within(WIDE, code) and 2 or 1
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
