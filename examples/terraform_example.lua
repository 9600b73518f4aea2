--- The program of terraform's alicloud_ecs_image_pipeline page, in Lua. It looks up account, image,
-- instance type, resource group and zone, creates a VPC and a vSwitch, then creates the image
-- pipeline with all 15 arguments and reads it back. The blocks have the page's order and values;
-- terraform's block stands above each of ours. At the end it deletes everything it created, newest
-- first, also if a step fails. It reports what it could not delete, with the command to do so. What
-- an earlier run left, because it was killed or with KEEP=1, is taken over by the next one.
--
--   lua terraform_example.lua                   KEEP=1 keeps everything
--   lua terraform_example.lua remove KIND ID …  deletes pipelines, vswitches and vpcs
--
-- Environment: ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET,
-- ALIBABA_CLOUD_REGION_ID (default cn-hangzhou), ALIBABA_CLOUD_ENDPOINT_ECS, _VPC, _STS and
-- _RESOURCEMANAGER (default: the products' own), ECS_PIPELINE_CA_FILE (PEM file of the authorities
-- to trust; default: the system's).
-- Exit code: 0 success, 1 a step failed and nothing is left, 2 something is left.
local ecs = require("ecs_pipeline")

io.stdout:setvbuf("line")
local region = os.getenv("ALIBABA_CLOUD_REGION_ID") or "cn-hangzhou"
local client = ecs.new({
  region = region, ca_file = os.getenv("ECS_PIPELINE_CA_FILE"),
  on_event = function(event)
    if event.type == "warning" then
      print("     note: " .. event.message)
    end
  end,
})

-- --- undo ----------------------------------------------------------------------------------------

-- A list of { kind, id, name }, the newest last, and a map kind → id. An item without an id had no
-- reply to its create call.
local created = {}
local GROUPS = { pipeline = client.pipeline, vswitch = client.vswitch, vpc = client.vpc }

-- The tag of our VPC: others may have the same name. A vSwitch is ours if it is in our VPC, a
-- pipeline if it uses our vSwitch.
local OURS = { ["ecs_pipeline:example"] = "terraform_example.lua" }

-- Finds what an earlier run created, or a call without a reply. → it, false if there is none, or
-- nil, message
local function find(item)
  local filter = item.kind == "vpc" and { vpc_name = item.name, tags = OURS }
    or item.kind == "vswitch" and { vpc_id = created.vpc, vswitch_name = item.name }
    or { name = item.name }
  local list, message = GROUPS[item.kind].list(filter)
  for _, found in ipairs(list or {}) do
    if item.kind ~= "pipeline" or found.vswitch_id == created.vswitch then
      return found
    end
  end
  return list and false, message
end

-- Creates a vpc, a vswitch or a pipeline, unless an earlier run did, and remembers it, unless the
-- service says that it did not create it. So it remembers it also if a later step of create fails,
-- if the reply is lost, and if Ctrl-C interrupts.
local function create(kind, name, args)
  local item, options = { kind = kind, name = name }, nil
  local function note(id)
    item.id, created[kind] = id, id
  end
  local found, why = find(item)
  if found == nil then
    error(why, 0)
  end
  created[#created + 1] = item
  if found then
    note(found.id)
    return found
  end
  if kind ~= "pipeline" then -- the others wait for Available, and report the id before that
    options = { on_progress = function(progress) note(progress[kind .. "_id"]) end }
  end
  local result, message, err = GROUPS[kind].create(args, options)
  note(result and result.id or err and err[kind .. "_id"] or item.id)
  if not item.id and err.outcome ~= "unknown" then
    created[#created] = nil
  end
  return result or error(message, 0)
end

local function command(list)
  local words = { "lua examples/terraform_example.lua remove" }
  for _, item in ipairs(list) do
    words[#words + 1] = item.kind .. " " .. item.id
  end
  return table.concat(words, " ")
end

-- Writes what is left, and the command that deletes it.
local function report(list, out)
  local known = {}
  for _, item in ipairs(list) do
    out:write(("  left: %-8s %s\n"):format(item.kind, item.id
      or ("\"%s\" may exist: no reply to create came; look for it by its name"):format(item.name)))
    known[#known + 1] = item.id and item or nil
  end
  if #known > 0 then
    out:write("Remove it with\n  ", command(known), "\n")
  end
end

-- Deletes one item. → nil when it is gone, or why it could not be deleted
local function delete(item, left)
  local found = not item.id and find(item)
  item.id = item.id or found and found.id
  if found == nil then
    return "its id is not known"
  elseif not item.id then
    return print(("  not created: %s %s"):format(item.kind, item.name))
  end
  for _, other in ipairs(left) do
    if item.kind == "vpc" and other.kind == "vswitch" then
      return "it still contains a vSwitch"
    end
  end
  local result, message = GROUPS[item.kind].delete(item.id)
  if not result then -- perhaps it was deleted, and only the reply was lost
    local _, _, err = GROUPS[item.kind].describe(item.id)
    if not err or err.kind ~= "not_found" then
      return message
    end
    result = {}
  end
  print(("  %-8s  %-8s  %s"):format(result.deleted and "deleted" or "is gone", item.kind, item.id))
end

-- Deletes the items of a list, in order, and reports what is left. → how many are left
local function remove(list)
  local left = {}
  for _, item in ipairs(list) do
    local _, why = pcall(delete, item, left) -- Ctrl-C may interrupt here, too
    if why then
      left[#left + 1] = item
      io.stderr:write("  not deleted: ", item.kind, " ", item.id or item.name, ": ", why, "\n")
    end
  end
  if #left > 0 then
    io.stderr:write("\nNot everything is deleted:\n")
    report(left, io.stderr)
  else
    print("Nothing is left.")
  end
  return #left
end

-- --- output --------------------------------------------------------------------------------------

local blocks = 0

local function show(block, value)
  blocks = blocks + 1
  print(("%d  %-53s %s"):format(blocks, block, value))
end

local function text(value)
  if type(value) ~= "table" then
    return type(value) == "number" and ("%d"):format(value) or tostring(value)
  end
  local parts = {}
  for key, item in pairs(value) do
    parts[#parts + 1] = type(key) == "number" and text(item) or key .. " = " .. text(item)
  end
  table.sort(parts)
  return table.concat(parts, ", ")
end

-- Prints each argument as it was sent and as the service returns it.
local function compare(args, pipeline)
  local names, same = {}, 0
  for name in pairs(args) do
    names[#names + 1] = name
  end
  table.sort(names)
  print(("\n   %-28s %-43s %s"):format("argument", "sent", "read back"))
  for _, name in ipairs(names) do
    local sent, back = text(args[name]), text(pipeline[name])
    same = same + (sent == back and 1 or 0)
    print(("%2s %-28s %-43s %s"):format(sent ~= back and "!" or "", name, sent, back))
  end
  print(("\n   %d of %d arguments read back as they were sent"):format(same, #names))
  assert(same == #names, "an argument was not read back as it was sent")
end

-- --- the program ---------------------------------------------------------------------------------

local function program()
  -- resource "alicloud_vpc" "default" {
  --   cidr_block = "172.17.3.0/24"
  --   vpc_name   = "terraform-example"
  -- }
  local vpc = create("vpc", "terraform-example", {
    cidr_block = "172.17.3.0/24",
    vpc_name = "terraform-example",
    tags = OURS, -- not on terraform's page
  })
  show("alicloud_vpc", vpc.id)

  -- data "alicloud_account" "default" {}
  local account = assert(client.account.describe())
  show("data alicloud_account", account.id)

  -- data "alicloud_images" "default" {
  --   most_recent = true
  --   name_regex  = "^ubuntu_[0-9]+_[0-9]+_x64*"
  --   owners      = "system"
  -- }
  local images = assert(client.image.list({
    most_recent = true,
    name_regex = "^ubuntu_[0-9]+_[0-9]+_x64*",
    owners = "system",
  }))
  show("data alicloud_images, ids.0", images[1].id)

  -- data "alicloud_instance_types" "default" {
  --   image_id = data.alicloud_images.default.ids.0
  -- }
  local instance_types = assert(client.instance_type.list({
    image_id = images[1].id,
  }))
  show("data alicloud_instance_types, ids.0", instance_types[1].id)

  -- data "alicloud_resource_manager_resource_groups" "default" {
  --   name_regex = "default"
  -- }
  local groups = assert(client.resource_group.list({
    name_regex = "default",
  }))
  show("data alicloud_resource_manager_resource_groups, 0.id", groups[1].id)

  -- data "alicloud_zones" "default" {
  --   available_resource_creation = "VSwitch"
  -- }
  -- Terraform's first zone may not support vSwitches or sell that instance type; ours does both.
  local zones = assert(client.zone.list({
    available_resource_creation = "VSwitch",
    available_instance_type = instance_types[1],
  }))
  show("data alicloud_zones, zones.0.id", zones[1].id)

  -- resource "alicloud_vswitch" "default" {
  --   cidr_block   = "172.17.3.0/24"
  --   vpc_id       = alicloud_vpc.default.id
  --   vswitch_name = "terraform-example"
  --   zone_id      = data.alicloud_zones.default.zones.0.id
  -- }
  local vswitch = create("vswitch", "terraform-example", {
    cidr_block = "172.17.3.0/24",
    vpc_id = vpc,
    vswitch_name = "terraform-example",
    zone_id = zones[1].id,
  })
  show("alicloud_vswitch", vswitch.id)

  -- resource "alicloud_ecs_image_pipeline" "default" {
  --   add_account                = [data.alicloud_account.default.id]
  --   base_image                 = data.alicloud_images.default.ids.0
  --   base_image_type            = "IMAGE"
  --   build_content              = "RUN yum update -y"
  --   delete_instance_on_failure = false
  --   description                = "terraform-example"
  --   image_name                 = "terraform-example"
  --   instance_type              = data.alicloud_instance_types.default.ids.0
  --   internet_max_bandwidth_out = 20
  --   name                       = "terraform-example"
  --   resource_group_id          =
  --     data.alicloud_resource_manager_resource_groups.default.groups.0.id
  --   system_disk_size           = 40
  --   tags                       = { Created = "TF", For = "Acceptance-test" }
  --   to_region_id               = ["cn-qingdao", "cn-zhangjiakou"]
  --   vswitch_id                 = alicloud_vswitch.default.id
  -- }
  local args = {
    add_account = { account.id },
    base_image = images[1].id,
    base_image_type = "IMAGE",
    build_content = "RUN yum update -y",
    delete_instance_on_failure = false,
    description = "terraform-example",
    image_name = "terraform-example",
    instance_type = instance_types[1].id,
    internet_max_bandwidth_out = 20,
    name = "terraform-example",
    resource_group_id = groups[1].id,
    system_disk_size = 40,
    tags = { Created = "TF", For = "Acceptance-test" },
    to_region_id = { "cn-qingdao", "cn-zhangjiakou" },
    vswitch_id = vswitch.id,
  }
  local pipeline = create("pipeline", "terraform-example", args)
  show("alicloud_ecs_image_pipeline", pipeline.id)
  compare(args, assert(client.pipeline.describe(pipeline)))
end

-- --- command line --------------------------------------------------------------------------------

local function listed(words)
  local list = {}
  for i = 2, #words, 2 do
    assert(GROUPS[words[i]] and words[i + 1], "usage: remove pipeline|vswitch|vpc ID …")
    list[#list + 1] = { kind = words[i], id = words[i + 1] }
  end
  return list
end

local function newest_first()
  local list = {}
  for i = #created, 1, -1 do
    list[#list + 1] = created[i]
  end
  return list
end

local ok, left = true, 0
if arg[1] == "remove" then
  left = remove(listed(arg))
else
  print(("The terraform example in %s, at %s\n"):format(region,
    os.getenv("ALIBABA_CLOUD_ENDPOINT_ECS") or "the region's own endpoints"))
  local message
  ok, message = pcall(program)
  if not ok then
    io.stderr:write("\nThe example failed: ", tostring(message), "\n")
  end
  if ok and os.getenv("KEEP") == "1" then
    print("\nKeeping everything:")
    report(newest_first(), io.stdout)
  else
    print("\nDeleting everything, newest first")
    left = remove(newest_first())
  end
end
client.close()
os.exit(left > 0 and 2 or ok and 0 or 1)
