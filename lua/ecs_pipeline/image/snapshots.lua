--- The snapshots behind images: deleting one, and those of the images that `image.prune` deletes.
-- A snapshot stays, and costs, when its image is deleted, and cannot be deleted before (ECS
-- 2014-05-26, DeleteSnapshot). Nothing links the two after that. So prune puts a tag on a snapshot
-- before it deletes the image: after a crash between the two, the next prune finds it by the tag.
local delete_call = require("ecs_pipeline.call.delete")
local errors = require("ecs_pipeline.errors")
local images = require("ecs_pipeline.find.images")
local options = require("ecs_pipeline.call.options")
local poll = require("ecs_pipeline.waiting.poll")
local reference = require("ecs_pipeline.paging.reference")
local tables = require("ecs_pipeline.tables")
local tag_resources = require("ecs_pipeline.find.tag_resources")
local tags = require("ecs_pipeline.tags")

local snapshots = {}

--- The tag of a snapshot that is to be deleted. Its value is the id of the image.
snapshots.MARK = tags.PREFIX .. "snapshot_of"

local OPERATION = "snapshot.delete"

local OWN = { force = { "boolean" }, missing = options.one_of("ok", "error") }

-- Seconds in which the service may still take a deleted image for one that needs the snapshot.
local SETTLES = { timeout = 60, poll = 5 }

-- Codes while an image needs it.
local NEEDED = "SnapshotCreatedImage"

local function delete_one(client, ref, own_options, call_options)
  local here = tables.copy(call_options)
  here.region = ref.region_id or call_options.region -- the API has no parameter for it
  return delete_call(client, OPERATION, { snapshot_id = ref.id, force = own_options.force }, here,
    { not_found = "InvalidSnapshotId.NotFound", missing = own_options.missing })
end

--- Deletes one. Arguments and results as `snapshot.delete`.
function snapshots.run(client, wanted, given)
  local own_options, rest = options.own(OPERATION, given, OWN)
  local call_options = client:call_options(OPERATION, rest)
  local ref, message, err = reference.find(OPERATION, wanted, reference.SNAPSHOT)
  if not ref then
    return nil, message, err
  end
  return delete_one(client, ref, own_options, call_options)
end

