-- What CreateImagePipeline refuses, with which code and status, and what it fills in by itself.

local emulators = require("ecs_pipeline.emulator")
local caller = require("spec.support.emulator_caller")

local client

local function fresh(options)
  client = caller.new(emulators.new(options))
end

-- "Prefix.1" … "Prefix.count", all of the same value.
local function many(prefix, count, value)
  local out = {}
  for i = 1, count do
    out[prefix .. "." .. i] = type(value) == "function" and value(i) or value
  end
  return out
end

local function tags(count)
  local out = {}
  for i = 1, count do
    out["Tag." .. i .. ".Key"], out["Tag." .. i .. ".Value"] = "key" .. i, "value"
  end
  return out
end

local function oss(more)
  local out = {
    BaseImage = false, BaseImageType = "OSS", ["ImportImageOptions.DiskDeviceMappings.1.OSSBucket"] = "bucket",
    ["ImportImageOptions.DiskDeviceMappings.1.OSSObject"] = "disk.raw",
  }
  for name, value in pairs(more or {}) do
    out[name] = value
  end
  return out
end

local accepted = {
  ["the least"] = {},
  ["a Chinese name"] = { Name = "镜像模板:1._-" },
  ["a name of 128 characters"] = { Name = ("镜"):rep(128) },
  ["a description of 256 characters"] = { Description = ("é"):rep(256) },
  ["an empty value, which counts as not given"] = { Name = "", Description = "", SystemDiskSize = "" },
  ["the smallest and largest numbers"] = { SystemDiskSize = 20, InternetMaxBandwidthOut = 100 },
  ["20 accounts"] = many("AddAccount", 20, "1234567890123456"),
  ["20 regions"] = many("ToRegionId", 20, "cn-qingdao"),
  ["20 tags"] = tags(20),
  ["a tag without a value"] = { ["Tag.1.Key"] = "k" },
  ["a family with a dash"] = { ImageFamily = "web-family:1", ["ImageOptions.ImageFamily"] = "web-family:1" },
  ["both spellings saying the same"] = { ImageName = "web", ["ImageOptions.ImageName"] = "web" },
  ["repair items of one's own"] = { RepairMode = "Customized", ["RepairItem.1"] = "fstab" },
  ["an OSS import"] = oss(),
  ["a build of 127 commands"] = { BuildContent = ("RUN true\n"):rep(127) },
  ["16384 bytes of build"] = { BuildContent = "RUN " .. ("x"):rep(16380) },
}

