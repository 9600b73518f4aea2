-- Where a shell text stands: in quotes, behind a comment sign, in a here-document.
local quotes = require("ecs_pipeline.build_content.quotes")

local function after(...)
  local state = quotes.new()
  for _, text in ipairs({ ... }) do
    quotes.advance(state, text)
  end
  return { state.quote or "none", state.comment, state.heredoc }
end

describe("the state of a shell text", function()
  it("is inside quotes until the same sign closes them, over any number of texts", function()
    assert.same({ "'", false, false }, after("a 'b"))
    assert.same({ "none", false, false }, after("a 'b", "c' d"))
    assert.same({ '"', false, false }, after('a "b \'c'))
    assert.same({ "none", false, false }, after("'a' \"b\""))
  end)

  it("knows a backslash, which single quotes do not have", function()
    assert.same({ "none", false, false }, after("a \\' \\\""))
    assert.same({ '"', false, false }, after('"a \\"'))
    assert.same({ "none", false, false }, after("'a \\'"))
  end)

  it("is a comment behind a sign that begins a word, and stays one", function()
    for _, text in ipairs({ "#a", "a #b", "a;#b", "a\t#b", "(#a" }) do
      assert.same({ "none", true, false }, after(text), text)
    end
    for _, text in ipairs({ "a#b", "'#'", "\\#", "$#" }) do
      assert.same({ "none", false, false }, after(text), text)
    end
    assert.is_true(after("# a", "b")[2])
  end)

  it("is in a here-document behind <<, not behind < or <<<", function()
    assert.same({ true, false, false, false },
      { after("cat <<E")[3], after("cat <f")[3], after("cat <<< a")[3], after("'<<'")[3] })
  end)
end)
