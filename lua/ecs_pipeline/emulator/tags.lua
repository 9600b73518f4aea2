--- Tag rules of the ECS create actions, and matching by tag.

local errors = require("ecs_pipeline.emulator.errors")
local json = require("ecs_pipeline.sorted_json")
local text = require("ecs_pipeline.emulator.text")

local M = {}

--- Nil when the pairs ({ key, value }) may be put on a resource, else the refusal. `later`: with
-- TagResources, whose page does not forbid values that begin with acs:, and has a code of its own
-- for too many.
function M.check(pairs_, later)
  if #pairs_ > 20 then
    return errors.new(later and "NumberExceed.Tags" or "InvalidTagCount")
  end
  local seen = {}
  for _, tag in ipairs(pairs_) do
    local key_length, value = text.length(tag.key), tag.value or ""
    local value_length = text.length(value)
    if not key_length or key_length < 1 or key_length > 128
      or text.begins(tag.key, { "aliyun", "acs:" }) or text.holds_web_address(tag.key) then
      return errors.new("InvalidTagKey.Malformed")
    elseif not value_length or value_length > 128
      or not later and text.begins(value, { "acs:" }) or text.holds_web_address(value) then
      return errors.new("InvalidTagValue.Malformed")
    elseif seen[tag.key:lower()] then
      return errors.new("Duplicate.TagKey")
    end
    seen[tag.key:lower()] = true
  end
  return nil
end

--- True when `owned` (a list of { key, value }) carries every wanted pair; a wanted pair without a
-- value matches any value.
function M.match(owned, wanted)
  local have = {}
  for _, tag in ipairs(owned) do
    have[tag.key] = tag.value or ""
  end
  for _, tag in ipairs(wanted) do
    local value = have[tag.key]
    if value == nil or tag.value ~= nil and tag.value ~= value then
      return false
    end
  end
  return true
end

--- The list as replies spell it; the field names differ between resources.
function M.reply(list, key_name, value_name)
  local out = json.array({})
  for i, tag in ipairs(list) do
    out[i] = { [key_name] = tag.key, [value_name] = tag.value or "" }
  end
  return out
end

return M
