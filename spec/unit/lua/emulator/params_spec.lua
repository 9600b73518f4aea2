-- Lists, objects, tags and scalars out of flat parameters.
local params = require("ecs_pipeline.emulator.params")

describe("parameters", function()
  it("become lists, objects and tags, in the order of their numbers", function()
    local flat = { ["A.10"] = "ten", ["A.2"] = "two", ["A.1"] = "", ["T.2.Key"] = "b", ["T.1.Key"] = "a",
      ["T.1.Value"] = "", AB = "x" }
    assert.are.same({ "two", "ten" }, params.list(flat, "A"))
    assert.are.same({ { key = "a", value = "" }, { key = "b" } }, params.tags(flat, "T"))
    assert.is_true(params.any(flat, "T"))
    assert.is_false(params.any(flat, "B"))
  end)

  it("become booleans and integers, or are said to be neither", function()
    assert.is_true(params.boolean({ a = "true" }, "a"))
    assert.is_false(params.boolean({ a = "False" }, "a"))
    assert.are.same({ true }, { select(2, params.boolean({ a = "1" }, "a")) })
    assert.are.equal(7, params.integer({ a = "7" }, "a"))
    assert.are.same({ true }, { select(2, params.integer({ a = "7.0" }, "a")) })
  end)
end)