local refused = {
  { "InvalidBaseImageType.NotSupportedValue", 400, { BaseImageType = "DISK" } },
  { "MissingParameter.BaseImageType", 404, { BaseImageType = false } },
  { "MissingParameter.BaseImage", 404, { BaseImage = false } },
  { "MissingParameter.RegionId", 404, { RegionId = false } },
  { "InvalidRegionId.NotFound", 404, { RegionId = "cn-atlantis" } },
  { "InvalidName.Malformed", 400, { Name = "x" } },
  { "InvalidName.Malformed", 400, { Name = ("x"):rep(129) } },
  { "InvalidName.Malformed", 400, { Name = "1abc" } },
  { "InvalidName.Malformed", 400, { Name = "a b" } },
  { "InvalidName.Malformed", 400, { Name = "http://x" } },
  { "InvalidDescription.Malformed", 400, { Description = "x" } },
  { "InvalidDescription.Malformed", 400, { Description = ("x"):rep(257) } },
  { "InvalidDescription.Malformed", 400, { Description = "https://x" } },
  { "InvalidImageName.Malformed", 400, { ImageName = ("x"):rep(65) } },
  { "InvalidImageName.Malformed", 400, { ["ImageOptions.ImageName"] = "-x" } },
  { "InvalidImageFamily.Malformed", 400, { ImageFamily = "acs:x" } },
  { "InvalidImageFamily.Malformed", 400, { ["ImageOptions.ImageFamily"] = "with.dot" } },
  { "InvalidImageOptions.Description", 400, { ["ImageOptions.Description"] = "x" } },
  { "InvalidParameter.NvmeSupport", 400, { NvmeSupport = "yes" } },
  { "InvalidSystemDiskSize.NotSupportedValue", 400, { SystemDiskSize = 19 } },
  { "InvalidSystemDiskSize.NotSupportedValue", 400, { SystemDiskSize = 501 } },
  { "InvalidSystemDiskSize.NotSupportedValue", 400, { SystemDiskSize = "40.0" } },
  { "InvalidInternetMaxBandwidthOut.NotSupportedValue", 400, { InternetMaxBandwidthOut = 101 } },
  { "InvalidInternetMaxBandwidthOut.NotSupportedValue", 400, { InternetMaxBandwidthOut = -1 } },
  { "InvalidParameter", 400, { DeleteInstanceOnFailure = "yes" } },
  { "InvalidParameter", 400, { ["AddAccount.1"] = "abc" } },
  { "InvalidParameter", 400, { Description = "broken \255 text" } },
  { "InvalidParameter", 400, { ClientToken = ("x"):rep(65) } },
  { "InvalidAddAccountSize.ExceededMaxNumber", 400, many("AddAccount", 21, "1") },
  { "InvalidToRegionIdSize.ExceededMaxNumber", 400, many("ToRegionId", 21, "cn-qingdao") },
  { "InvalidRegionId.NotFound", 404, { ["ToRegionId.1"] = "cn-atlantis" } },
  { "InvalidAdvancedOptions.ImageNameSuffix", 400, { ["AdvancedOptions.ImageNameSuffix"] = "on" } },
  { "InvalidParameter.RepairMode", 400, { RepairMode = "Some" } },
  { "MissingParameter.RepairMode", 404, { ["RepairItem.1"] = "fstab" } },
  { "InvalidParameterCombination", 400, { ["RepairItem.1"] = "fstab", RepairMode = "All" } },
  { "InvalidParameterCombination", 400, { ImageName = "one", ["ImageOptions.ImageName"] = "two" } },
  { "MissingParameter.ImportImageOptions", 404, { BaseImageType = "OSS", BaseImage = false } },
  { "MissingParameter.ImageOptionsDiskDeviceMappings", 404,
    { BaseImageType = "OSS", BaseImage = false, ["ImportImageOptions.OSType"] = "linux" } },
  { "MissingParameter.ImportImageOptionsDiskDeviceMappingsOSSObject", 404,
    oss({ ["ImportImageOptions.DiskDeviceMappings.1.OSSObject"] = false }) },
  { "MissingParameter.ImportImageOptionsDiskDeviceMappingsOSSBucket", 404,
    oss({ ["ImportImageOptions.DiskDeviceMappings.1.OSSBucket"] = false }) },
  { "InvalidParameter.ImportImageOptionsDiskDeviceMappingsOSSBucket", 400,
    oss({ ["ImportImageOptions.DiskDeviceMappings.1.OSSBucket"] = "-bucket" }) },
  { "InvalidParameter.ImportImageOptionsDiskDeviceMappingsFormat", 400,
    oss({ ["ImportImageOptions.DiskDeviceMappings.1.Format"] = "ISO" }) },
  { "InvalidOperation.DiskImageSizeExceeded", 400,
    oss({ ["ImportImageOptions.DiskDeviceMappings.1.DiskImageSize"] = "2049" }) },
  { "InvalidParameter.ImportImageOptionsArchitecture", 400, oss({ ["ImportImageOptions.Architecture"] = "mips" }) },
  { "InvalidParameter.ImportImageOptionsOSType", 400, oss({ ["ImportImageOptions.OSType"] = "dos" }) },
  { "InvalidParameter.ImportImageOptionsBootMode", 400, oss({ ["ImportImageOptions.BootMode"] = "coreboot" }) },
  { "InvalidParameter.ImportImageOptionsPlatform", 400, oss({ ["ImportImageOptions.Platform"] = "Slackware" }) },
  { "InvalidParameter.ImportImageOptionsLicenseType", 400, oss({ ["ImportImageOptions.LicenseType"] = "GPL" }) },
  { "InvalidParameter.ImportImageOptionsFeaturesNvmeSupport", 400,
    oss({ ["ImportImageOptions.Features.NvmeSupport"] = "auto" }) },
  { "InvalidTagCount", 400, tags(21) },
  { "Duplicate.TagKey", 400, { ["Tag.1.Key"] = "a", ["Tag.2.Key"] = "a" } },
  { "Duplicate.TagKey", 400, { ["Tag.1.Key"] = "a", ["Tag.2.Key"] = "A" } },
  { "InvalidTagKey.Malformed", 400, { ["Tag.1.Key"] = "", ["Tag.1.Value"] = "v" } },
  { "InvalidTagKey.Malformed", 400, { ["Tag.1.Key"] = "aliyun.x" } },
  { "InvalidTagKey.Malformed", 400, { ["Tag.1.Key"] = "acs:x" } },
  { "InvalidTagKey.Malformed", 400, { ["Tag.1.Key"] = "see http://x" } },
  { "InvalidTagKey.Malformed", 400, { ["Tag.1.Key"] = ("k"):rep(129) } },
  { "InvalidTagValue.Malformed", 400, { ["Tag.1.Key"] = "k", ["Tag.1.Value"] = ("v"):rep(129) } },
  { "InvalidTagValue.Malformed", 400, { ["Tag.1.Key"] = "k", ["Tag.1.Value"] = "acs:v" } },
  { "InvalidTagValue.Malformed", 400, { ["Tag.1.Key"] = "k", ["Tag.1.Value"] = "a https://v" } },
  { "InvalidTagKey.Malformed", 400, { ["ImageOptions.ImageTags.1.Key"] = "acs:x" } },
}

