local bytewise = require("ecs_pipeline.bytewise")

describe("bytewise", function()
  it("orders as the bytes do, whatever the locale", function()
    local list = { "b", "B", "a", "A.10", "A.1", "A", "_", "", "\195\164", "a\0b", "a\0" }
    table.sort(list, bytewise)
    assert.same({ "", "A", "A.1", "A.10", "B", "_", "a", "a\0", "a\0b", "b", "\195\164" }, list)
  end)

  it("puts nothing before itself", function()
    for _, text in ipairs({ "", "a", "\255", "a\0" }) do
      assert.is_false(bytewise(text, text))
    end
  end)
end)
