--- CreateImageComponent, DescribeImageComponents, DeleteImageComponent (ECS 2014-05-26). How a
-- component is kept is in ../components.lua.

local clock = require("ecs_pipeline.emulator.clock")
local commands = require("ecs_pipeline.emulator.commands")
local components = require("ecs_pipeline.emulator.components")
local errors = require("ecs_pipeline.emulator.errors")
local idempotency = require("ecs_pipeline.emulator.idempotency")
local json = require("ecs_pipeline.sorted_json")
local paging = require("ecs_pipeline.emulator.paging")
local params = require("ecs_pipeline.emulator.params")
local tags = require("ecs_pipeline.emulator.tags")
local text = require("ecs_pipeline.emulator.text")

local component_type = text.one_of("Build", "Test")
local system_type = text.one_of("Linux", "Windows")

local function version(value)
  return value:find("^%d+%.%d+%.%d+$") ~= nil
end

-- { wire name, rule, code }
local rules = {
  { "Name", text.name(2, 128, ":._-"), "InvalidName.Malformed" },
  { "Description", text.free(2, 256), "InvalidDescription.Malformed" },
  { "SystemType", system_type, "InvalidSystemType.NotSupportedValue" },
  { "ComponentType", component_type, "InvalidComponentType.NotSupportedValue" },
  { "ComponentVersion", version, "InvalidParameter.ComponentVersion" },
}

local function check_each(flat, rows)
  for _, rule in ipairs(rows) do
    local value = params.text(flat, rule[1])
    if value and not rule[2](value) then
      return errors.new(rule[3])
    end
  end
  return nil
end

local function check(call)
  local flat = call.flat
  local content, group = params.text(flat, "Content"), params.text(flat, "ResourceGroupId")
  if not content then
    return errors.new("MissingParameter.Content")
  end
  return check_each(flat, rules) or commands.check(content, "Content", call.limits.commands)
    or tags.check(params.tags(flat, "Tag"))
    or group and not call.known("resource_groups", group)
    and errors.new("InvalidResourceGroup.NotFound") or nil
end