describe("CreateImagePipeline", function()
  before_each(function()
    fresh({ now = 1767225600 })
  end)

  for what, params in pairs(accepted) do
    it("accepts " .. what, function()
      local status, reply = client:create(params)
      assert.are.equal(200, status, reply.Code)
      assert.is_truthy(reply.ImagePipelineId:match("^ip%-bp1%w+$"))
      assert.is_truthy(reply.RequestId:match("^%x+%-%x+%-%x+%-%x+%-%x+$"))
    end)
  end

  for i, row in ipairs(refused) do
    it("refuses with " .. row[1] .. " (row " .. i .. ")", function()
      local status, reply, headers = client:create(row[3])
      assert.are.same({ row[2], row[1] }, { status, reply.Code })
      assert.are.equal(headers["x-acs-request-id"], reply.RequestId)
      assert.are.equal("ecs.cn-hangzhou.aliyuncs.com", reply.HostId)
      assert.is_truthy(reply.Recommend:find("q=" .. row[1], 1, true))
      assert.is_true(#reply.Message > 10)
      assert.are.equal(0, #client.emulator:state().pipelines)
    end)
  end

  it("knows which ids exist once it was told", function()
    fresh({ known = { images = { "m-bp1example" }, instance_types = { "ecs.g7.large" }, vswitches = {},
      resource_groups = { "rg-1" } } })
    local function code(params)
      local status, reply = client:create(params)
      return reply.Code and { status, reply.Code } or { status }
    end
    assert.are.same({ 200 }, code({ InstanceType = "ecs.g7.large", ResourceGroupId = "rg-1" }))
    assert.are.same({ 404, "InvalidImage.NotFound" }, code({ BaseImage = "m-other" }))
    assert.are.same({ 404, "InvalidInstanceType.NotFound" }, code({ InstanceType = "ecs.t1" }))
    assert.are.same({ 404, "InvalidVSwitchId.NotFound" }, code({ VSwitchId = "vsw-1" }))
    assert.are.same({ 404, "InvalidResourceGroup.NotFound" }, code({ ResourceGroupId = "rg-2" }))
  end)

  it("stops at the quota of a region", function()
    fresh({ limits = { pipelines = 2 } })
    client:create()
    client:create()
    local status, reply = client:create()
    assert.are.same({ 400, "QuotaExceed.ImagePipeline" }, { status, reply.Code })
    assert.are.equal(200, (client:create({ RegionId = "cn-beijing" })))
  end)

  it("gives the same ids to the same seed", function()
    local _, one = client:create()
    fresh()
    local _, two = client:create()
    fresh({ seed = "another" })
    local _, three = client:create()
    assert.are.equal(one.ImagePipelineId, two.ImagePipelineId)
    assert.are.equal(one.RequestId, two.RequestId)
    assert.are_not.equal(one.ImagePipelineId, three.ImagePipelineId)
  end)

  it("refuses imports by their rules", function()
    local function code(more)
      return select(2, client:create(oss(more))).Code
    end
    local many_disks = {}
    for i = 2, 18 do
      many_disks["ImportImageOptions.DiskDeviceMappings." .. i .. ".OSSBucket"] = "bucket"
      many_disks["ImportImageOptions.DiskDeviceMappings." .. i .. ".OSSObject"] = "disk.raw"
    end
    assert.equal("InvalidImportImageOptionsDiskDeviceMappings.LengthLimitExceeded", code(many_disks))
    assert.equal("InvalidParameter.ImportImageOptionsBootMode", code({
      ["ImportImageOptions.Architecture"] = "arm64", ["ImportImageOptions.BootMode"] = "BIOS" }))
    for _, object in ipairs({ "http://x", "/x", "\\x" }) do
      assert.equal("InvalidParameter.ImportImageOptionsDiskDeviceMappingsOSSObject", code({
        ["ImportImageOptions.DiskDeviceMappings.1.OSSObject"] = object }))
    end
  end)
end)
