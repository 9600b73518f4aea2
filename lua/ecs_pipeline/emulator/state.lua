--- What the emulator holds, as copies that may be kept and changed.

local images = require("ecs_pipeline.emulator.images")
local json = require("ecs_pipeline.sorted_json")
local networks = require("ecs_pipeline.emulator.networks")
local tags = require("ecs_pipeline.emulator.tags")

local M = {}

--- A deep copy; lists stay lists.
local function copy(value)
  if type(value) ~= "table" then
    return value
  end
  local out = json.is_array(value) and json.array({}) or {}
  for key, item in pairs(value) do
    out[key] = copy(item)
  end
  return out
end
M.copy = copy

local function list_of(records, show)
  local list = json.array({})
  for i, record in ipairs(records) do
    list[i] = copy(show(record))
    list[i].RegionId = record.region
  end
  return list
end

local function show_image(image, now)
  local out = copy(images.view(image, now))
  out.ImagePipelineId, out.ExecutionId = image.pipeline_id, image.execution_id
  out.SharedWith = copy(image.shared_with)
  return out
end

--- { now, elapsed (seconds since the beginning), pipelines, executions, images, snapshots,
-- components, vpcs, vswitches, requests, faults_left, builds_left,
-- count = { [action] = requests } } of the emulator object `service`.
-- `pipelines`, `executions`, `components`, `vpcs` and `vswitches` are as describe answers them,
-- `images` (the account's own) as DescribeImages does with ImagePipelineId, ExecutionId and
-- SharedWith beside;
-- `snapshots` are { SnapshotId, Tags }; all with RegionId, oldest first.
-- `requests` is the access log: { number, request_id, time, method, action, version, scheme, nonce,
-- token, access_key_id, placement, parameters, query_bytes, body_bytes, status, code, fault },
-- status 0 meaning that no answer was given.
function M.of(service)
  local store = service.store
  service.builds:settle(store)
  return {
    now = service:now(),
    elapsed = service.clock:elapsed(),
    pipelines = list_of(store.pipelines, function(pipeline)
      return pipeline.reply
    end),
    executions = list_of(store.executions, function(execution)
      return service.builds:view(execution)
    end),
    images = list_of(store.images, function(image)
      return show_image(image, service:now())
    end),
    snapshots = list_of(store.snapshots, function(snapshot)
      return { SnapshotId = snapshot.id,
        Tags = { Tag = tags.reply(snapshot.tags, "TagKey", "TagValue") } }
    end),
    components = list_of(store.components, function(component)
      return component.reply
    end),
    vpcs = list_of(networks.list(store, "vpcs", service:now()), function(vpc)
      return networks.view_vpc(store, vpc, service:now())
    end),
    vswitches = list_of(networks.list(store, "vswitches", service:now()), function(vswitch)
      return networks.view_vswitch(vswitch, service:now())
    end),
    requests = json.array(copy(service.log.entries)),
    faults_left = service.faults:left(),
    builds_left = service.builds.script:left(),
    count = service.log:counts(),
  }
end

return M
