--- CreateVSwitch, DescribeVSwitches, DescribeVSwitchAttributes, DeleteVSwitch (VPC 2016-04-28).
-- Codes and statuses: the error lists of these actions, in their spelling. The region is that of
-- the endpoint; where a call names one, it must be right.

local cidr = require("ecs_pipeline.emulator.cidr")
local clock = require("ecs_pipeline.emulator.clock")
local errors = require("ecs_pipeline.emulator.errors")
local idempotency = require("ecs_pipeline.emulator.idempotency")
local networks = require("ecs_pipeline.emulator.networks")
local paging = require("ecs_pipeline.emulator.paging")
local params = require("ecs_pipeline.emulator.params")
local tags = require("ecs_pipeline.emulator.tags")
local text = require("ecs_pipeline.emulator.text")
local vpc_rules = require("ecs_pipeline.emulator.actions.vpc_rules")
local zones = require("ecs_pipeline.emulator.zones")

local function overlaps(siblings, block)
  for _, vswitch in ipairs(siblings) do
    if cidr.overlap(vswitch.block, block) then
      return vswitch
    end
  end
  return nil
end

-- The first block of that length in the VPC that is free, or nil.
local function free_block(vpc, siblings, prefix)
  local block = { first = vpc.block.first, size = 2 ^ (32 - prefix), prefix = prefix }
  while cidr.contains(vpc.block, block) do
    local other = overlaps(siblings, block)
    if not other then
      return block
    end
    local past = math.max(block.first + block.size, other.block.first + other.block.size)
    block.first = math.ceil(past / block.size) * block.size
  end
  return nil
end

-- The block that is asked for, by itself or by its length: block, or nil and the refusal.
local function read_block(flat, vpc, siblings)
  local given, mask = params.text(flat, "CidrBlock"), params.integer(flat, "CidrMask")
  local block = given and cidr.read(given)
  if mask and (mask < 16 or mask > 29) then
    return nil, errors.new("InvalidCirdrBlock.MaskLength")
  elseif given and not block then
    return nil, errors.new("InvalidCidrBlock.Malformed")
  elseif not given and not mask then
    return nil, errors.new("MissingParameter", "The parameter CidrBlock is missing.")
  end
  local prefix = block and block.prefix or mask
  if prefix < 16 or prefix > 29 then
    return nil, errors.new("InvalidCirdrBlock.MaskLength")
  end
  block = block or free_block(vpc, siblings, prefix)
  if not block or not cidr.contains(vpc.block, block) then
    return nil, errors.parameter("CidrBlock")
  elseif overlaps(siblings, block) then
    return nil, errors.new("InvalidCidrBlock.Overlapped")
  end
  return block
end

local function check_place(store, call, vpc)
  local zone = zones.makes_vswitches(vpc.region, params.text(call.flat, "ZoneId"))
  local siblings = networks.inside(store, vpc, call.now)
  if zone == nil then
    return errors.new("InvalidZoneId.NotFound")
  elseif not zone then
    return errors.new("ResourceNotAvailable")
  elseif networks.status(vpc, call.now) ~= "Available" then
    return errors.new("IncorrectVpcStatus")
  elseif #siblings >= call.limits.vswitches then
    return errors.new("QuotaExceeded.VSwitch")
  end
  for _, vswitch in ipairs(siblings) do -- one at a time in a VPC
    if networks.status(vswitch, call.now) ~= "Available" then
      return errors.new("IncorrectVSwitchStatus")
    end
  end
  return nil
end

-- "The last eight bits of the IPv6 block of the vSwitch, 0 to 255"; its mask is always 64.
local last_octet = text.integer(0, 255)

-- → VPC, block, or nil and the refusal.
local function read_new(store, call)
  local flat = call.flat
  local id = params.text(flat, "VpcId")
  if not id or not params.text(flat, "ZoneId") then
    return nil, errors.new("MissingParameter")
  end
  local vpc = networks.find(store, "vpcs", call.now, id, params.text(flat, "RegionId"))
  if not vpc then
    return nil, errors.new("InvalidVpcId.NotFound")
  end
  local ipv6, mask = params.text(flat, "Ipv6CidrBlock"), params.text(flat, "Ipv6CidrMask")
  local refusal = ipv6 and not last_octet(ipv6) and errors.parameter("Ipv6CidrBlock")
    or mask and mask ~= "64" and errors.parameter("Ipv6CidrMask")
    or vpc_rules.texts(flat, "VSwitchName", "InvalidVSwitchName.Malformed",
      "InvalidVSwitchDiscription.Malformed") or vpc_rules.tags(params.tags(flat, "Tag"))
    or check_place(store, call, vpc)
  if refusal then
    return nil, refusal
  end
  local block
  block, refusal = read_block(flat, vpc, networks.inside(store, vpc, call.now))
  refusal = refusal or vpc_rules.dry(flat)
  if refusal then
    return nil, refusal
  end
  return vpc, block
