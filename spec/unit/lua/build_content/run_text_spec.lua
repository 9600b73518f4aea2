-- Shell text of several lines as one RUN. In a builder: builder_spec.lua.
local run_text = require("ecs_pipeline.build_content.run_text")

local function lines(...)
  return (run_text.join({ ... }):gsub(" \\\n    ", " | "))
end

describe("the text of a RUN", function()
  it("joins commands with &&, and lines as they say themselves", function()
    assert.equal("a && | b", lines("a", "b"))
    assert.equal("a && | b", lines("a &&\nb"))
    assert.equal("a; | b && | c", lines("a;\n\n  b", "c"))
    assert.equal("a | b", lines("a \\\nb"))
    assert.equal("if x; then | y; | fi && | z", lines("if x; then\n  y;\nfi", "z"))
    assert.equal("{ | a; | }", lines("{\na;\n}"))
  end)

  for text, wrong in pairs({
    [""] = "the command is empty",
    ["a\nb"] = "line 1 does not say how the next one is joined to it",
    ["a # c\nb"] = "line 1: a comment would hide the lines after it",
    ["a 'b\nc'"] = "line 1: a text in quotes continues on the next line",
    ["cat <<E\na\nE"] = "line 1: a here-document cannot be written in one command",
    ["a 'b"] = "a quote is not closed",
    ["a \\"] = "it ends with a backslash, and nothing follows",
    ["a &&"] = "it ends with &&, and nothing follows",
    ["a |"] = "it ends with |, and nothing follows",
    ["a \\;\nb"] = "line 1 does not say how the next one is joined to it",
    ["echo do\nb"] = "line 1 does not say how the next one is joined to it",
  }) do
    it(("refuses %q"):format(text):gsub("\n", "n"), function()
      local none, why = run_text.join({ text })
      assert.is_nil(none)
      assert.equal(wrong, why:sub(1, #wrong))
    end)
  end

  it("may end with a comment, or in the background", function()
    assert.equal("a # c", lines("a # c"))
    assert.equal("a &", lines("a &"))
    assert.is_nil((run_text.join({ "a # c", "b" })))
  end)
end)
