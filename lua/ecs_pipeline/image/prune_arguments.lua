--- Splits the arguments of `image.prune` into its options and the filter of images.
local errors = require("ecs_pipeline.errors")
local images = require("ecs_pipeline.find.images")
local tables = require("ecs_pipeline.tables")

-- How many of the newest are kept if only `older_than` is given.
local KEEP = 1

-- Option → function that returns what is wrong with a value.
local CHECKS = {
  keep = function(value)
    if type(value) ~= "number" or value < 0 or value % 1 ~= 0 then
      return "wants a whole number from 0"
    end
  end,
  older_than = function(value)
    if type(value) ~= "number" or value ~= value or value <= 0 then
      return "wants seconds, above 0"
    end
  end,
  in_use = function(value)
    if value ~= "keep" and value ~= "delete" then
      return "wants \"keep\" or \"delete\""
    end
  end,
}
for _, name in ipairs({ "keep_copied", "snapshots", "apply" }) do
  CHECKS[name] = function(value)
    if type(value) ~= "boolean" then
      return "wants true or false"
    end
  end
end

local OWN = { "keep", "older_than", "in_use", "keep_copied", "snapshots", "apply", "pipeline" }

-- At least one of these must be given: a mistake must not delete all images.
local CHOOSES = { "ids", "image_id", "name", "image_name", "name_regex", "image_family", "tags",
  "resource_group_id" }

local function refuse(operation, param, why)
  return errors.fail(operation, { kind = "validation", param = param, sent = false,
    message = param .. ": " .. why })
end

-- The first that is empty: the list would have everything, as without it.
local function empty_one(given)
  for _, name in ipairs(CHOOSES) do
    if given[name] == "" or type(given[name]) == "table" and next(given[name]) == nil then
      return name
    end
  end
  return nil
end

local function chosen(given)
  for _, name in ipairs(CHOOSES) do
    if given[name] ~= nil then
      return true
    end
  end
  return given.pipeline ~= nil
end

--- Checks and splits the arguments.
-- @tparam string operation for messages
-- @param given
-- @treturn[1] table `{ keep, older_than, in_use, keep_copied, snapshots, apply, pipeline }` with
--   defaults
-- @treturn[1] table filter of `images.each`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "validation"
-- @raise unless it is a table
return function(operation, given)
  if type(given) ~= "table" then
    errors.raise(operation .. ": wants a table, not a " .. type(given))
  end
  for name, check in pairs(CHECKS) do
    local wrong = given[name] ~= nil and check(given[name])
    if wrong then
      return refuse(operation, name, wrong)
    end
  end
  local empty = empty_one(given)
  if empty then
    return refuse(operation, empty, "is empty, so it would select every image; leave it out, or "
      .. "say which images")
  elseif given.owners ~= nil or given.image_owner_alias ~= nil then
    return refuse(operation, "owners", "only your own images can be deleted; leave it out")
  elseif given.most_recent ~= nil then
    return refuse(operation, "most_recent", "the newest images always stay; leave this filter out")
  elseif given.keep == nil and given.older_than == nil then
    return refuse(operation, "keep", "missing; give keep (how many stay), older_than, or both")
  elseif not chosen(given) then
    return refuse(operation, "pipeline", "says nothing about which images; give pipeline, "
      .. "name_regex, image_family, tags or ids, because not all images may be meant")
  end
  local own_options = {
    keep = given.keep or KEEP, older_than = given.older_than, in_use = given.in_use or "keep",
    keep_copied = given.keep_copied or false, snapshots = given.snapshots or false,
    apply = given.apply or false, pipeline = given.pipeline,
  }
  local filter = tables.without(given, OWN)
  filter.owners, filter.status = "self", given.status or images.STATES
  return own_options, filter
end
