-- Blanks at the two ends of a text. How much work it is: spec/repo/growth_spec.lua.
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
