-- Texts: blanks at their ends, words of a shell, Base64. How much work it is: spec/repo/growth_spec.lua.
local text = require("ecs_pipeline.text")

describe("text.trim", function()
  it("takes the blanks from both ends and leaves those inside", function()
    local rows = { ["  a b\t\n"] = "a b", a = "a", [""] = "", [" \r\n "] = "", ["\0 "] = "\0" }
    for given, expected in pairs(rows) do
      assert.equal(expected, text.trim(given))
    end
  end)

  it("takes other classes, one for each end", function()
    assert.equal("\na", text.trim("\t \na ", "[ \t]"))
    assert.equal("\ta\t", text.trim(" \ta\t ", " "))
    assert.equal("/a", text.trim(" /a/ /", "%s", "[%s/]"))
    assert.equal("", text.trim("//", "%s", "[%s/]"))
  end)
end)

describe("text.quote", function()
  it("is one word for a shell", function()
    assert.equal("'a b'", text.quote("a b"))
    assert.equal("''", text.quote(""))
    assert.equal([['it'\''s $x']], text.quote("it's $x"))
  end)
end)

describe("text.from_base64", function()
  it("reads RFC 4648, with and without padding", function()
    for encoded, bytes in pairs({ [""] = "", Zg = "f", ["Zg=="] = "f", ["Zm8="] = "fo", Zm8 = "fo", Zm9v = "foo",
      ["Zm9vYg=="] = "foob", ["Zm9vYmE="] = "fooba", Zm9vYmFy = "foobar", ["+/+/"] = "\251\255\191",
      AAAA = "\0\0\0" }) do
      assert.equal(bytes, text.from_base64(encoded))
    end
  end)

  it("refuses everything else", function()
    for _, value in ipairs({ "Z", "Zm9vY", "Zg=", "Zm8==", "Zm9v=", "Zm9v====", "Zm 9v", "Zm9-", "Zm=v", "\233A==" }) do
      assert.is_nil(text.from_base64(value), value)
    end
  end)
end)

describe("text.hex_to_base64", function()
  it("writes RFC 4648, of every length", function()
    for hex, encoded in pairs({ [""] = "", ["66"] = "Zg==", ["666f"] = "Zm8=", ["666f6f"] = "Zm9v", fbffbf = "+/+/",
      ["666f6f62"] = "Zm9vYg==", ["000000"] = "AAAA", ["FF"] = "/w==" }) do
      assert.equal(encoded, text.hex_to_base64(hex))
    end
  end)
end)
