-- CreateVSwitch, DescribeVSwitches, DescribeVSwitchAttributes, DeleteVSwitch, and DeleteVpc with vSwitches inside.
local virtual = require("spec.support.virtual")

describe("vSwitches in the emulator", function()
  local client, emulator

  before_each(function()
    client, emulator = virtual.client()
  end)

  -- → reply, or nil and the code with its status
  local function call(action, params)
    local all = { RegionId = "cn-hangzhou" }
    for name, value in pairs(params or {}) do
      all[name] = value ~= false and value or nil
    end
    local reply, _, err = client.call("Vpc", "2016-04-28", action, all, { retry = false })
    return reply, err and err.code .. " " .. err.status
  end

  local function code(action, params)
    return select(2, call(action, params)) or "ok"
  end

  local function ready(id)
    emulator:advance(2)
    return id
  end

  local function new_vpc(params)
    local all = { CidrBlock = "172.16.0.0/12" }
    for name, value in pairs(params or {}) do all[name] = value end
    return ready(assert(call("CreateVpc", all)).VpcId)
  end

  local function vswitch(vpc, params)
    local all = { VpcId = vpc, ZoneId = "cn-hangzhou-h", CidrBlock = "172.17.3.0/24" }
    for name, value in pairs(params or {}) do all[name] = value end
    return all
  end

  it("makes one VPC and one vSwitch of a ClientToken", function()
    local first = assert(call("CreateVpc", { CidrBlock = "10.0.0.0/8", ClientToken = "a" })).VpcId
    assert.equal(first, call("CreateVpc", { CidrBlock = "10.0.0.0/8", ClientToken = "a" }).VpcId)
    assert.equal("IdempotentParameterMismatch 400", code("CreateVpc", { CidrBlock = "10.0.0.0/16", ClientToken = "a" }))
    ready()
    local params = vswitch(first, { CidrBlock = "10.0.0.0/16", ClientToken = "a" })
    assert.equal(call("CreateVSwitch", params).VSwitchId, call("CreateVSwitch", params).VSwitchId)
    assert.equal(1, call("DescribeVSwitches").TotalCount)
  end)

  it("makes a vSwitch as large as its VPC, Pending at first", function()
    local vpc = new_vpc({ CidrBlock = "172.17.3.0/24" })
    local id = assert(call("CreateVSwitch", vswitch(vpc, { VSwitchName = "web", Ipv6CidrBlock = "15" }))).VSwitchId
    local one = call("DescribeVSwitchAttributes", { VSwitchId = id, RegionId = false })
    assert.same({ "Pending", "web", vpc, "cn-hangzhou-h", 252, "2408:4005:3a0:f::/64" }, { one.Status, one.VSwitchName,
      one.VpcId, one.ZoneId, one.AvailableIpAddressCount, one.Ipv6CidrBlock })
    emulator:advance(2)
    local list = call("DescribeVSwitches", { RegionId = false, VpcId = vpc,
      RouteTableId = one.RouteTable.RouteTableId })
    assert.same({ 1, "Available" }, { list.TotalCount, list.VSwitches.VSwitch[1].Status })
    local shown = call("DescribeVpcAttribute", { VpcId = vpc })
    assert.same({ { id }, 1 },
      { shown.VSwitchIds.VSwitchId, shown.CloudResources.CloudResourceSetType[1].ResourceCount })
    assert.equal("MissingParameter.RegionId 404", code("DescribeVSwitches", { RegionId = false }))
    assert.equal("InvalidParameter 400", code("DescribeVSwitches", { PageSize = "0" }))
  end)

  it("finds a free block of a given length", function()
    local vpc = new_vpc({ CidrBlock = "192.168.0.0/26" })
    local function block(mask)
      local made, why = call("CreateVSwitch", vswitch(vpc, { CidrBlock = false, CidrMask = mask }))
      emulator:advance(2)
      return made and call("DescribeVSwitchAttributes", { VSwitchId = made.VSwitchId }).CidrBlock or why
    end
    assert.same({ "192.168.0.0/28", "192.168.0.32/27", "192.168.0.16/28", "InvalidParameter 400" },
      { block("28"), block("27"), block("28"), block("28") })
    assert.equal("InvalidCirdrBlock.MaskLength 400", block("30"))
  end)

  it("refuses a vSwitch in the service's spelling", function()
    local vpc = new_vpc()
    for wanted, params in pairs({
      ["InvalidVpcId.NotFound 404"] = { VpcId = "vpc-none" },
      ["InvalidZoneId.NotFound 404"] = { ZoneId = "cn-hangzhou-z" },
      ["ResourceNotAvailable 400"] = { ZoneId = "cn-hangzhou-b" },
      ["InvalidVSwitchName.Malformed 400"] = { VSwitchName = "https://x" },
      ["InvalidVSwitchDiscription.Malformed 400"] = { Description = "http://x" },
      ["InvalidCidrBlock.Malformed 400"] = { CidrBlock = "172.17.3.1/24" },
      ["InvalidCirdrBlock.MaskLength 400"] = { CidrBlock = "172.16.0.0/12" },
      ["InvalidParameter 400"] = { CidrBlock = "10.0.0.0/24" },
      ["MissingParameter 400"] = { ZoneId = false }, ["DryRunOperation 400"] = { DryRun = "true" },
    }) do
      assert.equal(wanted, code("CreateVSwitch", vswitch(vpc, params)))
    end
    assert.equal("MissingParameter 400", code("CreateVSwitch", vswitch(vpc, { CidrBlock = false })))
    assert.equal("IncorrectVpcStatus 400", code("CreateVSwitch",
      vswitch(assert(call("CreateVpc", { CidrBlock = "172.16.0.0/12" })).VpcId)))
    assert(call("CreateVSwitch", vswitch(vpc)))
    assert.equal("IncorrectVSwitchStatus 400", code("CreateVSwitch", vswitch(vpc, { CidrBlock = "172.17.4.0/24" })))
    emulator:advance(2)
    assert.equal("InvalidCidrBlock.Overlapped 400",
      code("CreateVSwitch", vswitch(vpc, { CidrBlock = "172.17.0.0/16" })))
    client, emulator = virtual.client(nil, { limits = { vswitches = 0 } })
    assert.equal("QuotaExceeded.VSwitch 400", code("CreateVSwitch", vswitch(new_vpc())))
  end)

  it("deletes what is Available and empty, and lets it go after a while", function()
    local vpc = assert(call("CreateVpc", { CidrBlock = "172.16.0.0/12" })).VpcId
    assert.equal("IncorrectVpcStatus 400", code("DeleteVpc", { VpcId = vpc }))
    emulator:advance(2)
    local id = assert(call("CreateVSwitch", vswitch(vpc))).VSwitchId
    assert.equal("IncorrectVSwitchStatus 400", code("DeleteVSwitch", { VSwitchId = id }))
    emulator:advance(2)
    assert.equal("DryRunOperation 400", code("DeleteVSwitch", { VSwitchId = id, DryRun = "true" }))
    assert.same({ id, "cn-hangzhou", "Available" }, { emulator:state().vswitches[1].VSwitchId,
      emulator:state().vswitches[1].RegionId, emulator:state().vswitches[1].Status })
    assert.equal("ok", code("DeleteVSwitch", { VSwitchId = id }))
    assert.equal("DependencyViolation.VSwitch 400", code("DeleteVpc", { VpcId = vpc }))
    assert.equal("Pending", call("DescribeVSwitchAttributes", { VSwitchId = id }).Status)
    emulator:advance(2)
    assert.equal("InvalidVSwitchId.NotFound 404", code("DeleteVSwitch", { VSwitchId = id }))
    assert.equal("InvalidVSwitchId.NotFound 404", code("DescribeVSwitchAttributes", { VSwitchId = id }))
    assert.equal("DryRunOperation 400", code("DeleteVpc", { VpcId = vpc, DryRun = "true" }))
    assert.equal("ok", code("DeleteVpc", { VpcId = vpc, ClientToken = "a" }))
    assert.equal("ok", code("DeleteVpc", { VpcId = vpc, ClientToken = "a" }))
    assert.equal(1, #emulator:state().vpcs)
    emulator:advance(2)
    assert.same({ {}, {} }, { emulator:state().vpcs, emulator:state().vswitches })
    assert.equal("InvalidVpcId.NotFound 404", code("DeleteVpc", { VpcId = vpc }))
    assert.equal("MissingParameter.VpcId 404", code("DeleteVpc"))
    assert.equal("MissingParameter 400", code("DeleteVSwitch"))
  end)

  it("keeps a vSwitch while an instance is being built on in it", function()
    local id = ready(assert(call("CreateVSwitch", vswitch(new_vpc()))).VSwitchId)
    local args = { vswitch_id = id, base_image = "m-1", base_image_type = "IMAGE" }
    local started = assert(client.execution.start(assert(client.pipeline.create(args))))
    assert.equal("DependencyViolation 400", code("DeleteVSwitch", { VSwitchId = id }))
    assert(client.execution.wait(started))
    assert.equal("ok", code("DeleteVSwitch", { VSwitchId = id }))
  end)

  it("knows its own vSwitches where it was told of others", function()
    client, emulator = virtual.client(nil, { known = { vswitches = { "vsw-1" } } })
    local id = assert(call("CreateVSwitch", vswitch(new_vpc()))).VSwitchId
    local args = { vswitch_id = id, base_image = "m-1", base_image_type = "IMAGE" }
    assert(client.pipeline.create(args))
    args.vswitch_id = "vsw-2"
    assert.equal("InvalidVSwitchId.NotFound", select(3, client.pipeline.create(args)).code)
  end)
end)
