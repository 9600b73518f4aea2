--- Terraform's page of alicloud_ecs_image_pipeline in Lua: terraform/main.tf block by block, with
-- all 15 arguments. What it created is deleted at the end, also if a step fails: see
-- terraform/run.lua.
--   lua terraform_example.lua                   KEEP=1 keeps everything
--   lua terraform_example.lua remove KIND ID …  deletes pipelines, vswitches and vpcs
local run = dofile((arg[0]:match("^.*/") or "") .. "terraform/run.lua")

run(function(client, create)
  local vpc = create("vpc", { cidr_block = "172.17.3.0/24", vpc_name = "terraform-example" })
  local account = assert(client.account.describe())
  local images = assert(client.image.list({ most_recent = true, owners = "system",
    name_regex = "^ubuntu_[0-9]+_[0-9]+_x64*" }))
  local types = assert(client.instance_type.list({ image_id = images[1].id }))
  local groups = assert(client.resource_group.list({ name_regex = "default" }))
  -- Terraform's first zone may not sell that instance type; ours does.
  local zones = assert(client.zone.list({ available_resource_creation = "VSwitch",
    available_instance_type = types[1] }))
  local vswitch = create("vswitch", { cidr_block = "172.17.3.0/24", vpc_id = vpc.id,
    vswitch_name = "terraform-example", zone_id = zones[1].id })

  create("pipeline", {
    add_account = { account.id },
    base_image = images[1].id,
    base_image_type = "IMAGE",
    build_content = "RUN yum update -y",
    delete_instance_on_failure = false,
    description = "terraform-example",
    image_name = "terraform-example",
    instance_type = types[1].id,
    internet_max_bandwidth_out = 20,
    name = "terraform-example",
    resource_group_id = groups[1].id,
    system_disk_size = 40,
    tags = { Created = "TF", For = "Acceptance-test" },
    to_region_id = { "cn-qingdao", "cn-zhangjiakou" },
    vswitch_id = vswitch.id,
  })
end)
