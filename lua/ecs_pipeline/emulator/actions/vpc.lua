--- CreateVpc, DescribeVpcs, DescribeVpcAttribute, DeleteVpc (VPC 2016-04-28). Codes and statuses:
-- the error lists of these actions, in their spelling; InvalidParameter where they name no other.

local cidr = require("ecs_pipeline.emulator.cidr")
local clock = require("ecs_pipeline.emulator.clock")
local errors = require("ecs_pipeline.emulator.errors")
local idempotency = require("ecs_pipeline.emulator.idempotency")
local json = require("ecs_pipeline.sorted_json")
local networks = require("ecs_pipeline.emulator.networks")
local paging = require("ecs_pipeline.emulator.paging")
local params = require("ecs_pipeline.emulator.params")
local tags = require("ecs_pipeline.emulator.tags")
local text = require("ecs_pipeline.emulator.text")
local vpc_rules = require("ecs_pipeline.emulator.actions.vpc_rules")

local isp = text.one_of("BGP", "ChinaMobile", "ChinaUnicom", "ChinaTelecom")

-- Ranges that a VPC may not lie in (page of CreateVpc).
local forbidden = {}
for i, block in ipairs({ "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4" }) do
  forbidden[i] = cidr.read(block)
end

-- What a VPC without CidrBlock gets: terraform's acceptance tests of
-- alicloud_ecs_image_pipeline_execution put 172.16.0.0/24 into one.
local DEFAULT_BLOCK = "172.16.0.0/12"

-- → block, or nil and the refusal.
local function read_block(flat)
  local given = params.text(flat, "CidrBlock")
  if params.text(flat, "Ipv4IpamPoolId") then
    return nil, errors.new("UnsupportedFeature.IPAM")
  end
  local block = cidr.read(given or DEFAULT_BLOCK)
  if not block then
    return nil, errors.parameter("CidrBlock")
  elseif block.prefix < 8 or block.prefix > 28 then
    return nil, errors.new("IllegalParam.CidrBlockMask")
  end
  for _, other in ipairs(forbidden) do
    if cidr.contains(other, block) then
      return nil, errors.parameter("CidrBlock")
    end
  end
  return block
end

