--- The order of bytes, for `table.sort`. Where the process has called setlocale, Lua's own `<` on
-- strings follows that language ("a" before "B", "10" beside "1"); signatures and numbered tags
-- must come out the same everywhere.
local byte = string.byte

--- @tparam string a
-- @tparam string b
-- @treturn boolean whether a comes before b
return function(a, b)
  local i = 1
  while true do
    local x, y = byte(a, i), byte(b, i)
    if x ~= y then
      return x == nil or y ~= nil and x < y
    elseif x == nil then
      return false
    end
    i = i + 1
  end
end
