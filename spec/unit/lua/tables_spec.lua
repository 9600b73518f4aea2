local tables = require("ecs_pipeline.tables")

-- A table whose metamethods would show that they were called.
local function loud()
  return setmetatable({ a = 1, b = false }, { __index = { c = 3 }, __pairs = function() error("not raw") end })
end

describe("tables.copy", function()
  it("is shallow, raw, and of nothing an empty table", function()
    local inner = {}
    local copy = tables.copy({ inner, x = inner })
    assert.equal(inner, copy[1])
    assert.equal(inner, copy.x)
    copy = tables.copy(loud())
    assert.same({ a = 1, b = false }, copy)
    assert.is_nil(getmetatable(copy))
    assert.same({}, tables.copy(nil))
  end)
end)

describe("tables.deep_copy", function()
  it("has no table in common with the original, also where that leads back to itself", function()
    local from = loud()
    from.inner = { 1, { 2 } }
    from.again, from.from = from.inner, from
    local copy = tables.deep_copy(from)
    assert.same({ 1, { 2 } }, copy.inner)
    assert.not_equal(from.inner, copy.inner)
    assert.not_equal(from.inner[2], copy.inner[2])
    assert.equal(copy.inner, copy.again)
    assert.equal(copy, copy.from)
    assert.is_nil(getmetatable(copy))
    assert.is_nil(rawget(copy, "c"))
  end)
end)

describe("tables.without", function()
  it("leaves keys out, and the table as it was", function()
    local from = { a = 1, b = 2, c = 3 }
    assert.same({ b = 2 }, tables.without(from, { "a", "c", "d" }))
    assert.same({ a = 1, b = 2, c = 3 }, from)
    assert.same({}, tables.without(nil, { "a" }))
  end)
end)

describe("tables.merge", function()
  it("writes one table into another, which it returns", function()
    local into = { a = 1, b = 2 }
    assert.equal(into, tables.merge(into, { b = false, c = 3 }))
    assert.same({ a = 1, b = false, c = 3 }, into)
    assert.equal(into, tables.merge(into, nil))
    assert.same({ a = 1, b = false }, tables.merge({}, loud()))
  end)
end)

describe("tables.bytewise", function()
  it("orders as the bytes do, whatever the locale", function()
    local list = { "b", "B", "a", "A.10", "A.1", "A", "_", "", "\195\164", "a\0b", "a\0" }
    table.sort(list, tables.bytewise)
    assert.same({ "", "A", "A.1", "A.10", "B", "_", "a", "a\0", "a\0b", "b", "\195\164" }, list)
  end)

  it("puts nothing before itself", function()
    for _, text in ipairs({ "", "a", "\255", "a\0" }) do
      assert.is_false(tables.bytewise(text, text))
    end
  end)
end)

describe("tables.distinct", function()
  it("has each value once, where it came first", function()
    local list = { "b", "a", "b", 1, "1", 1 }
    assert.same({ "b", "a", 1, "1" }, tables.distinct(list))
    assert.equal(6, #list)
    assert.same({}, tables.distinct({}))
  end)
end)

describe("tables.set", function()
  it("has every word, once", function()
    assert.same({ a = true, ["b-c"] = true }, tables.set("a b-c\n  a"))
    assert.same({}, tables.set(""))
    assert.same({ ["a b"] = true, [5] = true }, tables.set({ "a b", 5, "a b" }))
    assert.same({}, tables.set({}))
  end)
end)

describe("tables.sorted_keys", function()
  it("is a list of the keys in the order of their bytes", function()
    assert.same({ "", "B", "a", "b" }, tables.sorted_keys({ b = 1, a = false, B = 2, [""] = 0 }))
    assert.same({}, tables.sorted_keys({}))
  end)
end)
