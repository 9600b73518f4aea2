-- CreateVpc, DescribeVpcs, DescribeVpcAttribute of the emulator; DeleteVpc: vswitch_spec.lua.
local virtual = require("spec.support.virtual")

describe("VPCs in the emulator", function()
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

  it("gives a VPC without a block the whole 172.16.0.0/12", function()
    local id = assert(call("CreateVpc", { CidrBlock = false })).VpcId
    assert.equal("172.16.0.0/12", call("DescribeVpcAttribute", { VpcId = id }).CidrBlock)
  end)

  it("refuses a VPC in the service's spelling", function()
    for given, wanted in pairs({
      ["x"] = "InvalidParameter 400",
      ["172.16.0.0/33"] = "InvalidParameter 400", ["172.16.0.1/24"] = "InvalidParameter 400",
      ["172.016.0.0/24"] = "InvalidParameter 400", ["172.256.0.0/24"] = "InvalidParameter 400",
      ["10.0.0.0/7"] = "IllegalParam.CidrBlockMask 400", ["10.0.0.0/29"] = "IllegalParam.CidrBlockMask 400",
      ["127.0.0.0/16"] = "InvalidParameter 400", ["100.64.1.0/24"] = "InvalidParameter 400",
    }) do
      assert.equal(wanted, code("CreateVpc", { CidrBlock = given }), given)
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
end)
