-- A client with default_tags, and a call with the API's own spelling of the parameter, `tag` instead of `tags`: both
-- were sent on, and the call was refused with "given twice", although the caller had given it once.
local tags = require("ecs_pipeline.tags")
local virtual = require("spec.support.virtual")

describe("default_tags", function()
  it("go with either spelling of the parameter", function()
    local client, emulator = virtual.client({ default_tags = { team = "web" } })
    for _, spelling in ipairs({ "tag", "tags" }) do
      for _, set in ipairs({ { a = "b" }, { { key = "a", value = "b" } } }) do
        local made = assert(client.pipeline.create({ base_image = "m-1", base_image_type = "IMAGE", [spelling] = set }))
        assert.same({ a = "b", team = "web" }, assert(client.pipeline.describe(made)).tags)
      end
    end
    local _, _, err = client.pipeline.create({ base_image = "m-1", base_image_type = "IMAGE", tag = { a = "b" },
      tags = { a = "b" } })
    assert.equal("validation", err.kind)
    assert.equal(4, #emulator:state().pipelines)
  end)

  it("leave the caller's table and wrong values as they are", function()
    local args = { tag = { a = "b" } }
    assert.same({ tag = { a = "b", x = "y" } }, tags.with_defaults({ x = "y" }, args))
    assert.same({ tag = { a = "b" } }, args)
    for _, wrong in ipairs({ { tag = 7 }, { tags = "a" }, {} }) do
      assert.equal(wrong, tags.with_defaults(nil, wrong))
    end
    local wrong = { tag = 7 }
    assert.equal(wrong, tags.with_defaults({ x = "y" }, wrong))
    assert.same({ tags = { x = "y" } }, tags.with_defaults({ x = "y" }, {}))
  end)
end)
