--- Reads and writes words and `name="value"` pairs of ENV, LABEL and COMPONENT. Inside double
-- quotes `\"` and `\\` are escapes; inside single quotes there are none; outside quotes a backslash
-- escapes a blank, a quote or itself. Pure; accepts any bytes.
local words = {}

local function quoted(text, at, sign)
  local pieces, from = {}, at + 1
  while true do
    local stop = text:find(sign == '"' and '["\\]' or "'", from)
    if not stop then
      pieces[#pieces + 1] = text:sub(from)
      return table.concat(pieces), #text + 1, true
    end
    pieces[#pieces + 1] = text:sub(from, stop - 1)
    if text:sub(stop, stop) == sign then
      return table.concat(pieces), stop + 1, false
    end
    local escaped = text:sub(stop + 1, stop + 1)
    pieces[#pieces + 1] = (escaped == '"' or escaped == "\\") and escaped or "\\" .. escaped
    from = stop + 2
  end
end

-- Reads the word that begins at `start`. → `{ text, raw, open }`, position where it ends
local function word_at(text, start)
  local pieces, at, open = {}, start, false
  while at <= #text do
    local sign = text:sub(at, at)
    if sign:find("[ \t\r\v\f\n]") then
      break
    elseif sign == '"' or sign == "'" then
      local piece
      piece, at, open = quoted(text, at, sign)
      pieces[#pieces + 1] = piece
    elseif sign == "\\" and text:find("^[ \t\"'\\]", at + 1) then
      pieces[#pieces + 1] = text:sub(at + 1, at + 1)
      at = at + 2
    else
      local stop = text:find("[ \t\r\v\f\n\"'\\]", at + 1) or #text + 1
      pieces[#pieces + 1] = text:sub(at, stop - 1)
      at = stop
    end
  end
  return { text = table.concat(pieces), raw = text:sub(start, at - 1), open = open }, at
end

--- Words of a text.
-- @tparam string text
-- @treturn table list of `{ text = without quotes, raw = as written, open = a quote stays open }`
function words.split(text)
  local list = {}
  local at = text:find("[^ \t\r\v\f\n]")
  while at do
    list[#list + 1], at = word_at(text, at)
    at = text:find("[^ \t\r\v\f\n]", at)
  end
  return list
end

--- Splits `k1="v1" k2=v2` into pairs.
-- @tparam string text
-- @treturn table list of `{ key, value (nil without "="), quoted, open }`
function words.pairs(text)
  local list = {}
  for index, word in ipairs(words.split(text)) do
    local key, value = word.text:match("^([^=]*)=(.*)$")
    list[index] = {
      key = key or word.text, value = value, open = word.open,
      quoted = word.raw:find("^[^=]*=[\"']") ~= nil or word.raw:find("^[\"']") ~= nil,
    }
  end
  return list
end

--- A value in double quotes.
-- @tparam string value
-- @treturn string
function words.quote(value)
  return '"' .. value:gsub('[\\"]', "\\%0") .. '"'
end

return words
