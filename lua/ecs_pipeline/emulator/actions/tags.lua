--- TagResources, UntagResources, ListTagResources, JoinResourceGroup (ECS 2014-05-26), for what the
-- emulator holds: images and snapshots, and of the types that no page names those it is told to
-- take. Resources of the other documented types are not here, so their ids are not found.

local errors = require("ecs_pipeline.emulator.errors")
local json = require("ecs_pipeline.sorted_json")
local paging = require("ecs_pipeline.emulator.paging")
local params = require("ecs_pipeline.emulator.params")
local set_of = require("ecs_pipeline.tables").set
local tags = require("ecs_pipeline.emulator.tags")
local text = require("ecs_pipeline.emulator.text")

local taggable = set_of([[ instance disk snapshot image securitygroup volume eni ddh ddhcluster
  keypair launchtemplate reservedinstance snapshotpolicy elasticityassurance capacityreservation
  command invocation activation managedinstance ]])
local groupable = set_of([[ instance disk snapshot image securitygroup ddh ddhcluster eni keypair
  launchtemplate command activation managedinstance ]])

-- Type → where the store keeps such resources.
local kept_in = {
  image = "images", imagecomponent = "components", imagepipeline = "pipelines",
  imagepipelineexecution = "executions", snapshot = "snapshots",
}

-- → type, or nil and the refusal.
local function read_type(call, documented)
  local kind = params.text(call.flat, "ResourceType")
  if not kind then
    return nil, errors.new("MissingParameter.ResourceType")
  end
  local allowed = documented[kind] or call.undocumented[kind]
  if type(allowed) == "string" then
    return nil, errors.new(allowed)
  elseif not allowed then
    return nil, errors.new("InvalidResourceType.NotFound")
  end
  return kind
end

