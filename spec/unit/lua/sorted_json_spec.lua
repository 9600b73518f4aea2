-- JSON of replies: sorted keys, lists told apart from objects, the same digits in every locale.
local json = require("ecs_pipeline.sorted_json")

describe("JSON", function()
  it("is written with sorted keys, lists kept apart from objects, whole numbers whole", function()
    assert.are.equal('{"a":[],"b":{},"c":[1,2],"d":40,"e":1.5,"f":false}',
      json.encode({ f = false, a = json.array({}), b = {}, c = { 1, 2 }, d = 80 / 2, e = 1.5 }))
  end)

  it("escapes what must be escaped", function()
    assert.are.equal('"\\"\\\\\\n\\r\\t\\u0000\\u001f/ü"', json.encode('"\\\n\r\t\0\31/ü'))
  end)
end)

describe("a number of outside text", function()
  it("is read in every locale", function()
    for text, number in pairs({ ["0"] = 0, ["15"] = 15, ["007"] = 7, ["1."] = 1, ["1.5"] = 1.5, ["0.1"] = 0.1,
      ["90.50"] = 90.5, ["59.5"] = 59.5, ["1764327600.123"] = 1764327600.123, ["1.000"] = 1,
      ["-1"] = -1, ["-0.5"] = -0.5 }) do
      assert.equal(number, json.to_number(text), text)
    end
    assert.equal("15", tostring(json.to_number("15")))
    assert.equal(1.25, json.to_number("1.25" .. ("0"):rep(400)))
    assert.equal(math.huge, json.to_number(("9"):rep(400) .. ".5"))
    assert.equal(-2.5, json.to_number(-2.5))
  end)

  it("has digits and a point only", function()
    for _, text in ipairs({ "", ".5", "-", "--1", "+1", " 1", "1 ", "1e3", "0x10", "inf", "nan", "1,5",
      "1.5.2", "²", true, {} }) do
      assert.is_nil(json.to_number(text))
    end
    assert.is_nil(json.to_number(nil))
  end)
end)
