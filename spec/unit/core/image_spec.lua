-- The actions of images: nested replies as snake_case tables and tag maps, and what is refused before it is sent.
local core = require("ecs_pipeline.core")
local cjson = require("cjson")
local fixture = require("spec.support.core_fixture")

local function read(operation, args, body)
  local request = assert(core.prepare(fixture.session(), operation, args, fixture.attempt()))
  local text = cjson.encode(body):gsub('"OWNER"', "1511928242963727") -- cjson writes 14 digits
  return assert(core.finish(request, { status = 200, headers = {}, body = text }))
end

local IMAGE = {
  ImageId = "m-1", ImageName = "web_exec-1", ImageOwnerId = "OWNER", IsSelfShared = true, Size = 40.0,
  IsSupportCloudinit = true, OSName = "Ubuntu", OSNameEn = "Ubuntu 64", OSType = "linux",
  DiskDeviceMappings = { DiskDeviceMapping = {
    { Device = "/dev/xvda", Size = "40", ImportOSSBucket = "b", ImportOSSObject = "o", RemainTime = 0,
      Type = "system" },
    { Device = "/dev/xvdb", Size = 100, Encrypted = true },
  } },
  Tags = { Tag = { { TagKey = "layer", TagValue = "web" }, { TagKey = "acs:rm:rgId", TagValue = "rg-1" } } },
  Features = { NvmeSupport = "supported", ImdsSupport = "v2", CpuOnlineUpgrade = "unsupported" },
  DetectionOptions = { Status = "Finished",
    Items = { Item = { { Name = "CloudAssistant", RiskCode = "r", RiskLevel = "low", Value = "v" } } } },
  SecureBootOptions = { SecureBootSupport = "unsupported" },
}

local function check(image)
  assert.same({ "m-1", "m-1", "web_exec-1", "1511928242963727", "true", 40, true, "Ubuntu 64" },
    { image.id, image.image_id, image.name, image.image_owner_id, image.is_self_shared, image.size,
      image.is_support_cloud_init, image.os_name_en })
  assert.same({ { device = "/dev/xvda", size = 40, import_oss_bucket = "b", import_oss_object = "o", remain_time = 0,
    type = "system" }, { device = "/dev/xvdb", size = 100, encrypted = true } }, image.disk_device_mappings)
  assert.same({ { layer = "web" }, { ["acs:rm:rgId"] = "rg-1" } }, { image.tags, image.system_tags })
  assert.same({ nvme_support = "supported", imds_support = "v2", cpu_online_upgrade = "unsupported" }, image.features)
  assert.same({ status = "Finished", items = { { name = "CloudAssistant", risk_code = "r", risk_level = "low",
    value = "v" } } }, image.detection_options)
  assert.same({ secure_boot_support = "unsupported" }, image.secure_boot_options)
end

