-- The actions of the YAML notation: stated here and, apart from it, in the emulator.
local actions = require("ecs_pipeline.build_content.yaml_actions")
local commands = require("ecs_pipeline.emulator.commands")

describe("the actions of YAML", function()
  it("are those that the emulator accepts", function()
    local count = 0
    for name, row in pairs(actions.ACTIONS) do
      count = count + 1
      assert.is_nil(commands.check("Tasks:\n- Name: a\n  Action: " .. name, "Content", 127))
      assert.equal("table", type(row[1]))
      assert.truthy(commands.check("Tasks:\n- Name: a\n  Action: " .. name .. "X", "Content", 127))
    end
    assert.equal(7, count)
  end)

  it("have properties with a type, some required", function()
    assert.same({ kind = "String", required = true }, actions.ACTIONS.RunShellCommand[1].commandContent)
    assert.same({ kind = "Number", required = false }, actions.ACTIONS.OSSUpload[1].validTime)
    assert.same({ kind = "List", required = true }, actions.TOP.Tasks)
  end)
end)
