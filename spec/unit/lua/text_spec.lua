-- Texts: blanks, ports, words of a shell. How much work it is: spec/repo/growth_spec.lua.
local text = require("ecs_pipeline.text")

describe("text.trim", function()
  it("takes the blanks from both ends and leaves those inside", function()
    local rows = { ["  a b\t\n"] = "a b", a = "a", [""] = "", [" \r\n "] = "", ["\0 "] = "\0",
      [" \t\r\n\v\fa\f\v\n\r\t "] = "a", ["%"] = "%", [" %s "] = "%s" }
    for given, expected in pairs(rows) do
      assert.equal(expected, text.trim(given))
    end
  end)

  it("takes other classes, one for each end", function()
    assert.equal("\na", text.trim("\t \na ", " \t"))
    assert.equal("\ta\t", text.trim(" \ta\t ", " "))
    assert.equal("/a", text.trim(" /a/ /", text.BLANKS, text.BLANKS .. "/"))
    assert.equal("", text.trim("//", text.BLANKS, text.BLANKS .. "/"))
  end)
end)

describe("text.is_port", function()
  it("knows numbers of ports", function()
    for digits, expected in pairs({ ["1"] = true, ["65535"] = true, ["00443"] = true, [""] = true, ["0"] = false,
      ["65536"] = false, ["99999"] = false, ["1e3x"] = false, [("9"):rep(400)] = false }) do
      assert.equal(expected, text.is_port(digits), digits)
    end
  end)
end)

describe("text.quote", function()
  it("is one word for a shell", function()
    assert.equal("'a b'", text.quote("a b"))
    assert.equal("''", text.quote(""))
    assert.equal([['it'\''s $x']], text.quote("it's $x"))
  end)
end)

describe("text.is_blank", function()
  it("knows texts with white space only", function()
    for _, given in ipairs({ "", " ", "\t\n\r " }) do
      assert.is_true(text.is_blank(given))
    end
    for _, given in ipairs({ "a", " a ", "\0", 5, true, {} }) do
      assert.is_false(text.is_blank(given))
    end
    assert.is_false(text.is_blank(nil))
  end)
end)
