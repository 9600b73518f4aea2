-- The ranges of characters that do not take one column: what a search by halves needs of them.
local ranges = require("ecs_pipeline.show.ranges")

describe("the ranges", function()
  for name, list in pairs(ranges) do
    it(name .. " are sorted and apart from each other", function()
      local before, count = 0x2FF, 0
      for from, to in list:gmatch("(%x+)%-?(%x*)") do
        local first, last = tonumber(from, 16), tonumber(to ~= "" and to or from, 16)
        assert.is_true(before < first and first <= last and last <= 0x10FFFF, ("%X"):format(first))
        before, count = last, count + 1
      end
      assert.is_true(count > 80)
      assert.is_nil(list:find("[^%x%- \n]"))
    end)
  end
end)
