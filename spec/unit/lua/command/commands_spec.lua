-- The table of commands: whole, and true to the rules that its header gives.
local commands = require("ecs_pipeline.command.commands")

local KINDS = { file = 1, pipeline = 1, execution = 1, image = 1, component = 1, region = 1, operation = 1,
  command = 1, mode = 1, number = 1, flag = 1, text = 1 }

local function check_option(option)
  assert.matches("^%-%-%l[%l-]*$", option[1])
  assert.truthy(option[2] and KINDS[option.kind], option[1])
  assert.equal(option.kind == "flag", option.value == nil, option[1])
  assert.equal(option.kind == "mode", option.choices ~= nil, option[1])
  assert.truthy(option.short == nil or option.short:find("^%-%l$"), option[1])
end

describe("the table of commands", function()
  it("has the options of all commands, in order", function()
    assert.is_true(#commands.GLOBAL >= 8)
    for _, option in ipairs(commands.GLOBAL) do
      check_option(option)
    end
  end)

  it("is complete for each command", function()
    local groups, seen = {}, {}
    for _, group in ipairs(commands.GROUPS) do
      groups[group] = true
    end
    for _, row in ipairs(commands) do
      assert.is_nil(seen[row.name], row.name)
      seen[row.name] = true
      assert.is_true(groups[row.group], row.name)
      assert.equal("string", type(row.summary), row.name)
      assert.equal("string", type(row.module), row.name)
      assert.equal(row.name, row.usage:match("^%S+"))
      assert.truthy(row.examples[1], row.name)
      for _, example in ipairs(row.examples) do
        assert.truthy(example[1]:find("ecs-pipeline " .. row.name, 1, true), example[1])
        assert.equal("string", type(example[2]))
      end
      for code in pairs(row.exit or {}) do
        assert.truthy(commands.EXIT_CODES[code], row.name)
      end
    end
  end)

  it("names every option once in a command, its globals and names for the library included", function()
    for _, row in ipairs(commands) do
      local seen = {}
      for _, list in ipairs({ commands.GLOBAL, row.options }) do
        for _, option in ipairs(list) do
          check_option(option)
          local library_name = option.argument and "--" .. option.argument:gsub("_", "-")
          for _, name in ipairs({ option[1], option.short or library_name, option.short and library_name }) do
            assert.is_nil(seen[name], row.name .. " " .. name)
            seen[name] = true
          end
        end
      end
    end
  end)

  it("says what is done without an option that chooses", function()
    for _, row in ipairs(commands) do
      for _, option in ipairs(row.options) do
        if option.kind == "mode" and not option.repeated then
          assert.matches("default", option[2], row.name .. " " .. option[1])
        end
      end
    end
  end)

  it("asks only about options that exist", function()
    for _, row in ipairs(commands) do
      local wanted, found = row.confirm and row.confirm.option, false
      for _, option in ipairs(row.options) do
        found = found or option[1] == "--" .. tostring(wanted)
      end
      assert.is_true(wanted == nil or found, row.name)
    end
  end)

  it("explains every exit code of the library", function()
    local exit_code = require("ecs_pipeline.bake.exit_code")
    for _, codes in ipairs({ exit_code.OF_OUTCOME, exit_code.OF_KIND }) do
      for _, code in pairs(codes) do
        assert.truthy(commands.EXIT_CODES[code], tostring(code))
      end
    end
  end)
end)