describe("image.describe", function()
  it("gives lists, maps and plain values, however deep they were", function()
    local result = read("image.describe", {}, { Images = { Image = { IMAGE } }, TotalCount = 1, PageSize = 10,
      PageNumber = 1, RegionId = "cn-hangzhou", RequestId = "R" })
    assert.equal(1, #result.images)
    check(result.images[1])
    assert.same({ 1, 10, 1, "cn-hangzhou", "R" },
      { result.total_count, result.page_size, result.page_number, result.region_id, result.request_id })
  end)

  it("sends states as one text, filters and tags by number", function()
    local sent = fixture.params("image.describe", { status = { "Available", "Creating" }, owners = "self",
      filters = { { key = "NetworkType", value = "vpc" } }, tags = { layer = "web" }, image_owner_id = 1511928242963727,
      is_support_cloudinit = false, page_number = 2, page_size = 100 })
    assert.same({ "Available,Creating", "self", "NetworkType", "vpc", "layer", "web", "1511928242963727", "false", "2",
      "100" }, { sent.Status, sent.ImageOwnerAlias, sent["Filter.1.Key"], sent["Filter.1.Value"], sent["Tag.1.Key"],
      sent["Tag.1.Value"], sent.ImageOwnerId, sent.IsSupportCloudinit, sent.PageNumber, sent.PageSize })
  end)

  it("names every argument that breaks a rule", function()
    local failures = fixture.failures("image.describe", { owners = "me", page_size = 101, page_number = 0,
      status = { "Ready" }, usage = "some", os_type = "bsd", architecture = "mips", action_type = "CreateOS",
      filters = { { key = "Color" } } })
    for _, name in ipairs({ "owners", "page_size", "page_number", "status[1]", "usage", "os_type", "architecture",
      "action_type", "filters[1].key" }) do
      assert.is_table(failures[name], name)
    end
  end)
end)

describe("image.from_family", function()
  it("gives one image", function()
    check(read("image.from_family", { image_family = "web" }, { Image = IMAGE, RequestId = "R" }).image)
    assert.is_table(fixture.failures("image.from_family", {}).image_family)
  end)
end)

describe("image.copy, image.share, image.modify, image.delete and snapshot.delete", function()
  it("send the service's names for ours", function()
    local sent = fixture.params("image.copy", { id = { id = "m-1" }, to_region_id = "cn-qingdao", name = "web-1",
      description = "copied", encrypted = true, kms_key_id = "k", tags = { a = "b" }, dry_run = true,
      resource_group_id = "rg-1" }, { client_token = "t" })
    assert.same({ "m-1", "cn-qingdao", "web-1", "copied", "true", "k", "a", "b", "true", "rg-1", "t" },
      { sent.ImageId, sent.DestinationRegionId, sent.DestinationImageName, sent.DestinationDescription, sent.Encrypted,
        sent.KMSKeyId, sent["Tag.1.Key"], sent["Tag.1.Value"], sent.DryRun, sent.ResourceGroupId, sent.ClientToken })
    sent = fixture.params("image.share", { image_id = "m-1", add_account = { 1511928242963727 },
      remove_account = { "12" }, is_public = false, launch_permission = "x" })
    assert.same({ "1511928242963727", "12", "false", "x" },
      { sent["AddAccount.1"], sent["RemoveAccount.1"], sent.IsPublic, sent.LaunchPermission })
    sent = fixture.params("image.modify", { id = { id = "m-1" }, image_name = "web-1", description = "tested",
      image_family = "web.1", dry_run = true }, { client_token = "t" })
    assert.same({ "m-1", "web-1", "tested", "web.1", "true", "cn-hangzhou" },
      { sent.ImageId, sent.ImageName, sent.Description, sent.ImageFamily, sent.DryRun, sent.RegionId })
    assert.is_nil(sent.ClientToken)
    sent = fixture.params("image.delete", { id = "m-1", force = true })
    assert.same({ "m-1", "true", "cn-hangzhou" }, { sent.ImageId, sent.Force, sent.RegionId })
    sent = fixture.params("snapshot.delete", { snapshot_id = { id = "s-1" }, force = true })
    assert.same({ "s-1", "true" }, { sent.SnapshotId, sent.Force })
    assert.is_nil(sent.RegionId)
    assert.is_table(fixture.failures("snapshot.delete", {}).snapshot_id)
    assert.is_table(fixture.failures("snapshot.delete", { id = "s-1", region_id = "cn-hangzhou" }).region_id)
  end)

  it("refuse more accounts than the service would look at, and names it would not take", function()
    local eleven = {}
    for number = 1, 11 do
      eleven[number] = number
    end
    assert.is_table(fixture.failures("image.share", { id = "m-1", add_account = eleven }).add_account)
    assert.is_table(fixture.failures("image.share", { id = "m-1", remove_account = { "me" } })["remove_account[1]"])
    for _, name in ipairs({ "1web", "aliyun-web", "acs:web", "web http://x", "w", ("w"):rep(129) }) do
      assert.is_table(fixture.failures("image.copy", { id = "m-1", name = name }).name, name)
      assert.is_table(fixture.failures("image.modify", { id = "m-1", name = name }).name, name)
      assert.is_table(fixture.failures("image.modify", { id = "m-1", image_family = name }).image_family, name)
    end
    for _, text in ipairs({ "", "x", ("x"):rep(257), "http://x" }) do
      assert.is_table(fixture.failures("image.modify", { id = "m-1", description = text }).description, text)
    end
    assert.is_true(core.check("image.copy", { id = "m-1", name = ("w"):rep(128) }, { region = "cn-hangzhou" }))
    assert.is_table(fixture.failures("image.delete", {}).image_id)
  end)
end)
