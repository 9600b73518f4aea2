--- A service with one of each resource, and for each operation arguments that it takes: what
-- actions_agree_spec.lua probes.
local client_of = require("ecs_pipeline.call.client")
local core = require("ecs_pipeline.core")
local tables = require("ecs_pipeline.tables")
local virtual = require("spec.support.virtual")

local scene = {}

local client, emulator, made, inner

--- Makes the service anew.
function scene.open()
  client, emulator = virtual.client(nil, { limits = { vpcs = 1e6, vswitches = 1e6 },
    undocumented = { imagepipeline = true, imagepipelineexecution = true } })
  inner = client_of.new("ecs.new", { region = "cn-hangzhou", transport = emulator:transport(), log = "off",
    platform = virtual.platform(emulator),
    credentials = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" } })
  local vpc = assert(client.vpc.create({ cidr_block = "10.0.0.0/8" })).id
  local pipeline = assert(client.pipeline.create(virtual.TEMPLATE)).id
  local build = assert(client.execution.build(pipeline))
  made = { vpc = vpc, pipeline = pipeline, execution = build.execution_id, image = build.image_id,
    vswitch = assert(client.vswitch.create({ vpc_id = vpc, zone_id = "cn-hangzhou-h",
      cidr_block = "10.1.0.0/16" })).id }
end

local function new_pipeline()
  return { image_pipeline_id = assert(client.pipeline.create(virtual.TEMPLATE)).id }
end

local ROLE = { role_arn = "acs:ram::1511928242963727:role/web", role_session_name = "web" }

-- Operation → arguments, or what makes them.
local ARGUMENTS = {
  ["pipeline.create"] = { base_image = "m-1", base_image_type = "IMAGE" },
  ["pipeline.delete"] = new_pipeline,
  ["execution.start"] = new_pipeline,
  ["execution.describe"] = function() return { image_pipeline_id = made.pipeline } end,
  ["execution.cancel"] = function() return { execution_id = made.execution } end,
  ["component.create"] = { content = "RUN true" },
  ["component.delete"] = function()
    return { image_component_id = assert(client.component.create({ content = "RUN true" })).id }
  end,
  ["image.from_family"] = { image_family = "web" },
  ["image.copy"] = function()
    emulator:advance(3600)
    return { image_id = made.image, to_region_id = "cn-qingdao", name = "n" .. core.token() }
  end,
  ["image.share"] = function() return { image_id = made.image, add_account = { "123456" } } end,
  ["image.modify"] = function() return { image_id = made.image, description = "a text" } end,
  ["image.delete"] = function() return { image_id = made.image } end,
  ["snapshot.delete"] = { snapshot_id = "s-1" },
  ["instance_type.supported"] = function() return { image_id = made.image } end,
  ["zone.available"] = { destination_resource = "Zone" },
  ["resource_group.join"] = function()
    return { resource_type = "image", resource_id = made.image, resource_group_id = "rg-1" }
  end,
  ["tags.add"] = function() return { resource_type = "image", resource_ids = { made.image }, tags = { a = "1" } } end,
  ["tags.remove"] = function()
    return { resource_type = "image", resource_ids = { made.image }, tag_keys = { "a" } }
  end,
  ["tags.list"] = function() return { resource_type = "image", resource_ids = { made.image } } end,
  ["vpc.create"] = { cidr_block = "10.0.0.0/8" },
  ["vpc.describe"] = function() return { vpc_id = made.vpc } end,
  ["vpc.delete"] = function() return { vpc_id = made.vpc } end,
  ["vswitch.create"] = function()
    emulator:advance(60)
    return { vpc_id = assert(client.vpc.create({ cidr_block = "172.16.0.0/12" })).id, zone_id = "cn-hangzhou-h",
      cidr_block = "172.16.0.0/24" }
  end,
  ["vswitch.describe"] = function() return { vswitch_id = made.vswitch } end,
  ["vswitch.delete"] = function() return { vswitch_id = made.vswitch } end,
  ["sts.assume_role"] = ROLE,
  ["sts.assume_role_with_oidc"] = tables.merge({ oidc_token = "abcdef",
    oidc_provider_arn = "acs:ram::1511928242963727:oidc-provider/x" }, ROLE),
}

-- What a parameter makes sense with.
local WITH = {
  ["vpc.create ipv6_cidr_block"] = { enable_ipv6 = true },
  ["image.copy kms_key_id"] = { encrypted = true },
  ["pipeline.create repair_item"] = { repair_mode = "Customized" },
}

--- Arguments that the operation takes, and what its parameter at `path` needs besides.
function scene.arguments(name, path)
  local args = ARGUMENTS[name]
  args = tables.copy(type(args) == "function" and args() or args)
  if path:find("^import_image_options%.") then
    args.base_image, args.base_image_type = nil, "OSS"
    args.import_image_options = { disk_device_mappings = { scene.object("disk_device_mappings") } }
  end
  return tables.merge(args, WITH[name .. " " .. path])
end

local OBJECTS = {
  disk_device_mappings = { oss_bucket = "bucket", oss_object = "disk.vhd" },
  filters = { key = "creation-start-time", value = "2026-01-01T00:00Z" },
}

--- An item of a list of tables.
function scene.object(name)
  return tables.copy(OBJECTS[name])
end

local IDS = { pipeline = "ip-%d", component = "ic-%d", vpc = "vpc-%d", region = "cn-hangzhou", account = "%d" }

--- An item of a list that breaks no rule of its own.
function scene.item(row, index)
  return row.values and row.values[index] or (IDS[row.id] or row.name == "user_cidrs" and "10.0.0.0/8"
    or "x%d"):format(index)
end

--- Sends without our own checks: the result, or nil and the error.
function scene.send(name, args)
  local result, _, err = inner:invoke(name, args,
    inner:call_options(name, { validate = "off", retry = false, client_token = not args.client_token and core.token()
      or nil }))
  return result, err
end

--- A value for a message; with a path, the one there.
function scene.shown(value, path)
  for part in path:gmatch("[^.]+") do
    value = type(value) == "table" and (value[1] or value)[part]
  end
  if type(value) ~= "table" then
    local text = tostring(value)
    return #text > 40 and ("%s… (%d bytes)"):format(text:sub(1, 6), #text) or text
  end
  local parts = {}
  for key, item in pairs(value) do
    parts[#parts + 1] = tostring(key) .. " = " .. scene.shown(item, "")
  end
  table.sort(parts)
  return "{ " .. table.concat(parts, ", ", 1, math.min(#parts, 4)) .. " }"
end

return scene
