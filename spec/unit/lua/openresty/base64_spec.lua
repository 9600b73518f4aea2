-- Base64, as RFC 4648 has it. How much work it is: spec/repo/growth_spec.lua.
local base64 = require("ecs_pipeline.openresty.base64")

describe("base64.decode", function()
  it("reads RFC 4648, with and without padding", function()
    for encoded, bytes in pairs({ [""] = "", Zg = "f", ["Zg=="] = "f", ["Zm8="] = "fo", Zm8 = "fo", Zm9v = "foo",
      ["Zm9vYg=="] = "foob", ["Zm9vYmE="] = "fooba", Zm9vYmFy = "foobar", ["+/+/"] = "\251\255\191",
      AAAA = "\0\0\0" }) do
      assert.equal(bytes, base64.decode(encoded))
    end
  end)

  it("refuses everything else", function()
    for _, value in ipairs({ "Z", "Zm9vY", "Zg=", "Zm8==", "Zm9v=", "Zm9v====", "Zm 9v", "Zm9-", "Zm=v", "\233A==" }) do
      assert.is_nil(base64.decode(value), value)
    end
  end)
end)

describe("base64.from_hex", function()
  it("writes RFC 4648, of every length", function()
    for hex, encoded in pairs({ [""] = "", ["66"] = "Zg==", ["666f"] = "Zm8=", ["666f6f"] = "Zm9v", fbffbf = "+/+/",
      ["666f6f62"] = "Zm9vYg==", ["000000"] = "AAAA", ["FF"] = "/w==" }) do
      assert.equal(encoded, base64.from_hex(hex))
    end
  end)
end)
