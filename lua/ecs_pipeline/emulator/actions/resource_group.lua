--- ListResourceGroups (ResourceManager 2020-03-31). Names and ids are matched loosely ("fuzzy"),
-- the list of ids wins over the single one, and tags are shown when they are asked for (API page).

local errors = require("ecs_pipeline.emulator.errors")
local paging = require("ecs_pipeline.emulator.paging")
local params = require("ecs_pipeline.emulator.params")
local tags = require("ecs_pipeline.emulator.tags")
local text = require("ecs_pipeline.emulator.text")

local status = text.one_of("Creating", "OK", "PendingDelete")

local good_name = text.sized(0, 50)

local function holds(value, part)
  return part == nil or value:find(part, 1, true) ~= nil
end

local function matches(group, flat, ids, own_tags)
  local by_id = holds(group.id, params.text(flat, "ResourceGroupId"))
  if #ids > 0 then
    by_id = false
    for _, id in ipairs(ids) do
      by_id = by_id or id == group.id
    end
  end
  local wanted = params.text(flat, "Status")
  return by_id and holds(group.name, params.text(flat, "Name"))
    and holds(group.display_name, params.text(flat, "DisplayName"))
    and (wanted == nil or wanted == group.status) and tags.match(group.tags, own_tags)
end

local function list(store, call)
  local flat = call.flat
  local wanted, ids = params.tags(flat, "Tag"), params.list(flat, "ResourceGroupIds")
  local asked = params.text(flat, "Status")
  local page, refusal = paging.read_numbered(flat, 100, "InvalidParameter")
  if not page then
    return nil, refusal
  elseif asked and not status(asked) then
    return nil, errors.parameter("Status")
  elseif not good_name(params.text(flat, "Name") or "") then
    return nil, errors.parameter("Name")
  elseif not good_name(params.text(flat, "DisplayName") or "") then
    return nil, errors.parameter("DisplayName")
  elseif #ids > 100 then
    return nil, errors.parameter("ResourceGroupIds")
  end
  local found = {}
  for _, group in ipairs(store.resource_groups) do
    if matches(group, flat, ids, wanted) then
      local shown = #wanted > 0 or params.boolean(flat, "IncludeTags")
      found[#found + 1] = {
        Id = group.id, Name = group.name, DisplayName = group.display_name,
        Status = group.status, CreateDate = group.created, AccountId = call.account_id,
        Tags = shown and { Tag = tags.reply(group.tags, "TagKey", "TagValue") } or nil,
      }
    end
  end
  local some, reply = paging.numbered(found, page)
  reply.ResourceGroups = { ResourceGroup = some }
  return reply
end

return {
  version = "2020-03-31", regional = false, ram = "ram",
  actions = { ListResourceGroups = list },
}
