-- An operation or an argument of pipeline.create is added everywhere that CONTRIBUTING.md says; and each rule seen to
-- fail on made-up ones that break it.
local core = require("ecs_pipeline.core")
local ecs = require("ecs_pipeline")
local law = require("spec.roundtrip.law")
local registry = require("ecs_pipeline.emulator.registry")
local repo = require("spec.support.repo")
local rows = require("spec.roundtrip.rows")
local rules = require("spec.support.operation_rules")
local virtual = require("spec.support.virtual")

-- Operation → rule that does not hold → why.
local EXCEPTIONS = {
  ["image.from_family"] = { ["function"] = "image.latest sends it" },
  ["instance_type.supported"] = { ["function"] = "instance_type.list with image_id sends it" },
  ["sts.assume_role"] = { ["function"] = "a source of credentials sends it" },
  ["sts.assume_role_with_oidc"] = { ["function"] = "a source of credentials sends it",
    ram = "it is sent unsigned: RAM is not asked", vendor = "it is sent unsigned: what is compared there is signed" },
  ["zone.available"] = { ["function"] = "zone.list and instance_type.list send it" },
}

local function append(list, more)
  for _, item in ipairs(more) do
    list[#list + 1] = item
  end
end

local function library_comments()
  local comments = {}
  for _, path in ipairs(repo.files("lua/ecs_pipeline", "%.lua$")) do
    append(comments, rules.doc_comments(repo.read(path)))
  end
  return comments
end

local function public_functions()
  local found = {}
  for group, functions in pairs(ecs) do
    if type(functions) == "table" then
      for verb in pairs(functions) do
        found[group .. "." .. verb] = true
      end
    end
  end
  return found
end

local function tree_of_operations()
  local tables, vendor = rules.table_rows(repo.read("README.md")), {}
  for _, path in ipairs(repo.files("docs", "%.md$")) do
    append(tables, rules.table_rows(repo.read(path)))
  end
  for _, path in ipairs(repo.files("spec/vendor/lib", "fields[%w_]*%.js$")) do
    vendor[#vendor + 1] = repo.read(path)
  end
  return { rows = tables, comments = library_comments(), changelog = repo.read("CHANGELOG.md"),
    vendor = table.concat(vendor), functions = public_functions(), emulated = registry.find }
end

-- Creates with the value of a row of the round trip, and reads that back.
local function read_back(path, row)
  if row.kept == false then
    return nil -- no property of the pipeline
  end
  local client = virtual.client()
  local made, message = client.pipeline.create(law.arguments(row, path, row.a))
  if not made then
    return "spec/roundtrip/rows.lua: the value `a` is refused: " .. message
  end
  local value = assert(client.pipeline.describe(made))
  for part in (row.at or path):gmatch("[^.]+") do
    if type(value) ~= "table" then
      break
    end
    value = value[part]
  end
  return not rules.same(row.a, value) and "what was created is not what describe gives: "
    .. "lua/ecs_pipeline/emulator/actions/pipeline.lua does not keep it, or the results in csrc/api/pipeline.c lack it"
    or nil
end

describe("every operation", function()
  it("has its function, doc comment, row, CHANGELOG line, emulator action, RAM action and vendor's check", function()
    local operations = core.operations()
    assert.is_true(#repo.sorted(operations) >= 36)
    assert.same({}, rules.operation_problems(operations, tree_of_operations(), EXCEPTIONS))
  end)
end)

describe("every argument of pipeline.create", function()
  it("is in the doc comment, in docs/ and in spec/roundtrip, and comes back from the emulator", function()
    local parameters = core.operation("pipeline.create").parameters
    assert.is_true(#parameters > 20)
    assert.same({}, rules.argument_problems(parameters, {
      comment = assert(rules.doc_of(library_comments(), "pipeline.create")),
      docs = table.concat(rules.table_rows(repo.read("docs/from_terraform.md")), "\n"),
      rows = rows, read_back = read_back,
    }))
  end)
end)

describe("an operation that lacks something is named:", function()
  local OPERATION = { name = "disk.grow", group = "disk", verb = "grow", action = "GrowDisk", version = "1",
    ram_action = "ecs:GrowDisk", ram_resources = { "*" } }

  -- With all there has to be, but for some changes.
  local function problems(changes, of_operation, exceptions)
    local tree = {
      rows = rules.table_rows("# Disks\n| `disk.make` · `grow` | GrowDisk | larger |\nGrowDisk\n"),
      comments = rules.doc_comments("--- Grows. API:\n-- GrowDisk.\n-- @function disk.grow\nlocal GrowDisk\n"),
      changelog = "- `disk.grow` (GrowDisk)", vendor = '"disk.grow": { action: "GrowDisk" }',
      functions = { ["disk.grow"] = true }, emulated = function(action) return action == "GrowDisk" end,
    }
    for name, value in pairs(changes or {}) do
      tree[name] = value
    end
    local operation = setmetatable(of_operation or {}, { __index = OPERATION })
    return rules.operation_problems({ ["disk.grow"] = operation }, tree, exceptions or {})
  end

  it("none, when all is there", function()
    assert.same({}, problems())
  end)

  local function row(what, says, changes, of_operation)
    it(what, function()
      assert.same({ "disk.grow: " .. says }, problems(changes, of_operation))
    end)
  end

  local NO_ROW = "README.md, docs/: no row of a table names it with GrowDisk"
  local NO_COMMENT = "lua/ecs_pipeline/: no doc comment of it names GrowDisk"
  local NO_RAM = "csrc/api/: no RAM action with resources"
  row("no row", NO_ROW, { rows = {} })
  row("a row with the action of another function", NO_ROW, { rows = { "| `disk.make` | GrowDisk |" } })
  row("a row with another action", NO_ROW, { rows = { "| `disk.grow` | GrowDisks |" } })
  row("no doc comment", NO_COMMENT, { comments = {} })
  row("a doc comment without the action", NO_COMMENT, { comments = { "--- Grows.\n-- @function disk.grow\n" } })
  row("the action in another function's doc comment", NO_COMMENT,
    { comments = { "--- API: GrowDisk.\n-- @function disk.grows\n" } })
  row("no line in CHANGELOG", "CHANGELOG.md: no line names GrowDisk", { changelog = "GrowDiskLater" })
  row("no emulator action", "lua/ecs_pipeline/emulator/actions/: no action GrowDisk",
    { emulated = function() return nil end })
  row("no RAM action", NO_RAM, nil, { ram_action = false })
  row("no RAM resource", NO_RAM, nil, { ram_resources = {} })
  row("no check against the vendor's SDK", "spec/vendor/lib/: no parameters of GrowDisk", { vendor = "" })
  row("no function", "lua/ecs_pipeline/init.lua: no such function in GROUPS", { functions = {} })

  it("an exception that is not needed, or for what does not exist", function()
    local why = { emulator = "why" }
    assert.same({ 'disk.grow: the exception from "emulator" is not needed',
      'disk.shrink: the exception from "emulator" is not needed' },
      problems(nil, nil, { ["disk.grow"] = why, ["disk.shrink"] = why }))
  end)

  it("none, with an exception", function()
    assert.same({}, problems({ functions = {} }, nil, { ["disk.grow"] = { ["function"] = "disk.make sends it" } }))
  end)
end)

describe("an argument that lacks something is named:", function()
  local PARAMETERS = { { name = "size" }, { name = "options", fields = { { name = "fast" } } } }

  local function problems(changes)
    local tree = {
      comment = "--- @tparam table args `size`, `options = { fast }`", docs = "| `size` `options` |",
      rows = { size = { a = 1 }, ["options.fast"] = { a = true } }, read_back = function() return nil end,
    }
    for name, value in pairs(changes or {}) do
      tree[name] = value
    end
    return rules.argument_problems(PARAMETERS, tree)
  end

  it("none, when all is there", function()
    assert.same({}, problems())
  end)

  it("not in the doc comment, or elsewhere in it", function()
    local said = "lua/ecs_pipeline/resources/: the doc comment does not name it"
    for _, comment in ipairs({ "`size`, `options = { faster }`", "`size`, `options`, `fast`", "`size`, `fast`" }) do
      assert.same({ "options.fast: " .. said }, problems({ comment = comment }))
    end
    assert.same({ "size: " .. said }, problems({ comment = "`options = { fast, size }`" }))
  end)

  it("not in docs/", function()
    assert.same({ "options.fast: docs/from_terraform.md: no row names options" }, problems({ docs = "| size |" }))
  end)

  it("without a row of the round trip", function()
    assert.same({ "size: spec/roundtrip/rows.lua: no row" }, problems({ rows = { ["options.fast"] = {} } }))
  end)

  it("not read back", function()
    assert.same({ "size: lost" },
      problems({ read_back = function(path) return path == "size" and "lost" or nil end }))
  end)

  it("not known to the emulator, when what comes back is another value", function()
    for _, pair in ipairs({ { "a", nil }, { 1, 2 }, { { "a" }, { "b" } }, { { "a" }, { "a", "b" } },
      { { "a", "b" }, { "a" } }, { { a = "1" }, { a = "2" } }, { { { a = 1 } }, { {} } }, { true, nil } }) do
      assert.is_false(rules.same(pair[1], pair[2]))
    end
    for _, pair in ipairs({ { 50, "50" }, { { "a", "b" }, { "b", "a" } }, { { { a = 1 } }, { { a = 1, b = 2 } } },
      { { x = "" }, { x = "" } } }) do
      assert.is_true(rules.same(pair[1], pair[2]))
    end
  end)
end)
