--- core.regex: what matches, and what is refused with which words.

local core = require("ecs_pipeline.core")

describe("core.regex", function()
  local rows = { -- pattern, a text that matches, one that does not
    { "^ubuntu_[0-9]+_[0-9]+_x64*", "ubuntu_22_04_x64_20G", "my_ubuntu_22_04_x64" },
    { "web", "a web server", "we b" },
    { "^web$", "web", "web-1" },
    { "^(web|db)-[0-9]{2,3}$", "db-007", "db-7" },
    { "^[^-]+$", "plain", "with-hyphen" },
    { "^[[:alnum:]_]+$", "a_1", "a-1" },
    { "[]x]", "]", "a" },
    { "a\\.b", "a.b", "axb" },
    { "镜像$", "web-镜像", "镜" },
    { "^([0-9]{1,3}\\.){3}[0-9]{1,3}$", "192.168.0.1", "192.168.1" },
    { "^a{0,2}$", "aa", "aaa" },
  }
  for _, row in ipairs(rows) do
    it("knows " .. row[1], function()
      local regex = assert(core.regex(row[1]))
      assert.is_true(regex:match(row[2]))
      assert.is_false(regex:match(row[3]))
    end)
  end

  local refused = {
    { "\\d+", "write [0-9]" }, { "\\w", "[[:alnum:]_]" }, { "a\\s", "[[:space:]]" },
    { "(?:a)", "not POSIX" }, { "(?!a)", "not POSIX" }, { "(a)\\1", "back-references" },
    { "\\bweb", "before a letter" }, { "a\\", "ends in a backslash" }, { "a*?", "a repeat after a repeat" },
    { "a++", "a repeat after" }, { "a{2}{2}", "a repeat after" }, { "a{65}", "more than 64" },
    { "a{40}b{1,40}", "more than 64" }, { "a{99999999999}", "more than 64" }, { "[a", "" }, { "(a", "" },
    { "[[:word:]]", "" }, { "[b-a]", "" }, { "a{3,2}", "" }, { "", "1 to 256" }, { "a\0b", "zero byte" },
    { ("a"):rep(257), "1 to 256" }, { ("("):rep(17) .. ("a)"):rep(17), "nested too deeply" },
  }
  for _, row in ipairs(refused) do
    it("on " .. ("%q"):format(row[1]):sub(1, 30) .. " says: " .. row[2], function()
      local regex, message = core.regex(row[1])
      assert.is_nil(regex)
      assert.is_truthy(message:find(row[2], 1, true), message)
    end)
  end

  it("refuses a text that is too long or has a zero byte, and raises for no string", function()
    local regex = assert(core.regex("b"))
    assert.is_false(regex:match(("a"):rep(512)))
    for _, text in ipairs({ ("a"):rep(513), "a\0b" }) do
      local matched, message = regex:match(text)
      assert.is_nil(matched)
      assert.is_string(message)
    end
    assert.has_error(function() regex:match(7) end)
    assert.has_error(function() regex.match({}, "x") end)
    assert.has_error(function() core.regex(7) end)
  end)

  it("refuses a text that is too long for a heavy pattern, and takes every usual name", function()
    for _, pattern in ipairs({ ".*a" .. ("."):rep(250) .. "c", "(a|b)*a((a|b)(a|b)(a|b)(a|b)){50}c" }) do
      local regex = assert(core.regex(pattern))
      local matched, message = regex:match(("ab"):rep(256))
      assert.is_nil(matched)
      assert.matches("too long for a text of this length", message)
      assert.is_false(regex:match(("a"):rep(32)))
    end
    assert.is_false(assert(core.regex("(a|b)*a(a|b){10}c")):match(("ab"):rep(256)))
    assert.is_false(assert(core.regex(("a"):rep(256))):match(("b"):rep(128)))
  end)
end)
