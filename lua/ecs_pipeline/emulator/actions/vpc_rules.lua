--- What the actions of VPCs and vSwitches have in common (VPC 2016-04-28).

local errors = require("ecs_pipeline.emulator.errors")
local params = require("ecs_pipeline.emulator.params")
local tags = require("ecs_pipeline.emulator.tags")
local text = require("ecs_pipeline.emulator.text")

local M = {}

local good_name, good_description = text.free(1, 128), text.free(1, 256)

--- The refusal of a name or a description, or nil.
function M.texts(flat, name, bad_name, bad_description)
  local given, description = params.text(flat, name), params.text(flat, "Description")
  if given and not good_name(given) then
    return errors.new(bad_name)
  elseif description and not good_description(description) then
    return errors.new(bad_description)
  end
  return nil
end

--- The refusal of tags: as with ECS, and a value may not begin with "aliyun" either.
function M.tags(list)
  for _, tag in ipairs(list) do
    if text.begins(tag.value or "", { "aliyun" }) then
      return errors.new("InvalidTagValue.Malformed")
    end
  end
  return tags.check(list)
end

--- DryRun: what would have been done is answered as this error.
function M.dry(flat)
  return params.boolean(flat, "DryRun") and errors.new("DryRunOperation") or nil
end

local function spelled(value)
  return type(value) == "number" and ("%.0f"):format(value) or tostring(value)
end

--- Is each parameter that is given equal to its field? fields: { parameter = field }.
function M.equal(reply, flat, fields)
  for name, field in pairs(fields) do
    local wanted = params.text(flat, name)
    if wanted and wanted ~= spelled(reply[field]) then
      return false
    end
  end
  return true
end

return M
