--- `image.prune`: deletes old images of the account. The decision which ones sends nothing that
-- writes; images are deleted only with `apply`.
local dates = require("ecs_pipeline.dates")
local errors = require("ecs_pipeline.errors")
local image_delete = require("ecs_pipeline.image.delete")
local image_names = require("ecs_pipeline.find.image_names")
local images = require("ecs_pipeline.find.images")
local info = require("ecs_pipeline.call.info")
local pipelines = require("ecs_pipeline.find.pipelines")
local prune_arguments = require("ecs_pipeline.image.prune_arguments")
local regions = require("ecs_pipeline.concurrency.regions")
local snapshots = require("ecs_pipeline.image.snapshots")
local span = require("ecs_pipeline.hints.span")
local tables = require("ecs_pipeline.tables")

local OPERATION = "image.prune"

-- States of an image that is not complete yet: prune does not touch it.
local INCOMPLETE = { Creating = true, Waiting = true }

-- These failures concern all remaining images too, so the call ends.
local STOPS = {
  denied = true, credentials = true, cancelled = true, timeout = true, transport = true,
  throttled = true,
}

-- Newest first; images of the same second in the order of ids, so that two runs agree.
local function newer(a, b)
  local at, bt = a.creation_time or "", b.creation_time or ""
  if at ~= bt then
    return at > bt
  end
  return a.id > b.id
end

-- Base images of the region's pipelines: id → pipeline, family → pipeline. Or nil, message, err.
local function bases_of(job)
  local bases = { ids = {}, families = {} }
  for pipeline, message, err in pipelines.each(job.client, OPERATION,
    { region_id = job.filter.region_id }, job.call_options) do
    if pipeline == false then
      return nil, message, err
    end
    local kind = pipeline.base_image_type == "IMAGE_FAMILY" and "families" or "ids"
    if pipeline.base_image then
      bases[kind][pipeline.base_image] = pipeline
    end
  end
  return bases
end

-- Adds the base images of pipelines that name a family: the newest usable image of the family, also
-- if the filter does not select it.
local function add_families(job, bases)
  for family, pipeline in pairs(bases.families) do
    local image, message, err = images.latest(job.client, OPERATION,
      { image_family = family, region_id = job.filter.region_id }, job.call_options)
    if image then
      bases.ids[image.id] = pipeline
    elseif err.kind ~= "not_found" then
      return nil, message, err
    end
  end
  return bases
end

