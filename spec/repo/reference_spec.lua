-- The reference is whole: every public function and every option has an entry, and every entry is there.
local check_links = require("spec.tools.check_links")
local core = require("ecs_pipeline.core")
local option_tables = require("spec.tools.option_tables")
local public_api = require("spec.tools.public_api")
local reference_rules = require("spec.support.reference_rules")
local repo = require("spec.support.repo")
local virtual = require("spec.support.virtual")

local documented = public_api.functions()

-- Where arguments are read.
local FOLDERS = "bake find image network paging pipeline resources"
FOLDERS = "lua/ecs_pipeline/" .. FOLDERS:gsub(" ", " lua/ecs_pipeline/")

-- Each word of the files that read arguments, and the names that the pages of operations list, by group.
local function names()
  local words, known = {}, {}
  for _, path in ipairs(repo.files(FOLDERS, "%.lua$")) do
    for word in repo.read(path):gmatch("%f[%w_][%l_]+%f[^%w_]") do
      words[word] = true
    end
  end
  for group in pairs(require("ecs_pipeline")) do
    known[group] = { extra = true } -- what every operation takes
  end
  for _, operation in pairs(core.operations()) do
    for _, parameter in ipairs(operation.parameters) do
      for _, name in ipairs({ parameter.name, parameter.alias }) do
        words[name], (known[operation.group] or {})[name] = true, true
      end
    end
  end
  return repo.sorted(words), known
end

describe("the reference", function()
  it("has an entry for every public function, and no other", function()
    assert.same({}, reference_rules.functions(documented, option_tables.functions(), reference_rules.OURS))
  end)

  it("has an entry for every option, and no other", function()
    assert.same({}, reference_rules.options(documented, option_tables.of(documented), option_tables.CALL,
      public_api.call_options().options))
  end)

  it("says of every function that can fail what it returns then", function()
    assert.same({}, reference_rules.results(documented))
  end)

  it("has an entry for every name that a filter or a table of arguments takes, and no other", function()
    local words, known = names()
    assert.is_true(#words > 1000)
    assert.same({}, reference_rules.arguments(documented, virtual.client(), words, known))
  end)
end)

-- A made-up function, with changes to its entry.
local function made_up(comment)
  local found = {}
  for _, entry in ipairs(public_api.functions_of("disk.lua", comment)) do
    found[entry.name] = entry
  end
  for _, name in ipairs({ "ecs.new", "execution.wait" }) do
    found[name] = documented[name]
  end
  return found
end

describe("the reference names", function()
  local COMMENT = "--- Grows.\n-- @function disk.grow\n-- @tparam ?table options call options, and\n--\n"
    .. "--   * `size`: GiB\n--   * `retry`, `speed`: as `ecs.new`\nlocal x\n"
  local ROW = { "number" }

  local function problems(comment, rows, call)
    return reference_rules.options(made_up(comment),
      { ["disk.grow"] = { rows = rows, call = call ~= false }, ["ecs.new"] = option_tables.of(documented)["ecs.new"],
        ["execution.wait"] = option_tables.of(documented)["execution.wait"] }, option_tables.CALL,
      public_api.call_options().options)
  end

  it("nothing, when all is there", function()
    assert.same({}, problems(COMMENT, { size = ROW, speed = ROW }))
  end)

  it("an option without an entry, and an entry without an option", function()
    assert.same({ "disk.grow: the option force has no entry", "disk.grow: the entry speed is no option" },
      problems(COMMENT, { size = ROW, force = ROW }))
  end)

  it("a field of an option that no entry names", function()
    assert.same({ "disk.grow: the entry of size does not name its field unit" },
      problems(COMMENT, { size = { "table", fields = { unit = ROW } }, speed = ROW }))
  end)

  it("call options that are not mentioned, and those that are not accepted", function()
    assert.same({ "disk.grow: does not mention call options" },
      problems(COMMENT:gsub("call options, and", "these"), { size = ROW, speed = ROW }))
    assert.same({ "disk.grow: does not accept call options", "disk.grow: the entry retry is no option" },
      problems(COMMENT, { size = ROW, speed = ROW }, false))
  end)

  it("a function without an entry, and an entry without a function", function()
    assert.same({ "disk.shrink: no doc comment with @function disk.shrink" },
      reference_rules.functions({}, { ["disk.shrink"] = true }, {}))
    assert.same({ "disk.shrink: documented, and no such function" },
      reference_rules.functions({ ["disk.shrink"] = {} }, {}, {}))
  end)

  it("links that lead nowhere", function()
    local page = '<a href="b.html#there">b</a> <a href="b.html#gone">b</a> <a href="../c.html">c</a>'
    local dead, count = check_links.dead({ ["x/a.html"] = page, ["x/b.html"] = '<a name="there"></a>' })
    assert.same({ "x/a.html: ../c.html", "x/a.html: b.html#gone" }, dead)
    assert.equal(3, count)
  end)

  it("links to other hosts, but for the manual of Lua and LDoc, whose home differs by version", function()
    local page = ""
    for _, url in ipairs({ "https://www.lua.org/manual/5.4/", "http://github.com/stevedonovan/LDoc",
      "http://github.com/lunarmodules/LDoc", "https://example.org/" }) do
      page = page .. ' href="' .. url .. '"'
    end
    assert.same({ "a.html: https://example.org/" }, (check_links.dead({ ["a.html"] = page })))
  end)
end)
