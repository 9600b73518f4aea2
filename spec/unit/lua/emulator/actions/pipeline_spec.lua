-- DescribeImagePipelines and DeleteImagePipeline: what comes back, in which form, page by page.

local emulators = require("ecs_pipeline.emulator")
local caller = require("spec.support.emulator_caller")

local emulator, client

before_each(function()
  emulator = emulators.new({ now = 1767225600 })
  client = caller.new(emulator)
end)

local function ids_of(reply)
  local ids = {}
  for i, pipeline in ipairs(reply.ImagePipeline.ImagePipelineSet) do
    ids[i] = pipeline.ImagePipelineId
  end
  return ids
end

local function create(more)
  local status, reply = client:create(more)
  assert(status == 200, reply.Code)
  return reply.ImagePipelineId
end

describe("a template read back", function()
  it("has the service's defaults", function()
    local id = create()
    local status, reply = client:describe({ ["ImagePipelineId.1"] = id })
    assert.are.equal(200, status)
    assert.are.same({
      ImagePipelineId = id, Name = id, BaseImage = "m-bp1example", BaseImageType = "IMAGE",
      SystemDiskSize = 40, InternetMaxBandwidthOut = 0, DeleteInstanceOnFailure = true,
      CreationTime = "2026-01-01T00:00:00Z", ResourceGroupId = "rg-acfmxazb4ph6aiy",
      AddAccounts = { AddAccount = {} }, ToRegionIds = { ToRegionId = {} }, Tags = { Tag = {} },
    }, reply.ImagePipeline.ImagePipelineSet[1])
    assert.are.same({ 1, 50, "" }, { reply.TotalCount, reply.MaxResults, reply.NextToken })
  end)

  it("has everything it was created with, numbers as numbers and ids as text", function()
    create({
      Name = "web", Description = "a template", InstanceType = "ecs.g7.large", VSwitchId = "vsw-1",
      ResourceGroupId = "rg-1", SystemDiskSize = 100, InternetMaxBandwidthOut = 20,
      DeleteInstanceOnFailure = "false", BuildContent = "RUN echo \"ü\"\r\nRUN true", TestContent = "RUN true",
      ["AddAccount.1"] = "1234567890123456", ["AddAccount.2"] = "2", ["ToRegionId.1"] = "cn-qingdao",
      ["Tag.1.Key"] = "b", ["Tag.1.Value"] = "1", ["Tag.2.Key"] = "a", ImageName = "prefix",
      ImageFamily = "family", NvmeSupport = "auto", RepairMode = "Customized", ["RepairItem.1"] = "fstab",
      ["ImageOptions.Description"] = "an image", ["ImageOptions.ImageTags.1.Key"] = "k",
      ["ImageOptions.ImageTags.1.Value"] = "v", ["AdvancedOptions.RetainCloudAssistant"] = "true",
    })
    local _, reply = client:describe()
    local got = reply.ImagePipeline.ImagePipelineSet[1]
    got.ImagePipelineId, got.CreationTime = nil, nil
    assert.are.same({
      Name = "web", Description = "a template", BaseImage = "m-bp1example", BaseImageType = "IMAGE",
      InstanceType = "ecs.g7.large", VSwitchId = "vsw-1", ResourceGroupId = "rg-1", SystemDiskSize = 100,
      InternetMaxBandwidthOut = 20, DeleteInstanceOnFailure = false, TestContent = "RUN true",
      BuildContent = "RUN echo \"ü\"\r\nRUN true", AddAccounts = { AddAccount = { "1234567890123456", "2" } },
      ToRegionIds = { ToRegionId = { "cn-qingdao" } }, RepairMode = "Customized",
      RepairItems = { RepairItem = { "fstab" } }, ImageName = "prefix", ImageFamily = "family", NvmeSupport = "auto",
      Tags = { Tag = { { TagKey = "b", TagValue = "1" }, { TagKey = "a", TagValue = "" } } },
      AdvancedOptions = { RetainCloudAssistant = true },
      ImageOptions = { ImageName = "prefix", ImageFamily = "family", Description = "an image",
        ImageFeatures = { NvmeSupport = "auto" }, ImageTags = { ImageTag = { { TagKey = "k", TagValue = "v" } } } },
    }, got)
  end)

  it("shows a value given in the new place in the old one too", function()
    create({ ["ImageOptions.ImageName"] = "prefix", ["ImageOptions.ImageFeatures.NvmeSupport"] = "supported" })
    local _, reply = client:describe()
    local got = reply.ImagePipeline.ImagePipelineSet[1]
    assert.are.same({ "prefix", "supported" }, { got.ImageName, got.NvmeSupport })
  end)

  it("has an import's defaults, its disks, and tags spelled Key and Value", function()
    local disk = "ImportImageOptions.DiskDeviceMappings.1."
    create({ BaseImage = false, BaseImageType = "OSS", [disk .. "OSSBucket"] = "b", [disk .. "OSSObject"] = "o",
      [disk .. "DiskImageSize"] = 80, ["ImportImageOptions.Architecture"] = "arm64",
      ["ImportImageOptions.ImportImageTags.1.Key"] = "k", ["ImportImageOptions.ImportImageTags.1.Value"] = "v" })
    local _, reply = client:describe()
    assert.are.same({
      Architecture = "arm64", BootMode = "UEFI", OSType = "linux", Platform = "Others Linux", LicenseType = "Auto",
      RetentionStrategy = "RetainNever", Features = { ImdsSupport = "v1", NvmeSupport = "unsupported" },
      DiskDeviceMappings = { DiskDeviceMapping = { { OSSBucket = "b", OSSObject = "o", DiskImageSize = 80 } } },
      ImportImageTags = { ImportImageTag = { { Key = "k", Value = "v" } } },
    }, reply.ImagePipeline.ImagePipelineSet[1].ImportImageOptions)
  end)

  it("writes empty lists as lists and whole numbers without a fraction", function()
    create()
    local request = client:request("DescribeImagePipelines")
    local _, _, body = emulator:handle("POST", "/?" .. request.query, request.headers, "")
    assert.is_truthy(body:find('"AddAccount":[]', 1, true))
    assert.is_truthy(body:find('"SystemDiskSize":40[,}]'))
  end)
end)

