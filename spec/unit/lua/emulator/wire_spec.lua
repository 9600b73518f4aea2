-- Decoding what came in.
local wire = require("ecs_pipeline.emulator.wire")

describe("decoding", function()
  it("reads percent signs and plus signs", function()
    assert.are.equal("a b+c/ü%", wire.decode("a+b%2Bc%2f%C3%BC%25"))
    assert.is_nil(wire.decode("50%"))
    assert.is_nil(wire.decode("%4"))
    assert.is_nil(wire.decode("%zz"))
  end)

  it("keeps empty values, names without a value, and order", function()
    assert.are.same({ { name = "a", value = "" }, { name = "b", value = "" }, { name = "c", value = "1=2" } },
      wire.pairs_of("a=&b&c=1=2"))
    assert.are.same({}, wire.pairs_of(""))
  end)

  it("merges query and form, the form winning, and looks at headers in lower case", function()
    local request = wire.parse("post", "/?a=1&b=2", { Host = "h", ["Content-Type"] =
      "application/x-www-form-urlencoded; charset=utf-8", ["X-Acs-A"] = { "2", "1" } }, "b=3&c=4")
    assert.are.same({ a = "1", b = "3", c = "4" }, request.params)
    assert.are.same({ "POST", "/", "a=1&b=2", "h", "1,2" }, { request.method, request.path, request.raw_query,
      request.headers.host, request.headers["x-acs-a"] })
  end)

  it("takes a body for a form only when it says so", function()
    assert.are.same({}, wire.parse("POST", "/", { ["content-type"] = "application/json" }, "a=1").params)
  end)

  it("says so when it cannot", function()
    local request, why = wire.parse("POST", "/?a=%", {}, "")
    assert.is_nil(request)
    assert.is_truthy(why:find("percent"))
  end)
end)
