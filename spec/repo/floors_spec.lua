-- Which Lua file may require which: the list of floors in CONTRIBUTING.md, held to; and each rule seen to fail on a
-- tree that breaks it.
local floors = require("spec.support.floors")
local repo = require("spec.support.repo")

local FLOORS, BESIDE = floors.read(repo.read("CONTRIBUTING.md"))

local RULES = {
  loader = "lua/ecs_pipeline/init.lua",
  beside = "^lua/ecs_pipeline/command/",
  user = "lua/ecs_pipeline/emulator/client.lua",
  curl = "^lua/ecs_pipeline/transport/",
  outside = {
    argparse = "^lua/ecs_pipeline/command/",
    lyaml = "^lua/ecs_pipeline/command/",
    yaml = "^lua/ecs_pipeline/build_content/yaml%.lua$", -- of lyaml
    cjson = "", -- which instance of it is another rule's
    ffi = "^lua/ecs_pipeline/[%w_]+/",
    ["resty.core.base"] = "^lua/ecs_pipeline/[%w_]+/",
  },
}

local function library()
  local tree = {}
  for _, path in ipairs(repo.files("lua/ecs_pipeline", "%.lua$")) do
    tree[path] = repo.read(path)
  end
  return tree
end

describe("the floors", function()
  it("are read from CONTRIBUTING.md", function()
    assert.is_true(#FLOORS >= 15, "no list of floors was found")
    assert.is_true(BESIDE["emulator/"])
  end)

  it("hold for every require of every file", function()
    local tree, seen = library(), 0
    for _, text in pairs(tree) do
      seen = seen + #floors.requires(text)
    end
    assert.is_true(seen > 500, "no requires were found")
    assert.same({}, floors.offences(tree, FLOORS, BESIDE, RULES))
  end)
end)

describe("a file that breaks a rule is named:", function()
  local LIST = "x\n## Floors\nwords\n\n1. `init.lua`: face\n2. `two_words/` `third/`: a\n3. `low/`: b\n"
    .. "4. `errors.lua` `redact.lua`: ground\n\nBeside the house: `emulator/`: c\n\n## Next\n"
  local list, beside = floors.read(LIST)
  local rules = { loader = "lua/ecs_pipeline/init.lua", curl = "^lua/ecs_pipeline/low/", outside = { cjson = "" } }

  -- A tree in which every rule holds, with some files replaced.
  local function offences(changes)
    local tree = {
      ["lua/ecs_pipeline/init.lua"] = 'local NAMES = { "ecs_pipeline.two_words.a" } require(NAMES[1])',
      ["lua/ecs_pipeline/two_words/a.lua"] = 'require("ecs_pipeline.third.c") require("ecs_pipeline.low")',
      ["lua/ecs_pipeline/third/c.lua"] = 'require("cjson") require("ecs_pipeline.core")',
      ["lua/ecs_pipeline/low/init.lua"] = 'pcall(require, "ecs_pipeline.curl") require "ecs_pipeline.errors"',
      ["lua/ecs_pipeline/errors.lua"] = 'require("ecs_pipeline.redact")',
      ["lua/ecs_pipeline/redact.lua"] = "-- require(name), require(\"ecs_pipeline.low\")",
      ["lua/ecs_pipeline/emulator/init.lua"] = 'require("ecs_pipeline.redact")',
    }
    for path, text in pairs(changes) do
      tree["lua/ecs_pipeline/" .. path] = text or nil
    end
    return floors.offences(tree, list, beside, rules)
  end

  it("none, when all hold", function()
    assert.same({}, offences({}))
  end)

  local function row(what, path, text, says)
    it(what, function()
      local found = offences({ [path] = text })
      assert.equal(1, #found, table.concat(found, "\n"))
      assert.equal("lua/ecs_pipeline/" .. path .. ": " .. says, found[1])
    end)
  end

  row("a root file that looks up", "redact.lua", 'require("ecs_pipeline.two_words.a")',
    "requires ecs_pipeline.two_words.a, which stands on a higher floor")
  row("a folder that looks up at one with an underscore", "low/init.lua",
    'local a = require "ecs_pipeline.two_words.a"',
    "requires ecs_pipeline.two_words.a, which stands on a higher floor")
  row("a require that is protected", "low/init.lua", 'pcall(require, "ecs_pipeline.two_words.a")',
    "requires ecs_pipeline.two_words.a, which stands on a higher floor")
  row("a require inside a function", "errors.lua", "local function f()\n  return require('ecs_pipeline.low').x\nend",
    "requires ecs_pipeline.low, which stands on a higher floor")
  row("two folders of one floor that require each other", "third/c.lua", 'require("ecs_pipeline.two_words.b")',
    "requires ecs_pipeline.two_words.b, which does not exist")
  row("a name that is computed", "third/c.lua", 'local m = require("ecs_pipeline." .. name)',
    'a name that is not written out: require("1" .. name)')
  row("require under another name", "third/c.lua", "local load = require",
    "a name that is not written out: require")
  row("libcurl where it does not belong", "third/c.lua", 'require("ecs_pipeline.curl")', "requires ecs_pipeline.curl")
  row("a module that is not ours", "third/c.lua", 'require("socket")', "requires socket, which is not ours")
  row("the house that requires what stands beside it", "third/c.lua", 'require("ecs_pipeline.emulator")',
    "requires ecs_pipeline.emulator, and emulator/ stands beside the house")
  row("what stands beside the house and knows more than the ground", "emulator/init.lua",
    'require("ecs_pipeline.low")', "requires ecs_pipeline.low, and emulator/ knows the lowest floor only")
  row("a file that stands on no floor", "attic/a.lua", "", "stands on no floor of CONTRIBUTING.md")

  it("a user of the house beside it, but only one and only of its door", function()
    rules.user = "lua/ecs_pipeline/emulator/user.lua"
    local text = 'require("ecs_pipeline") require("ecs_pipeline.low")'
    local found = offences({ ["emulator/user.lua"] = text, ["emulator/other.lua"] = text, ["init.lua"] = "" })
    rules.user = nil
    assert.same({ "other.lua: requires ecs_pipeline", "other.lua: requires ecs_pipeline.low",
      "user.lua: requires ecs_pipeline.low" }, (function()
      for index, line in ipairs(found) do
        found[index] = line:match("emulator/(.-),")
      end
      return found
    end)())
  end)

  it("what stands beside the house, required by more than the files that may", function()
    local text = 'require("ecs_pipeline.emulator")'
    rules.beside = "^lua/ecs_pipeline/third/"
    local found = offences({ ["third/c.lua"] = text, ["two_words/a.lua"] = text })
    rules.beside = nil
    assert.same({ "lua/ecs_pipeline/two_words/a.lua: requires ecs_pipeline.emulator, and emulator/ stands beside the "
      .. "house" }, found)
  end)

  it("a folder in the loader's list", function()
    assert.same({ "lua/ecs_pipeline/init.lua: requires ecs_pipeline.gone., which does not exist" },
      offences({ ["init.lua"] = 'require("ecs_pipeline.gone." .. name)' }))
    assert.same({}, offences({ ["init.lua"] = 'require("ecs_pipeline.two_words." .. name)' }))
    assert.same({ "lua/ecs_pipeline/init.lua: requires ecs_pipeline.emulator.init, and emulator/ stands beside the "
      .. "house" }, offences({ ["init.lua"] = 'require("ecs_pipeline.emulator." .. name)' }))
  end)

  it("a name in the loader's list", function()
    assert.same({ "lua/ecs_pipeline/init.lua: requires ecs_pipeline.gone, which does not exist" },
      offences({ ["init.lua"] = 'local NAMES = { "ecs_pipeline.gone" } require(NAMES[1])' }))
  end)

  it("two folders of one floor, each requiring the other", function()
    local found = table.concat(offences({ ["two_words/b.lua"] = "",
      ["third/d.lua"] = 'require("ecs_pipeline.two_words.b")' }), "\n")
    assert.truthy(found:find("third/ and two_words/ require each other", 1, true), found)
  end)

  it("files of one floor in a ring", function()
    assert.same({ "lua/ecs_pipeline/errors.lua: requires lua/ecs_pipeline/redact.lua, which requires it, directly or "
      .. "through others" }, offences({ ["redact.lua"] = 'require("ecs_pipeline.errors")' }))
    assert.same({ "lua/ecs_pipeline/third/d.lua: requires lua/ecs_pipeline/third/d.lua, which requires it, directly or "
      .. "through others" }, offences({ ["third/d.lua"] = 'require("ecs_pipeline.third.d")' }))
  end)

  it("an entry of the list that is gone", function()
    assert.same({ "CONTRIBUTING.md: no lua/ecs_pipeline/errors.lua",
      "lua/ecs_pipeline/low/init.lua: requires ecs_pipeline.errors, which does not exist" },
      offences({ ["errors.lua"] = false }))
  end)
end)
