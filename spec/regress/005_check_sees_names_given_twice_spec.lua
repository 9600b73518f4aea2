--- Found by the marshalling fuzzer: core.check accepted arguments that core.prepare refused: a parameter was given by
--- its own name and again in `extra`, in the API's spelling. check examined each value, but never the whole list.

local core = require("ecs_pipeline.core")
local fixture = require("spec.support.core_fixture")

describe("a parameter that extra names once more", function()
  it("is refused by check in the words of prepare", function()
    local args = fixture.create_args({ name = "golden", extra = { Name = "silver" } })
    local ok, err = core.check("pipeline.create", args, { region = "cn-hangzhou" })
    assert.is_nil(ok)
    assert.equal("validation", err.kind)
    assert.equal("a parameter is given twice: Name", err.message)
    local _, other = core.prepare(fixture.session(), "pipeline.create", args, fixture.attempt())
    assert.equal(other.message, err.message)
    assert.is_true(core.check("pipeline.create", fixture.create_args({ extra = { Name = "silver" } }),
      { region = "cn-hangzhou" }))
  end)
end)
