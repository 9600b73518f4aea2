local sandbox = require("ecs_pipeline.command.sandbox")

local limits = { INSTRUCTIONS = sandbox.INSTRUCTIONS, SECONDS = sandbox.SECONDS, MEMORY = sandbox.MEMORY }

local function getenv(name)
  return name == "TEAM" and "web" or nil
end

local function run(text)
  return sandbox.run(text, "web.lua", getenv)
end

after_each(function()
  for name, value in pairs(limits) do
    sandbox[name] = value
  end
end)

describe("a chunk of arguments", function()
  it("returns a value that string, table, math and os.getenv made", function()
    local ok, value = run([[
      local parts = {}
      for index = 1, 3 do table.insert(parts, ("RUN %d"):format(index)) end
      table.sort(parts, function(a, b) return a > b end)
      return { name = os.getenv("TEAM") .. "-x", text = table.concat(parts, "\n"), size = math.max(20, 40),
        none = os.getenv("NO"), first = select == nil, tail = ("a-b"):gsub("%-", "_"), rep = ("ab"):rep(2, ","),
        found = ("key=value"):match("=(.*)"), last = table.remove({ 1, 2 }), pair = { table.unpack({ 7, 8 }) } }
    ]])
    assert.is_nil(ok) -- there is no select
    assert.equal("web.lua:5: there is no select here; a file of arguments has string, table, math and os.getenv", value)
    ok, value = run([[
      local words = {}
      for word in ("b,a"):gmatch("[^,]+") do words[#words + 1] = word end
      table.sort(words)
      return { name = os.getenv("TEAM") .. "-x", words = table.concat(words, " "), size = math.max(20, 40),
        tail = (("a-b"):gsub("%-", "_")), rep = ("ab"):rep(2, ","), at = ("a.b"):find(".", 1, true),
        found = ("key=value"):match("=(.*)"), last = table.remove({ 1, 2 }), pair = { table.unpack({ 7, 8 }) },
        upper = (("ab"):gsub("%w", { a = "A" })), swap = (("ab"):gsub("%w", function(c) return c .. c end)) }
    ]])
    assert.is_true(ok, value)
    assert.same({ name = "web-x", words = "a b", size = 40, tail = "a_b", rep = "ab,ab", at = 2, found = "value",
      last = 2, pair = { 7, 8 }, upper = "Ab", swap = "aabb" }, value)
  end)

  it("begins with a line for the shell, or with a byte order mark", function()
    assert.same({ true, 1 }, { run("#!/usr/bin/lua\nreturn 1") })
    assert.same({ true, 2 }, { run("\239\187\191return 2") })
  end)

  it("is text, never bytecode", function()
    local compiled = string.dump(assert((loadstring or load)("return 1"))) -- luacheck: ignore 113
    for _, text in ipairs({ compiled, "#!/usr/bin/lua\n" .. compiled, " \n" .. compiled }) do
      local ok, why = run(text)
      assert.is_nil(ok)
      assert.equal("web.lua: compiled Lua is not accepted; give the source", why)
    end
  end)

  it("has nothing else: no names that load, open, catch or change", function()
    for _, name in ipairs({ "_G", "assert", "collectgarbage", "coroutine", "debug", "dofile", "error", "getfenv",
      "getmetatable", "io", "load", "loadstring", "next", "package", "pairs", "pcall", "print", "rawset", "require",
      "setfenv", "setmetatable", "xpcall", "ngx", "jit", "ffi" }) do
      local ok, why = run("local x = 1\nreturn " .. name)
      assert.is_nil(ok, name)
      assert.equal(("web.lua:2: there is no %s here; a file of arguments has string, table, math and os.getenv")
        :format(name), why)
    end
    for _, expression in ipairs({ "os.execute", "string.dump", "math.random", "math.randomseed", "table.move",
      '("").dump' }) do
      assert.same({ true }, { run("return " .. expression) }, expression)
    end
  end)

  it("changes nothing outside", function()
    local ok = run("string.rep, table.concat, math.floor, os.getenv = nil, nil, nil, nil x = 1 return 1")
    assert.is_true(ok)
    assert.equal("xx", ("x"):rep(2))
    assert.equal("a", table.concat({ "a" }))
    assert.is_nil(rawget(_G, "x"))
    run("return nope")
    assert.equal("xx", ("x"):rep(2))
  end)

  it("names file and line of what is wrong", function()
    for text, wanted in pairs({
      ["return {\n a = 1,\n b = nope }"] = "^web.lua:3: there is no nope here",
      ["return {"] = "^web.lua:1: unexpected symbol near",
      ["local a\nreturn a.b"] = "^web.lua:2: attempt to index",
      ["local x = table.concat({ {} })\nreturn x"] = "^web.lua:1?:? ?.*concat",
      ["local x = table.concat(1)\nreturn x"] = "^web.lua:1: table.concat wants a table, not a number",
      ["local x = table.concat({}, '', {})\nreturn x"] = "^web.lua:1: table.concat wants the numbers",
      ["local x = ('x'):rep('y')\nreturn x"] = "^web.lua:1: string.rep wants a number",
      ["local x = ('x'):find()\nreturn x"] = "^web.lua:1: string.find wants a text and a pattern, not a string "
        .. "and a nil",
    }) do
      local ok, why = run(text)
      assert.is_nil(ok)
      assert.matches(wanted, why)
    end
  end)

  it("lets an interrupt through", function()
    assert.has_error(function()
      sandbox.run("return os.getenv('x')", "web.lua", function() error("interrupted!", 0) end)
    end, "interrupted!")
  end)
end)

describe("the limits of a chunk", function()
  local function refused(text, wanted)
    local before = collectgarbage("count")
    local ok, why = run(text)
    assert.is_nil(ok, text)
    assert.matches(wanted, why, 1, false)
    collectgarbage()
    assert.is_true(collectgarbage("count") - before < 4096, text)
    assert.is_nil((debug.gethook()) == "count" or nil)
  end

  it("hold for loops and recursion", function()
    sandbox.INSTRUCTIONS = 100000
    for _, text in ipairs({ "while true do end", "for i = 1, 1e9 do local x = i end", "repeat until false",
      "local function f() return f() end return f()", "return (('x'):gsub('x', function() while true do end end))",
      "table.sort({ 1, 2, 3 }, function() while true do end end)" }) do
      refused(text, "^web.lua:1: the file ran more than 100000 instructions$")
    end
    refused("local function f() return 1 + f() end return f()", "^web.lua:") -- memory or stack
  end)

  it("hold in a hook that calls what the chunk replaced", function()
    sandbox.INSTRUCTIONS = 100000
    refused("string.format = function() while true do end end while true do end", "more than 100000 instructions")
    refused("string.format = function() while true do end end return nope", "there is no nope here")
  end)

  it("hold for memory", function()
    for _, text in ipairs({ "local s = 'x' while true do s = s .. s end",
      "local t = {} for i = 1, 1e6 do t[i] = {} end", "local t = {} while true do t = { t } end" }) do
      refused(text, "^web.lua:1: the file used more than 1024 KiB of memory$")
    end
  end)

  it("hold for what functions of C give", function()
    for text, wanted in pairs({
      ["local s = ('x'):rep(1e10)"] = "the result of string.rep is too large",
      ["local s = string.rep('x', '1e9')"] = "the result of string.rep is too large",
      ["local s = ('x'):rep(1e5, ('y'):rep(1000))"] = "the result of string.rep is too large",
      ["local s = ('x'):rep(2 ^ 60)"] = "the result of string.rep is too large",
      ["local s = ('x'):rep(1000):gsub('.', ('y'):rep(1e5))"] = "the result of string.gsub is too large",
      ["local s = ('x'):rep(1000):gsub('.', { x = ('y'):rep(1e5) })"] = "the result of string.gsub is too large",
      ["local s = ('x'):rep(1000):gsub('.', function() return ('y'):rep(1e4) end)"] = "string.gsub is too large",
      ["local b = ('x'):rep(3e5) local s = table.concat({ b, b, b, b })"] = "the result of table.concat is too large",
      ["local b, t = ('x'):rep(3e5), {} for i = 1, 99 do t[i] = b end table.sort(t)"] = "table.sort is too large",
      ["local x = table.concat({}, '', 1, 1e9)"] = "table.concat wants the numbers",
      ["local x = table.unpack({}, 1, 1e8)"] = "too many results to unpack",
    }) do
      local ok, why = run(text)
      assert.is_nil(ok)
      assert.is_true(why:find(wanted, 1, true) ~= nil or why:find("KiB of memory", 1, true) ~= nil, why)
    end
    local ok, value = run("return ('').rep('', 1e12, '')")
    assert.same({ true, "" }, { ok, value })
  end)

  it("hold for lists whose length is not the number of their items", function()
    sandbox.MEMORY = 16 * 1024 * 1024
    local ok, why = run("local t = {} for i = 1, 66000 do t[i] = 1 end table.insert(t, 1, 1) return 1")
    assert.is_nil(ok)
    assert.matches("the list of table.insert is too long: at most 65536 items", why)
  end)

  it("hold for patterns that would look for hours", function()
    for _, text in ipairs({ "return (('a'):rep(3000):find(('.-'):rep(30) .. 'b'))",
      "return (('a'):rep(3000):match(('a*'):rep(9) .. 'b'))", "return (('a'):rep(9e4):gsub('a-a-b', ''))",
      "for w in ('a'):rep(9e4):gmatch('a-a-b') do end", "return ('a'):rep(9e4):find('[^]]*[^%]-]*b')",
      "return ('a'):rep(3e5):find(('a'):rep(1e5) .. 'b', 1, true)" }) do
      refused(text, "this pattern may take too long on a text of %d+ bytes")
    end
    local ok, value = run("return (('RUN x  \\n'):rep(2000):gsub('%s+\\n', '\\n'):gsub('[+*-]', ''))")
    assert.is_true(ok)
    assert.equal(#"RUN x\n" * 2000, #value)
  end)

  it("hold for time", function()
    sandbox.SECONDS = 0.2
    refused("local s, t = ('x'):rep(1e5), ('x'):rep(99999) .. 'x' while true do local b = s < t end",
      "^web.lua:1: the file ran longer than 0.2 seconds$")
    refused("local s = ('a'):rep(9000) for w in s:gmatch('a-') do s:find('a-b') end", "ran longer than 0.2 seconds$")
  end)
end)
