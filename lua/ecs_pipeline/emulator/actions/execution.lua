--- StartImagePipelineExecution, CancelImagePipelineExecution, DescribeImagePipelineExecutions (ECS
-- 2014-05-26). How an execution is kept, and how it moves on, is in builds.lua.

local errors = require("ecs_pipeline.emulator.errors")
local idempotency = require("ecs_pipeline.emulator.idempotency")
local json = require("ecs_pipeline.sorted_json")
local paging = require("ecs_pipeline.emulator.paging")
local params = require("ecs_pipeline.emulator.params")
local tags = require("ecs_pipeline.emulator.tags")

local function find_pipeline(store, call, id)
  for _, pipeline in ipairs(store.pipelines) do
    if pipeline.id == id and pipeline.region == call.region then
      return pipeline
    end
  end
  return nil
end

-- One that was put into the store without a region is in all of them.
local function in_region(execution, call)
  return execution.region == nil or execution.region == call.region
end

-- What the pipeline was made of may be gone by the time it runs.
local function check_parts(template, known)
  if template.BaseImageType ~= "OSS" and not known("images", template.BaseImage) then
    return errors.new("InvalidImagePipeline.BaseImageNotFound")
  elseif template.InstanceType and not known("instance_types", template.InstanceType) then
    return errors.new("InvalidInstanceType.NotFound")
  elseif template.VSwitchId and not known("vswitches", template.VSwitchId) then
    return errors.new("InvalidVSwitchId.NotFound")
  end
  return nil
end

local function start_new(store, call)
  local id = params.text(call.flat, "ImagePipelineId")
  if not id then
    return nil, errors.new("MissingParameter.ImagePipelineId")
  end
  local own_tags = params.tags(call.flat, "Tag")
  local refusal = tags.check(own_tags)
  if refusal then
    return nil, refusal
  end
  local pipeline = find_pipeline(store, call, id)
  if not pipeline then
    return nil, errors.new("InvalidImagePipeline.NotFound")
  end
  local running = call.builds:running(id)
  if running then
    return nil, errors.has_running_execution(running.id)
  end
  refusal = check_parts(pipeline.reply, call.known)
  if refusal then
    return nil, refusal
  end
  return { ExecutionId = call.builds:start(store, pipeline, own_tags, call.new_id).id }
end

local function start(store, call)
  local scope = "StartImagePipelineExecution/" .. call.region
  return idempotency.once(store.tokens, scope, call.flat, function()
    return start_new(store, call)
  end)
end

local function cancel(_, call)
  local id = params.text(call.flat, "ExecutionId")
  if not id then
    return nil, errors.new("MissingParameter.ExecutionId")
  end
  for _, execution in ipairs(call.builds:candidates(id)) do
    if in_region(execution, call) then
      local status = call.builds:status(execution)
      if call.builds.terminal[status] then
        return nil, errors.new("InvalidStatus.CancelFailed")
      elseif not call.builds.cancellable[status] then
        return nil, errors.new("InvalidStatus.ImagePipelineExecution")
      end
      call.builds:cancel(execution)
      return {}
    end
  end
  return nil, errors.new("InvalidImagePipelineExecution.NotFound")
end

local statuses = {
  PREPARING = true, REPAIRING = true, BUILDING = true, TESTING = true, DISTRIBUTING = true,
  RELEASING = true, SUCCESS = true, PARTITION_SUCCESS = true, FAILED = true, TEST_FAILED = true,
  CANCELLING = true, CANCELLED = true,
}

-- "BUILDING,TESTING" → set, nil for all; or nil and a refusal.
local function read_status(flat)
  local asked = params.text(flat, "Status")
  if not asked then
    return nil
  end
  local set = {}
  for status in (asked .. ","):gmatch("([^,]*),") do
    if not statuses[status] then
      return nil, errors.new("InvalidParameter.Status")
    end
    set[status] = true
  end
  return set
end

-- What a describe asks for, or nil and a refusal.
local function read_query(store, call)
  local flat = call.flat
  local query = {
    pipeline_id = params.text(flat, "ImagePipelineId"), id = params.text(flat, "ExecutionId"),
    tags = params.tags(flat, "Tag"),
  }
  local refusal
  if not query.pipeline_id and not query.id then
    return nil, errors.new("MissingParameter.ImagePipelineId", nil, 400)
  elseif #query.tags > 20 then
    return nil, errors.new("InvalidTagCount")
  end
  query.statuses, refusal = read_status(flat)
  if refusal then
    return nil, refusal
  elseif query.pipeline_id and not find_pipeline(store, call, query.pipeline_id) then
    return nil, errors.new("InvalidImagePipeline.NotFound")
  end
  return query
end

local function matches(execution, call, query)
  return in_region(execution, call)
    and (query.id == nil or execution.id == query.id)
    and (query.pipeline_id == nil or execution.pipeline_id == query.pipeline_id)
    and (query.statuses == nil or query.statuses[call.builds:status(execution)] == true)
    and tags.match(execution.tags, query.tags)
end

local function newest_first(a, b)
  return a.number > b.number
end

local function describe(store, call)
  local query, refusal = read_query(store, call)
  if not query then
    return nil, refusal
  end
  local found = {}
  for _, execution in ipairs(call.builds:candidates(query.id, query.pipeline_id)) do
    if matches(execution, call, query) then
      found[#found + 1] = execution
    end
  end
  table.sort(found, newest_first)
  local scope = paging.scope({ "executions", call.region, query.pipeline_id or "",
    query.id or "", call.flat.Status or "" }, query.tags)
  local page, reply = paging.page(found, call.flat, scope, "falling")
  if not page then
    return nil, reply
  end
  local set = json.array({})
  for i, execution in ipairs(page) do
    set[i] = call.builds:view(execution)
  end
  reply.ImagePipelineExecution = { ImagePipelineExecutionSet = set }
  return reply
end

return {
  version = "2014-05-26",
  regional = true,
  ram = "ecs",
  actions = {
    StartImagePipelineExecution = start,
    CancelImagePipelineExecution = cancel,
    DescribeImagePipelineExecutions = describe,
  },
}
