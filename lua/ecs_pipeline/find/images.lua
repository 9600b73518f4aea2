--- Images: all pages of DescribeImages, one by its id, and the newest of a family or a filter.
--
-- The meaning is that of terraform's data source alicloud_images, without two defects: pages end
-- where the service says so (terraform stops at fewer than 50 although it asks for 100), and images
-- without a name are included.
local errors = require("ecs_pipeline.errors")
local filters = require("ecs_pipeline.paging.filters")
local info = require("ecs_pipeline.call.info")
local listing = require("ecs_pipeline.paging.listing")
local reference = require("ecs_pipeline.paging.reference")
local tables = require("ecs_pipeline.tables")

local images = {}

--- Every state of an image. Without a state the service shows only those that are Available.
images.STATES = { "Creating", "Waiting", "Available", "UnAvailable", "CreateFailed", "Deprecated" }

--- Why no instance and no build can start from an image. Status alone does not say it: `Usable` can
-- be false while Status is Available. A field that the reply lacks counts as good:
-- DescribeImageFromFamily has no `Usable`.
-- @tparam table image
-- @treturn ?string such as "is CreateFailed"; nil if it can be used
function images.why_unusable(image)
  if image.status ~= nil and image.status ~= "Available" then
    return "is " .. image.status
  elseif image.usable == false then
    return "is Available, but not usable (Usable = false)"
  end
  return nil
end

-- Filters that the service applies: ours → field of an image.
local EQUAL = {
  architecture = "architecture", image_family = "image_family", os_type = "os_type",
  owners = "image_owner_alias", image_owner_alias = "image_owner_alias", usage = "usage",
  image_owner_id = "image_owner_id", resource_group_id = "resource_group_id", name = "name",
  usable = "usable",
}

-- A field that an image does not have is not compared: DescribeImages has grown over the years.
local function same(has, wanted)
  return wanted == nil or has == nil or has == wanted
end

-- → list of states for the service, set of them for us (nil: any)
local function states_of(filter, list)
  local states = filter.status
  if type(states) == "string" then
    states = { states }
  end
  if type(states) ~= "table" or states[1] == nil then
    return list and images.STATES or states, nil
  end
  local set = filters.set(states)
  return states, not set.ALL and set or nil
end

local function predicate(operation, seen)
  local filter, equal = seen.filter, {}
  if filter.most_recent ~= nil and type(filter.most_recent) ~= "boolean" then
    return errors.fail(operation, { kind = "validation", param = "most_recent", sent = false,
      message = "most_recent: wants true or false, not a " .. type(filter.most_recent) })
  end
  for ours, field in pairs(EQUAL) do
    if filter[ours] ~= nil then
      equal[field] = filters.text(filter[ours])
    end
  end
  local args = seen.args
  local sent, states = states_of(filter, seen.ids)
  args.most_recent, args.name, args.image_name = nil, nil, filter.name or filter.image_name
  -- "When Usable is used, Status is required" (DescribeImages)
  args.status = sent or filter.usable ~= nil and { "Available" } or nil
  return function(item)
    for field, value in pairs(equal) do
      if not same(item[field], value) then
        return false
      end
    end
    return not states or item.status == nil or states[item.status] == true
  end
end

local KIND = { operation = "image.describe", field = "images", reference = reference.IMAGE,
  what = "image", always = { status = images.STATES }, names = { "ids", "image_id" }, name = "name",
  id_param = "image_id", predicate = predicate }

-- An iterator of one step: the newest image, or the failure. An Available image that is not usable
-- does not count, unless the filter asks for such images by `usable`.
local function newest_of(next_image, filter)
  local done = false
  return function()
    if done then
      return nil
    end
    done = true
    local best
    while true do
      local image, message, err = next_image()
      if image == false then
        return false, message, err
      elseif image == nil then
        return best
      elseif (filter.usable ~= nil or image.usable ~= false
          or (image.status or "Available") ~= "Available")
        and (not best or (image.creation_time or "") > (best.creation_time or "")) then
        best = image
      end
    end
  end
end

--- Iterates. Arguments and results as `listing.each`.
function images.each(client, operation, filter, call_options)
  local next_image, facts = listing.each(KIND, client, operation, filter, call_options)
  if type(filter) == "table" and filter.most_recent == true then
    next_image = newest_of(next_image, filter)
  end
  return next_image, facts
end

--- Reads one, in any state.
-- @tparam table client internal client
-- @tparam string name of the function that the user called
-- @tparam table ref `{ id, region_id }` of `reference.find`
-- @tparam table call_options
-- @treturn[1] table image
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; kind "not_found" when there is none
function images.get(client, name, ref, call_options)
  return listing.get(KIND, client, name, ref, call_options)
end

local function none(client, operation, what, filter, call_options)
  return errors.fail(operation, { kind = "not_found",
    message = ("no available image %s in %s"):format(what,
      tostring(filter.region_id or call_options.region or client:region())) })
end

local function newest(client, operation, filter, what, call_options)
  local wanted = tables.copy(filter)
  wanted.most_recent, wanted.status = true, filter.status or { "Available" }
  local image, message, err = images.each(client, operation, wanted, call_options)()
  if image == nil then
    return none(client, operation, what, filter, call_options)
  elseif not image then
    return nil, message, err
  end
  return image
end

-- Can the image that the service named for a family be used? The reply about a family does not say
-- it. An image that cannot be read by its id is taken as the service named it.
-- → image with all fields, false if it cannot be used, or nil, message, err
local function checked(client, operation, image, filter, call_options)
  local whole, message, err = images.get(client, operation,
    { id = image.id, region_id = filter.region_id }, call_options)
  if whole then
    return images.why_unusable(whole) == nil and whole
  elseif err.kind == "not_found" then
    return image
  end
  return nil, message, err
end

-- The API's own call for a family. It returns nothing for a family without an available image, and
-- according to some of its pages also for a family of another account; a list has neither problem.
local function of_family(client, operation, filter, call_options)
  local family = filter.image_family
  local result, _, err = client:invoke("image.from_family",
    { image_family = family, region_id = filter.region_id }, call_options)
  if not result then
    return nil, errors.relabel(operation, err)
  end
  local image = result.image
  if type(image) == "table" and image.id then
    info.set(image, info.get(result))
    local usable, message
    usable, message, err = checked(client, operation, image, filter, call_options)
    if usable ~= false then
      return usable, message, err
    end
  end
  return newest(client, operation, filter, "of the family " .. tostring(family), call_options)
end

-- Does the filter have only this field, or no field?
local function only(filter, name)
  for key in pairs(filter) do
    if key ~= name and key ~= "region_id" then
      return false
    end
  end
  return true
end

--- The newest image that can be used.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @param given family, or filter of `images.each`, where `family` is `image_family`
-- @tparam table call_options
-- @treturn[1] table image
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; kind "not_found" when there is none
function images.latest(client, operation, given, call_options)
  if type(given) == "string" then
    given = { image_family = given }
  end
  local filter, message, err = filters.open(operation, given)
  if not filter then
    return nil, message, err
  end
  filter = tables.without(filter, { "family", "most_recent" })
  filter.image_family = filter.image_family or given and given.family
  if only(filter, nil) then
    return errors.fail(operation, { kind = "validation", param = "image_family", sent = false,
      message = "image_family: says nothing about which images; give image_family, name_regex, "
        .. "owners, tags or another filter" })
  elseif only(filter, "image_family") then
    return of_family(client, operation, filter, call_options)
  end
  return newest(client, operation, filter, "that matches the filter", call_options)
end

return images
