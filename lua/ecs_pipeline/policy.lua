--- `ecs.policy`: the smallest RAM policy that allows certain calls. Pure.
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local options = require("ecs_pipeline.call.options")
local ram = require("ecs_pipeline.hints.ram")
local tables = require("ecs_pipeline.tables")

local policy = {}

-- Function → the functions and operations that it calls. A function that is itself an operation
-- needs its own action too.
local MADE_OF = {
  ["pipeline.list"] = "pipeline.describe",
  ["pipeline.each"] = "pipeline.describe",
  ["pipeline.import"] = "pipeline.describe",
  ["pipeline.plan"] = "pipeline.describe execution.describe image.describe",
  ["pipeline.ensure"] = "pipeline.create pipeline.describe pipeline.delete execution.describe "
    .. "execution.cancel image.describe",
  ["execution.list"] = "execution.describe pipeline.describe",
  ["execution.each"] = "execution.describe pipeline.describe",
  ["execution.cancel"] = "execution.describe",
  ["execution.wait"] = "execution.describe execution.cancel pipeline.describe image.describe",
  ["execution.build"] = "execution.start execution.wait",
  ["execution.build_if_changed"] = "execution.build image.latest component.describe",
  ["component.list"] = "component.describe",
  ["component.each"] = "component.describe",
  ["component.resolve"] = "component.describe",
  ["image.list"] = "image.describe",
  ["image.each"] = "image.describe",
  ["image.latest"] = "image.describe image.from_family",
  ["image.copy"] = "image.describe",
  ["image.wait_available"] = "image.describe",
  ["image.prune"] = "image.describe image.delete image.from_family pipeline.describe "
    .. "snapshot.delete tags.add tags.remove tags.list",
  ["instance_type.list"] = "instance_type.supported zone.available",
  ["zone.list"] = "zone.available",
  ["vpc.create"] = "vpc.describe",
  ["vpc.delete"] = "vpc.describe",
  ["vpc.each"] = "vpc.list",
  ["vswitch.create"] = "vswitch.describe",
  ["vswitch.delete"] = "vswitch.describe",
  ["vswitch.each"] = "vswitch.list",
  ["ecs.bake"] = "pipeline.ensure execution.build_if_changed",
}

local function digits(text)
  return not text:find("^%d+$") and "must be digits" or nil
end

local function region_id(text)
  return not text:find("^[a-z0-9-]+$") and "must be a region id such as cn-hangzhou" or nil
end

local OPTIONS = { operations = { "table" }, account_id = { "string", check = { string = digits } },
  region = { "string", check = { string = region_id } } }

local function refuse_unknown(name)
  local known = {}
  for _, names in ipairs({ core.operations(), MADE_OF }) do
    for candidate in pairs(names) do
      known[#known + 1] = candidate
    end
  end
  table.sort(known, tables.bytewise)
  local nearest = core.nearest(name, known)
  errors.raise("policy: unknown operation \"" .. name .. "\""
    .. (nearest and " (did you mean \"" .. nearest .. "\"?)" or "")
    .. "; wants names such as \"pipeline.create\" or \"ecs.bake\"")
end

-- Adds the operations behind a name, by the RAM action that each needs.
local function add(name, by_action)
  local operation, parts = core.operation_flags(name), MADE_OF[name]
  if operation then
    if operation.ram_action then -- unsigned requests have none
      by_action[operation.ram_action] = operation
    end
  elseif not parts then
    refuse_unknown(name)
  end
  for part in (parts or ""):gmatch("%S+") do
    add(part, by_action)
  end
end

local WANTS = "policy: wants { operations = { \"pipeline.create\" }, account_id =, region = }"

local function check(given)
  if type(given) ~= "table" then
    errors.raise(WANTS)
  end
  options.check("policy", given, OPTIONS)
  if not given.operations or #given.operations == 0 then
    errors.raise("policy: \"operations\" must list at least one, such as \"pipeline.create\"")
  end
end

-- One statement for all actions that have the same resources.
local function statements(by_action, region, account)
  local by_resources, list = {}, {}
  for action, operation in pairs(by_action) do
    local resources = ram.resources(operation.ram_resources, region, account)
    local key = table.concat(resources, " ")
    if not by_resources[key] then
      by_resources[key] = ram.allow({}, resources)
      list[#list + 1] = key
    end
    table.insert(by_resources[key].Action, action)
  end
  table.sort(list, tables.bytewise)
  for index, key in ipairs(list) do
    table.sort(by_resources[key].Action, tables.bytewise)
    list[index] = by_resources[key]
  end
  return list
end

local Policy = { __tostring = function(result) return ram.json(result) end }

--- The smallest RAM policy for some operations. Offline, does not block.
-- @function client.policy
-- @tparam table options
--
--   * `operations`: names such as "pipeline.create", "execution.wait", or "ecs.bake" for all that
--     a bake calls
--   * `account_id`: digits; default any account
--   * `region`: default any
-- @treturn table `{ Version, Statement }`; `tostring` of it is its JSON, the same for the same
--   operations in any order. For an operation that creates the service-linked role of an account it
--   includes the statement that allows this
-- @raise unknown operations and options, wrong types
function policy.make(given)
  check(given)
  local by_action = {}
  for _, name in ipairs(given.operations) do
    if type(name) ~= "string" then
      errors.raise("policy: \"operations\" must be a list of strings")
    end
    add(name, by_action)
  end
  local result = { Version = "1",
    Statement = statements(by_action, given.region, given.account_id) }
  for _, operation in pairs(by_action) do
    if operation.makes_role then
      table.insert(result.Statement, ram.allow_role(operation.makes_role, given.account_id))
      break
    end
  end
  return setmetatable(result, Policy)
end

return policy
