-- JSON texts in and out. The grammar itself: spec/c/json_test.c.
local cjson = require("cjson")
local core = require("ecs_pipeline.core")
local json = require("ecs_pipeline.json")

describe("json.decode", function()
  it("reads what JSON is, null too", function()
    assert.same({ a = { 1, 2.5, "x", true }, b = {} }, json.decode('{"a":[1,2.5,"x",true],"b":{}}'))
    assert.equal(cjson.null, json.decode("null"))
    assert.equal("\240\159\152\128", json.decode('"\\uD83D\\uDE00"'))
    assert.is_false(json.decode(" false "))
  end)

  it("refuses what cjson takes, and says why without the text", function()
    for _, text in ipairs({ "[0x10]", "[01]", "[+1]", "[1.]", "[NaN]", "[Infinity]", "[-inf]", "[1]x", "", "{",
      '["\\uD83D"]', "['secret']" }) do
      local value, why = json.decode(text)
      assert.same({ "nil", "it is not JSON" }, { tostring(value), why })
    end
    for _, text in ipairs({ '["line\nend"]', '["caf\195"]' }) do
      assert.matches("its strings are not JSON", select(2, json.decode(text)), 1, true)
    end
    assert.same({ nil, "it is not JSON", 8 }, { json.decode_table('{"a":1,canary}') })
    assert.equal("it is not a string", select(2, json.decode(nil)))
    assert.equal("it is not a string", select(2, json.decode(7)))
  end)

  it("keeps every digit, as a number or as text", function()
    local list = json.decode("[9007199254740991,9007199254740993,-12345678901234567890,0.30000000000000004,"
      .. "0.1234567890123456789,1e400,1e22]")
    assert.same({ "9007199254740993", "-12345678901234567890", "0.1234567890123456789", "1e400" },
      { list[2], list[3], list[5], list[6] })
    assert.is_true(list[1] == 9007199254740991 and list[4] == 0.1 + 0.2 and list[7] == 1e22)
    assert.equal("9007199254740993", json.decode("9007199254740993"))
  end)

  it("gives a table, where one is wanted", function()
    assert.same({ 1 }, json.decode_table("[1]"))
    local neither = "it is neither an object nor a list"
    for text, why in pairs({ ["7"] = neither, ["null"] = neither, ["[7"] = "it is not JSON" }) do
      local value, said = json.decode_table(text)
      assert.same({ "nil", why }, { tostring(value), said })
    end
  end)
end)

describe("json.encode", function()
  it("writes what can be read again, digit for digit", function()
    for _, text in ipairs({ "9007199254740991", "123456789012345", "1795491843.123456", "-0.30000000000000004",
      "0.1", "12345678901234", "1.7976931348623157e+308" }) do
      local number = json.decode(text)
      assert.equal("[" .. text .. "]", json.encode({ number }))
      assert.is_true(json.decode(json.encode({ { a = number } }))[1].a == number)
    end
    assert.equal('{"a":[1,2]}', json.encode({ a = { 1, 2 } }))
    assert.equal('"x"', json.encode("x"))
    assert.equal("[true,null]", json.encode({ true, cjson.null }))
  end)

  it("writes the integers of Lua 5.3 and newer as they are", function()
    local largest = math.maxinteger or 9007199254740992 -- luacheck: ignore 143
    assert.equal(("[%d]"):format(largest), json.encode({ largest }))
  end)

  it("raises for what is no plain value, and leaves the value alone", function()
    for _, value in ipairs({ 0 / 0, math.huge, -math.huge, print }) do
      assert.is_false(pcall(json.encode, { value }))
    end
    local value = { 1795491843.123456 }
    json.encode(value)
    assert.equal(1795491843.123456, value[1])
  end)
end)

describe("core.json_text", function()
  it("gives the text itself where there is nothing to change", function()
    local text = '{"a": 1}'
    assert.equal(text, core.json_text(text))
    assert.equal('["9007199254740993"]', core.json_text("[9007199254740993]"))
    assert.is_false(pcall(core.json_text, 7))
    assert.is_false(pcall(core.json_text))
  end)
end)
