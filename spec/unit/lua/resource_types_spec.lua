-- Types of resources that no page of TagResources names. In calls: resources/tagging_spec.lua.
local resource_types = require("ecs_pipeline.resource_types")

describe("a type of resources", function()
  it("is refused when nobody has shown that it works, unless one insists", function()
    for given, instead in pairs({ imagepipeline = "when the pipeline is created",
      imagepipelineexecution = "when the execution is started" }) do
      local none, message, err = resource_types.check("tag.add", given, {})
      assert.is_nil(none)
      assert.truthy(message:find(instead, 1, true))
      assert.same({ "validation", "resource_type", false }, { err.kind, err.param, err.sent })
      assert.is_true(resource_types.check("tag.add", given, { undocumented = true }))
    end
  end)

  it("is let through when it is documented, proven, or no text: the C module refuses that", function()
    for _, given in ipairs({ "imagecomponent", "image", "ImagePipeline", 7 }) do
      assert.is_true(resource_types.check("tag.add", given, {}))
    end
    assert.is_true(resource_types.check("tag.add", nil, {}))
  end)

  it("explains a refusal of an unproven one, and no other", function()
    local err = { code = "InvalidResourceType.NotFound" }
    resource_types.explain("imagepipeline", err)
    assert.truthy(err.hint:find('rejects "imagepipeline" here', 1, true))
    err = { code = "InvalidResourceType.NotFound" }
    resource_types.explain("image", err)
    assert.is_nil(err.hint)
    err = { code = "Throttling" }
    resource_types.explain("imagepipeline", err)
    assert.is_nil(err.hint)
  end)
end)
