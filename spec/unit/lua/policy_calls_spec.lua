-- ecs.policy allows what functions really send: each is called, and what reaches the service compared.
local core = require("ecs_pipeline.core")
local ecs = require("ecs_pipeline")
local virtual = require("spec.support.virtual")

-- Action on the wire → RAM action.
local ram_action = {}
for _, operation in pairs(core.operations()) do
  ram_action[operation.action] = operation.ram_action
end

local COMPONENT = "COMPONENT acs:ecs:cn-hangzhou:1511928242963727:imagecomponent/web-tools:1.*.*"

-- Functions, called where there are a pipeline, an execution that has ended, a component and an image.
local CALLS = {
  ["pipeline.create"] = function(client) return client.pipeline.create(virtual.TEMPLATE) end,
  ["pipeline.describe"] = function(client, there) return client.pipeline.describe(there.pipeline) end,
  ["pipeline.delete"] = function(client, there) return client.pipeline.delete(there.pipeline) end,
  ["pipeline.list"] = function(client) return client.pipeline.list({}) end,
  ["pipeline.each"] = function(client) return client.pipeline.each({})() end,
  ["pipeline.import"] = function(client, there) return client.pipeline.import(there.pipeline) end,
  ["pipeline.plan"] = function(client) return client.pipeline.plan(virtual.TEMPLATE) end,
  ["pipeline.ensure"] = function(client)
    return client.pipeline.ensure({ name = "web", base_image = "m-2", base_image_type = "IMAGE" },
      { replace = "retire", archive = false })
  end,
  ["execution.start"] = function(client, there) return client.execution.start(there.pipeline) end,
  ["execution.describe"] = function(client, there) return client.execution.describe(there.execution) end,
  ["execution.cancel"] = function(client, there) return client.execution.cancel(there.execution) end,
  ["execution.list"] = function(client) return client.execution.list({}) end,
  ["execution.each"] = function(client) return client.execution.each({})() end,
  ["execution.wait"] = function(client, there) return client.execution.wait(there.execution) end,
  ["execution.build"] = function(client, there) return client.execution.build(there.pipeline) end,
  ["execution.build_if_changed"] = function(client, there)
    return client.execution.build_if_changed(there.family)
  end,
  ["ecs.bake"] = function(client)
    return client.bake({ name = "other", base_image = "web-family", base_image_type = "IMAGE_FAMILY",
      build_content = COMPONENT })
  end,
  ["component.list"] = function(client) return client.component.list({}) end,
  ["component.each"] = function(client) return client.component.each({})() end,
  ["component.describe"] = function(client, there) return client.component.describe(there.component) end,
  ["component.resolve"] = function(client) return client.component.resolve(COMPONENT:match("acs.*")) end,
  ["component.delete"] = function(client, there) return client.component.delete(there.unused) end,
  ["image.list"] = function(client) return client.image.list({}) end,
  ["image.each"] = function(client) return client.image.each({})() end,
  ["image.latest"] = function(client) return client.image.latest({ image_family = "web-family" }) end,
  ["image.describe"] = function(client, there) return client.image.describe(there.image) end,
  ["image.wait_available"] = function(client, there) return client.image.wait_available(there.image) end,
  ["image.copy"] = function(client, there)
    return client.image.copy(there.image, { to_region_id = "cn-qingdao", name = "copy" }, { wait = true })
  end,
  ["image.share"] = function(client, there)
    return client.image.share(there.image, { add_account = { "1284387915995949" } })
  end,
  ["image.modify"] = function(client, there) return client.image.modify(there.image, { name = "tested" }) end,
  ["image.prune"] = function(client)
    return client.image.prune({ keep = 0, apply = true, name_regex = "^web", snapshots = true })
  end,
  ["snapshot.delete"] = function(client) return client.snapshot.delete("s-none") end,
  ["image.delete"] = function(client, there) return client.image.delete(there.image) end,
  ["account.describe"] = function(client) return client.account.describe() end,
  ["region.list"] = function(client) return client.region.list() end,
  ["zone.list"] = function(client) return client.zone.list({ available_instance_type = "ecs.g7.large" }) end,
  ["instance_type.list"] = function(client, there)
    return client.instance_type.list({ image_id = there.image, zone_id = "cn-hangzhou-h" })
  end,
  ["vpc.create"] = function(client) return client.vpc.create({ cidr_block = "172.16.0.0/12" }) end,
  ["vpc.list"] = function(client) return client.vpc.list({}) end,
  ["vpc.each"] = function(client) return client.vpc.each({})() end,
  ["vpc.describe"] = function(client, there) return client.vpc.describe(there.vpc) end,
  ["vpc.delete"] = function(client, there) return client.vpc.delete(there.vpc) end,
  ["vswitch.create"] = function(client, there)
    return client.vswitch.create({ vpc_id = there.network, zone_id = "cn-hangzhou-h", cidr_block = "172.17.0.0/16" })
  end,
  ["vswitch.list"] = function(client) return client.vswitch.list({}) end,
  ["vswitch.each"] = function(client) return client.vswitch.each({})() end,
  ["vswitch.describe"] = function(client, there) return client.vswitch.describe(there.vswitch) end,
  ["vswitch.delete"] = function(client, there) return client.vswitch.delete(there.vswitch) end,
  ["resource_group.list"] = function(client) return client.resource_group.list({}) end,
}