local function all_of(store, call, kind)
  local list = {}
  for _, record in ipairs(store[kept_in[kind]] or {}) do
    -- the vendor's components are not the caller's to tag
    local foreign = kind == "imagecomponent" and record.reply.Owner ~= "SELF"
    if (record.region == nil or record.region == call.region) and not foreign then
      list[#list + 1] = record
    end
  end
  return list
end

-- The resources of some ids, in their order; or nil and the refusal when one is not there.
local function find_all(store, call, kind, ids)
  local by_id, list = {}, {}
  for _, record in ipairs(all_of(store, call, kind)) do
    by_id[record.id] = record
  end
  for i, id in ipairs(ids) do
    if not by_id[id] then
      return nil, errors.new("InvalidResourceId.NotFound")
    end
    list[i] = by_id[id]
  end
  return list
end

-- Type and ids of a call that writes: → list of records, or nil and the refusal.
local function read_resources(store, call)
  local ids = params.list(call.flat, "ResourceId")
  local kind, refusal = read_type(call, taggable)
  if not kind then
    return nil, refusal
  elseif #ids == 0 then
    return nil, errors.new("MissingParameter.ResourceIds")
  elseif #ids > 50 then
    return nil, errors.new("NumberExceed.ResourceIds")
  end
  return find_all(store, call, kind, ids)
end

-- Puts a set on a record, and into what describe answers, where that is kept.
local function set_tags(record, list)
  record.tags = list
  if record.reply then
    record.reply.Tags = { Tag = tags.reply(list, "TagKey", "TagValue") }
  end
end

-- The record's tags with more laid over them, or nil and the refusal.
local function merged(record, more)
  local list, at, spelling = {}, {}, {}
  for i, tag in ipairs(record.tags) do
    list[i], at[tag.key], spelling[tag.key:lower()] = tag, i, tag.key
  end
  for _, tag in ipairs(more) do
    local there = spelling[tag.key:lower()]
    if there and there ~= tag.key then
      return nil, errors.new("TagKey.Duplication")
    end
    list[at[tag.key] or #list + 1] = { key = tag.key, value = tag.value or "" }
  end
  if #list > 20 then
    return nil, errors.new("QuotaExceed.Tags")
  end
  return list
end

-- All or nothing.
local function tag(store, call)
  local records, refusal = read_resources(store, call)
  if not records then
    return nil, refusal
  end
  local more = params.tags(call.flat, "Tag")
  refusal = #more == 0 and errors.new("MissingParameter.Tags") or tags.check(more, true)
  if refusal then
    return nil, refusal
  end
  local sets = {}
  for i, record in ipairs(records) do
    sets[i], refusal = merged(record, more)
    if not sets[i] then
      return nil, refusal
    end
  end
  for i, record in ipairs(records) do
    set_tags(record, sets[i])
  end
  return {}
end

local function untag(store, call)
  local records, refusal = read_resources(store, call)
  local keys, all = params.list(call.flat, "TagKey"), params.boolean(call.flat, "All")
  if not records then
    return nil, refusal
  elseif #keys > 20 then
    return nil, errors.new("NumberExceed.Tags")
  elseif all and #keys > 0 then
    return nil, errors.new("Param.Conflict")
  elseif not all and #keys == 0 then
    return nil, errors.new("MissingParameter.Tags")
  end
  local gone = {}
  for _, key in ipairs(keys) do
    gone[key] = true
  end
  for _, record in ipairs(records) do
    local left = {}
    for _, one in ipairs(record.tags) do
      left[#left + 1] = not all and not gone[one.key] and one or nil
    end
    set_tags(record, left)
  end
  return {}
end

local group_key = "acs:rm:rgId"

local good_key, good_value = text.sized(1, 128), text.sized(0, 128)

-- What a list asks for: { kind, ids, tags, group }, or nil and the refusal.
local function read_query(call)
  local flat = call.flat
  local kind, refusal = read_type(call, taggable)
  if not kind then
    return nil, refusal
  end
  local query = { kind = kind, ids = params.list(flat, "ResourceId"),
    tags = params.tags(flat, "Tag") }
  local fuzzy = params.any(flat, "TagFilter")
  if fuzzy then
    return nil, errors.new(#query.tags > 0 and "InvalidTags.MalFormed"
      or "PermissionDenied.TagsFuzzyQuery") -- by invitation only
  elseif #query.ids > 50 then
    return nil, errors.new("NumberExceed.ResourceIds")
  elseif #query.tags > 20 then
    return nil, errors.new("NumberExceed.Tags")
  elseif #query.ids == 0 and #query.tags == 0 then
    return nil, errors.new("BothEmpty.TagsAndResources")
  end
  local seen = {}
  for _, one in ipairs(query.tags) do
    if not good_key(one.key) then
      return nil, errors.new("InvalidTagKey.Malformed")
    elseif not good_value(one.value or "") then
      return nil, errors.new("InvalidTagValue.Malformed")
    elseif seen[one.key:lower()] then
      return nil, errors.new("Duplicate.TagKey")
    elseif one.key == group_key and #query.tags > 1 then
      return nil, errors.new("InvalidTag.NotSupported")
    elseif one.key == group_key and one.value == call.default_resource_group then
      return nil, errors.new("InvalidDefaultResourceGroup.NotSupported")
    elseif one.key == group_key then
      query.group, query.tags = one.value, {}
    end
    seen[one.key:lower()] = true
  end
  return query
end

local function group_of(record)
  return record.reply and record.reply.ResourceGroupId or record.resource_group
end

local page_size = 50

-- A row for each tag. Which tags of a resource that was found by one are listed is not said; here
-- it is all of them.
local function list(store, call)
  local query, refusal = read_query(call)
  if not query then
    return nil, refusal
  end
  local ids, rows = set_of(table.concat(query.ids, " ")), {}
  for _, record in ipairs(all_of(store, call, query.kind)) do
    if (#query.ids == 0 or ids[record.id]) and tags.match(record.tags, query.tags)
      and (query.group == nil or group_of(record) == query.group) then
      for _, one in ipairs(record.tags) do
        rows[#rows + 1] = { number = #rows + 1, reply = { ResourceId = record.id,
          ResourceType = query.kind, TagKey = one.key, TagValue = one.value or "" } }
      end
    end
  end
  local scope = paging.scope({ "tags", call.region, query.kind, table.concat(query.ids, ","),
    query.group or "" }, query.tags)
  local page, reply = paging.page(rows,
    { MaxResults = tostring(page_size), NextToken = call.flat.NextToken }, scope)
  if not page then
    return nil, reply
  end
  local out = json.array({})
  for i, row in ipairs(page) do
    out[i] = row.reply
  end
  return { NextToken = reply.NextToken, TagResources = { TagResource = out } }
end

-- The page of this one lists no codes; those here are of the family.
local function join(store, call)
  local id, group = params.text(call.flat, "ResourceId"), params.text(call.flat, "ResourceGroupId")
  local kind, refusal = read_type(call, groupable)
  if not kind then
    return nil, refusal
  elseif not id then
    return nil, errors.new("MissingParameter.ResourceId")
  elseif not group then
    return nil, errors.new("MissingParameter.ResourceGroupId")
  elseif not call.known("resource_groups", group) then
    return nil, errors.new("InvalidResourceGroup.NotFound")
  end
  local records
  records, refusal = find_all(store, call, kind, { id })
  if not records then
    return nil, refusal
  end
  local record = records[1]
  if record.reply then
    record.reply.ResourceGroupId = group
  else
    record.resource_group = group
  end
  return {}
end

return {
  version = "2014-05-26",
  regional = true,
  ram = "ecs",
  actions = {
    TagResources = tag, UntagResources = untag, ListTagResources = list,
    JoinResourceGroup = join,
  },
}