-- All images that the filter selects; with a pipeline only those that it built, by their names.
local function candidates_of(job)
  local list = {}
  local next_image, facts = images.each(job.client, OPERATION, job.filter, job.call_options)
  job.facts = facts
  for image, message, err in next_image do
    if image == false then
      return nil, message, err
    elseif not job.built_by or job.built_by(image) then
      list[#list + 1] = image
    end
  end
  table.sort(list, newer)
  return list
end

local function age(job, image)
  local created = dates.utc(image.creation_time)
  return created and job.client.service_clock:now() - created
end

-- Why an image is kept: reason, text; nil if it may be deleted. `rank`: its place among the images
-- that can be used, 1 = the newest; or its place if it were usable.
local function why_kept(job, image, rank)
  local own_options, base = job.own_options, job.bases.ids[image.id]
  local seconds = age(job, image)
  if INCOMPLETE[image.status] then
    return "being_made", "it is " .. image.status
  elseif rank and rank <= own_options.keep then
    if image.usable == false then
      return "not_usable", "it is new and may become usable; it does not count as one of the newest"
    end
    return "newest", ("number %.0f of the newest %.0f"):format(rank, own_options.keep)
  elseif own_options.older_than and (not seconds or seconds < own_options.older_than) then
    return "young", seconds and span(seconds) .. " old" or "its age is not known"
  elseif base then
    return "base_image", ("base of the pipeline %s (%s)"):format(tostring(base.name), base.id)
  elseif image.usage == "instance" and own_options.in_use == "keep" then
    return "in_use", "instances were created from it"
  elseif tostring(image.is_self_shared):lower() == "true" then
    return "shared", "it is shared with other accounts; stop sharing it first"
  elseif image.is_public then
    return "public", "it is published; make it private first"
  elseif image.is_copied and own_options.keep_copied then
    return "copied", "it is a copy of an image of another region"
  end
  return nil
end

local function decide(job, list)
  local result, rank = { delete = {}, keep = {} }, 0
  for _, image in ipairs(list) do
    local available = image.status == nil or image.status == "Available"
    local reason, text = why_kept(job, image, available and rank + 1 or nil)
    rank = rank + (images.why_unusable(image) and 0 or 1)
    if reason then
      result.keep[#result.keep + 1] = { id = image.id, name = image.name, reason = reason,
        why = text, image = image }
    else
      result.delete[#result.delete + 1] = image
    end
  end
  return result
end

-- Deletes one image, with its snapshots if the plan has them. → true, or nil, message, err
local function delete_image(job, plan, image)
  if plan then
    local marked, message, failure = snapshots.mark(job, plan, image)
    if not marked then
      return nil, message, failure
    end
  end
  local gone, _, err = image_delete.found(job.client,
    { id = image.id, region_id = job.filter.region_id },
    { force = job.own_options.in_use == "delete" or nil }, job.call_options)
  if gone then
    return true
  elseif plan then
    snapshots.spare(job, plan, image, err)
  end
  return nil, errors.relabel(OPERATION, err)
end

-- If the service refuses one image or snapshot, the others are still deleted; a failure that
-- concerns all of them ends the call.
local function apply(job, result)
  local plan = job.snapshots
  local function failed(item, message, err)
    result.failed[#result.failed + 1] = { id = item.id, name = item.name, image_id = item.image_id,
      message = message, err = err }
    return STOPS[err.kind] or false
  end
  result.applied = true
  for _, image in ipairs(result.delete) do
    local stop
    local ok, message, err = delete_image(job, plan, image)
    if ok then
      result.deleted[#result.deleted + 1] = image.id
      stop = plan and snapshots.follow(job, plan, image, failed)
    else
      stop = failed(image, message, err)
    end
    if stop then
      return result
    end
  end
  if plan then
    snapshots.finish(job, plan, failed)
  end
  return result
end

-- The message of an error without the operation, the kind and the ids in brackets.
local function why(err)
  local prefix = OPERATION .. ": " .. errors.KINDS[err.kind] .. ": "
  local text = err.message
  text = text:sub(1, #prefix) == prefix and text:sub(#prefix + 1) or text
  return (text:gsub(" %[[^%[%]]*%]$", ""))
end

local function report(result)
  local first = result.failed[1]
  if not first then
    return result
  end
  local err = first.err
  return errors.fail(OPERATION, { kind = err.kind, code = err.code, request_id = err.request_id,
    status = err.status, outcome = err.outcome, retryable = err.retryable, hint = err.hint,
    partial = result,
    message = ("%d of %d images were deleted; %s was not: %s"):format(#result.deleted,
      #result.delete, first.id, why(err)) })
end

-- Reads the facts that the decisions need. → base images, or nil, message, err
local function gather(job)
  local message, err
  if job.own_options.pipeline ~= nil then
    job.built_by, message, err = image_names.of_pipeline(job.client, OPERATION,
      job.own_options.pipeline, job.pipeline_region, job.call_options)
    if not job.built_by then
      return nil, message, err
    end
  end
  job.bases, message, err = bases_of(job)
  if not job.bases then
    return nil, message, err
  end
  return add_families(job, job.bases)
end

local function prune(client, given, given_options, one_of_several)
  local call_options = client:call_options(OPERATION, given_options)
  local own_options, filter, err = prune_arguments(OPERATION, given)
  if not own_options then
    return nil, filter, err
  end
  local job = { client = client, operation = OPERATION, own_options = own_options, filter = filter,
    call_options = tables.without(call_options, { "dry_run" }),
    -- of several regions only one has the pipeline: its own, or the client's
    pipeline_region = not one_of_several and filter.region_id or nil }
  local bases, list, message
  bases, message, err = gather(job)
  if not bases then
    return nil, message, err
  end
  list, message, err = candidates_of(job)
  if not list then
    return nil, message, err
  end
  local result = decide(job, list)
  if own_options.snapshots then
    job.snapshots, message, err = snapshots.plan(job, result.delete)
    if not job.snapshots then
      return nil, message, err
    end
    result.snapshots = job.snapshots.result
  end
  result.deleted, result.failed = {}, {}
  result.applied, result.region = false, filter.region_id or call_options.region
    or client:region()
  info.set(result, job.facts)
  if not own_options.apply or call_options.dry_run then
    return result
  end
  return report(apply(job, result))
end

--- Prunes one region, or several. Arguments and results as `image.prune`.
return function(client, given, given_options)
  return regions.run(OPERATION, given, function(args, region)
    return prune(client, args, given_options, region ~= nil)
  end)
end
