--- VPCs and vSwitches: all pages of DescribeVpcs and DescribeVSwitches, one by its id
-- (DescribeVpcAttribute, DescribeVSwitchAttributes). VPC 2016-04-28.
local errors = require("ecs_pipeline.errors")
local filters = require("ecs_pipeline.paging.filters")
local listing = require("ecs_pipeline.paging.listing")
local reference = require("ecs_pipeline.paging.reference")
local tables = require("ecs_pipeline.tables")

local networks = {}

-- Filters that are not parameters of the list calls.
local OURS = { "status", "cidr_block", "availability_zone" }

-- A filter value in the form that items have: a boolean for "true" and "false".
local function plain(value)
  if value == "true" or value == "false" then
    return value == "true"
  end
  return filters.text(value)
end

-- Applies the filter again on our side, for the fields of `kind.equal`.
local function predicate(kind)
  return function(_, seen)
    local filter, equal = tables.copy(seen.filter), {}
    filter.zone_id = filter.zone_id or filter.availability_zone
    seen.args = tables.without(seen.args, OURS)
    seen.args.zone_id = filter.zone_id
    for _, field in ipairs(kind.equal) do
      equal[field] = plain(filter[field])
    end
    return function(item)
      for field, value in pairs(equal) do
        if item[field] ~= value then
          return false
        end
      end
      return true
    end
  end
end

--- The two kinds: the fields that `listing.each` needs, and `group`, `what` = what it is called in
-- messages, `id` = name of the id in
-- arguments and results, `gone` = the Codes that say that there is none. DescribeVpcs accepts 20
-- ids.
networks.VPC = {
  group = "vpc", what = "VPC", id = "vpc_id", operation = "vpc.list", field = "vpcs",
  reference = reference.VPC, names = { "ids", "vpc_id" }, name = "vpc_name", batch = 20,
  gone = { ["InvalidVpcId.NotFound"] = true, ["Forbidden.VpcNotFound"] = true,
    ["InvalidResource.NotFound"] = true },
  equal = { "vpc_name", "status", "cidr_block", "is_default", "resource_group_id" },
}
networks.VSWITCH = {
  group = "vswitch", what = "vSwitch", id = "vswitch_id", operation = "vswitch.list",
  field = "vswitches", reference = reference.VSWITCH,
  names = { "ids", "vswitch_id", "v_switch_id" }, name = "vswitch_name", id_param = "vswitch_id",
  gone = { ["InvalidVSwitchId.NotFound"] = true, ["InvalidVswitchID.NotFound"] = true },
  equal = { "vswitch_name", "status", "cidr_block", "is_default", "resource_group_id", "vpc_id",
    "zone_id" },
}
for _, kind in ipairs({ networks.VPC, networks.VSWITCH }) do
  kind.predicate = predicate(kind)
end

--- Iterates. Arguments and results as `listing.each`; the kind is `networks.VPC` or
-- `networks.VSWITCH`.
networks.each = listing.each

--- Finds which one is meant. Arguments and results as `listing.which`.
networks.which = listing.which

--- Reads one.
-- @tparam table kind `networks.VPC` or `networks.VSWITCH`
-- @tparam table client internal client
-- @tparam string name of the function that the user called
-- @tparam table ref `{ id, region_id }` of `reference.find`
-- @tparam table call_options
-- @treturn[1] table
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; kind "not_found" and a Code of `kind.gone` if there is none
function networks.get(kind, client, name, ref, call_options)
  local result, _, err = client:invoke(kind.group .. ".describe",
    { [kind.id] = ref.id, region_id = ref.region_id }, call_options)
  if not result then
    return nil, errors.relabel(name, err)
  elseif result.id ~= ref.id then
    return errors.fail(name, { kind = "protocol", request_id = result.request_id,
      message = ("asked for %s, the reply is about another"):format(ref.id) })
  end
  return result
end

return networks
