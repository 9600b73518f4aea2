-- The reference is whole: every public function and every option has an entry, and every entry is there.
local core = require("ecs_pipeline.core")
local option_tables = require("spec.tools.option_tables")
local public_api = require("spec.tools.public_api")
local reference_rules = require("spec.support.reference_rules")
local repo = require("spec.support.repo")
local virtual = require("spec.support.virtual")

-- Functions that are not for users.
local OURS = {
  ["emulator:new_id"] = "for the emulator's own files",
  ["single_flight.pick_up"] = "openresty.handler calls it",
  ["single_flight.promised"] = "openresty.handler calls it",
  ["watcher.begin"] = "openresty.handler calls it",
}

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
    assert.same({}, reference_rules.functions(documented, option_tables.functions(), OURS))
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
