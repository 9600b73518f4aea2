-- The types for editors in library/: made from the present sources, and read by a parser of their own, which compares
-- them with the live module, with every option table, and with the operations.
local annotations = require("spec.support.annotations")
local core = require("ecs_pipeline.core")
local option_tables = require("spec.tools.option_tables")
local public_api = require("spec.tools.public_api")
local reference_rules = require("spec.support.reference_rules")
local repo = require("spec.support.repo")
local types = require("spec.tools.types")

local documented = public_api.functions()
local accepted = option_tables.of(documented)

-- The functions as annotations name them.
local live = {}
for name in pairs(option_tables.functions()) do
  if not reference_rules.OURS[name] then
    live[(name:gsub("^emulator:", "Emulator."):gsub(":", "."))] = true
  end
end

local function read(change)
  local found
  for path in pairs(types.FILES) do
    local text = repo.read(path)
    found = annotations.read(change and change(text) or text, found)
  end
  return found
end

describe("library/", function()
  for path in pairs(types.FILES) do
    it("has " .. path .. " as the sources make it, and it is Lua", function()
      assert.equal(types.text(path, documented), repo.read(path), "run `make types`")
      assert.is_function(repo.compile(repo.read(path), "@" .. path))
    end)
  end

  it("defines every class that it names", function()
    assert.same({}, annotations.undefined(read()))
  end)

  it("has every public function, and no other", function()
    assert.same({}, annotations.functions(read(), live))
  end)

  it("has every option of every function, and no other", function()
    assert.same({}, annotations.options(read(), accepted, option_tables.CALL))
  end)

  it("has every parameter of the operations that have a function of their name", function()
    local missing, seen = annotations.parameters(read(), core.operations())
    assert.same({}, missing)
    assert.is_true(seen >= 4, seen)
  end)
end)

describe("a fault of the types is named:", function()
  -- what, pattern, replacement → the one line that says so
  for _, row in ipairs({
    { "a function without annotation", "function pipeline%.delete%(wanted, options%) end", "", "functions",
      "pipeline.delete has no annotation" },
    { "a function that is gone", "function pipeline%.delete%(", "function pipeline.delte(", "functions",
      "pipeline.delte does not exist" },
    { "an option without a field", "%-%-%-@field when_running[^\n]*\n", "", "options",
      "pipeline.delete: option when_running has no field" },
    { "a field that is no option", "%-%-%-@field when_running", "---@field when_it_runs? string\n%0", "options",
      "pipeline.delete: field when_it_runs is no option" },
    { "call options that are not said", "(pipeline%.delete%.options) : ecs_pipeline%.call_options", "%1", "options",
      "pipeline.delete: takes call options" },
    { "a nested option without a field", "(pipeline%.delete%.options%.poll\n)%-%-%-@field max[^\n]*\n", "%1", "options",
      "pipeline.delete.poll: option max has no field" },
    { "a parameter without a field", "%-%-%-@field base_image_type[^\n]*\n", "", "parameters",
      "pipeline.create: parameter base_image_type has no field" },
    { "a class that is not there", "%-%-%-@class ecs_pipeline%.error\n", "---@class ecs_pipeline.eror\n", "undefined",
      "pipeline.delete: no class ecs_pipeline.error" },
    { "another order of parameters", "(delete%()wanted, options", "%1options, wanted", "undefined",
      "component.delete: parameters (options, wanted) and annotations (wanted, options)" },
  }) do
    it(row[1], function()
      local found = read(function(text) return (text:gsub(row[2], row[3])) end)
      local lines = row[4] == "functions" and annotations.functions(found, live)
        or row[4] == "options" and annotations.options(found, accepted, option_tables.CALL)
        or row[4] == "parameters" and annotations.parameters(found, core.operations())
        or annotations.undefined(found)
      local seen = {}
      for _, line in ipairs(lines) do
        seen[line] = true
      end
      assert.is_true(seen[row[5]], table.concat(lines, "\n"))
    end)
  end
end)
