-- Records of VPCs and vSwitches by the clock: Pending, Available, Pending again, gone.
local networks = require("ecs_pipeline.emulator.networks")

local function store()
  local vpc = { number = 1, id = "vpc-1", region = "cn-hangzhou", ready_at = 10, tags = {},
    reply = { VpcId = "vpc-1" } }
  local vswitch = { number = 2, id = "vsw-1", region = "cn-hangzhou", ready_at = 20, vpc = vpc, tags = {},
    reply = { VSwitchId = "vsw-1" } }
  return { vpcs = { vpc }, vswitches = { vswitch } }, vpc, vswitch
end

describe("a VPC or vSwitch kept by the emulator", function()
  it("is Pending until it is ready, and again from its deletion until it is gone", function()
    local made, vpc = store()
    assert.same({ "Pending", "Available" }, { networks.status(vpc, 9), networks.status(vpc, 10) })
    vpc.gone_at = 40
    assert.equal("Pending", networks.status(vpc, 39))
    assert.equal(vpc, networks.find(made, "vpcs", 39, "vpc-1"))
    assert.is_nil(networks.find(made, "vpcs", 40, "vpc-1"))
  end)

  it("is found in its region, or in any when none is named", function()
    local made, vpc = store()
    assert.equal(vpc, networks.find(made, "vpcs", 10, "vpc-1", "cn-hangzhou"))
    assert.is_nil(networks.find(made, "vpcs", 10, "vpc-1", "cn-beijing"))
    assert.is_nil(networks.find(made, "vpcs", 10, "vpc-2"))
  end)

  it("shows the vSwitches that are inside at the time, and changes no record by being shown", function()
    local made, vpc, vswitch = store()
    vswitch.gone_at = 30
    local shown = networks.view_vpc(made, vpc, 25)
    assert.same({ "Available", "vsw-1" }, { shown.Status, shown.VSwitchIds.VSwitchId[1] })
    assert.same({}, networks.view_vpc(made, vpc, 30).VSwitchIds.VSwitchId)
    assert.equal("Pending", networks.view_vswitch(vswitch, 25).Status)
    assert.same({ VpcId = "vpc-1" }, vpc.reply)
  end)
end)