-- → list of texts, or nil and the refusal.
local function read_user_blocks(flat)
  local list = json.array({})
  for given in (params.text(flat, "UserCidr") or ""):gmatch("[^,]+") do
    if not cidr.read(given) then
      return nil, errors.new("InvalidUserCidr.Malformed")
    end
    list[#list + 1] = given
  end
  if #list > 3 then
    return nil, errors.new("InvalidUserCidr.Quota")
  end
  return list
end

local function check(store, call)
  local flat = call.flat
  local there = networks.list(store, "vpcs", call.now, function(vpc)
    return vpc.region == call.region
  end)
  local group = params.text(flat, "ResourceGroupId")
  if group and not call.known("resource_groups", group) then
    return errors.new("InvalidResourceGroupId")
  elseif params.text(flat, "Ipv6Isp") and not isp(flat.Ipv6Isp) then
    return errors.new("IllegalParam.Ipv6Isp")
  elseif params.text(flat, "Ipv6CidrBlock") and not params.boolean(flat, "EnableIpv6") then
    return errors.new("MissingParam.EnableIpv6")
  elseif #there >= call.limits.vpcs then
    return errors.new("QuotaExceeded.Vpc")
  end
  return vpc_rules.texts(flat, "VpcName", "InvalidVpcName.Malformed",
    "InvalidVpcDiscription.Malformed") or vpc_rules.tags(params.tags(flat, "Tag"))
end

local function reply_of(call, id, block, user_blocks, router)
  local flat = call.flat
  local ipv6 = params.boolean(flat, "EnableIpv6") or false
  local ipv6_block = ipv6 and (params.text(flat, "Ipv6CidrBlock") or "2408:4005:3a0::/56") or ""
  return {
    VpcId = id, RegionId = call.region, VpcName = params.text(flat, "VpcName") or "",
    Description = params.text(flat, "Description") or "", CidrBlock = cidr.text(block.first,
      block.prefix), CreationTime = clock.iso(call.now), IsDefault = false,
    OwnerId = tonumber(call.account_id), VRouterId = router, EnabledIpv6 = ipv6,
    ResourceGroupId = params.text(flat, "ResourceGroupId") or call.default_resource_group,
    UserCidrs = { UserCidr = user_blocks }, SecondaryCidrBlocks = { SecondaryCidrBlock =
      json.array({}) }, Ipv6CidrBlock = ipv6_block,
    Ipv6CidrBlocks = { Ipv6CidrBlock = json.array(ipv6 and { { Ipv6CidrBlock = ipv6_block,
      Ipv6Isp = params.text(flat, "Ipv6Isp") or "BGP" } } or {}) },
    DhcpOptionsSetId = "", DhcpOptionsSetStatus = "",
    DnsHostnameStatus = params.boolean(flat, "EnableDnsHostname") and "ENABLED" or "DISABLED",
  }
end

local function create_new(store, call)
  local block, refusal = read_block(call.flat)
  local user_blocks
  if block then
    user_blocks, refusal = read_user_blocks(call.flat)
  end
  refusal = refusal or check(store, call) or vpc_rules.dry(call.flat)
  if refusal then
    return nil, refusal
  end
  local id, number = call.new_id("vpc")
  local router, table_id = call.new_id("vrt"), call.new_id("vtb")
  local reply = reply_of(call, id, block, user_blocks, router)
  store.vpcs[#store.vpcs + 1] = {
    number = number, id = id, region = call.region, block = block, route_table = table_id,
    tags = params.tags(call.flat, "Tag"), ready_at = call.now + call.networks.seconds,
    reply = reply,
  }
  return { VpcId = id, VRouterId = router, RouteTableId = table_id,
    ResourceGroupId = reply.ResourceGroupId }
end

local function create(store, call)
  return idempotency.once(store.tokens, "CreateVpc/" .. call.region, call.flat, function()
    return create_new(store, call)
  end)
end

local function set_of_ids(flat)
  local set, count = {}, 0
  for id in (params.text(flat, "VpcId") or ""):gmatch("[^,]+") do
    set[id], count = true, count + 1
  end
  return set, count
end

-- DescribeVpcs shows the tables and NAT gateways, DescribeVpcAttribute what hangs on the VPC.
local function list_item(store, vpc, now)
  local reply = networks.view_vpc(store, vpc, now)
  reply.RouterTableIds = { RouterTableIds = json.array({ vpc.route_table }) }
  reply.NatGatewayIds, reply.CenStatus = { NatGatewayIds = json.array({}) }, "Detached"
  return reply
end

local function describe_all(store, call)
  local flat, own = call.flat, params.tags(call.flat, "Tag")
  local ids, count = set_of_ids(flat)
  local page, refusal = paging.read_numbered(flat, 50, "InvalidParameter")
  refusal = refusal or count > 20 and errors.new("InvalidVpcIdNumber.NotSupported")
    or #own > 20 and errors.parameter("Tag") or vpc_rules.dry(flat)
  if refusal then
    return nil, refusal
  end
  local found = {}
  for _, vpc in ipairs(networks.list(store, "vpcs", call.now)) do
    local reply = list_item(store, vpc, call.now)
    if vpc.region == call.region and (count == 0 or ids[vpc.id]) and tags.match(vpc.tags, own)
      and vpc_rules.equal(reply, flat, { VpcName = "VpcName", ResourceGroupId = "ResourceGroupId",
        VpcOwnerId = "OwnerId", IsDefault = "IsDefault", EnableIpv6 = "EnabledIpv6",
        DhcpOptionsSetId = "DhcpOptionsSetId" }) then
      found[#found + 1] = reply
    end
  end
  local list, reply = paging.numbered(found, page)
  reply.Vpcs = { Vpc = list }
  return reply
end

-- The VPC that a call names, or nil and the refusal.
local function named(store, call)
  local id = params.text(call.flat, "VpcId")
  if not id then
    return nil, errors.new("MissingParameter.VpcId")
  end
  local vpc = networks.find(store, "vpcs", call.now, id, params.text(call.flat, "RegionId"))
  return vpc, not vpc and errors.new("InvalidVpcId.NotFound") or nil
end

local function describe(store, call)
  local vpc, refusal = named(store, call)
  refusal = refusal or vpc_rules.dry(call.flat)
  if refusal then
    return nil, refusal
  end
  local reply = networks.view_vpc(store, vpc, call.now)
  local count = #networks.inside(store, vpc, call.now)
  reply.ClassicLinkEnabled, reply.SupportIpv4Gateway, reply.Ipv4GatewayId = false, true, ""
  reply.AssociatedCens = { AssociatedCen = json.array({}) }
  reply.AssociatedPropagationSources = { AssociatedPropagationSources = json.array({}) }
  reply.CloudResources = { CloudResourceSetType = json.array(count > 0 and { {
    ResourceType = "VSwitch", ResourceCount = count } } or {}) }
  return reply
end

-- "A VPC can be deleted only in the Available state", and empty.
local function delete_now(store, call)
  local vpc, refusal = named(store, call)
  if not vpc then
    return nil, refusal
  elseif networks.status(vpc, call.now) ~= "Available" then
    return nil, errors.new("IncorrectVpcStatus")
  elseif #networks.inside(store, vpc, call.now) > 0 then
    return nil, errors.new("DependencyViolation.VSwitch")
  end
  refusal = vpc_rules.dry(call.flat)
  if refusal then
    return nil, refusal
  end
  vpc.gone_at = call.now + call.networks.seconds
  return {}
end

local function delete(store, call)
  return idempotency.once(store.tokens, "DeleteVpc", call.flat, function()
    return delete_now(store, call)
  end)
end

return {
  version = "2016-04-28",
  regional = { CreateVpc = true, DescribeVpcs = true, DescribeVpcAttribute = true },
  ram = "vpc",
  actions = {
    CreateVpc = create, DescribeVpcs = describe_all, DescribeVpcAttribute = describe,
    DeleteVpc = delete,
  },
}
