--- IPv4 blocks in the notation of RFC 4632, as numbers.

local M = {}

--- "172.16.0.0/12" → { first = address, size = addresses, prefix = 12 }, or nil when the text is no
-- such block or has bits beyond its prefix.
function M.read(text)
  local a, b, c, d, prefix = text:match("^(%d+)%.(%d+)%.(%d+)%.(%d+)/(%d%d?)$")
  prefix = tonumber(prefix)
  if not prefix or prefix > 32 then
    return nil
  end
  local first = 0
  for _, part in ipairs({ a, b, c, d }) do
    if tonumber(part) > 255 or part:find("^0%d") then
      return nil
    end
    first = first * 256 + tonumber(part)
  end
  local size = 2 ^ (32 - prefix)
  return first % size == 0 and { first = first, size = size, prefix = prefix } or nil
end

--- The text of the block that begins at `first`.
function M.text(first, prefix)
  local parts = {}
  for i = 4, 1, -1 do
    parts[i] = ("%d"):format(first % 256)
    first = math.floor(first / 256)
  end
  return table.concat(parts, ".") .. ("/%d"):format(prefix)
end

--- Does the inner block lie in the outer one? A block lies in itself.
function M.contains(outer, inner)
  return inner.first >= outer.first and inner.first + inner.size <= outer.first + outer.size
end

--- Do two blocks share an address?
function M.overlap(a, b)
  return a.first < b.first + b.size and b.first < a.first + a.size
end

return M
