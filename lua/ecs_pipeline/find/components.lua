--- Image components: all pages of DescribeImageComponents, one by its id, and the one that a
-- reference means.
local errors = require("ecs_pipeline.errors")
local filters = require("ecs_pipeline.paging.filters")
local listing = require("ecs_pipeline.paging.listing")
local reference = require("ecs_pipeline.paging.reference")

local components = {}

-- "1.*.0" → { 1, "*", 0 }; nil if it is not a version. Compared as numbers: 1.10.0 is above 1.9.0.
local function parts_of(version)
  local list = {}
  for part in (type(version) == "string" and version .. "." or ""):gmatch("([^.]*)%.") do
    local number = part:find("^%d+$") and tonumber(part)
    if not number and part ~= "*" then
      return nil
    end
    list[#list + 1] = number or part
  end
  return #list == 3 and list or nil
end

local function agrees(version, pattern)
  for index = 1, 3 do
    if pattern[index] ~= "*" and pattern[index] ~= version[index] then
      return false
    end
  end
  return true
end

local function newer(a, b)
  for index = 1, 3 do
    if a[index] ~= b[index] then
      return a[index] > b[index]
    end
  end
  return false
end

-- The filter by version: the value for the request (the service accepts at most one star, and only
-- together with a name), and the predicate. Or nil, message, err.
local function version_filter(operation, wanted, name)
  if wanted == nil then
    return {}
  end
  local pattern = parts_of(wanted)
  if not pattern then
    return filters.reject(operation, "component_version",
      "major.minor.patch, each in digits or *")
  end
  local _, stars = wanted:gsub("%*", "")
  return {
    sent = name ~= nil and stars < 2 and wanted or nil,
    keep = function(version)
      local parts = parts_of(version)
      return parts ~= nil and agrees(parts, pattern)
    end,
  }
end

-- The values of `owner` in a request. It is not documented that the reply uses the same ones, so an
-- item with another value is not filtered out.
local OWNERS = { SELF = true, ALIYUN = true }

local function same(has, wanted)
  return wanted == nil or has == nil or has == wanted
end

local function predicate(operation, seen)
  local filter = seen.filter
  local name = filters.text(filter.image_component_name or filter.name)
  local group = filters.text(filter.resource_group_id)
  local version, message, err = version_filter(operation, filter.component_version, name)
  if not version then
    return nil, message, err
  end
  seen.args.component_version = version.sent
  return function(item)
    return (name == nil or item.image_component_name == name)
      and (not version.keep or version.keep(item.component_version))
      and (group == nil or item.resource_group_id == group)
      and same(item.component_type, filter.component_type)
      and same(item.system_type, filter.system_type)
      and same(OWNERS[item.owner] and item.owner, filter.owner)
  end
end

-- 20 ids: InvalidImageComponentIdSize.ExceededMaxNumber.
local KIND = { operation = "component.describe", field = "components",
  reference = reference.COMPONENT, what = "image component",
  names = { "ids", "image_component_id" }, name = "image_component_name", batch = 20,
  predicate = predicate }

--- Iterates. Arguments and results as `listing.each`.
function components.each(...)
  return listing.each(KIND, ...)
end

--- Finds which one is meant. Arguments and results as `listing.which`.
function components.which(client, operation, wanted, call_options, region_id)
  return listing.which(KIND, client, operation, wanted, call_options, region_id)
end

--- Reads one.
-- @tparam table client internal client
-- @tparam string name of the function that the user called
-- @tparam table ref `{ id, region_id }` of `reference.find`
-- @tparam table call_options
-- @treturn[1] table component
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; kind "not_found" if there is none
function components.get(client, name, ref, call_options)
  return listing.get(KIND, client, name, ref, call_options)
end

local function fact(component)
  return { id = component.id, name = component.image_component_name,
    version = component.component_version }
end

-- The newest version of a name. If the account and the vendor both have it, the account's: it is
-- not known here whose account id an ARN contains.
local function newest(client, operation, command, region_id, call_options)
  local best, best_parts
  for component, message, err in components.each(client, operation, {
    image_component_name = command.name, component_version = command.version or "*.*.*",
    region_id = region_id,
  }, call_options) do
    if component == false then
      return nil, message, err
    end
    local parts = parts_of(component.component_version)
    if not best or newer(parts, best_parts)
      or not newer(best_parts, parts) and component.owner == "SELF" then
      best, best_parts = component, parts
    end
  end
  return best
end

--- The component that a reference means now. With `*` in the version, a component that is created
-- later can change the result.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @tparam table command a COMPONENT command as the parser of build content returns it: `id`, or
--   `name` with `version` (nil: the newest) and `region`; `region_id` for an id, if it is not the
--   client's
-- @tparam table call_options
-- @treturn[1] table `{ id, name, version }`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; kind "not_found" if none matches
function components.resolve(client, operation, command, call_options)
  local region_id = command.region ~= "" and command.region or command.region_id
  if command.id then
    local component, message, err = components.get(client, operation,
      { id = command.id, region_id = region_id }, call_options)
    if not component then
      return nil, message, err
    end
    return fact(component)
  end
  local component, message, err = newest(client, operation, command, region_id, call_options)
  if component then
    return fact(component)
  elseif message then
    return nil, message, err
  end
  return errors.fail(operation, { kind = "not_found",
    message = ("no image component %s of version %s in %s"):format(command.name,
      command.version or "*.*.*",
      tostring(region_id or call_options.region or client:region())) })
end

return components
