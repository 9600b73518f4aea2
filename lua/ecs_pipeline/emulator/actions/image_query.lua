--- What DescribeImages is asked for: its parameters as one table, or the refusal; and whether an
-- image is meant. Source: the page of DescribeImages (ECS 2014-05-26) and its error list; a code
-- that it does not name is the general one, which it spells InvalidParamter.

local errors = require("ecs_pipeline.emulator.errors")
local paging = require("ecs_pipeline.emulator.paging")
local params = require("ecs_pipeline.emulator.params")
local set_of = require("ecs_pipeline.tables").set
local tags = require("ecs_pipeline.emulator.tags")

local M = {}

-- Parameter → values, code when it is another one.
local words = {
  ImageOwnerAlias = { set_of("system self others marketplace"),
    "InvalidImageOwnerAlias.ValueNotSupported" },
  Usage = { set_of("instance none"), "InvalidUsage" },
  OSType = { set_of("windows linux"), "InvalidOSType" },
  Architecture = { set_of("i386 x86_64 arm64"), "InvalidArchitecture" },
  ActionType = { set_of("CreateEcs ChangeOS"), "InvalidParamter" },
}

local statuses = set_of("Creating Waiting Available UnAvailable CreateFailed Deprecated ALL")

local support = set_of("supported unsupported")
local networks = set_of("vpc classic")

-- Key of a Filter → is its value right, code when it is not.
local filter_rules = {
  NetworkType = { function(value) return networks[value] end, "InvalidFilterValue.NetworkType" },
}
for _, key in ipairs({ "CreationStartTime", "CreationEndTime" }) do
  filter_rules[key] = {
    function(value) return value:find("^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%dZ$") end,
    "InvalidFilterValue",
  }
end
for _, key in ipairs({ "CpuOnlineUpgrade", "CpuOnlineDowngrade", "MemoryOnlineUpgrade",
  "MemoryOnlineDowngrade" }) do
  filter_rules[key] = { function(value) return support[value] end, "InvalidFilterValue" }
end

local function check_words(flat)
  for name, rule in pairs(words) do
    local value = params.text(flat, name)
    if value and not rule[1][value] then
      return errors.new(rule[2])
    end
  end
  return nil
end

-- → set of states, nil for all of them; the second value is a refusal.
local function read_status(flat)
  local asked = params.text(flat, "Status")
  if not asked then
    return { Available = true }
  end
  local set, count = {}, 0
  for status in (asked .. ","):gmatch("([^,]*),") do
    if not statuses[status] then
      return nil, errors.new("InvalidParamter")
    end
    set[status], count = true, count + 1
  end
  if set.ALL then
    return nil, count > 1 and errors.new("InvalidParamter") or nil
  end
  return set
end

local function read_filters(flat)
  local list = {}
  for i, filter in ipairs(params.objects(flat, "Filter")) do
    local rule = filter_rules[filter.Key or ""]
    if not rule then
      return nil, errors.new("InvalidFilterKey.NotFound")
    elseif not filter.Value or not rule[1](filter.Value) then
      return nil, errors.new(rule[2])
    end
    list[i] = { key = filter.Key, value = filter.Value }
  end
  return list
end

-- What may not be asked for together.
local function check_pairs(query, flat)
  local community = query.owner == "others" or query.owner == nil
  if query.is_public and query.owner ~= "others" then
    return errors.new("InvalidImageOwnerAlias.PublicImageUnsupported")
  elseif query.owner_id and not community then
    return errors.new("InvalidOperation.ImageOwnerIdUnsupported")
  elseif query.booleans.Usable ~= nil and not params.text(flat, "Status") then
    return errors.new("MissingParameter.Status") -- "When Usable is used, Status is required"
  elseif #query.tags > 20 then
    return errors.new("InvalidTagCount")
  end
  return nil
end

local texts = {
  ImageId = true, ImageFamily = true, Architecture = true, OSType = true, Usage = true,
  ResourceGroupId = true,
}

local booleans = { "Usable", "IsSupportCloudinit", "IsSupportIoOptimized" }

-- The parts that may be refused, one by one: → table, or nil and a refusal.
local function read_parts(flat, known)
  local type_of_instance = params.text(flat, "InstanceType")
  local refusal = check_words(flat)
  if refusal then
    return nil, refusal
  elseif type_of_instance and not known("instance_types", type_of_instance) then
    return nil, errors.new("InvalidInstanceType.ValueNotSupported")
  end
  local parts = {}
  parts.statuses, refusal = read_status(flat)
  if refusal then
    return nil, refusal
  end
  parts.filters, refusal = read_filters(flat)
  if refusal then
    return nil, refusal
  end
  parts.page, refusal = paging.read_numbered(flat, 100, "InvalidParamter")
  return parts.page and parts, refusal
end

--- → query, or nil and the refusal. known(set, id): does it exist.
function M.read(flat, known)
  local query, refusal = read_parts(flat, known)
  if not query then
    return nil, refusal
  end
  query.owner, query.owner_id = params.text(flat, "ImageOwnerAlias"),
    params.text(flat, "ImageOwnerId")
  query.name, query.snapshot = params.text(flat, "ImageName"), params.text(flat, "SnapshotId")
  query.is_public, query.tags = params.boolean(flat, "IsPublic"), params.tags(flat, "Tag")
  query.texts, query.booleans = {}, {}
  for name in pairs(texts) do
    query.texts[name] = params.text(flat, name)
  end
  for _, name in ipairs(booleans) do
    query.booleans[name] = params.boolean(flat, name)
  end
  refusal = check_pairs(query, flat)
  return not refusal and query or nil, refusal
end

-- "Fuzzy search": anywhere in the name, * for anything.
local function like(name, wanted)
  local pattern = wanted:gsub("[%^%$%(%)%%%.%[%]%+%-%?]", "%%%0"):gsub("%*", ".*")
  return name:find(pattern) ~= nil
end

local function owned(reply, query)
  if query.is_public then
    return reply.IsPublic == true
  elseif query.owner then
    return reply.ImageOwnerAlias == query.owner
  end
  return reply.ImageOwnerAlias ~= "marketplace"
end

local function of_snapshot(reply, wanted)
  for _, disk in ipairs(reply.DiskDeviceMappings.DiskDeviceMapping) do
    if disk.SnapshotId == wanted then
      return true
    end
  end
  return false
end

local function passes(reply, filters)
  for _, filter in ipairs(filters) do
    local minute = reply.CreationTime:sub(1, 16) .. "Z"
    if filter.key == "CreationStartTime" and minute < filter.value
      or filter.key == "CreationEndTime" and minute > filter.value
      or reply.Features[filter.key] and reply.Features[filter.key] ~= filter.value then
      return false
    end
  end
  return true
end

local function equal(reply, wanted)
  for name, value in pairs(wanted) do
    if reply[name] ~= value then
      return false
    end
  end
  return true
end

--- Is `image` ({ tags, reply }) what `query` asks for?
function M.matches(image, query)
  local reply = image.reply
  return owned(reply, query) and equal(reply, query.texts) and equal(reply, query.booleans)
    and (query.statuses == nil or query.statuses[reply.Status] == true)
    and (query.owner_id == nil or ("%.0f"):format(reply.ImageOwnerId) == query.owner_id)
    and (query.name == nil or like(reply.ImageName, query.name))
    and (query.snapshot == nil or of_snapshot(reply, query.snapshot))
    and passes(reply, query.filters) and tags.match(image.tags, query.tags)
end

return M
