-- Decoding what came in, encoding what goes out, dates and text: the parts of the emulator by themselves.

local clock = require("ecs_pipeline.emulator.clock")
local json = require("ecs_pipeline.emulator.json")
local params = require("ecs_pipeline.emulator.params")
local text = require("ecs_pipeline.emulator.text")
local wire = require("ecs_pipeline.emulator.wire")
local xml = require("ecs_pipeline.emulator.xml")

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

describe("JSON", function()
  it("is written with sorted keys, lists kept apart from objects, whole numbers whole", function()
    assert.are.equal('{"a":[],"b":{},"c":[1,2],"d":40,"e":1.5,"f":false}',
      json.encode({ f = false, a = json.array({}), b = {}, c = { 1, 2 }, d = 80 / 2, e = 1.5 }))
  end)

  it("escapes what must be escaped", function()
    assert.are.equal('"\\"\\\\\\n\\r\\t\\u0000\\u001f/ü"', json.encode('"\\\n\r\t\0\31/ü'))
  end)
end)

describe("XML", function()
  it("repeats an element for a list", function()
    assert.are.equal('<?xml version="1.0" encoding="UTF-8"?>\n<R><A><B>1</B><B>&amp;</B></A><C>2</C></R>',
      xml.encode("R", { A = { B = { 1, "&" } }, C = 4 / 2 }))
  end)
end)

describe("dates", function()
  it("go both ways", function()
    for _, seconds in ipairs({ 0, 951782400, 1709164800, 1767225599, 4102444800 }) do
      assert.are.equal(seconds, clock.parse_iso(clock.iso(seconds)))
    end
    assert.are.equal("Thu, 29 Feb 2024 00:00:00 GMT", clock.http_date(1709164800))
  end)

  it("are refused in any other shape", function()
    for _, value in ipairs({ "", "2026-01-01", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z",
      "2026-01-01T00:00:00+08:00", "2026-01-01T00:00:00.000Z" }) do
      assert.is_nil(clock.parse_iso(value))
    end
  end)

  it("stand still on a virtual clock and run on a real one", function()
    local virtual = clock.new({ now = 1000 })
    virtual:advance(0.5)
    assert.are.equal(1000.5, virtual:now())
    local real = clock.new({ clock = "real" })
    assert.is_true(math.abs(real:now() - os.time()) <= 1)
    real:advance(100)
    assert.is_true(math.abs(real:now() - os.time() - 100) <= 1)
    assert.has_error(function()
      clock.new({ clock = "sundial" })
    end)
  end)
end)

describe("text", function()
  it("is counted in characters, and only when it is UTF-8", function()
    assert.are.equal(3, text.length("aé镜"))
    assert.are.equal(1, text.length("\240\159\154\128"))
    for _, bytes in ipairs({ "\255", "\192\128", "\224\128\128", "\237\160\128", "\195", "\244\144\128\128" }) do
      assert.is_nil(text.length(bytes))
    end
  end)
end)