-- A client, what there is, and a function that forgets what was sent and gives the RAM actions of what will be.
local function scene()
  local client, emulator = virtual.client()
  local inner, seen = emulator:transport(), {}
  client = client.with({ transport = { send = function(request, deadline)
    local action = request.headers["x-acs-action"] or request.body:match("Action=(%w+)")
    seen[assert(ram_action[action], action)] = true
    return inner.send(request, deadline)
  end } })
  local there = {}
  there.component = assert(client.component.create({ name = "web-tools", content = "RUN true" })).id
  there.unused = assert(client.component.create({ name = "unused", content = "RUN true" })).id
  local args = { name = "web", base_image = "m-1", base_image_type = "IMAGE", to_region_id = { "cn-qingdao" },
    build_content = "RUN true", image_options = { image_family = "web-family" } }
  there.pipeline = assert(client.pipeline.create(args)).id
  there.execution = assert(client.execution.start(there.pipeline)).id
  there.image = assert(client.execution.wait(there.execution)).image_id
  args.name, args.base_image, args.base_image_type = "of-family", "web-family", "IMAGE_FAMILY"
  args.build_content = COMPONENT
  there.family = assert(client.pipeline.create(args)).id
  there.vpc = assert(client.vpc.create({ cidr_block = "172.16.0.0/12" })).id
  there.network = assert(client.vpc.create({ cidr_block = "172.16.0.0/12" })).id
  there.vswitch = assert(client.vswitch.create({ vpc_id = there.network, zone_id = "cn-hangzhou-h",
    cidr_block = "172.16.0.0/16" })).id
  return client, there, function()
    seen = {}
    return seen
  end
end

-- What only reads needs no scene of its own.
local READS = { describe = true, each = true, import = true, latest = true, list = true, plan = true, resolve = true,
  wait = true, wait_available = true }
local shared

local function scene_for(name)
  if not READS[name:match("%.(.*)$")] then
    return scene()
  end
  shared = shared or { scene() }
  return shared[1], shared[2], shared[3]
end

describe("ecs.policy allows what is sent by", function()
  for name, call in pairs(CALLS) do
    it(name, function()
      local client, there, record = scene_for(name)
      local allowed, sent = {}, record()
      for _, statement in ipairs(ecs.policy({ operations = { name } }).Statement) do
        for _, action in ipairs(statement.Action) do
          allowed[action] = true
        end
      end
      local result, message = call(client, there)
      assert.is_truthy(result, message)
      assert.is_truthy(next(sent))
      for action in pairs(sent) do
        assert.is_true(allowed[action], action .. " is not in it")
      end
    end)
  end
end)
