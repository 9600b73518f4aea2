-- docs/from_terraform.md says something about every argument and attribute of what it is about. The names are those of
-- terraform-provider-alicloud 1.289.0.
local repo = require("spec.support.repo")

local SECTIONS = {
  ['data "alicloud_account"'] = "id",
  ['data "alicloud_images"'] = "name_regex most_recent owners image_id image_name image_family image_owner_id status "
    .. "os_type architecture usage tags instance_type snapshot_id resource_group_id is_support_io_optimized "
    .. "is_support_cloud_init dry_run action_type output_file ids",
  ['data "alicloud_instance_types"'] = "image_id availability_zone cpu_core_count memory_size gpu_amount gpu_spec "
    .. "eni_amount instance_type_family minimum_eni_ipv6_address_quantity minimum_eni_private_ip_address_quantity "
    .. "instance_type sorted_by instance_charge_type spot_strategy network_type system_disk_category is_outdated "
    .. "kubernetes_node_role ids availability_zones",
  ['data "alicloud_resource_manager_resource_groups"'] = "name_regex ids status enable_details groups",
  ['data "alicloud_zones"'] = "available_resource_creation available_instance_type available_disk_category multi "
    .. "instance_charge_type network_type spot_strategy enable_details available_slb_address_type "
    .. "available_slb_address_ip_version zones ids",
  ['resource "alicloud_vpc"'] = "vpc_name cidr_block description tags resource_group_id user_cidrs enable_ipv6 "
    .. "secondary_cidr_blocks timeouts id router_id route_table_id status create_time",
  ['resource "alicloud_vswitch"'] = "vswitch_name vpc_id cidr_block zone_id availability_zone tags description "
    .. "enable_ipv6 ipv6_cidr_block_mask timeouts",
  ['resource "alicloud_ecs_image_pipeline"'] = "add_account base_image base_image_type build_content "
    .. "delete_instance_on_failure description image_name instance_type internet_max_bandwidth_out name "
    .. "system_disk_size tags resource_group_id to_region_id vswitch_id id timeouts",
  ['data "alicloud_ecs_image_pipelines"'] = "ids name name_regex output_file resource_group_id tags names pipelines",
  ['resource "alicloud_ecs_image_pipeline_execution"'] = "image_pipeline_id status create_time id timeouts",
  ['resource "alicloud_ecs_image_component"'] = "content component_type component_version system_type description "
    .. "image_component_name resource_group_id tags id create_time",
}

-- Heading → what its table's first column says.
local function first_columns()
  local found, heading = {}, nil
  for line in (repo.read("docs/from_terraform.md") .. "\n"):gmatch("(.-)\n") do
    heading = line:match("^## (.*)$") or heading
    local first = line:match("^| (.-) |")
    if heading and first then
      found[heading] = (found[heading] or "") .. " " .. first
    end
  end
  return found
end

describe("docs/from_terraform.md", function()
  for heading, names in pairs(SECTIONS) do
    it("has a row for everything of " .. heading, function()
      local said, missing = first_columns()[heading] or "", {}
      for name in names:gmatch("%S+") do
        if not said:find("%f[%w_]" .. name .. "%f[^%w_]") then
          missing[#missing + 1] = name
        end
      end
      assert.same({}, missing)
    end)
  end

  it("shows import", function()
    assert.is_truthy(repo.read("docs/from_terraform.md"):find("\n## terraform import\n", 1, true))
  end)

  it("uses every argument of the eight blocks in its program, with the example's values", function()
    local text = repo.read("docs/from_terraform.md"):match("```lua\n(.-)```")
    for line in ([[
      cidr_block = "172.17.3.0/24"
      vpc_name = "terraform-example"
      ecs.account.describe()
      most_recent = true
      name_regex = "^ubuntu_[0-9]+_[0-9]+_x64*"
      owners = "system"
      image_id = images[1]
      name_regex = "default"
      available_resource_creation = "VSwitch"
      vpc_id = vpc
      vswitch_name = "terraform-example"
      zone_id = zones[1]
      add_account = { account }
      base_image = images[1]
      base_image_type = "IMAGE"
      build_content = "RUN yum update -y"
      delete_instance_on_failure = false
      description = "terraform-example"
      image_name = "terraform-example"
      instance_type = types[1]
      internet_max_bandwidth_out = 20
      name = "terraform-example"
      resource_group_id = groups[1]
      system_disk_size = 40
      tags = { Created = "TF", For = "Acceptance-test" }
      to_region_id = { "cn-qingdao", "cn-zhangjiakou" }
      vswitch_id = vswitch
    ]]):gmatch("%s*([^\n]+)\n") do
      assert.is_truthy(text:find(line, 1, true), line)
    end
    for name in SECTIONS['resource "alicloud_ecs_image_pipeline"']:gmatch("%S+") do
      if name ~= "id" and name ~= "timeouts" then
        assert.is_truthy(text:find("\n  " .. name .. " = ", 1, true), name)
      end
    end
  end)
end)
