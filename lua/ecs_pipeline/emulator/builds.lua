--- Executions on the emulator's clock. The state of one is computed when it is read; `settle`
-- creates the images that have become due since the last request. An execution is kept as { number,
-- id, region, pipeline_id, resource_group, tags, created, plan, durations, template, images,
-- outcome, at, extra }: `plan` is of timeline.lua, `images` of images.lua, `outcome` and `at` of
-- build_script.lua. One that was put into the store has no `template`, and stays in its state until
-- it is cancelled.

local build_script = require("ecs_pipeline.emulator.build_script")
local clock = require("ecs_pipeline.emulator.clock")
local heap = require("ecs_pipeline.heap")
local images = require("ecs_pipeline.emulator.images")
local tables = require("ecs_pipeline.tables")
local tags = require("ecs_pipeline.emulator.tags")
local timeline = require("ecs_pipeline.emulator.timeline")

local M = {}
M.__index = M

M.cancellable = timeline.cancellable
M.terminal = timeline.terminal

local options_known = { durations = true, script = true, image_id = true }

local function with(base, more)
  return tables.merge(tables.copy(base), more)
end

--- → object, or nil and what is wrong with the options. A list is a script:
-- * durations: { [state] = seconds }, over the default ones
-- * script: a list of build_script.lua
-- * image_id: from when on describe shows ImageId: "BUILDING" (default) or "end"
function M.new(options, time, account_id)
  options = options or {}
  if options[1] ~= nil then
    options = { script = options }
  end
  for name in pairs(options) do
    if not options_known[name] then
      return nil, "unknown option of builds: " .. tostring(name)
    end
  end
  local image_id = options.image_id or "BUILDING"
  if image_id ~= "BUILDING" and image_id ~= "end" then
    return nil, "image_id of builds must be \"BUILDING\" or \"end\""
  end
  local why = build_script.wrong_durations(options.durations or {})
  if why then
    return nil, why
  end
  local self = setmetatable({
    time = time, account_id = account_id, image_id = image_id, script = build_script.new(),
    durations = with(timeline.durations, options.durations),
    of_pipeline = {}, of_id = {}, -- lists of the store's executions
    due = heap.new(), -- { execution, field of its plan }
  }, M)
  for _, entry in ipairs(options.script or {}) do
    local ok
    ok, why = self.script:add(entry)
    if not ok then
      return nil, why
    end
  end
  return self
end

local function append(lists, key, execution)
  lists[key] = lists[key] or {}
  table.insert(lists[key], execution)
end

local function keep(self, store, execution)
  table.insert(store.executions, execution)
  append(self.of_pipeline, execution.pipeline_id or "", execution)
  append(self.of_id, execution.id, execution)
  for _, name in ipairs({ "image_at", "copies_at" }) do
    if execution.plan[name] then
      self.due:put(execution.plan[name], { execution = execution, name = name })
    end
  end
  return execution
end

--- The executions that a request can be about: those with the id, else those of the pipeline.
function M:candidates(id, pipeline_id)
  if id then
    return self.of_id[id] or {}
  end
  return self.of_pipeline[pipeline_id] or {}
end

--- A new execution of a pipeline, in the state in which the service answers the start.
-- pipeline: of actions/pipeline.lua; own_tags: list of { key, value }; new_id(prefix) → id, number.
function M:start(store, pipeline, own_tags, new_id)
  local id, number = new_id("exec")
  local script, now = self.script:next(), self.time:now()
  local durations = with(self.durations, script.durations)
  local execution = {
    number = number, id = id, region = pipeline.region, pipeline_id = pipeline.id,
    resource_group = pipeline.reply.ResourceGroupId, tags = own_tags, created = now,
    template = pipeline.reply, durations = durations, outcome = script.outcome, at = script.at,
    images = images.reserve(pipeline.reply, pipeline.region, id, new_id),
    plan = timeline.plan(pipeline.reply, script, durations, self.image_id, now),
  }
  return keep(self, store, execution)
end

local adopted = {
  ExecutionId = true, ImagePipelineId = true, RegionId = true, Status = true, Message = true,
  ImageId = true, ErrorCode = true, ErrorInfo = true, CreationTime = true, ModifiedTime = true,
  ResourceGroupId = true, Tags = true,
}

