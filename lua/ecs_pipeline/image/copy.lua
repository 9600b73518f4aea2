--- `image.copy`: copies an image to one or more regions, each copy with its own ClientToken.
local errors = require("ecs_pipeline.errors")
local image_wait = require("ecs_pipeline.image.wait")
local options = require("ecs_pipeline.call.options")
local poll = require("ecs_pipeline.waiting.poll")
local reference = require("ecs_pipeline.paging.reference")
local tables = require("ecs_pipeline.tables")
local tags = require("ecs_pipeline.tags")

local image_copy = {}

local OPERATION = "image.copy"

local OWN = tables.copy(poll.OPTIONS)
OWN.wait = { "boolean" }

-- "The same image cannot be copied concurrently": another copy of it has to end first.
local BUSY = {
  ["OperationDenied.ImageCopying"] = true, ["OperationDenied.ImageCopyConflict"] = true,
}

--- The arguments of one copy, `default_tags` of the client merged in.
function image_copy.arguments(client, args)
  return tags.with_defaults(client.options.default_tags, args)
end

-- → list of distinct region ids, or nil, message, err
local function regions_of(args)
  local given = args.to_region_id or args.to_region_ids or args.destination_region_id
  if type(given) ~= "table" or given.id then
    given = { given }
  end
  local list, seen = {}, {}
  for _, region in ipairs(given) do
    region = type(region) == "table" and region.id or region
    if not seen[region] then
      seen[region] = true
      list[#list + 1] = region
    end
  end
  if #list == 0 then
    return errors.fail(OPERATION, { kind = "validation", param = "to_region_id", sent = false,
      message = "to_region_id: no region given; give one, or a list" })
  end
  return list
end

-- Starts one copy; tries again while another copy of the image is running and there is time.
local function copy_to(job, region)
  local args, call_options = tables.copy(job.args), tables.copy(job.call_options)
  args.to_region_id = region
  if call_options.client_token and #job.regions > 1 then
    call_options.client_token = call_options.client_token .. "-" .. region
  end
  local longest = job.wait.range.max -- a copy takes minutes
  local result, message, err = job.wait:run({
    range = { min = longest, max = longest },
    read = function()
      return job.client:invoke(OPERATION, args, job.wait:poll_options(call_options))
    end,
    judge = function(copied, refusal)
      return copied and poll.DONE or job.patient and BUSY[refusal.code] and poll.NOT_YET
        or poll.FAILED
    end,
  })
  return result or nil, message, err
end

-- The error of one region, with the copies that were started before it.
local function partly(job, region, message, err)
  err.region, err.images, err.partial = region, job.result.images, job.result.images
  if not err.image_id then
    poll.resume_with(err, "err.images has the copies that were started: copy to the other regions "
      .. "in the new worker")
  end
  return nil, message, err
end

local function wait_for(job)
  for _, region in ipairs(job.regions) do
    local image, message, err = image_wait.found(job.client, OPERATION,
      { id = job.result.images[region], region_id = region },
      { timeout = math.max(job.wait:left(), 1), poll = job.own_options.poll,
        on_progress = job.own_options.on_progress },
      tables.without(job.call_options, { "client_token" }))
    if not image then
      return partly(job, region, message, err)
    end
  end
  return job.result
end

local function run(job)
  for _, region in ipairs(job.regions) do
    local copied, message, err = copy_to(job, region)
    if not copied then
      return partly(job, region, message, err)
    elseif copied.dry_run then
      return copied -- the first request; the others differ only in the region
    end
    local result = job.result
    result.images[region] = copied.id
    if not result.id then
      result.id, result.image_id, result.request_id = copied.id, copied.image_id, copied.request_id
    end
  end
  if job.own_options.wait then
    return wait_for(job)
  end
  return job.result
end

--- Copies. Arguments and results as `image.copy`.
function image_copy.run(client, wanted, args, given)
  local own_options, rest = options.own(OPERATION, given, OWN)
  local call_options = client:call_options(OPERATION, rest)
  if type(args) ~= "table" then
    errors.raise(OPERATION .. ": arguments must be a table, not a " .. type(args))
  end
  local ref, message, err = reference.find(OPERATION, wanted, reference.IMAGE)
  if not ref then
    return nil, message, err
  end
  local regions
  regions, message, err = regions_of(args)
  if not regions then
    return nil, message, err
  end
  local sent = tables.without(image_copy.arguments(client, args),
    { "to_region_ids", "destination_region_id" })
  sent.image_id, sent.region_id = ref.id, args.region_id or ref.region_id
  return run({
    client = client, own_options = own_options, args = sent, regions = regions,
    call_options = call_options, patient = own_options.wait or #regions > 1,
    wait = poll.new(client, OPERATION, own_options, call_options, { timeout = image_wait.TIMEOUT }),
    result = { images = {} },
  })
end

return image_copy
