--- VPCs and vSwitches: all pages of DescribeVpcs and DescribeVSwitches, one by its id
-- (DescribeVpcAttribute, DescribeVSwitchAttributes). VPC 2016-04-28.
local errors = require("ecs_pipeline.errors")
local filters = require("ecs_pipeline.find.filters")
local ids = require("ecs_pipeline.find.ids")
local pages = require("ecs_pipeline.find.pages")
local relabel = require("ecs_pipeline.call.relabel")
local target = require("ecs_pipeline.find.target")

local networks = {}

-- PageSize of both.
local PAGE = 50

--- The two kinds: `group`, `id` and `name` of one in arguments and results, `target`, the Codes
-- that say that there is none (`gone`); of the listing `field`, `batch` (so many ids a call takes,
-- in `ids`), what is no parameter of it (`ours`) and what is compared on our side too (`equal`).
networks.VPC = {
  group = "vpc", id = "vpc_id", name = "vpc_name", target = target.VPC,
  gone = { ["InvalidVpcId.NotFound"] = true, ["Forbidden.VpcNotFound"] = true,
    ["InvalidResource.NotFound"] = true },
  field = "vpcs", ids = "ids", batch = 20,
  ours = { "ids", "vpc_id", "name_regex", "status", "cidr_block" },
  equal = { "vpc_name", "status", "cidr_block", "is_default", "resource_group_id" },
}
networks.VSWITCH = {
  group = "vswitch", id = "vswitch_id", name = "vswitch_name", target = target.VSWITCH,
  gone = { ["InvalidVSwitchId.NotFound"] = true, ["InvalidVswitchID.NotFound"] = true },
  field = "vswitches", ids = "vswitch_id", batch = 1,
  ours = { "ids", "vswitch_id", "v_switch_id", "name_regex", "status", "cidr_block",
    "availability_zone" },
  equal = { "vswitch_name", "status", "cidr_block", "is_default", "resource_group_id", "vpc_id",
    "zone_id" },
}

-- What the service promises to do, done again.
local function predicate(kind, filter, list, regex, has_tags)
  local wanted, equal = filters.set(list), {}
  for _, field in ipairs(kind.equal) do
    local value = filter[field]
    equal[field] = type(value) == "table" and value.id or filters.text(value)
  end
  return function(item)
    for field, value in pairs(equal) do
      if item[field] ~= value then
        return false
      end
    end
    return (not wanted or wanted[item.id] == true)
      and (not regex or regex:match(item[kind.name] or "") == true)
      and has_tags(item)
  end
end

-- → plan { args, ids, keep }, or nil, message, err
local function read(kind, operation, given)
  local filter, message, err = filters.open(operation, given)
  if not filter then
    return nil, message, err
  end
  local list, regex
  list, message, err = ids.read(operation,
    filter.ids or filter[kind.id] or filter.v_switch_id, kind.target)
  if list == false then
    return nil, message, err
  end
  regex, message, err = filters.regex(operation, filter.name_regex)
  if message then
    return nil, message, err
  end
  filter = filters.without(filter, {})
  filter.zone_id = filter.zone_id or filter.availability_zone
  local args = filters.without(filter, kind.ours)
  local has_tags
  args.tags, has_tags = filters.tags(filter.tags)
  return { args = args, ids = list, keep = predicate(kind, filter, list, regex, has_tags) }
end

-- Asked for by id, one that is not there may be a refusal instead of an empty list.
local function without_gone(kind, next_page)
  return function()
    local items, message, err = next_page()
    if items == false and kind.gone[err.code] then
      return nil
    end
    return items, message, err
  end
end

--- Iterate.
-- @tparam table client internal client
-- @tparam table kind `networks.VPC` or `networks.VSWITCH`
-- @tparam string operation that the user called
-- @tparam ?table filter
-- @tparam table call_options
-- @treturn function iterator
-- @treturn table facts for `ecs.info`
function networks.each(client, kind, operation, filter, call_options)
  local plan, message, err = read(kind, operation, filter)
  local facts = pages.facts()
  if not plan then
    return pages.failed(message, err), facts
  end
  local function open(batch)
    local args = filters.without(plan.args, {})
    if batch then
      args[kind.ids] = kind.batch > 1 and batch or batch[1]
    end
    local next_page = pages.open(client, { operation = kind.group .. ".list", field = kind.field,
      args = args, options = call_options, name = operation, facts = facts, page_size = PAGE })
    return batch and without_gone(kind, next_page) or next_page
  end
  return ids.each(plan.ids, kind.batch, open, plan.keep), facts
end

--- Read one.
-- @tparam table client internal client
-- @tparam table kind `networks.VPC` or `networks.VSWITCH`
-- @tparam string operation that the user called
-- @tparam table found `{ id, region_id }`
-- @tparam table call_options
-- @treturn[1] table
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; kind "not_found" and a Code of `kind.gone` when there is none
function networks.one(client, kind, operation, found, call_options)
  local result, _, err = client:invoke(kind.group .. ".describe",
    { [kind.id] = found.id, region_id = found.region_id }, call_options)
  if not result then
    return nil, relabel(operation, err)
  elseif result.id ~= found.id then
    return errors.fail(operation, { kind = "protocol", request_id = result.request_id,
      message = ("asked for %s, the reply is about another"):format(found.id) })
  end
  return result
end

return networks
