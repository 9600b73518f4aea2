-- Patterns for names with "/".
local glob = require("ecs_pipeline.openresty.glob")

local function matches(patterns, name)
  patterns = type(patterns) == "table" and patterns or { patterns }
  assert.is_nil(glob.wrong(patterns))
  return glob.matches(glob.compile(patterns), name)
end

describe("glob", function()
  local rows = {
    { "main", { "main" }, { "Main", "main2", "xmain", "a/main", "main/a", "" } },
    { "*", { "main", "a.b" }, { "a/b" } },
    { "release/*", { "release/1", "release/" }, { "release", "release/1/2", "xrelease/1" } },
    { "v*.*.*", { "v1.2.3", "v1.2.3.4", "v..x" }, { "v1.2", "1.2.3" } },
    { "a*a", { "aa", "aba", "aaa" }, { "a", "ab" } },
    { "*ab*ab", { "abab", "xabyab", "ababab" }, { "ab", "abxa" } },
    { "**", { "a", "a/b", "a/b/c" }, {} },
    { "images/**", { "images/a", "images/a/b" }, { "images", "ximages/a" } },
    { "**/*.sh", { "a.sh", "x/y/a.sh" }, { "a.sh/b" } },
    { "a/**/b", { "a/b", "a/x/b", "a/x/y/b", "a/b/b" }, { "a/x", "b/b", "a/b/c" } },
    { "a/**/b/**/c", { "a/b/c", "a/x/b/y/c", "a/b/b/c" }, { "a/c", "a/b/x", "a/c/b" } },
    { "a/**/b/c/**/c", { "a/b/c/c", "a/b/b/c/x/c" }, { "a/b/c", "a/b/x/c/c" } },
    { "a/**/**/b", { "a/b", "a/x/b" }, { "a" } },
    { "**/a/**", { "a/b", "x/a/b" }, { "a", "x/a", "b" } },
    { "a.b", { "a.b" }, { "axb" } },
    { "%a[b]?", { "%a[b]?" }, { "xa" } },
  }
  for _, row in ipairs(rows) do
    it(row[1], function()
      for _, name in ipairs(row[2]) do
        assert.is_true(matches(row[1], name), name)
      end
      for _, name in ipairs(row[3]) do
        assert.is_false(matches(row[1], name), name)
      end
    end)
  end

  it("takes away again what a pattern with \"!\" matches, in order", function()
    local patterns = { "images/**", "!**/*.md", "images/needed.md" }
    assert.is_true(matches(patterns, "images/a.sh"))
    assert.is_false(matches(patterns, "images/a.md"))
    assert.is_true(matches(patterns, "images/needed.md"))
    assert.is_false(matches(patterns, "README.md"))
  end)

  it("says what is wrong with a pattern", function()
    for pattern, expected in pairs({ [""] = "control characters", ["a\nb"] = "control characters",
      ["/a"] = "begin or end",
      ["a/"] = "begin or end", ["a//b"] = "\"//\"", ["a**"] = "as a part of its own", ["!a"] = "without \"!\"",
      ["!"] = "begin or end" }) do
      assert.matches(expected, glob.wrong({ pattern }), 1, true)
    end
    assert.matches("a list of texts", glob.wrong({ 1 }), 1, true)
    assert.is_nil(glob.wrong({ "!a", "b" }))
  end)

  it("takes no longer for names that were made to be slow", function()
    local before = os.clock()
    local long = ("a"):rep(200000)
    assert.is_false(matches("*a*a*a*a*a*b", long))
    assert.is_false(matches("**/a/**/a/**/a/**/b", ("a/"):rep(100000) .. "c"))
    assert.is_false(matches("*" .. ("ab*"):rep(10) .. "c", ("ab"):rep(100000)))
    assert.is_true(os.clock() - before < 2, os.clock() - before)
  end)
end)
