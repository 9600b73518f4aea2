--- Reads an input of a fuzzer as a row of choices; when it is used up, every choice is the first one.
local M = {}
M.__index = M

function M.new(data)
  return setmetatable({ data = data, at = 1 }, M)
end

function M:done()
  return self.at > #self.data
end

function M:byte()
  local byte = self.data:byte(self.at) or 0
  self.at = self.at + 1
  return byte
end

--- 0 … count - 1
function M:below(count)
  return self:byte() % count
end

function M:pick(list)
  return list[self:below(#list) + 1]
end

--- At most `max` of the bytes that follow; a byte for the length comes first.
function M:text(max)
  local length = self:byte() % (max + 1)
  local text = self.data:sub(self.at, self.at + length - 1)
  self.at = self.at + length
  return text
end

--- Everything that is left.
function M:rest()
  local text = self.data:sub(self.at)
  self.at = #self.data + 1
  return text
end

return M
