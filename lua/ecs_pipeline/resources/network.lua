--- All functions of `ecs.vpc` and `ecs.vswitch`. Their arguments and results are described in
-- `vpc.lua` and `vswitch.lua`.
local network_create = require("ecs_pipeline.network.create")
local network_delete = require("ecs_pipeline.network.delete")
local networks = require("ecs_pipeline.find.networks")
local paginator = require("ecs_pipeline.paging.paginator")

local network = {}

local function describe(client, kind, wanted, given)
  local operation = kind.group .. ".describe"
  local call_options = client:call_options(operation, given)
  local ref, message, err = networks.which(kind, client, operation, wanted, call_options)
  if not ref then
    return nil, message, err
  end
  return networks.get(kind, client, operation, ref, call_options)
end

local function each(client, kind, verb, filter, given)
  local operation = kind.group .. "." .. verb
  return networks.each(kind, client, operation, filter, client:call_options(operation, given))
end

local function bind(kind, current)
  local group = {}

  function group.create(args, given)
    return network_create.run(current(), kind, args, given)
  end

  function group.describe(wanted, given)
    return describe(current(), kind, wanted, given)
  end

  function group.delete(wanted, given)
    return network_delete(current(), kind, wanted, given)
  end

  function group.list(filter, given)
    return paginator.collect(each(current(), kind, "list", filter, given))
  end

  function group.each(filter, given)
    return (each(current(), kind, "each", filter, given))
  end

  return group
end

--- The group of a kind.
-- @tparam table kind `networks.VPC` or `networks.VSWITCH`
-- @treturn table `{ bind, arguments }`, as every file of this folder with a group returns it
function network.group(kind)
  return {
    arguments = { create = network_create.arguments },
    bind = function(current) return bind(kind, current) end,
  }
end

return network
