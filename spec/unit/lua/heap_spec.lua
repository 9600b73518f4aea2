local heap = require("ecs_pipeline.heap")

local function drain(due)
  local list = {}
  while due:first() do
    list[#list + 1] = due:first().what
    due:remove(due:first())
  end
  return list
end

describe("a heap", function()
  it("gives the earliest first, and equal times in the order in which they were put", function()
    local due = heap.new()
    assert.is_nil(due:first())
    for _, row in ipairs({ { 3, "d" }, { 1, "a" }, { 2, "b" }, { 3, "e" }, { 2, "c" }, { 1e9, "z" }, { -1, "_" } }) do
      assert.equal(row[2], due:put(row[1], row[2]).what)
    end
    assert.same({ "_", "a", "b", "c", "d", "e", "z" }, drain(due))
  end)

  it("gives up any entry, once", function()
    local due = heap.new()
    local first, second, third = due:put(1, "1"), due:put(2, "2"), due:put(3, "3")
    due:remove(second)
    due:remove(second)
    assert.equal(first, due:first())
    due:remove(third)
    due:remove(first)
    due:remove(first)
    assert.is_nil(due:first())
    due:put(5, "5")
    due:remove(second)
    assert.same({ "5" }, drain(due))
  end)

  it("is in order whatever is put and taken out", function()
    local seed = 42
    local function random(most)
      seed = seed * 16807 % 2147483647
      return seed % most + 1
    end
    for _ = 1, 200 do
      local due, there, count = heap.new(), {}, 0
      for _ = 1, random(60) do
        if random(3) == 1 and #there > 0 then
          due:remove(table.remove(there, random(#there)))
        else
          count = count + 1
          there[#there + 1] = due:put(random(10), count)
        end
      end
      table.sort(there, function(a, b)
        if a.at ~= b.at then
          return a.at < b.at
        end
        return a.what < b.what
      end)
      local expected = {}
      for index, entry in ipairs(there) do
        expected[index] = entry.what
      end
      assert.same(expected, drain(due))
    end
  end)
end)
