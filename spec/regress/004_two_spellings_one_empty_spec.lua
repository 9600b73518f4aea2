--- Found by the marshalling fuzzer: the same arguments, inserted in two orders, were accepted in one order and refused
--- in the other. `{ ids = {}, image_pipeline_id = "ip-1" }` was "given twice" when the empty list came second in the
--- walk of the table, although an empty list counts as not given.

local core = require("ecs_pipeline.core")
local fixture = require("spec.support.core_fixture")

describe("a parameter with two spellings", function()
  it("is given once when one of them is an empty list, in whatever order the table is walked", function()
    for filler = 0, 7 do
      for _, first in ipairs({ "ids", "image_pipeline_id" }) do
        local args = {}
        for i = 1, filler do
          args["filler" .. i] = i
        end
        args[first] = first == "ids" and {} or "ip-1"
        args.ids, args.image_pipeline_id = {}, "ip-1"
        for i = 1, filler do
          args["filler" .. i] = nil
        end
        assert.is_true(core.check("pipeline.describe", args, { region = "cn-hangzhou" }))
        assert.equal("ip-1", fixture.params("pipeline.describe", args)["ImagePipelineId.1"])
        args.ids, args.image_pipeline_id = "ip-1", {}
        assert.is_true(core.check("pipeline.describe", args, { region = "cn-hangzhou" }))
      end
    end
  end)

  it("is refused when both are given", function()
    local failures = fixture.failures("pipeline.describe", { ids = "ip-1", image_pipeline_id = "ip-1" })
    assert.equal("given twice", (failures.ids or failures.image_pipeline_id).rule)
  end)
end)
