-- The help: every command and option is in it, and no line is too long for a terminal.
local commands = require("ecs_pipeline.command.commands")
local help = require("ecs_pipeline.command.help")

local function check_width(text)
  for line in text:gmatch("[^\n]+") do
    assert.is_true(#line <= 79 or line:find("^  ecs%-pipeline") ~= nil, line)
  end
end

describe("help", function()
  it("lists every command", function()
    local text = help.all(commands)
    check_width(text)
    for _, row in ipairs(commands) do
      assert.truthy(text:find("\n  " .. row.name .. " ", 1, true), row.name)
    end
  end)

  for _, row in ipairs(commands) do
    it("of " .. row.name .. " has its options, examples and exit codes", function()
      local text = help.one(commands, row)
      check_width(text)
      assert.equal(1, text:find("Usage: ecs-pipeline " .. row.usage, 1, true))
      for _, option in ipairs(row.options) do
        assert.truthy(text:find(option[1], 1, true), option[1])
      end
      for _, example in ipairs(row.examples) do
        assert.truthy(text:find(example[1], 1, true), example[1])
      end
      assert.truthy(text:find("\n  130   interrupted\n", 1, true))
    end)
  end

  it("tells the exit codes of a command before those of all", function()
    local plan = help.exit_codes(commands, help.find(commands, "plan"))
    assert.same({ 2, "changes, with --detailed-exitcode" }, plan[3])
    local list = help.exit_codes(commands, help.find(commands, "list"))
    assert.same({ 2, "the build failed" }, list[3])
  end)

  it("finds a command by its whole name", function()
    assert.equal("bake", help.find(commands, "bake").name)
    assert.is_nil(help.find(commands, "bak"))
  end)
end)
