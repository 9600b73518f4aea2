-- The images that builds leave: names, ids, tags, copies, and names that are taken.

local emulators = require("ecs_pipeline.emulator")
local caller = require("spec.support.emulator_caller")

local emulator, client

local function fresh(options)
  options = options or {}
  options.now = 1767225600
  emulator = emulators.new(options)
  client = caller.new(emulator)
end

before_each(function()
  fresh()
end)

local function create(more)
  local status, reply = client:create(more)
  assert(status == 200, reply.Code)
  return reply.ImagePipelineId
end

local function start(id)
  local status, reply = client:start(id)
  assert(status == 200, reply.Code)
  return reply.ExecutionId
end

describe("an image", function()
  local function names()
    local list = {}
    for i, image in ipairs(emulator:state().images) do
      list[i] = image.RegionId .. " " .. image.ImageName
    end
    return list
  end

  it("is called prefix_execution, the template's name being the prefix when it has none", function()
    local named, plain, bare = create({ ImageName = "app", Name = "web" }), create({ Name = "web" }), create()
    local one, two, three = start(named), start(plain), start(bare)
    emulator:advance(2400)
    assert.are.same({ "cn-hangzhou app_" .. one, "cn-hangzhou web_" .. two, "cn-hangzhou " .. bare .. "_" .. three },
      names())
  end)

  it("has the template's tags, family and description, and the execution that made it", function()
    local id = create({ ["ImageOptions.ImageFamily"] = "family", ["ImageOptions.Description"] = "an image",
      ["ImageOptions.ImageTags.1.Key"] = "k", ["ImageOptions.ImageTags.1.Value"] = "v", ["Tag.1.Key"] = "template",
      ResourceGroupId = "rg-1", SystemDiskSize = 60 })
    local execution = start(id)
    emulator:advance(2100)
    local image = emulator:state().images[1]
    assert.are.equal(client:execution(execution).ImageId, image.ImageId)
    assert.is_truthy(image.ImageId:find("^m%-"))
    assert.are.same({ { TagKey = "k", TagValue = "v" } }, image.Tags.Tag)
    assert.are.same({ "family", "an image", "rg-1", 60, "Available", "self", 1511928242963727, false },
      { image.ImageFamily, image.Description, image.ResourceGroupId, image.Size, image.Status, image.ImageOwnerAlias,
        image.ImageOwnerId, image.IsCopied })
    assert.are.same({ id, execution, "2026-01-01T00:35:00Z" },
      { image.ImagePipelineId, image.ExecutionId, image.CreationTime })
  end)

  it("has the time at which it came about, however late it is looked at", function()
    start(create({ ["ToRegionId.1"] = "cn-beijing" }))
    emulator:advance(864000)
    local images = emulator:state().images
    assert.are.same({ "2026-01-01T00:35:00Z", "2026-01-01T00:50:00Z" },
      { images[1].CreationTime, images[2].CreationTime })
  end)

  it("is copied into each target region under its own id, not twice into its own", function()
    local execution = start(create({ ["ToRegionId.1"] = "cn-beijing", ["ToRegionId.2"] = "cn-hangzhou",
      ["ToRegionId.3"] = "cn-shanghai", Name = "web" }))
    emulator:advance(2999)
    local name = " web_" .. execution
    assert.are.same({ "cn-hangzhou" .. name }, names())
    emulator:advance(1)
    assert.are.same({ "cn-hangzhou" .. name, "cn-beijing" .. name, "cn-shanghai" .. name }, names())
    local images, ids = emulator:state().images, {}
    for _, image in ipairs(images) do
      ids[image.ImageId] = true
    end
    assert.are.same({ true, true, true }, { ids[images[1].ImageId], ids[images[2].ImageId], ids[images[3].ImageId] })
    assert.is_true(images[1].ImageId ~= images[2].ImageId and images[2].ImageId ~= images[3].ImageId)
    emulator:advance(300)
    assert.are.equal("SUCCESS", client:execution(execution).Status)
    assert.are.same({ false, true, true }, { images[1].IsCopied, images[2].IsCopied, images[3].IsCopied })
  end)

  it("is missing in the last region when the distribution fails", function()
    emulator:script_build({ outcome = "PARTITION_SUCCESS" })
    local execution = start(create({ ["ToRegionId.1"] = "cn-beijing", ["ToRegionId.2"] = "cn-shanghai", Name = "web" }))
    emulator:advance(4000)
    assert.are.same({ "cn-hangzhou web_" .. execution, "cn-beijing web_" .. execution }, names())
  end)

  local bare = { Name = "web", ["AdvancedOptions.ImageNameSuffix"] = "disable" }

  it("has the bare name when the suffix is off, and the second build fails by it", function()
    local id = create(bare)
    start(id)
    emulator:advance(2400)
    assert.are.same({ "cn-hangzhou web" }, names())
    local execution = start(id)
    emulator:advance(2100)
    assert.are.equal("RELEASING", client:execution(execution).Status)
    emulator:advance(300)
    local last = client:execution(execution)
    assert.are.equal("FAILED", last.Status)
    assert.are.same({ "InvalidImageName.Duplicated",
      "The specified ImageName already exists in the region cn-hangzhou." }, { last.ErrorCode, last.ErrorInfo })
    assert.is_nil(last.ImageId)
    assert.are.same({ "cn-hangzhou web" }, names())
  end)

  it("of the build that is done first gets the name", function()
    local slow, fast = create(bare), create(bare)
    emulator:script_build({ stall = 600 })
    local late = start(slow)
    emulator:advance(60)
    local early = start(fast)
    emulator:advance(86400)
    assert.are.same({ "SUCCESS", "FAILED" }, { client:execution(early).Status, client:execution(late).Status })
  end)

  it("spoils the distribution when its bare name is taken in a target region", function()
    local there = create({ Name = "web", ["AdvancedOptions.ImageNameSuffix"] = "disable", RegionId = "cn-beijing" })
    client:start(there, { RegionId = "cn-beijing" })
    local execution = start(create({ Name = "web", ["AdvancedOptions.ImageNameSuffix"] = "disable",
      ["ToRegionId.1"] = "cn-beijing", ["ToRegionId.2"] = "cn-shanghai" }))
    emulator:advance(4000)
    local now = client:execution(execution)
    assert.are.same({ "PARTITION_SUCCESS", "InvalidImageName.Duplicated" }, { now.Status, now.ErrorCode })
    assert.are.same({ "cn-beijing web", "cn-hangzhou web", "cn-shanghai web" }, names())
  end)

  it("is not made by a build that was cancelled just before", function()
    local execution = start(create())
    emulator:advance(2099)
    assert.are.equal(200, (client:cancel(execution)))
    emulator:advance(86400)
    assert.are.same({ {}, "CANCELLED" }, { names(), client:execution(execution).Status })
  end)

  it("can be the base of the next template", function()
    fresh({ known = { images = { "m-bp1example" } } })
    local execution = start(create())
    emulator:advance(2400)
    local made = client:execution(execution).ImageId
    local id = create({ BaseImage = made })
    start(id)
    local _, reply = client:create({ BaseImage = "m-other" })
    assert.are.equal("InvalidImage.NotFound", reply.Code)
    emulator:lose("images", made)
    emulator:advance(2400)
    _, reply = client:start(id)
    assert.are.equal("InvalidImagePipeline.BaseImageNotFound", reply.Code)
  end)

  it("stays when the clock is turned back, and is not made twice", function()
    local execution = start(create())
    emulator:advance(2400)
    assert.are.equal(1, #emulator:state().images)
    emulator:advance(-2400)
    assert.are.equal("PREPARING", client:execution(execution).Status)
    emulator:advance(-60)
    assert.are.equal("PREPARING", client:execution(execution).Status)
    emulator:advance(5000)
    assert.are.same({ "SUCCESS", 1 }, { client:execution(execution).Status, #emulator:state().images })
  end)

  it("has the platform of the public image that it was built on", function()
    local _, made = client:create({ BaseImage = "ubuntu_22_04_x64_20G_alibase_20240926.vhd" })
    assert.equal(200, (client:start(made.ImagePipelineId)))
    emulator:advance(4000)
    local _, reply = client:call("DescribeImages", { ImageOwnerAlias = "self" })
    assert.equal("Ubuntu 22.04 64 bit", reply.Images.Image[1].OSName)
  end)
end)
