--- One row per argument of pipeline.create: two values `a` and `b` that differ, and `same`: other spellings of `a` that
--- must not differ. `with`: arguments that this one requires. `needed`: the argument cannot be left out. `when_given`:
--- leaving it out is no change. `default`: leaving it out is the same as `b`. `param`: the name in the plan, if that
--- differs.

local OSS = { base_image_type = "OSS", import_image_options = { disk_device_mappings = {
  { oss_bucket = "bucket", oss_object = "disk.vhd" } } } }

local function twin(new)
  return function(row)
    row.param = new
    return row
  end
end

local rows = {
  add_account = { a = { "1234567890123456", "99" }, b = { "99" },
    same = { { 99, 1234567890123456 }, { { id = "99" }, 1234567890123456 }, { "99", "1234567890123456", "99" } } },
  base_image = { a = "m-bp1a", b = "m-bp1b", needed = true, same = { { id = "m-bp1a" } } },
  base_image_type = { a = "IMAGE", b = "IMAGE_FAMILY", needed = true },
  build_content = { a = "RUN a\nRUN b", b = "RUN a", same = { "RUN a\r\nRUN b\r\n", "RUN a\nRUN b\n" } },
  client_token = { a = "token-a", b = "token-b", kept = false },
  delete_instance_on_failure = { a = false, b = true, default = true, same = { "false" } },
  description = { a = "a description", b = "grüße" },
  image_family = twin("image_options.image_family")({ a = "family-a", b = "family-b" }),
  image_name = twin("image_options.image_name")({ a = "image-a", b = "image-b" }),
  instance_type = { a = "ecs.g6.large", b = "ecs.g7.large" },
  internet_max_bandwidth_out = { a = 10, b = 0, default = true },
  name = { a = "name-a", b = "name-b", when_given = true },
  nvme_support = twin("image_options.image_features.nvme_support")({ a = "supported", b = "auto" }),
  region_id = { a = "cn-qingdao", b = "cn-beijing", kept = false },
  repair_item = { a = { "GuestOS.CloudInit", "GuestOS.VirtIO" }, b = { "GuestOS.CloudInit" },
    same = { { "GuestOS.VirtIO", "GuestOS.CloudInit" } }, with = { repair_mode = "Customized" } },
  repair_mode = { a = "Standard", b = "All" },
  resource_group_id = { a = "rg-aaaa", b = "rg-bbbb", when_given = true },
  system_disk_size = { a = 50, b = 40, default = true, same = { "50" } },
  tags = { a = { team = "web", ["cost centre"] = "" }, b = { team = "db" },
    same = { { { key = "cost centre", value = "" }, { key = "team", value = "web" } } } },
  test_content = { a = "RUN true\nRUN b", b = "RUN false", same = { "RUN true\r\nRUN b" } },
  to_region_id = { a = { "cn-beijing", "cn-qingdao" }, b = { "cn-beijing" },
    same = { { "cn-qingdao", "cn-beijing", "cn-qingdao" } } },
  vswitch_id = { a = "vsw-a", b = "vsw-b", same = { { id = "vsw-a" } } },
  ["advanced_options.image_name_suffix"] = { a = "disable" },
  ["advanced_options.retain_cloud_assistant"] = { a = true, b = false, default = true },
  ["image_options.description"] = { a = "of the image", b = "of another image" },
  ["image_options.image_family"] = { a = "family-a", b = "family-b" },
  ["image_options.image_features.nvme_support"] = { a = "unsupported", b = "auto" },
  ["image_options.image_name"] = { a = "image-a", b = "image-b" },
  ["image_options.image_tags"] = { a = { baked = "yes" }, b = { baked = "no" }, same = { { { key = "baked",
    value = "yes" } } } },
}

for name, row in pairs({
  architecture = { a = "arm64", b = "x86_64", default = true },
  boot_mode = { a = "UEFI", b = "BIOS", default = true },
  description = { a = "imported", b = "imported again" },
  ["features.imds_support"] = { a = "v2", b = "v1", default = true },
  ["features.nvme_support"] = { a = "supported", b = "unsupported", default = true },
  image_name = { a = "image-a", b = "image-b" },
  import_image_tags = { a = { from = "oss" }, b = { from = "disk" } },
  license_type = { a = "BYOL", b = "Auto", default = true },
  os_type = { a = "windows", b = "linux", default = true },
  platform = { a = "Ubuntu", b = "Others Linux", default = true },
  retain_imported_image = { a = true, b = false, default = true },
  retention_strategy = { a = "RetainAlways", b = "RetainNever", default = true },
  role_name = { a = "role-a", b = "role-b" },
}) do
  row.with = OSS
  rows["import_image_options." .. name] = row
end

-- A mapping is compared as a whole, in its place.
for name, values in pairs({
  disk_image_size = { 40, 80 }, format = { "RAW", "VHD" }, oss_bucket = { "bucket-a", "bucket-b" },
  oss_object = { "a.vhd", "b.vhd" },
}) do
  local function mappings(value)
    local list = { { oss_bucket = "bucket", oss_object = "disk.vhd" }, { oss_bucket = "data", oss_object = "x" } }
    list[1][name] = value
    return list
  end
  rows["import_image_options.disk_device_mappings." .. name] = {
    at = "import_image_options.disk_device_mappings", param = "import_image_options.disk_device_mappings",
    a = mappings(values[1]), b = mappings(values[2]), with = OSS, needed = true,
  }
end

return rows
