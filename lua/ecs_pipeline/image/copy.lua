--- `image.copy`: to one region or several, each with a ClientToken of its own.
local errors = require("ecs_pipeline.errors")
local filters = require("ecs_pipeline.paging.filters")
local image_wait = require("ecs_pipeline.image.wait")
local options = require("ecs_pipeline.call.options")
local pace = require("ecs_pipeline.waiting.pace")
local reference = require("ecs_pipeline.paging.reference")
local tags = require("ecs_pipeline.tags")

local image_copy = {}

local OPERATION = "image.copy"

local OWN = {
  wait = { "boolean" }, timeout = options.SECONDS, poll = options.RANGE,
  on_progress = options.FUNCTION,
}

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
      message = "to_region_id: to which region? Give one, or a list" })
  end
  return list
end

-- One copy; asked for again while another copy of the image is under way and there is time.
local function copy_to(job, region)
  local args = filters.without(job.args, {})
  args.to_region_id = region
  local call_options = filters.without(job.call_options, {})
  if call_options.client_token and #job.regions > 1 then
    call_options.client_token = call_options.client_token .. "-" .. region
  end
  while true do
    local result, message, err = job.client:invoke(OPERATION, args, call_options)
    local left = job.ends_at - job.client.platform.clock()
    if result or not BUSY[err.code] or not job.patient or left <= 0 then
      return result, message, err
    end
    job.client.platform.sleep(math.min(left, job.range.max))
  end
end

-- The error of one region, with the copies that were made.
local function partly(job, region, message, err)
  err.region, err.images, err.partial = region, job.result.images, job.result.images
  return nil, message, err
end

local function wait_for(job)
  for _, region in ipairs(job.regions) do
    local left = math.max(job.ends_at - job.client.platform.clock(), 1)
    local image, message, err = image_wait.found(job.client, OPERATION,
      { id = job.result.images[region], region_id = region },
      { timeout = left, poll = job.own.poll, on_progress = job.own.on_progress },
      filters.without(job.call_options, { "client_token" }))
    if not image then
      return partly(job, region, message, err)
    end
  end
  return job.result
end

local function run(job)
  for _, region in ipairs(job.regions) do
    local made, message, err = copy_to(job, region)
    if not made then
      return partly(job, region, message, err)
    elseif made.dry_run then
      return made -- the first request; the others differ in the region only
    end
    local result = job.result
    result.images[region] = made.id
    if not result.id then
      result.id, result.image_id, result.request_id = made.id, made.image_id, made.request_id
    end
  end
  if job.own.wait then
    return wait_for(job)
  end
  return job.result
end

--- Copy. Arguments and results as `image.copy`.
function image_copy.run(client, wanted, args, given)
  local own, rest = options.own(OPERATION, given, OWN)
  local call_options = client:call_options(OPERATION, rest)
  if type(args) ~= "table" then
    errors.raise(OPERATION .. ": arguments must be a table, not a " .. type(args))
  end
  local found, message, err = reference.find(OPERATION, wanted, reference.IMAGE)
  if not found then
    return nil, message, err
  end
  local regions
  regions, message, err = regions_of(args)
  if not regions then
    return nil, message, err
  end
  local sent = filters.without(image_copy.arguments(client, args),
    { "to_region_ids", "destination_region_id" })
  sent.image_id, sent.region_id = found.id, args.region_id or found.region_id
  return run({
    client = client, own = own, args = sent, regions = regions, call_options = call_options,
    range = pace.range(own.poll), patient = own.wait or #regions > 1,
    ends_at = client.platform.clock() + (own.timeout or image_wait.TIMEOUT),
    result = { images = {} },
  })
end

return image_copy
