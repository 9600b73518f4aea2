-- Words and name="value" pairs.
local words = require("ecs_pipeline.build_content.words")

local function texts(text)
  local list = {}
  for index, word in ipairs(words.split(text)) do list[index] = word.text end
  return list
end

describe("words", function()
  it("end at blanks outside of quotes, and lose their quotes", function()
    assert.same({ "a", "b c", "d e", "f" }, texts(" a \"b c\"\t'd e'\nf "))
    assert.same({ "ab c" }, texts("a'b c'"))
    assert.same({}, texts(" \t"))
  end)

  it("know backslashes: in double quotes before a quote and itself, outside before a blank too", function()
    assert.same({ 'a"b\\c\\d' }, texts([["a\"b\\c\d"]]))
    assert.same({ "a b", "c'" }, texts([[a\ b c\']]))
    assert.same({ "a\\", "b" }, texts([['a\' b]]))
  end)

  it("say when a quote stays open, and how they were written", function()
    assert.same({ { text = "a b", raw = "\"a b", open = true } }, words.split("\"a b"))
    assert.same({ { text = "a", raw = "'a'", open = false } }, words.split("'a'"))
  end)
end)

describe("pairs", function()
  it("are split at the first =, and say whether the value is quoted", function()
    assert.same({ { key = "a", value = "b=c", quoted = true, open = false },
      { key = "d", value = "", quoted = false, open = false }, { key = "e", quoted = false, open = false } },
      words.pairs('a="b=c" d= e'))
  end)

  it("are read as they were quoted, whatever is in them", function()
    for _, value in ipairs({ "", "a b", 'say "x"', "a\\b\\", "'", "=", "镜像\t" }) do
      assert.equal(value, words.pairs("k=" .. words.quote(value))[1].value)
    end
  end)
end)
