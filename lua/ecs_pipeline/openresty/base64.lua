--- Base64 (RFC 4648), as signatures of Standard Webhooks have it. Pure.
local base64 = {}

local ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
local DIGITS = {}
for index = 0, 63 do
  DIGITS[ALPHABET:sub(index + 1, index + 1)] = index
end

--- Bytes in hexadecimal, such as a digest, as Base64.
-- @tparam string hex
-- @treturn string
function base64.from_hex(hex)
  local missing = -(#hex / 2) % 3
  local digits = (hex .. ("00"):rep(missing)):gsub("%x%x%x", function(three)
    local number = tonumber(three, 16)
    local high, low = math.floor(number / 64) + 1, number % 64 + 1
    return ALPHABET:sub(high, high) .. ALPHABET:sub(low, low)
  end)
  return digits:sub(1, #digits - missing) .. ("="):rep(missing)
end

--- The bytes of a Base64 text, with or without the "=" at its end.
-- @tparam string value
-- @treturn ?string nil if it is no Base64
function base64.decode(value)
  local digits, padding = value:match("^([A-Za-z0-9+/]*)(=*)$")
  local over = digits and #digits % 4
  if not digits or over == 1 or #padding > 0 and (over == 0 or over + #padding ~= 4) then
    return nil
  end
  local bytes = (digits .. ("A"):rep(-over % 4)):gsub("(.)(.)(.)(.)", function(a, b, c, d)
    local number = ((DIGITS[a] * 64 + DIGITS[b]) * 64 + DIGITS[c]) * 64 + DIGITS[d]
    return string.char(math.floor(number / 65536), math.floor(number / 256) % 256, number % 256)
  end)
  return bytes:sub(1, #bytes - -over % 4)
end

return base64
