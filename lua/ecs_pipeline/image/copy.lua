--- `image.copy`: copies an image to one or more regions, each copy with its own ClientToken. It may
-- be called again after any failure, or after the process was killed: a copy that an earlier call
-- made is adopted.
local copies = require("ecs_pipeline.image.copies")
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local ids = require("ecs_pipeline.paging.ids")
local image_wait = require("ecs_pipeline.image.wait")
local info = require("ecs_pipeline.call.info")
local options = require("ecs_pipeline.call.options")
local poll = require("ecs_pipeline.waiting.poll")
local reference = require("ecs_pipeline.paging.reference")
local regions_of = require("ecs_pipeline.concurrency.regions")
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
local NAME_TAKEN = { ["InvalidImageName.Duplicated"] = true }

-- After these failures the other regions are not tried: they would fail too.
local STOPS = { cancelled = true, credentials = true }

local GO_ON = "copies go on without this call: call image.copy again with the same arguments, it "
  .. "adopts them and waits"

--- The arguments of one copy: `default_tags` of the client merged in, and the tag by which a later
-- call recognises the copy.
function image_copy.arguments(client, args)
  local source = { id = args.image_id or args.id, region_id = args.region_id or client:region() }
  args = tags.with_defaults(client.options.default_tags, args)
  if type(source.id) ~= "string" or type(source.region_id) ~= "string" then
    return args -- the C module rejects it
  end
  return copies.marked(args, copies.value(source, args))
end

-- A copy that an earlier call made. → result, nil if there is none, or false, message, err
local function adopt(job, region)
  local image, other, err = copies.find(job.client, OPERATION,
    { source = job.source, args = job.args, region_id = region },
    tables.without(job.call_options, { "client_token" }))
  if image then
    return { id = image.id, image_id = image.id, adopted = true,
      request_id = info.get(image).request_id }
  elseif err then
    return false, other, err
  end
  return nil, other
end

-- One request that copies. A request of an earlier call may have arrived meanwhile, so a refusal
-- because of the name, or of a running copy, is looked into.
local function send(job, args, call_options)
  local result, message, err = job.client:invoke(OPERATION, args, call_options)
  if result or not (BUSY[err.code] or NAME_TAKEN[err.code]) then
    return result, message, err
  end
  local adopted, other = adopt(job, args.to_region_id)
  if adopted then
    return adopted
  elseif adopted == nil and other and NAME_TAKEN[err.code] then
    copies.explain(err, other, job.source)
  end
  return nil, message, err
end

-- Adopts or starts one copy; tries again while another copy of the image is running and there is
-- time.
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
      if call_options.dry_run then
        return job.client:invoke(OPERATION, args, call_options)
      end
      local adopted, why, failure = adopt(job, region)
      if adopted == nil then
        return send(job, args, job.wait:poll_options(call_options))
      end
      return adopted or nil, why, failure
    end,
    judge = function(copied, refusal)
      return copied and poll.DONE or job.patient and BUSY[refusal.code] and poll.NOT_YET
        or poll.FAILED
    end,
  })
  if result == false then
    err.hint = GO_ON -- another copy of the image still runs
  end
  return result or nil, message, err
end

local function note(job, region, copied)
  local result = job.result
  result.images[region] = copied.id
  result.adopted[region] = copied.adopted and copied.id or nil
  if not result.id then
    result.id, result.image_id, result.request_id = copied.id, copied.image_id, copied.request_id
  end
end

local function wait_for(job, region)
  local image, message, err = image_wait.found(job.client, OPERATION,
    { id = job.result.images[region], region_id = region },
    { timeout = math.max(job.wait:left(), 1), poll = job.own_options.poll,
      on_progress = job.own_options.on_progress },
    tables.without(job.call_options, { "client_token" }))
  if not image then
    poll.resume_with(err, GO_ON)
    err.hint = err.code == "WAIT_TIMEOUT" and GO_ON or err.hint
  end
  return image, message, err
end

-- Every region gets its turn: one that fails does not keep the others from being copied to.
local function run(job)
  local failures = {}
  for _, region in ipairs(job.regions) do
    local copied, _, err = copy_to(job, region)
    if not copied then
      failures[region] = err
      if STOPS[err.kind] then
        break
      end
    elseif copied.dry_run then
      return copied -- the first request; the others differ only in the region
    else
      note(job, region, copied)
    end
  end
  for _, region in ipairs(job.own_options.wait and job.regions or {}) do
    if job.result.images[region] then
      failures[region] = select(3, wait_for(job, region))
    end
  end
  if next(failures) then
    local _, message, err = regions_of.failed(OPERATION, job.regions, failures, job.result.images,
      "to_region_id")
    err.images, err.adopted = job.result.images, job.result.adopted
    return nil, message, err
  end
  return job.result
end

-- Are the arguments right? Before the first request, which only reads.
local function check(job)
  for _, region in ipairs(job.regions) do
    local args = tables.copy(job.args)
    args.to_region_id = region
    local ok, detail = core.check(OPERATION, args,
      { region = job.source.region_id, token = "checked", validate = job.call_options.validate })
    if not ok then
      return errors.fail(OPERATION, detail)
    end
  end
  return true
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
  regions, message, err = ids.read(OPERATION,
    args.to_region_id or args.to_region_ids or args.destination_region_id, reference.REGION)
  if regions == false then
    return nil, message, err
  elseif not regions then
    return errors.fail(OPERATION, { kind = "validation", param = "to_region_id", sent = false,
      message = "to_region_id: no region given; give one, or a list" })
  end
  local sent = tables.without(args, { "to_region_ids", "destination_region_id" })
  sent.image_id = ref.id
  sent.region_id = args.region_id or ref.region_id or call_options.region or client:region()
  sent = image_copy.arguments(client, sent)
  local job = {
    client = client, own_options = own_options, args = sent, regions = regions,
    source = { id = sent.image_id, region_id = sent.region_id },
    call_options = call_options, patient = own_options.wait or #regions > 1,
    wait = poll.new(client, OPERATION, own_options, call_options, { timeout = image_wait.TIMEOUT }),
    result = { images = {}, adopted = {} },
  }
  local ok
  ok, message, err = check(job)
  if not ok then
    return nil, message, err
  end
  return run(job)
end

return image_copy
