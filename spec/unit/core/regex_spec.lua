--- core.regex: what matches, what is refused and with which words, and that no pattern is slow.

local core = require("ecs_pipeline.core")

local function quoted(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

describe("core.regex", function()
  local rows = { -- pattern, a text that matches, one that does not
    { "^ubuntu_[0-9]+_[0-9]+_x64*", "ubuntu_22_04_x64_20G", "my_ubuntu_22_04_x64" },
    { "web", "a web server", "we b" },
    { "^web$", "web", "web-1" },
    { "^(web|db)-[0-9]{2,3}$", "db-007", "db-7" },
    { "^[^-]+$", "plain", "with-hyphen" },
    { "^[[:alnum:]_]+$", "a_1", "a-1" },
    { "[]x]", "]", "a" },
    { "[a\\\\b]", "\\", "c" },
    { "a\\.b", "a.b", "axb" },
    { "^.{2}$", "镜像", "镜" },
    { "^[一-龥]+$", "镜像", "image" },
    { "^([0-9]{1,3}\\.){3}[0-9]{1,3}$", "192.168.0.1", "192.168.1" },
    { "^(a{2}){2,}$", "aaaaaa", "aaaaa" },
    { "^a{0,2}$", "aa", "aaa" },
    { "^()*x{0}y$", "y", "xy" },
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
    { "(?:a)", "not POSIX" }, { "(a)\\1", "back-references" }, { "\\bweb", "means nothing" },
    { "[\\d]", "write it twice" }, { "a*?", "a repeat after a repeat" }, { "a++", "a repeat after" },
    { "*a", "nothing to repeat" }, { "^*", "nothing to repeat" }, { "(+)", "nothing to repeat" },
    { "a{", "{2,5}" }, { "a{,2}", "{2,5}" }, { "a{3,2}", "{2,5}" }, { "a{256}", "more than 255" },
    { "a\\", "ends in a backslash" }, { "[a", "not closed" }, { "(a", "not closed" }, { "a)", "not opened" },
    { "[b-a]", "ends before it begins" }, { "[a-[:digit:]]", "no end of a range" }, { "[[:word:]]", "unknown class" },
    { "[[.a.]]", "not supported" }, { "", "empty" }, { "a\0b", "zero byte" }, { "a\255", "UTF-8" },
    { "[\255]", "UTF-8" }, { ("a"):rep(257), "256 bytes" }, { ("("):rep(33) .. (")"):rep(33), "too deeply" },
    { "(a{200}){6}", "too large" }, { ("("):rep(12) .. "a" .. ("+)"):rep(12) .. "{255}", "too large" },
  }
  for _, row in ipairs(refused) do
    it("on " .. ("%q"):format(row[1]):sub(1, 30) .. " says: " .. row[2], function()
      local regex, message = core.regex(row[1])
      assert.is_nil(regex)
      assert.is_truthy(message:find(row[2], 1, true), message)
    end)
  end

  it("agrees with grep -E", function()
    local patterns = { "^web-", "(a|b)*c$", "a{2,3}b", "^a{2,}$", "x?y+z*", "[[:alpha:]]+[0-9]{2}", "^[^a-c]+$",
      "[^]x]", "a|b|cd", "(ab|c){2}", "^(a?b?){3}$", "a\\{2", "^$", "[a-]", "[-a]", "(a*)*b", "(^a|b$)c?", "a||b",
      "((a{2}){2}){2}", "}", "[[:punct:]]", "[+--]x", "(a+)+$", "()a", "[[:upper:][:digit:]-]" }
    local texts = { "web-base", "base web", "ac", "abbac", "aab", "aaab", "xyz", "yzz", "AB12", "", "a", "aaa", "def",
      "]", "x", "cd", "cab", "abab", "cc", ".", "a{2", "-", "ba", "aaaaaaaa", "aaaaaaa", "}", "!", "-x", ",x", "bb" }
    local path = os.tmpname()
    local file = assert(io.open(path, "w"))
    file:write(table.concat(texts, "\n"), "\n")
    file:close()
    for _, pattern in ipairs(patterns) do
      local found, regex = {}, assert(core.regex(pattern))
      local grep = assert(io.popen("LC_ALL=C grep -nE -e " .. quoted(pattern) .. " " .. path))
      for line in grep:lines() do
        found[tonumber(line:match("^%d+"))] = true
      end
      grep:close()
      for index, text in ipairs(texts) do
        assert.equal(found[index] or false, regex:match(text), pattern .. " on " .. text)
      end
    end
    os.remove(path)
  end)

  it("takes no pattern long: a C library's matcher takes seconds for these", function()
    local letters, state = {}, 1
    for i = 1, 4096 do
      state = (state * 69069 + 1) % 4294967296
      letters[i] = state >= 2147483648 and "a" or "b"
    end
    local text, started = table.concat(letters), core.clock()
    for _, pattern in ipairs({ "(a|b)*a[ab]{200}x", "(a?b?){125}(a|b)*a[ab]{250}x", "(.*.*.*.*){60}x",
      "((((((((a+)+)+)+)+)+)+)+)+x" }) do
      assert.is_false(assert(core.regex(pattern)):match(text))
    end
    assert.is_true(core.clock() - started < 5)
  end)

  it("refuses a text that is too long or not UTF-8, and raises for no string", function()
    local regex = assert(core.regex("b"))
    assert.is_false(regex:match(("a"):rep(4096)))
    for _, text in ipairs({ ("a"):rep(4097), "a\255" }) do
      local matched, message = regex:match(text)
      assert.is_nil(matched)
      assert.is_string(message)
    end
    assert.has_error(function() regex:match(7) end)
    assert.has_error(function() regex.match({}, "x") end)
    assert.has_error(function() core.regex(7) end)
  end)
end)
