--- Helpers for tags, for `ecs.tags` and for the library itself. Pure. A tag set is a map
-- `{ key = value }` or a list of `{ key =, value = }`; results are maps. System tags (`acs:…`,
-- `aliyun…`) belong to the service and are separated when tags are read.
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local tables = require("ecs_pipeline.tables")

local tags = {}

--- Prefix of the tags that this library puts on what it creates, to find it again.
tags.PREFIX = "ecs_pipeline:"

-- One pair in any spelling the API uses.
local function pair(item, index, where)
  local key = item.key or item.Key or item.TagKey or item.tag_key
  local value = item.value or item.Value or item.TagValue or item.tag_value
  if type(key) ~= "string" then
    errors.raise(where .. ": element " .. index .. " has no key")
  end
  return key, value == nil and "" or value
end

local function is_list(set)
  return type(set[1]) == "table"
end

-- Any tag set → a new map.
local function to_map(set, where)
  if set == nil then
    return {}
  elseif type(set) ~= "table" then
    errors.raise(where .. ": tags must be a map or a list of { key =, value = }, not a "
      .. type(set))
  elseif is_list(set) then
    return tags.from_list(set)
  end
  local map = {}
  for key, value in pairs(set) do
    if type(key) ~= "string" then
      errors.raise(where .. ": a tag key must be a string, not a " .. type(key))
    end
    map[key] = value
  end
  return map
end

--- Does this key belong to the service? Source: the tag rules of ECS 2014-05-26; terraform hides
-- the same keys.
-- @tparam string key
-- @treturn boolean
function tags.is_system(key)
  return key:sub(1, 4) == "acs:" or key:sub(1, 6) == "aliyun"
end

--- A map from a list of pairs: `{ key, value }`, also as the API spells them (`Key`, `TagKey`).
-- A missing value is the empty string; a later pair with the same key replaces an earlier one.
-- @function tags.from_list
-- @tparam table list
-- @treturn table map
-- @raise an element without key
function tags.from_list(list)
  if type(list) ~= "table" then
    errors.raise("tags.from_list: wants a list, not a " .. type(list))
  end
  local map = {}
  for index, item in ipairs(list) do
    if type(item) ~= "table" then
      errors.raise("tags.from_list: element " .. index .. " is not a table")
    end
    local key, value = pair(item, index, "tags.from_list")
    map[key] = value
  end
  return map
end

--- A list of `{ key, value }`, sorted by key.
-- @function tags.to_list
-- @tparam table set
-- @treturn table list
function tags.to_list(set)
  local map, list = to_map(set, "tags.to_list"), {}
  for _, key in ipairs(tables.sorted_keys(map)) do
    list[#list + 1] = { key = key, value = map[key] }
  end
  return list
end

--- Separates the caller's tags from those of the service.
-- @function tags.split
-- @tparam table set
-- @treturn table map without system tags
-- @treturn table map of system tags
function tags.split(set)
  local own, system = {}, {}
  for key, value in pairs(to_map(set, "tags.split")) do
    if tags.is_system(key) then
      system[key] = value
    else
      own[key] = value
    end
  end
  return own, system
end

--- Merges tag sets; a later set overrides an earlier one. A key that differs only in case replaces
-- the earlier key, because the service refuses both together (`TagKey.Duplication`).
-- @function tags.merge
-- @tparam ?table ... tag sets; nil counts as empty
-- @treturn table map
function tags.merge(...)
  local merged, spelling = {}, {}
  for index = 1, select("#", ...) do
    local map = to_map((select(index, ...)), "tags.merge")
    for _, key in ipairs(tables.sorted_keys(map)) do
      local folded = key:lower()
      local there = spelling[folded]
      -- only across sets: two such keys in one set stay, so that the check finds them
      if there and there.set ~= index then
        merged[there.key] = nil
      end
      merged[key] = map[key]
      spelling[folded] = { key = key, set = index }
    end
  end
  return merged
end

--- Arguments with the client's `default_tags` added; tags of the arguments win, in either spelling
-- of the parameter (`tags`, `tag`). The caller's table is not changed. A value that is not a tag
-- set stays as it is: the check reports it, and also if both spellings are given.
-- @tparam ?table defaults
-- @tparam table args
-- @treturn table args, or a copy
function tags.with_defaults(defaults, args)
  if not defaults then
    return args
  end
  local spelling = args.tags == nil and args.tag ~= nil and "tag" or "tags"
  local ok, merged = pcall(tags.merge, defaults, args[spelling])
  if not ok then
    return args
  end
  local copy = tables.copy(args)
  copy[spelling] = merged
  return copy
end

--- The changes that turn one set into another. System tags are ignored on both sides.
-- @function tags.diff
-- @tparam ?table current
-- @tparam ?table wanted
-- @treturn table `{ add = map, change = { [key] = { from, to } }, remove = sorted list of keys,
--   same = boolean }`
function tags.diff(current, wanted)
  local have, want = tags.split(current), tags.split(wanted)
  local diff = { add = {}, change = {}, remove = {}, same = true }
  for key, value in pairs(want) do
    if have[key] == nil then
      diff.add[key], diff.same = value, false
    elseif have[key] ~= value then
      diff.change[key], diff.same = { from = have[key], to = value }, false
    end
  end
  for _, key in ipairs(tables.sorted_keys(have)) do
    if want[key] == nil then
      diff.remove[#diff.remove + 1], diff.same = key, false
    end
  end
  return diff
end

local function value_matches(value, wanted)
  if wanted == true then
    return true
  elseif type(wanted) == "table" then
    for _, one in ipairs(wanted) do
      if value == one then
        return true
      end
    end
    return false
  end
  return value == wanted
end

--- Does a set have all the tags of a filter?
-- @function tags.matches
-- @tparam ?table set
-- @tparam ?table wanted `{ key = value }`; `true` accepts any value, a list any of its values,
--   `false` requires that the key is absent
-- @treturn boolean
function tags.matches(set, filter)
  local map = to_map(set, "tags.matches")
  for key, wanted in pairs(to_map(filter, "tags.matches")) do
    local value = map[key]
    if wanted == false then
      if value ~= nil then
        return false
      end
    elseif value == nil or not value_matches(value, wanted) then
      return false
    end
  end
  return true
end

--- Checks a set against the rules for creating: at most 20, key 1 to 128 characters, value to 128,
-- prefixes and `http://` forbidden, no two keys that differ only in case. The rules are those of
-- the C module, so they exist only once.
-- @function tags.validate
-- @tparam table set
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "validation", every broken rule in `err.failures`
function tags.validate(set)
  if type(set) ~= "table" then
    errors.raise("tags.validate: wants a map or a list, not a " .. type(set))
  end
  local ok, err = core.check("pipeline.create",
    { base_image = "m-any", base_image_type = "IMAGE", tags = set }, { region = "cn-hangzhou" })
  if ok then
    return true
  end
  return errors.fail("tags.validate", err)
end

return tags
