--- Image components as the emulator keeps them: { number, region, id, tags, reply }, `reply` being
-- what describe answers. Here is what a reference means, and who uses a component.

local clock = require("ecs_pipeline.emulator.clock")
local commands = require("ecs_pipeline.emulator.commands")
local errors = require("ecs_pipeline.emulator.errors")
local json = require("ecs_pipeline.sorted_json")
local tags = require("ecs_pipeline.emulator.tags")

local M = {}

--- "1.2.*" → { 1, 2, "*" }; nil when it is no version.
function M.parts(version)
  local a, b, c = version:match("^([%d*]+)%.([%d*]+)%.([%d*]+)$")
  local parts = { a, b, c }
  for i = 1, 3 do
    local number = tonumber(parts[i] or "")
    if not number and parts[i] ~= "*" then
      return nil
    end
    parts[i] = number or "*"
  end
  return parts
end

--- Does a version (text) fit a pattern of `parts`?
function M.fits(version, pattern)
  local parts = M.parts(version)
  for i = 1, 3 do
    if pattern[i] ~= "*" and pattern[i] ~= parts[i] then
      return false
    end
  end
  return true
end

local function newer(a, b)
  local left, right = M.parts(a), M.parts(b)
  for i = 1, 3 do
    if left[i] ~= right[i] then
      return left[i] > right[i]
    end
  end
  return false
end

--- The component that a reference of commands.lua means right now, or nil: `*` in a version stands
-- for the latest, as the page of the commands says; without a version likewise, which it does not.
function M.find(store, region, reference)
  local pattern = M.parts(reference.version or "*.*.*")
  local best
  for _, component in ipairs(store.components) do
    local reply = component.reply
    local fits
    if reference.id then
      fits = component.id == reference.id
    else
      fits = pattern and reply.Name == reference.name
        and M.fits(reply.ComponentVersion, pattern)
    end
    if component.region == region and fits
      and (not best or newer(reply.ComponentVersion, best.reply.ComponentVersion)) then
      best = component
    end
  end
  return best
end

-- Build components are for build_content only, test components for test_content.
local takes = { BuildContent = "Build", TestContent = "Test" }

--- For `commands.check`: what of the components that a content names may it use?
function M.judge(store, region)
  return function(reference, parameter)
    local component = M.find(store, region, reference)
    if not component then
      return errors.new("ImageComponent.NotFound")
    elseif component.reply.ComponentType ~= takes[parameter] then
      return errors.new("InvalidImageComponent.NotSupported")
    end
    return nil
  end
end

--- Does a pipeline of the region use this component? An ARN uses what it means right now.
function M.in_use(store, component)
  for _, pipeline in ipairs(store.pipelines) do
    for _, name in ipairs({ "BuildContent", "TestContent" }) do
      local content = pipeline.region == component.region and pipeline.reply[name] or ""
      for _, reference in ipairs(commands.references(content)) do
        if M.find(store, component.region, reference) == component then
          return true
        end
      end
    end
  end
  return false
end

--- A component that is simply there, such as one of the vendor's (`Owner = "ALIYUN"`): a record
-- spelled as the service does, with RegionId.
function M.adopt(store, record, id, number, now)
  local component = { number = number, region = record.RegionId,
    id = record.ImageComponentId or id, tags = {} }
  record.RegionId = nil
  record.ImageComponentId = component.id
  for name, value in pairs({ Name = component.id, ComponentVersion = "1.0.0",
    ComponentType = "Build", SystemType = "Linux", Owner = "ALIYUN", Content = "RUN true",
    CreationTime = clock.iso(now) }) do
    record[name] = record[name] or value
  end
  for i, tag in ipairs((record.Tags or {}).Tag or {}) do
    component.tags[i] = { key = tag.TagKey, value = tag.TagValue }
  end
  record.Tags = { Tag = tags.reply(component.tags, "TagKey", "TagValue") }
  record.Parameters = record.Parameters or { Parameter = json.array({}) }
  component.reply = record
  store.components[#store.components + 1] = component
  return component
end

return M
