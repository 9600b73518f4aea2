-- DescribeImages and DescribeImageFromFamily of the emulator.
local emulators = require("ecs_pipeline.emulator")
local caller = require("spec.support.emulator_caller")

local emulator, client

local function fresh(options)
  options = options or {}
  options.now = 1767225600 -- 2026-01-01
  emulator = emulators.new(options)
  client = caller.new(emulator)
end

before_each(function()
  fresh()
end)

local function images(params)
  local status, reply = client:call("DescribeImages", params)
  assert(status == 200, reply.Code)
  return reply.Images.Image, reply
end

local function names(params)
  local list = {}
  for i, image in ipairs(images(params)) do
    list[i] = image.ImageName
  end
  return table.concat(list, " ")
end

local function put(more)
  local record = { ImageName = "own" }
  for name, value in pairs(more or {}) do
    record[name] = value
  end
  return emulator:put("images", record).ImageId
end

local function code(action, params)
  local status, reply = client:call(action, params)
  return { reply.Code or "ok", status }
end

describe("DescribeImages", function()
  it("shows ten at first, own ones before public ones, and counts all", function()
    put()
    local list, reply = images({})
    assert.are.same({ 10, "own", 1, 10, "cn-hangzhou" },
      { #list, list[1].ImageName, reply.PageNumber, reply.PageSize, reply.RegionId })
    assert.is_true(reply.TotalCount > 15)
    local last = math.ceil(reply.TotalCount / 10)
    assert.are.equal(reply.TotalCount % 10, #images({ PageNumber = last }))
    assert.are.equal(0, #images({ PageNumber = last + 1 }))
    assert.are.equal(reply.TotalCount, #images({ PageSize = 100 }))
  end)

  it("has several Ubuntu images, the newest not first", function()
    local list, newest = images({ ImageOwnerAlias = "system", ImageName = "ubuntu_22_04_x64*", PageSize = 100 }), ""
    assert.are.equal(2, #list)
    for _, image in ipairs(list) do
      newest = image.CreationTime > newest and image.CreationTime or newest
      assert.are.same({ "system", "linux", "x86_64", "Ubuntu", "Available" },
        { image.ImageOwnerAlias, image.OSType, image.Architecture, image.Platform, image.Status })
    end
    assert.are.equal("2024-09-29T03:21:54Z", newest)
  end)

  it("filters", function()
    local id = put({ ImageName = "web_exec-1", ImageFamily = "web", Usage = "instance", ResourceGroupId = "rg-1",
      CreationTime = "2025-06-01T12:00:30Z", Tags = { Tag = { { TagKey = "a", TagValue = "1" } } } })
    put({ ImageName = "db", Status = "Deprecated", CreationTime = "2024-01-01T00:00:00Z" })
    put({ ImageName = "foreign", ImageOwnerAlias = "others", ImageOwnerId = 12 })
    put({ ImageName = "bought", ImageOwnerAlias = "marketplace" })
    put({ ImageName = "community", ImageOwnerAlias = "others", IsPublic = true })
    put({ ImageName = "elsewhere", RegionId = "cn-beijing" })
    local self = "self"
    local rows = {
      { { ImageOwnerAlias = self }, "web_exec-1" },
      { { ImageOwnerAlias = self, Status = "ALL" }, "web_exec-1 db" },
      { { ImageOwnerAlias = self, Status = "Deprecated,Creating" }, "db" },
      { { ImageOwnerAlias = "marketplace" }, "bought" },
      { { ImageOwnerAlias = "others", ImageOwnerId = "12" }, "foreign" },
      { { ImageOwnerAlias = "others", IsPublic = "true" }, "community" },
      { { ImageId = id }, "web_exec-1" },
      { { ImageFamily = "web" }, "web_exec-1" },
      { { ImageName = "web" }, "web_exec-1" },
      { { ImageName = "w.b" }, "" },
      { { Usage = "instance" }, "web_exec-1" },
      { { ResourceGroupId = "rg-1" }, "web_exec-1" },
      { { ["Tag.1.Key"] = "a", ["Tag.1.Value"] = "1" }, "web_exec-1" },
      { { ["Tag.1.Key"] = "a", ["Tag.1.Value"] = "2" }, "" },
      { { SnapshotId = "s-" .. id:sub(3) }, "web_exec-1" },
      { { ["Filter.1.Key"] = "CreationStartTime", ["Filter.1.Value"] = "2025-06-01T12:00Z",
        ["Filter.2.Key"] = "CreationEndTime", ["Filter.2.Value"] = "2025-06-01T12:01Z" }, "web_exec-1" },
      { { ["Filter.1.Key"] = "CpuOnlineUpgrade", ["Filter.1.Value"] = "supported" }, "" },
      { { ImageOwnerAlias = self, RegionId = "cn-beijing" }, "elsewhere" },
      { { ImageOwnerAlias = self, IsSupportCloudinit = "false" }, "" },
      { { ImageOwnerAlias = self, Status = "Available", Usable = "true" }, "web_exec-1" },
    }
    for index, row in ipairs(rows) do
      assert.are.same({ index, row[2] }, { index, names(row[1]) })
    end
    assert.is_nil(names({ PageSize = 100 }):find("bought"), "marketplace images are shown when asked for")
    assert.are.equal(2, #images({ OSType = "windows" }))
    assert.are.equal(2, #images({ Architecture = "arm64" }))
  end)

  local refusals = {
    { { ImageOwnerAlias = "me" }, "InvalidImageOwnerAlias.ValueNotSupported", 400 },
    { { IsPublic = "true" }, "InvalidImageOwnerAlias.PublicImageUnsupported", 400 },
    { { ImageOwnerAlias = "self", ImageOwnerId = "1" }, "InvalidOperation.ImageOwnerIdUnsupported", 400 },
    { { Usage = "x" }, "InvalidUsage", 404 },
    { { OSType = "x" }, "InvalidOSType", 404 },
    { { Architecture = "x" }, "InvalidArchitecture", 404 },
    { { ["Filter.1.Key"] = "x", ["Filter.1.Value"] = "y" }, "InvalidFilterKey.NotFound", 404 },
    { { ["Filter.1.Key"] = "CreationStartTime", ["Filter.1.Value"] = "2025" }, "InvalidFilterValue", 404 },
    { { ["Filter.1.Key"] = "NetworkType", ["Filter.1.Value"] = "x" }, "InvalidFilterValue.NetworkType", 400 },
    { { Status = "Ready" }, "InvalidParamter", 400 },
    { { Status = "ALL,Available" }, "InvalidParamter", 400 },
    { { PageSize = 101 }, "InvalidParamter", 400 },
    { { PageNumber = 0 }, "InvalidParamter", 400 },
    { { Usable = "true" }, "MissingParameter.Status", 404 },
    { { DryRun = "true" }, "DryRunOperation", 400 },
    { { RegionId = "" }, "MissingParameter.RegionId", 404 },
  }
  for _, row in ipairs(refusals) do
    it("refuses with " .. row[2] .. " " .. next(row[1]), function()
      assert.are.same({ row[2], row[3] }, code("DescribeImages", row[1]))
    end)
  end

  it("refuses an instance type that is not there, and hides what was lost", function()
    fresh({ known = { instance_types = { "ecs.g6.large" } } })
    assert.are.same({ "InvalidInstanceType.ValueNotSupported", 400 },
      code("DescribeImages", { InstanceType = "ecs.x" }))
    assert.are.same({ "ok", 200 }, code("DescribeImages", { InstanceType = "ecs.g6.large" }))
    emulator:lose("images", "ubuntu_24_04_x64_20G_alibase_20240812.vhd")
    assert.are.equal("", names({ ImageName = "ubuntu_24" }))
  end)
end)

describe("DescribeImageFromFamily", function()
  local function latest(family)
    local _, reply = client:call("DescribeImageFromFamily", { ImageFamily = family })
    return reply.Image
  end

  it("answers the newest available one, or nothing", function()
    put({ ImageName = "new", ImageFamily = "web", CreationTime = "2025-02-01T00:00:00Z" })
    put({ ImageName = "old", ImageFamily = "web", CreationTime = "2025-01-01T00:00:00Z" })
    put({ ImageName = "bad", ImageFamily = "web", CreationTime = "2025-03-01T00:00:00Z", Status = "CreateFailed" })
    local image = latest("web")
    assert.are.same({ "new", "/dev/xvda" }, { image.ImageName, image.DiskDeviceMappings.DiskDeviceMapping[1].Device })
    assert.is_nil(image.Features)
    assert.are.equal("ubuntu_22_04_x64_20G_alibase_20240926.vhd", latest("acs:ubuntu_22_04_x64").ImageId)
    assert.is_nil(latest("none"))
    assert.are.same({ "MissingParameter.ImageFamily", 404 }, code("DescribeImageFromFamily", {}))
  end)
end)