--- An execution from a record in the service's spelling (`region`: when it names none).
function M:adopt(store, record, number, region)
  local now, extra, own_tags = self.time:now(), {}, {}
  for name, value in pairs(record) do
    extra[name] = not adopted[name] and value or nil
  end
  for i, tag in ipairs((record.Tags or {}).Tag or {}) do
    own_tags[i] = { key = tag.TagKey, value = tag.TagValue }
  end
  local created = record.CreationTime and clock.parse_iso(record.CreationTime) or now
  local execution = {
    number = number, id = record.ExecutionId, region = record.RegionId or region,
    pipeline_id = record.ImagePipelineId, resource_group = record.ResourceGroupId, tags = own_tags,
    created = created, durations = self.durations, extra = extra,
    images = { home = { id = record.ImageId } },
    plan = { steps = { {
      at = record.ModifiedTime and clock.parse_iso(record.ModifiedTime) or created,
      status = record.Status or "BUILDING", message = record.Message or "",
      image = record.ImageId ~= nil, error_code = record.ErrorCode, error_info = record.ErrorInfo,
    } } },
  }
  return keep(self, store, execution)
end

--- The state an execution is in now.
function M:status(execution)
  return timeline.at(execution.plan, self.time:now()).status
end

--- An execution as describe answers it.
function M:view(execution)
  local step = timeline.at(execution.plan, self.time:now())
  local reply = tables.copy(execution.extra)
  reply.ExecutionId, reply.ImagePipelineId = execution.id, execution.pipeline_id
  reply.Status, reply.Message = step.status, step.message
  reply.CreationTime, reply.ModifiedTime = clock.iso(execution.created), clock.iso(step.at)
  reply.ResourceGroupId = execution.resource_group
  reply.ImageId = step.image and execution.images.home.id or nil
  reply.ErrorCode, reply.ErrorInfo = step.error_code, step.error_info
  reply.Tags = { Tag = tags.reply(execution.tags, "TagKey", "TagValue") }
  return reply
end

--- The execution of a pipeline that has not ended, or nil.
function M:running(pipeline_id)
  for _, execution in ipairs(self:candidates(nil, pipeline_id)) do
    if not timeline.terminal[self:status(execution)] then
      return execution
    end
  end
  return nil
end

--- Begins to cancel an execution; whether that is allowed is the caller's business.
function M:cancel(execution)
  timeline.cancel(execution.plan, self.time:now(), execution.durations)
end

--- Takes a pipeline's executions out of the store.
function M:forget(store, pipeline_id)
  local kept = {}
  for _, execution in ipairs(store.executions) do
    if execution.pipeline_id == pipeline_id then
      execution.plan.image_at, execution.plan.copies_at = nil, nil
      self.of_id[execution.id] = nil
    else
      kept[#kept + 1] = execution
    end
  end
  store.executions, self.of_pipeline[pipeline_id] = kept, nil
end

-- Takes the earliest thing that should have happened by `now`: execution, field of its plan, time.
-- Skips what is no longer in the plan, because the execution was cancelled or has failed.
local function next_due(self, now)
  local entry = self.due:first()
  while entry and entry.at <= now do
    local execution, name = entry.what.execution, entry.what.name
    self.due:remove(entry)
    if execution.plan[name] then
      execution.plan[name] = nil
      return execution, name, entry.at
    end
    entry = self.due:first()
  end
  return nil
end

local duplicated = "InvalidImageName.Duplicated"
local duplicated_info = "The specified ImageName already exists in the region "

function M:make_image(store, execution, at)
  local wanted = execution.images
  if images.taken(store, wanted.home.region, wanted.name) then
    timeline.fail(execution.plan, at, execution.durations, duplicated,
      duplicated_info .. wanted.home.region .. ".")
    return
  end
  images.make(store, execution, wanted.home,
    { at = at, account_id = self.account_id, copied = false })
end

-- A distribution that is scripted to fail leaves the last region out; so does a name in use there.
function M:make_copies(store, execution, at)
  local copies = execution.images.copies
  local fails = execution.outcome == "PARTITION_SUCCESS" and execution.at ~= "RELEASING"
  for i, target in ipairs(copies) do
    if images.taken(store, target.region, execution.images.name) then
      timeline.spoil(execution.plan, duplicated, duplicated_info .. target.region .. ".")
    elseif not (fails and i == #copies) then
      images.make(store, execution, target,
        { at = at, account_id = self.account_id, copied = true })
    end
  end
end

--- Catches up: makes the images that are due by now, in the order of their times.
function M:settle(store)
  local now = self.time:now()
  local execution, what, at = next_due(self, now)
  while execution do
    if what == "image_at" then
      self:make_image(store, execution, at)
    else
      self:make_copies(store, execution, at)
    end
    execution, what, at = next_due(self, now)
  end
end

return M
