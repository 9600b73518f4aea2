-- Which file answers which action.
local core = require("ecs_pipeline.core")
local registry = require("ecs_pipeline.emulator.registry")

describe("the emulator's registry", function()
  it("finds an action by its name and the version of its product", function()
    local action = registry.find("CreateImagePipeline", "2014-05-26")
    assert.same({ "CreateImagePipeline", "ecs:CreateImagePipeline" }, { action.name, action.ram })
    assert.is_truthy(action.regional)
    assert.is_nil(registry.find("CreateImagePipeline", "2016-04-28"))
    assert.is_nil(registry.find("CreateImagePipeline"))
    assert.is_nil(registry.find())
  end)

  it("answers every operation of the C module", function()
    for _, operation in pairs(core.operations()) do
      assert.is_table(registry.find(operation.action, operation.version), operation.action)
    end
  end)

  it("lets one action go unsigned: the one that brings no keys", function()
    local names = {}
    for _, action in pairs(registry.by_name) do
      names[#names + 1] = action.anonymous and action.name or nil
    end
    assert.same({ "AssumeRoleWithOIDC" }, names)
  end)
end)
