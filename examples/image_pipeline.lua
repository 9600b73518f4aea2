--- The image pipeline of terraform's alicloud_ecs_image_pipeline page, in Lua: create it, read
-- every argument back, delete it, see that it is gone. `make demo` runs it against the emulator.
-- Environment: ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET,
-- ALIBABA_CLOUD_REGION_ID (default cn-hangzhou), ALIBABA_CLOUD_ENDPOINT_ECS (default: the region's
-- own), ECS_PIPELINE_CA_FILE (PEM file of the authorities to trust; default: the system's).
local core = require("ecs_pipeline.core")
local ecs = require("ecs_pipeline")

io.stdout:setvbuf("line")
local region = os.getenv("ALIBABA_CLOUD_REGION_ID") or "cn-hangzhou"
local client = ecs.new({
  region = region, ca_file = os.getenv("ECS_PIPELINE_CA_FILE"),
  on_event = function(event)
    if event.type == "warning" then
      print("\n   note: " .. event.message)
    end
  end,
})

-- What terraform's data sources and the vSwitch give; put your own ids here to use it for real.
local found = {
  account = "1511928242963727", -- alicloud_account
  image = "ubuntu_22_04_x64_20G_alibase_20240926.vhd", -- alicloud_images, the newest ubuntu
  instance_type = "ecs.g7.large", -- alicloud_instance_types that can run the image
  resource_group = "rg-acfmxazb4ph6aiy", -- alicloud_resource_manager_resource_groups, "default"
  zone = "cn-hangzhou-i", -- alicloud_zones: where the vSwitch lies
  vswitch = "vsw-bp1s5fnvk4gn2tws03624", -- alicloud_vswitch, 172.17.3.0/24
}

local arguments = { -- in terraform's order
  { "add_account", { found.account } },
  { "base_image", found.image },
  { "base_image_type", "IMAGE" },
  { "build_content", "RUN yum update -y" },
  { "delete_instance_on_failure", false },
  { "description", "terraform-example" },
  { "image_name", "terraform-example" },
  { "instance_type", found.instance_type },
  { "internet_max_bandwidth_out", 20 },
  { "name", "terraform-example" },
  { "resource_group_id", found.resource_group },
  { "system_disk_size", 40 },
  { "tags", { Created = "TF", For = "Acceptance-test" } },
  { "to_region_id", { "cn-qingdao", "cn-zhangjiakou" } },
  { "vswitch_id", found.vswitch },
}

local function show(value)
  if type(value) ~= "table" then
    return type(value) == "number" and ("%d"):format(value) or tostring(value)
  end
  local parts = {}
  for key, item in pairs(value) do
    parts[#parts + 1] = type(key) == "number" and show(item) or key .. " = " .. show(item)
  end
  table.sort(parts)
  return table.concat(parts, ", ")
end

-- Makes one call, prints how long it took, and raises when it fails in another way than `expected`.
local function step(title, expected, work, ...)
  local started = core.clock()
  local result, message, err = work(...)
  local id = result and ecs.info(result).request_id or err and err.request_id or "never sent"
  print(("\n%-31s %8.1f ms   request %s"):format(title, (core.clock() - started) * 1000, id))
  if (err and err.kind) ~= expected then
    error(message or title .. ": it should have failed: " .. expected, 0)
  end
  return result or message
end

local made -- id of the pipeline, while it exists

local function main()
  local args, same = {}, 0
  for _, argument in ipairs(arguments) do
    args[argument[1]] = argument[2]
  end
  print(("Image pipeline %s in %s, at %s"):format(args.name, region,
    os.getenv("ALIBABA_CLOUD_ENDPOINT_ECS") or "the region's own endpoint"))
  made = step("1  create", nil, client.pipeline.create, args).id
  print("   created " .. made)
  local pipeline = step("2  describe", nil, client.pipeline.describe, made)
  print(("\n   %-28s %-43s %s"):format("argument", "sent", "read back"))
  for _, argument in ipairs(arguments) do
    local sent, back = show(argument[2]), show(pipeline[argument[1]])
    same = same + (sent == back and 1 or 0)
    print(("%2s %-28s %-43s %s"):format(sent ~= back and "!" or "", argument[1], sent, back))
  end
  print(("\n   %d of %d arguments read back as they were sent"):format(same, #arguments))
  step("3  delete", nil, client.pipeline.delete, made)
  print("   deleted " .. made)
  print("   " .. step("4  describe again", "not_found", client.pipeline.describe, made))
  made = nil
  assert(same == #arguments, "an argument was not read back as it was sent")
end

local ok, message = pcall(main)
if not ok then
  io.stderr:write("\nThe example failed: ", tostring(message), "\n")
  if made and not client.pipeline.delete(made) then
    io.stderr:write("The pipeline ", made, " could not be deleted: please delete it yourself.\n")
  end
end
client.close()
os.exit(ok and 0 or 1)
