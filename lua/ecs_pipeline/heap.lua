--- What is due at some time, earliest first: a binary heap. Entries of one time come in the order
-- in which they were put. Pure.
local heap = {}

local Heap = {}
Heap.__index = Heap

--- An empty heap; its entries are its list items.
-- @treturn Heap
function heap.new()
  return setmetatable({ puts = 0 }, Heap)
end

local function before(a, b)
  if a.at ~= b.at then
    return a.at < b.at
  end
  return a.number < b.number
end

local function place(self, index, entry)
  self[index], entry.index = entry, index
end

-- Moves an entry, for which `index` is free, up or down to its place.
local function settle(self, index, entry)
  local parent = math.floor(index / 2)
  while parent >= 1 and before(entry, self[parent]) do
    place(self, index, self[parent])
    index, parent = parent, math.floor(parent / 2)
  end
  while true do
    local child = 2 * index
    if self[child + 1] and before(self[child + 1], self[child]) then
      child = child + 1
    end
    if not self[child] or before(entry, self[child]) then
      break
    end
    place(self, index, self[child])
    index = child
  end
  place(self, index, entry)
end

--- Puts a value.
-- @tparam number at
-- @param what
-- @treturn table entry `{ at, what }`
function Heap:put(at, what)
  self.puts = self.puts + 1
  local entry = { at = at, what = what, number = self.puts }
  settle(self, #self + 1, entry)
  return entry
end

--- The earliest entry.
-- @treturn ?table
function Heap:first()
  return self[1]
end

--- Takes an entry out; one that has been taken out already is left alone.
-- @tparam table entry of `put`
function Heap:remove(entry)
  local index, last = entry.index, #self
  if not index then
    return
  end
  local moved = self[last]
  self[last], entry.index = nil, nil
  if moved ~= entry then
    settle(self, index, moved)
  end
end

return heap