-- Those of the caller's own in the region, with a name where one is given.
local function own(store, region, name)
  local list = {}
  for _, component in ipairs(store.components) do
    if component.region == region and component.reply.Owner == "SELF"
      and (name == nil or component.reply.Name == name) then
      list[#list + 1] = component
    end
  end
  return list
end

-- (x + 1).0.0, where x is the highest major version of the name.
local function next_version(named)
  local highest = 0
  for _, component in ipairs(named) do
    highest = math.max(highest, components.parts(component.reply.ComponentVersion)[1])
  end
  return ("%d.0.0"):format(highest + 1)
end

local function parameter(line)
  local indent, key, value = line:match("^(%s+)[\"']?([%w_]+)[\"']?%s*:%s*(.-)%s*$")
  return indent and #indent, key, value and value:match("^[\"']?(.-)[\"']?$")
end

-- The top-level `Parameters` of a YAML content, each with Type and DefaultValue.
local function parameters(content)
  local list, inside, depth = json.array({}), false, nil
  for line in (commands.is_yaml(content) and content .. "\n" or ""):gmatch("(.-)\r?\n") do
    local indent, key, value = parameter(line)
    if line:find("^%S") then
      inside = line:find("^[\"']?Parameters[\"']?%s*:") ~= nil
    elseif inside and key then
      depth = depth or indent
      if indent <= depth then
        list[#list + 1] = { Name = key }
      elseif key == "Type" or key == "DefaultValue" then
        list[#list][key] = value
      end
    end
  end
  return list
end

local function reply_of(call, id, named, own_tags)
  local flat = call.flat
  return {
    ImageComponentId = id, Name = params.text(flat, "Name") or id, Owner = "SELF",
    ComponentVersion = params.text(flat, "ComponentVersion") or next_version(named),
    ComponentType = params.text(flat, "ComponentType") or "Build",
    SystemType = params.text(flat, "SystemType") or "Linux",
    Content = flat.Content, Description = params.text(flat, "Description"),
    CreationTime = clock.iso(call.now),
    ResourceGroupId = params.text(flat, "ResourceGroupId") or call.default_resource_group,
    Parameters = { Parameter = parameters(flat.Content) },
    Tags = { Tag = tags.reply(own_tags, "TagKey", "TagValue") },
  }
end

local function create_new(store, call)
  local refusal = check(call)
  if refusal then
    return nil, refusal
  end
  local name, wanted = params.text(call.flat, "Name"), params.text(call.flat, "ComponentVersion")
  local named = name and own(store, call.region, name) or {}
  for _, other in ipairs(named) do
    if wanted and components.fits(other.reply.ComponentVersion, components.parts(wanted)) then
      return nil, errors.new("InvalidComponentVersion.Exist")
    end
  end
  if #own(store, call.region) >= call.limits.components then
    return nil, errors.new("QuotaExceed.ImageComponent")
  end
  local id, number = call.new_id("ic")
  local own_tags = params.tags(call.flat, "Tag")
  store.components[#store.components + 1] = { number = number, region = call.region, id = id,
    tags = own_tags, reply = reply_of(call, id, named, own_tags) }
  return { ImageComponentId = id }
end

local function create(store, call)
  return idempotency.once(store.tokens, "CreateImageComponent/" .. call.region, call.flat,
    function()
      return create_new(store, call)
    end)
end

local filter_rules = {
  { "Owner", text.one_of("SELF", "ALIYUN"), "InvalidParameter.Owner" },
  { "SystemType", system_type, "InvalidSystemType.NotSupportedValue" },
  { "ComponentType", component_type, "InvalidComponentType.NotSupportedValue" },
  { "ComponentVersion", function(value)
    local _, stars = value:gsub("%*", "")
    return components.parts(value) ~= nil and stars < 2 -- "one part", says the page
  end, "InvalidParameter.ComponentVersion" },
}

local function matches(component, flat)
  local reply = component.reply
  for _, name in ipairs({ "Name", "Owner", "SystemType", "ComponentType", "ResourceGroupId" }) do
    local value = params.text(flat, name)
    if value and reply[name] ~= value then
      return false
    end
  end
  -- a version counts only beside a name
  local pattern = params.text(flat, "Name") and params.text(flat, "ComponentVersion")
  return not pattern or components.fits(reply.ComponentVersion, components.parts(pattern))
end

local function describe(store, call)
  local list, wanted = params.list(call.flat, "ImageComponentId"), params.tags(call.flat, "Tag")
  local refusal = #list > 20 and errors.new("InvalidImageComponentIdSize.ExceededMaxNumber")
    or check_each(call.flat, filter_rules)
    or #wanted > 20 and errors.new("InvalidTagCount")
  if refusal then
    return nil, refusal
  end
  local scope = { "components" }
  for _, name in ipairs({ "Name", "Owner", "SystemType", "ComponentType", "ComponentVersion",
    "ResourceGroupId" }) do
    scope[#scope + 1] = call.flat[name] or ""
  end
  local set, reply = paging.replies(store.components, call, list, wanted, scope,
    function(component)
      return matches(component, call.flat)
    end)
  if not set then
    return nil, reply
  end
  reply.ImageComponent = { ImageComponentSet = set }
  return reply
end

local function delete(store, call)
  local id = params.text(call.flat, "ImageComponentId")
  if not id then
    return nil, errors.new("MissingParameter.ImageComponentId")
  end
  for index, component in ipairs(store.components) do
    if component.id == id and component.region == call.region
      and component.reply.Owner == "SELF" then
      if components.in_use(store, component) then
        return nil, errors.new("InvalidImageComponent.InUse")
      end
      table.remove(store.components, index)
      return {}
    end
  end
  return nil, errors.new("InvalidImageComponent.NotFound")
end

return {
  version = "2014-05-26",
  regional = true,
  ram = "ecs",
  actions = {
    CreateImageComponent = create,
    DescribeImageComponents = describe,
    DeleteImageComponent = delete,
  },
}
