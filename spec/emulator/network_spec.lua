-- VPCs and vSwitches in the emulator: what is refused with which code, Pending and gone on the clock, pages, tokens.
local virtual = require("spec.support.virtual")

describe("VPCs and vSwitches in the emulator", function()
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

  it("makes a VPC, Pending at first, and shows it in both ways", function()
    local made = assert(call("CreateVpc", { CidrBlock = "172.17.3.0/24", VpcName = "web", EnableIpv6 = "true",
      UserCidr = "10.1.0.0/16,10.2.0.0/16", ["Tag.1.Key"] = "team", ["Tag.1.Value"] = "web" }))
    assert.matches("^vpc%-bp1", made.VpcId)
    local one = call("DescribeVpcAttribute", { VpcId = made.VpcId })
    assert.same({ "Pending", "web", "172.17.3.0/24", made.VRouterId, "team" },
      { one.Status, one.VpcName, one.CidrBlock, one.VRouterId, one.Tags.Tag[1].Key })
    assert.same({ "10.1.0.0/16", "10.2.0.0/16" }, one.UserCidrs.UserCidr)
    assert.equal("2408:4005:3a0::/56", one.Ipv6CidrBlocks.Ipv6CidrBlock[1].Ipv6CidrBlock)
    emulator:advance(2)
    local list = call("DescribeVpcs", { VpcId = made.VpcId, VpcName = "web", IsDefault = "false",
      EnableIpv6 = "true", VpcOwnerId = "1511928242963727", ["Tag.1.Key"] = "team" })
    assert.same({ 1, "Available", made.RouteTableId }, { list.TotalCount, list.Vpcs.Vpc[1].Status,
      list.Vpcs.Vpc[1].RouterTableIds.RouterTableIds[1] })
    assert.equal(0, call("DescribeVpcs", { VpcName = "we" }).TotalCount)
  end)

  it("refuses a VPC in the service's spelling", function()
    for given, wanted in pairs({
      ["-"] = "MissingParam.CidrOrCidrMask 400", ["x"] = "InvalidParameter 400",
      ["172.16.0.0/33"] = "InvalidParameter 400", ["172.16.0.1/24"] = "InvalidParameter 400",
      ["172.016.0.0/24"] = "InvalidParameter 400", ["172.256.0.0/24"] = "InvalidParameter 400",
      ["10.0.0.0/7"] = "IllegalParam.CidrBlockMask 400", ["10.0.0.0/29"] = "IllegalParam.CidrBlockMask 400",
      ["127.0.0.0/16"] = "InvalidParameter 400", ["100.64.1.0/24"] = "InvalidParameter 400",
    }) do
      assert.equal(wanted, code("CreateVpc", { CidrBlock = given ~= "-" and given or false }), given)
    end
    for wanted, params in pairs({
      ["InvalidVpcName.Malformed 400"] = { VpcName = "http://x" },
      ["InvalidVpcDiscription.Malformed 400"] = { Description = ("x"):rep(257) },
      ["UnsupportedFeature.IPAM 400"] = { Ipv4IpamPoolId = "ipam-pool-1" },
      ["InvalidUserCidr.Malformed 400"] = { UserCidr = "10.1" },
      ["InvalidUserCidr.Quota 400"] = { UserCidr = "10.1.0.0/16,10.2.0.0/16,10.3.0.0/16,10.4.0.0/16" },
      ["MissingParam.EnableIpv6 400"] = { Ipv6CidrBlock = "2408:4005:3a0::/56" },
      ["InvalidTagValue.Malformed 400"] = { ["Tag.1.Key"] = "a", ["Tag.1.Value"] = "aliyun" },
      ["InvalidTagKey.Malformed 400"] = { ["Tag.1.Key"] = "acs:a" },
      ["DryRunOperation 400"] = { DryRun = "true" },
      ["MissingParameter.RegionId 404"] = { RegionId = false },
    }) do
      params.CidrBlock = "10.0.0.0/8"
      assert.equal(wanted, code("CreateVpc", params))
    end
    client, emulator = virtual.client(nil, { limits = { vpcs = 1 }, known = { resource_groups = { "rg-1" } } })
    assert.equal("InvalidResourceGroupId 400",
      code("CreateVpc", { CidrBlock = "10.0.0.0/8", ResourceGroupId = "rg-2" }))
    new_vpc()
    assert.equal("QuotaExceeded.Vpc 400", code("CreateVpc", { CidrBlock = "10.0.0.0/8" }))
  end)

  it("makes one VPC and one vSwitch of a ClientToken", function()
    local first = assert(call("CreateVpc", { CidrBlock = "10.0.0.0/8", ClientToken = "a" })).VpcId
    assert.equal(first, call("CreateVpc", { CidrBlock = "10.0.0.0/8", ClientToken = "a" }).VpcId)
    assert.equal("IdempotentParameterMismatch 400", code("CreateVpc", { CidrBlock = "10.0.0.0/16", ClientToken = "a" }))
    ready()
    local params = vswitch(first, { CidrBlock = "10.0.0.0/16", ClientToken = "a" })
    assert.equal(call("CreateVSwitch", params).VSwitchId, call("CreateVSwitch", params).VSwitchId)
    assert.equal(1, call("DescribeVSwitches").TotalCount)
  end)

  it("lists VPCs by ids, page by page", function()
    local ids = {}
    for i = 1, 3 do ids[i] = new_vpc() end
    assert.equal(2, call("DescribeVpcs", { VpcId = ids[1] .. "," .. ids[3] }).TotalCount)
    local page = call("DescribeVpcs", { PageSize = "2", PageNumber = "2" })
    assert.same({ 3, 2, 2, ids[3] }, { page.TotalCount, page.PageNumber, page.PageSize, page.Vpcs.Vpc[1].VpcId })
    assert.equal("InvalidParameter 400", code("DescribeVpcs", { PageSize = "51" }))
    assert.equal("InvalidVpcIdNumber.NotSupported 400", code("DescribeVpcs", { VpcId = ("vpc-1,"):rep(20) .. "x,y" }))
    assert.equal(0, call("DescribeVpcs", { RegionId = "cn-beijing" }).TotalCount)
    assert.equal("DryRunOperation 400", code("DescribeVpcs", { DryRun = "true" }))
    assert.equal("DryRunOperation 400", code("DescribeVpcAttribute", { VpcId = ids[1], DryRun = "true" }))
    assert.equal("InvalidVpcId.NotFound 404", code("DescribeVpcAttribute", { VpcId = ids[1], RegionId = "cn-beijing" }))
    assert.equal("MissingParameter.VpcId 404", code("DescribeVpcAttribute"))
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
