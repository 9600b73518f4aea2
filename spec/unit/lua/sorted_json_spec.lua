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