end

-- "The first address and the last three of each block are kept back."
local function reply_of(call, id, vpc, block)
  local flat, ipv6 = call.flat, params.text(call.flat, "Ipv6CidrBlock")
  return {
    VSwitchId = id, VpcId = vpc.id, ZoneId = params.text(flat, "ZoneId"),
    VSwitchName = params.text(flat, "VSwitchName") or "",
    Description = params.text(flat, "Description") or "",
    CidrBlock = cidr.text(block.first, block.prefix), AvailableIpAddressCount = block.size - 4,
    CreationTime = clock.iso(call.now), IsDefault = false, OwnerId = tonumber(call.account_id),
    ResourceGroupId = vpc.reply.ResourceGroupId, NetworkAclId = "", ShareType = "",
    RouteTable = { RouteTableId = vpc.route_table, RouteTableType = "System" },
    EnabledIpv6 = ipv6 ~= nil,
    Ipv6CidrBlock = ipv6 and ("2408:4005:3a0:%x::/64"):format(tonumber(ipv6)) or "",
  }
end

local function create_new(store, call)
  local vpc, block = read_new(store, call)
  if not vpc then
    return nil, block
  end
  local id, number = call.new_id("vsw")
  store.vswitches[#store.vswitches + 1] = {
    number = number, id = id, region = vpc.region, vpc = vpc, block = block,
    tags = params.tags(call.flat, "Tag"), ready_at = call.now + call.networks.seconds,
    reply = reply_of(call, id, vpc, block),
  }
  return { VSwitchId = id }
end

local function create(store, call)
  return idempotency.once(store.tokens, "CreateVSwitch", call.flat, function()
    return create_new(store, call)
  end)
end

local filters = {
  VSwitchId = "VSwitchId", VSwitchName = "VSwitchName", VpcId = "VpcId", ZoneId = "ZoneId",
  ResourceGroupId = "ResourceGroupId", IsDefault = "IsDefault", EnableIpv6 = "EnabledIpv6",
  VSwitchOwnerId = "OwnerId",
}

local function describe_all(store, call)
  local flat, own = call.flat, params.tags(call.flat, "Tag")
  local region, route = params.text(flat, "RegionId"), params.text(flat, "RouteTableId")
  local page, refusal = paging.read_numbered(flat, 50, "InvalidParameter")
  if not region and not params.text(flat, "VpcId") then
    refusal = errors.new("MissingParameter.RegionId")
  end
  refusal = refusal or #own > 20 and errors.parameter("Tag") or vpc_rules.dry(flat)
  if refusal then
    return nil, refusal
  end
  local found = {}
  for _, vswitch in ipairs(networks.list(store, "vswitches", call.now)) do
    local reply = networks.view_vswitch(vswitch, call.now)
    if (not region or vswitch.region == region) and tags.match(vswitch.tags, own)
      and (not route or route == vswitch.vpc.route_table)
      and vpc_rules.equal(reply, flat, filters) then
      found[#found + 1] = reply
    end
  end
  local list, reply = paging.numbered(found, page)
  reply.VSwitches = { VSwitch = list }
  return reply
end

-- The vSwitch that a call names, or nil and the refusal.
local function named(store, call)
  local id = params.text(call.flat, "VSwitchId")
  if not id then
    return nil, errors.new("MissingParameter")
  end
  local vswitch = networks.find(store, "vswitches", call.now, id,
    params.text(call.flat, "RegionId"))
  return vswitch, not vswitch and errors.new("InvalidVSwitchId.NotFound") or nil
end

local function describe(store, call)
  local vswitch, refusal = named(store, call)
  refusal = refusal or vpc_rules.dry(call.flat)
  if refusal then
    return nil, refusal
  end
  return networks.view_vswitch(vswitch, call.now)
end

-- An instance that is being built on stands in its vSwitch.
local function in_use(store, call, vswitch)
  for _, execution in ipairs(store.executions) do
    if (execution.template or {}).VSwitchId == vswitch.id
      and not call.builds.terminal[call.builds:status(execution)] then
      return true
    end
  end
  return false
end

local function delete(store, call)
  local vswitch, refusal = named(store, call)
  if not vswitch then
    return nil, refusal
  elseif networks.status(vswitch, call.now) ~= "Available" then
    return nil, errors.new("IncorrectVSwitchStatus")
  elseif in_use(store, call, vswitch) then
    return nil, errors.new("DependencyViolation")
  end
  refusal = vpc_rules.dry(call.flat)
  if refusal then
    return nil, refusal
  end
  vswitch.gone_at = call.now + call.networks.seconds
  return {}
end

return {
  version = "2016-04-28", regional = false, ram = "vpc",
  actions = {
    CreateVSwitch = create, DescribeVSwitches = describe_all,
    DescribeVSwitchAttributes = describe, DeleteVSwitch = delete,
  },
}