local function ids_of(image)
  local list = {}
  for _, disk in ipairs(image.disk_device_mappings or {}) do
    if (disk.snapshot_id or "") ~= "" then
      list[#list + 1] = disk.snapshot_id
    end
  end
  return list
end

-- Which images need which snapshots: snapshot → set of image ids. All of the account in the region
-- count, not only those that the filter selects.
local function users_of(job)
  local users = {}
  for image, message, err in images.each(job.client, job.operation, { owners = "self",
    status = images.STATES, region_id = job.filter.region_id }, job.call_options) do
    if image == false then
      return nil, message, err
    end
    for _, id in ipairs(ids_of(image)) do
      users[id] = users[id] or {}
      users[id][image.id] = true
    end
  end
  return users
end

-- The users that stay, sorted.
local function staying(users, deleting)
  local list = {}
  for id in pairs(users or {}) do
    list[#list + 1] = not deleting[id] and id or nil
  end
  table.sort(list, tables.bytewise)
  return list
end

local function plan_images(plan, list)
  local deleting = {}
  for _, image in ipairs(list) do
    deleting[image.id] = true
  end
  for _, image in ipairs(list) do
    plan.of[image.id] = {}
    for _, id in ipairs(ids_of(image)) do
      local kept_by = staying(plan.users[id], deleting)
      local entry = plan.entries[id] or { id = id, image_id = image.id }
      if not plan.entries[id] then
        entry.used_by = kept_by[1] and kept_by or nil
        table.insert(kept_by[1] and plan.result.keep or plan.result.delete, entry)
      end
      plan.entries[id] = entry
      if not entry.used_by then
        table.insert(plan.of[image.id], entry)
      end
    end
  end
end

--- Plans: which snapshots go with the images, and which an earlier call left. Sends nothing that
-- writes.
-- @tparam table job of prune: `client, operation, filter, call_options, own_options`
-- @tparam table list images that will be deleted
-- @treturn[1] table plan for the functions below; `result` of it is for the caller: `delete =
--   { { id, image_id, left } … }` (left: by an earlier call), `keep = { { id, image_id, used_by =
--   { image id … } } … }`, `deleted = { id … }`, which they fill
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function snapshots.plan(job, list)
  local users, message, err = users_of(job)
  if not users then
    return nil, message, err
  end
  local marked
  marked, message, err = tag_resources(job.client, job.operation, "snapshot",
    { tags = { [snapshots.MARK] = true }, region_id = job.filter.region_id }, {}, job.call_options)
  if not marked then
    return nil, message, err
  end
  -- entries: by snapshot; of: those that go with an image; left: by an earlier call; stale: with
  -- the tag, although their image stays
  local plan = { result = { delete = {}, keep = {}, deleted = {} }, users = users, entries = {},
    of = {}, left = {}, stale = {} }
  plan_images(plan, list)
  for _, snapshot in ipairs(marked) do
    if plan.entries[snapshot.id] == nil and users[snapshot.id] == nil then
      local entry = { id = snapshot.id, left = true, image_id = snapshot.tags[snapshots.MARK] }
      table.insert(plan.left, entry)
      table.insert(plan.result.delete, entry)
    elseif plan.entries[snapshot.id] == nil or plan.entries[snapshot.id].used_by then
      table.insert(plan.stale, { id = snapshot.id })
    end
  end
  return plan
end

-- One call of the group `tags` about one snapshot: several together fail if one of them is gone.
local function tag(job, operation, entry, more)
  local args = tables.merge({ resource_type = "snapshot", resource_ids = { entry.id },
    region_id = job.filter.region_id }, more)
  return job.client:invoke(operation, args, job.call_options, { idempotent = true })
end

local function unmark(job, entries)
  for _, entry in ipairs(entries) do
    tag(job, "tags.remove", entry, { tag_keys = { snapshots.MARK } }) -- if it fails: the next time
  end
end

--- Puts the tag on the snapshots of an image that is about to be deleted.
-- @tparam table job of prune
-- @tparam table plan
-- @tparam table image
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function snapshots.mark(job, plan, image)
  for _, entry in ipairs(plan.of[image.id]) do
    local ok, _, err = tag(job, "tags.add", entry, { tags = { [snapshots.MARK] = image.id } })
    if not ok and err.kind ~= "not_found" then -- a snapshot that is gone needs no tag
      return nil, errors.relabel(job.operation, err)
    end
  end
  return true
end

--- The image was not deleted: its snapshots lose the tag, unless the outcome is not known.
-- @tparam table job of prune
-- @tparam table plan
-- @tparam table image
-- @tparam table err of the image
function snapshots.spare(job, plan, image, err)
  if err.code and err.status and err.outcome ~= "unknown" then
    unmark(job, plan.of[image.id])
  end
end

-- Deletes one of the plan. Waits a moment if the service does not know yet that the image is gone.
local function delete_planned(job, entry)
  local wait = poll.new(job.client, job.operation, SETTLES, job.call_options, {})
  local done, _, err = wait:run({
    read = function()
      return delete_one(job.client, { id = entry.id, region_id = job.filter.region_id },
        { force = job.own_options.in_use == "delete" or nil }, job.call_options)
    end,
    judge = function(deleted, refusal)
      return deleted and poll.DONE or refusal.code == NEEDED and poll.NOT_YET or poll.FAILED
    end,
  })
  if done then
    return done
  end
  return nil, errors.relabel(job.operation, err)
end

-- Deletes those of a list that no image needs any more. failed(entry, message, err) → true to stop.
-- → true if it was stopped
local function delete_free(job, plan, list, failed)
  for _, entry in ipairs(list) do
    if next(plan.users[entry.id] or {}) == nil then
      local done, message, err = delete_planned(job, entry)
      if done then
        table.insert(plan.result.deleted, entry.id)
      elseif failed(entry, message, err) then
        return true
      end
    end
  end
  return false
end

--- The image was deleted: its snapshots are deleted too, unless another image still needs them.
-- @tparam table job of prune
-- @tparam table plan
-- @tparam table image
-- @tparam function failed(entry, message, err) → true to stop
-- @treturn boolean true if it was stopped
function snapshots.follow(job, plan, image, failed)
  for _, entry in ipairs(plan.of[image.id]) do
    (plan.users[entry.id] or {})[image.id] = nil
  end
  return delete_free(job, plan, plan.of[image.id], failed)
end

--- Deletes what an earlier call left. Arguments as `follow`.
function snapshots.finish(job, plan, failed)
  unmark(job, plan.stale)
  return delete_free(job, plan, plan.left, failed)
end

return snapshots