describe("filters", function()
  local one, two, three

  before_each(function()
    one = create({ Name = "web", ["Tag.1.Key"] = "env", ["Tag.1.Value"] = "prod", ["Tag.2.Key"] = "team" })
    two = create({ Name = "web-2", ["Tag.1.Key"] = "env", ["Tag.1.Value"] = "test" })
    three = create({ Name = "web", ResourceGroupId = "rg-1", RegionId = "cn-beijing" })
  end)

  local function found(params)
    local status, reply = client:describe(params)
    assert.are.equal(200, status, reply.Code)
    assert.are.equal(#reply.ImagePipeline.ImagePipelineSet, reply.TotalCount)
    return ids_of(reply)
  end

  it("see only their own region", function()
    assert.are.same({ one, two }, found())
    assert.are.same({ three }, found({ RegionId = "cn-beijing" }))
    assert.are.same({}, found({ RegionId = "cn-shanghai" }))
  end)

  it("by id, name, tags and resource group, all at once", function()
    assert.are.same({ one, two }, found({ ["ImagePipelineId.1"] = two, ["ImagePipelineId.2"] = one }))
    assert.are.same({}, found({ ["ImagePipelineId.1"] = "ip-nothing" }))
    assert.are.same({ one }, found({ Name = "web" }))
    assert.are.same({ two }, found({ ["Tag.1.Key"] = "env", ["Tag.1.Value"] = "test" }))
    assert.are.same({ one, two }, found({ ["Tag.1.Key"] = "env" }))
    assert.are.same({ one }, found({ ["Tag.1.Key"] = "env", ["Tag.2.Key"] = "team" }))
    assert.are.same({}, found({ ["Tag.1.Key"] = "env", ["Tag.1.Value"] = "prod", Name = "web-2" }))
    assert.are.same({ three }, found({ ResourceGroupId = "rg-1", RegionId = "cn-beijing" }))
  end)

  it("take 20 ids, not 21, and no malformed name", function()
    local params = {}
    for i = 1, 20 do
      params["ImagePipelineId." .. i] = "ip-" .. i
    end
    assert.are.same({}, found(params))
    params["ImagePipelineId.21"] = "ip-21"
    local status, reply = client:describe(params)
    assert.are.same({ 400, "InvalidImagePipelineIdSize.ExceededMaxNumber" }, { status, reply.Code })
    status, reply = client:describe({ Name = "http://x" })
    assert.are.same({ 400, "InvalidName.Malformed" }, { status, reply.Code })
  end)
end)

describe("paging", function()
  local ids

  before_each(function()
    ids = {}
    for i = 1, 7 do
      ids[i] = create()
    end
  end)

  local function walk(size, between)
    local all, sizes = {}, {}
    local token, total
    repeat
      local status, reply = client:describe({ MaxResults = size, NextToken = token })
      assert.are.equal(200, status, reply.Code)
      for _, id in ipairs(ids_of(reply)) do
        all[#all + 1] = id
      end
      sizes[#sizes + 1] = #reply.ImagePipeline.ImagePipelineSet
      token, total = reply.NextToken, reply.TotalCount
      if between then
        between()
        between = nil
      end
    until token == ""
    return all, sizes, total
  end

  it("gives every template once", function()
    local all, sizes, total = walk(3)
    assert.are.same(ids, all)
    assert.are.same({ 3, 3, 1 }, sizes)
    assert.are.equal(7, total)
  end)

  it("ends without an empty page", function()
    local _, sizes = walk(7)
    assert.are.same({ 7 }, sizes)
  end)

  it("stays right while templates go away", function()
    local all = walk(3, function()
      client:delete(ids[1])
    end)
    assert.are.same(ids, all)
  end)

  it("takes 1 to 500 a page and 50 by itself", function()
    for _, size in ipairs({ 0, 501, "x", "-1" }) do
      local status, reply = client:describe({ MaxResults = size })
      assert.are.same({ 400, "InvalidParameter" }, { status, reply.Code })
    end
    assert.are.equal(200, (client:describe({ MaxResults = 500 })))
    local _, reply = client:describe()
    assert.are.equal(50, reply.MaxResults)
  end)

  it("refuses a token that is not its own, or of another question", function()
    local _, reply = client:describe({ MaxResults = 3 })
    local token = reply.NextToken
    local function code(params)
      local status, answer = client:describe(params)
      return { status, answer.Code }
    end
    assert.are.same({ 403, "Invalid.NextToken" }, code({ NextToken = "nonsense" }))
    assert.are.same({ 403, "Invalid.NextToken" }, code({ NextToken = token .. "0" }))
    assert.are.same({ 403, "Invalid.NextToken" }, code({ NextToken = token, RegionId = "cn-beijing" }))
    assert.are.same({ 200 }, code({ NextToken = token }))
  end)
end)

describe("DeleteImagePipeline", function()
  it("takes a template away, once", function()
    local id = create()
    local status, reply = client:delete(id)
    assert.are.equal(200, status)
    assert.is_truthy(reply.RequestId)
    status, reply = client:delete(id)
    assert.are.same({ 404, "InvalidImagePipeline.NotFound" }, { status, reply.Code })
    assert.are.equal(0, #emulator:state().pipelines)
  end)

  it("does not reach into another region, nor work without an id", function()
    local id = create()
    local _, reply = client:call("DeleteImagePipeline", { ImagePipelineId = id, RegionId = "cn-beijing" })
    assert.are.equal("InvalidImagePipeline.NotFound", reply.Code)
    local status
    status, reply = client:call("DeleteImagePipeline", {})
    assert.are.same({ 404, "MissingParameter.ImagePipelineId" }, { status, reply.Code })
  end)

  it("is refused while an execution runs, and takes finished ones along", function()
    local id, other = create(), create()
    emulator:put("executions", { ImagePipelineId = id, Status = "SUCCESS" })
    emulator:put("executions", { ImagePipelineId = other, Status = "BUILDING" })
    assert.are.equal(200, (client:delete(id)))
    local status, reply = client:delete(other)
    assert.are.same({ 403, "InvalidImagePipeline.HasRunningExecution" }, { status, reply.Code })
    local executions = emulator:state().executions
    assert.are.equal(1, #executions)
    assert.is_truthy(executions[1].ExecutionId:find("^exec%-"))
  end)
end)
