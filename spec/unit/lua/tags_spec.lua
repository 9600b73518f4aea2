local tags = require("ecs_pipeline.tags")

describe("tags", function()
  it("go from lists, in every spelling of the API, to maps and back", function()
    assert.same({ a = "1", b = "", c = "3" }, tags.from_list({ { key = "a", value = "1" },
      { TagKey = "b" },
      { Key = "c", Value = "3" } }))
    assert.same({ { key = "a", value = "1" }, { key = "b", value = "2" } }, tags.to_list({ b = "2",
      a = "1" }))
    assert.same({}, tags.to_list({}))
    assert.has_error(function() tags.from_list({ { value = "no key" } }) end)
    assert.has_error(function() tags.from_list("a=1") end)
  end)

  it("merge, the last set wins, letter case apart", function()
    local a = { x = "1", y = "1" }
    assert.same({ x = "2", y = "1", z = "3" }, tags.merge(a, { x = "2" }, nil, { { key = "z",
      value = "3" } }))
    assert.same({ Env = "prod" }, tags.merge({ env = "test" }, { Env = "prod" }))
    assert.same({ env = "1", Env = "2" }, tags.merge({ env = "1", Env = "2" }))
    assert.same({ x = "1", y = "1" }, a)
    assert.has_error(function() tags.merge({ "list of strings" }) end)
  end)

  it("differ", function()
    local diff = tags.diff({ a = "1", b = "2", c = "3", ["acs:rm:rgId"] = "rg" }, { a = "1",
      b = "9", d = "4" })
    assert.same({ add = { d = "4" }, change = { b = { from = "2", to = "9" } }, remove = { "c" },
      same = false }, diff)
    assert.is_true(tags.diff({ a = "1", ["aliyun-x"] = "1" }, { { key = "a", value = "1" } }).same)
    assert.is_true(tags.diff(nil, {}).same)
  end)

  it("match filters", function()
    local set = { a = "1", b = "" }
    assert.is_true(tags.matches(set, nil))
    assert.is_true(tags.matches(set, { a = "1" }))
    assert.is_true(tags.matches(set, { a = { "0", "1" }, b = true, c = false }))
    assert.is_true(tags.matches(set, { b = "" }))
    assert.is_false(tags.matches(set, { a = "2" }))
    assert.is_false(tags.matches(set, { a = {} }))
    assert.is_false(tags.matches(set, { c = true }))
    assert.is_false(tags.matches(set, { a = false }))
  end)

  it("are set apart from the service's", function()
    local own, system = tags.split({ a = "1", ["acs:rm:rgId"] = "rg", ["aliyun-x"] = "2",
      ["my-acs:x"] = "3" })
    assert.same({ a = "1", ["my-acs:x"] = "3" }, own)
    assert.same({ ["acs:rm:rgId"] = "rg", ["aliyun-x"] = "2" }, system)
  end)

  it("are checked by the rules of create", function()
    assert.is_true(tags.validate({ a = "1", b = "" }))
    assert.is_true(tags.validate({}))
    for _, wrong in ipairs({ { ["acs:x"] = "1" }, { ["aliyun1"] = "1" }, { a = "http://x" },
      { a = ("x"):rep(129) },
      { [("k"):rep(129)] = "1" }, { env = "1", Env = "2" }, { [""] = "1" } }) do
      local none, message, err = tags.validate(wrong)
      assert.is_nil(none)
      assert.equal("validation", err.kind)
      assert.matches("^tags.validate: ", message)
      assert.matches("^tags", err.param)
    end
    local many = {}
    for n = 1, 21 do
      many["k" .. n] = "v"
    end
    assert.is_nil((tags.validate(many)))
  end)

  it("raise for what is no list or no map", function()
    assert.error_matches(function() tags.from_list({ "a" }) end, "element 1 is not a table")
    assert.error_matches(function() tags.validate("a") end, "wants a map or a list")
  end)
end)
