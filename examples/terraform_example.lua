--- The program of terraform's alicloud_ecs_image_pipeline page, in Lua: account, image, instance
-- type, resource group and zone are looked up, a VPC and a vSwitch are made, then the image
-- pipeline with all 15 arguments, which is read back. Block by block in the page's order, with its
-- values; terraform's block stands above ours. Then everything is taken down again, newest first,
-- also when a step fails half-way; what cannot be is reported, with the command that removes it.
--
--   lua terraform_example.lua                   KEEP=1 leaves everything in place
--   lua terraform_example.lua remove KIND ID …  removes pipelines, vswitches and vpcs
--
-- Environment: ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET,
-- ALIBABA_CLOUD_REGION_ID (default cn-hangzhou), ALIBABA_CLOUD_ENDPOINT_ECS, _VPC, _STS and
-- _RESOURCEMANAGER (default: the products' own), ECS_PIPELINE_CA_FILE (PEM file of the authorities
-- to trust; default: the system's).
-- Exit code: 0 all went well, 1 a step failed and nothing is left, 2 something is left.
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

local made = {} -- { kind, id, name }, the newest last, and kind → id; without an id, no answer came
local GROUPS = { pipeline = client.pipeline, vswitch = client.vswitch, vpc = client.vpc }

-- Creates a vpc, a vswitch or a pipeline, and remembers it unless the service says that it did not:
-- also when it fails after it was made, when its answer is lost, and when Ctrl-C comes between.
local function make(kind, name, args)
  local item, options = { kind = kind, name = name }, nil
  made[#made + 1] = item
  local function note(id)
    item.id, made[kind] = id, id
  end
  if kind ~= "pipeline" then -- the others wait until what they made is Available
    options = { on_progress = function(progress) note(progress[kind .. "_id"]) end }
  end
  local result, message, err = GROUPS[kind].create(args, options)
  note(result and result.id or err and err[kind .. "_id"] or item.id)
  if not item.id and err.outcome ~= "unknown" then
    made[#made] = nil
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

-- What is left, to whom it may concern.
local function report(list, out)
  local known = {}
  for _, item in ipairs(list) do
    out:write(("  left: %-8s %s\n"):format(item.kind, item.id
      or ("\"%s\" may have been made: no answer came; look for it by its name"):format(item.name)))
    known[#known + 1] = item.id and item or nil
  end
  if #known > 0 then
    out:write("Remove it with\n  ", command(known), "\n")
  end
end

-- The id of what was made although no answer came, "" when it was not made, or nil. A vSwitch is in
-- our VPC or nowhere, a pipeline builds in our vSwitch; a VPC has but a name, as others may have.
local function look_for(item)
  local list
  if item.kind == "vswitch" then
    list = client.vswitch.list({ vpc_id = made.vpc })
  elseif item.kind == "pipeline" then
    list = client.pipeline.list({ name = item.name })
  end
  for _, one in ipairs(list or {}) do
    if item.kind == "vswitch" or one.vswitch_id == made.vswitch then
      return one.id
    end
  end
  return list and ""
end

-- Why a thing cannot be removed, or nil once it is gone. A VPC waits for its vSwitch.
local function try(item, left)
  item.id = item.id or look_for(item)
  if not item.id then
    return "its id is not known"
  elseif item.id == "" then
    return print(("  not made  %-8s  %s"):format(item.kind, item.name))
  end
  for _, other in ipairs(left) do
    if item.kind == "vpc" and other.kind == "vswitch" then
      return "a vSwitch is left in it"
    end
  end
  local gone, message = GROUPS[item.kind].delete(item.id)
  if not gone then -- or is it, and only the answer was lost
    local _, _, err = GROUPS[item.kind].describe(item.id)
    if not err or err.kind ~= "not_found" then
      return message
    end
    gone = {}
  end
  print(("  %-8s  %-8s  %s"):format(gone.deleted and "deleted" or "is gone", item.kind, item.id))
end

-- Removes what is listed, in order. → how many are left, after it has said which
local function remove(list)
  local left = {}
  for _, item in ipairs(list) do
    local _, why = pcall(try, item, left) -- Ctrl-C may come here, too
    if why then
      left[#left + 1] = item
      io.stderr:write("  not deleted: ", item.kind, " ", item.id or item.name, ": ", why, "\n")
    end
  end
  if #left > 0 then
    io.stderr:write("\nNot everything is gone:\n")
    report(left, io.stderr)
  else
    print("Nothing is left.")
  end
  return #left
end

-- --- what is printed -----------------------------------------------------------------------------

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

-- Each argument as it was sent and as the service has it.
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
  local vpc = make("vpc", "terraform-example", {
    cidr_block = "172.17.3.0/24",
    vpc_name = "terraform-example",
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
  -- Terraform's first zone need not make vSwitches, nor sell that instance type; ours does both.
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
  local vswitch = make("vswitch", "terraform-example", {
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
  local pipeline = make("pipeline", "terraform-example", args)
  show("alicloud_ecs_image_pipeline", pipeline.id)
  compare(args, assert(client.pipeline.describe(pipeline)))
end

-- --- what to do ----------------------------------------------------------------------------------

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
  for i = #made, 1, -1 do
    list[#list + 1] = made[i]
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
    print("\nEverything stays in place:")
    report(newest_first(), io.stdout)
  else
    print("\nTaking everything down, newest first")
    left = remove(newest_first())
  end
end
client.close()
os.exit(left > 0 and 2 or ok and 0 or 1)
