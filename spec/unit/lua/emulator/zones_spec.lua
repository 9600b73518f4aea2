-- What is sold in which zone.
local zones = require("ecs_pipeline.emulator.zones")

describe("the zones of a region", function()
  it("are spelled as the service does: no dash after a digit", function()
    assert.equal("cn-hangzhou-b", zones.of("cn-hangzhou")[1].id)
    assert.equal("ap-southeast-1a", zones.of("ap-southeast-1")[1].id)
  end)

  it("differ in cn-hangzhou by what programs trip over", function()
    local list = zones.of("cn-hangzhou")
    assert.same({ false, true, true }, { zones.makes_vswitches("cn-hangzhou", list[1].id),
      zones.makes_vswitches("cn-hangzhou", list[2].id), zones.makes_vswitches("cn-hangzhou", list[3].id) })
    assert.is_nil(zones.makes_vswitches("cn-hangzhou", "cn-hangzhou-z"))
    assert.same({ true, {} }, { list[2].sold_out, list[2].disks })
    for _, item in ipairs(list[2].stock) do
      assert.is_false(item.sold)
    end
    assert.same({ "t6", false }, { list[3].stock[1].type.family, list[3].stock[1].sold })
  end)
end)
