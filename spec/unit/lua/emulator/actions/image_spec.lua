-- DeleteImage, CopyImage, ModifyImageSharePermission and ModifyImageAttribute of the emulator.
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

describe("DeleteImage", function()
  it("deletes an own image, in its region only", function()
    local id = put()
    assert.are.same({ "InvalidImageId.NotFound", 404 }, code("DeleteImage", { ImageId = id, RegionId = "cn-beijing" }))
    assert.are.same({ "DryRunOperation", 400 }, code("DeleteImage", { ImageId = id, DryRun = "true" }))
    assert.are.same({ "ok", 200 }, code("DeleteImage", { ImageId = id }))
    assert.are.same({ "InvalidImageId.NotFound", 404 }, code("DeleteImage", { ImageId = id }))
    assert.are.same({ "MissingParameter.ImageId", 404 }, code("DeleteImage", {}))
    assert.are.same({ "InvalidImageId.NotFound", 404 },
      code("DeleteImage", { ImageId = "ubuntu_22_04_x64_20G_alibase_20240926.vhd" }))
  end)

  it("refuses one in use unless forced, a shared one, and a published one", function()
    local used, shared, public = put({ Usage = "instance" }), put(), put()
    assert.are.same({ "ImageUsingByInstance", 403 }, code("DeleteImage", { ImageId = used }))
    assert.are.same({ "ok", 200 }, code("DeleteImage", { ImageId = used, Force = "true" }))
    code("ModifyImageSharePermission", { ImageId = shared, ["AddAccount.1"] = "12" })
    assert.are.same({ "ImageUseShared", 403 }, code("DeleteImage", { ImageId = shared, Force = "true" }))
    code("ModifyImageSharePermission", { ImageId = public, IsPublic = "true" })
    assert.are.same({ "ImageIsPublic", 403 }, code("DeleteImage", { ImageId = public }))
    code("ModifyImageSharePermission", { ImageId = shared, ["RemoveAccount.1"] = "12" })
    code("ModifyImageSharePermission", { ImageId = public, IsPublic = "false" })
    assert.are.same({ { "ok", 200 }, { "ok", 200 } },
      { code("DeleteImage", { ImageId = shared }), code("DeleteImage", { ImageId = public }) })
  end)
end)

describe("CopyImage", function()
  local function copy(id, more)
    local params = { ImageId = id, DestinationRegionId = "cn-beijing" }
    for name, value in pairs(more or {}) do
      params[name] = value
    end
    local _, reply = client:call("CopyImage", params)
    return reply.ImageId, reply.Code
  end

  local function there(id)
    return images({ ImageId = id, RegionId = "cn-beijing", Status = "ALL" })[1]
  end

  it("makes an image that is there after a while", function()
    local id = put({ Size = 60 })
    local made = copy(id, { DestinationImageName = "web-2", DestinationDescription = "a copy", ResourceGroupId = "rg-2",
      ["Tag.1.Key"] = "k", ["Tag.1.Value"] = "v" })
    local image = there(made)
    assert.are.same({ "Creating", "0%", true, "web-2", "a copy", "rg-2", 60, "self", "2026-01-01T00:00:00Z" },
      { image.Status, image.Progress, image.IsCopied, image.ImageName, image.Description, image.ResourceGroupId,
        image.Size, image.ImageOwnerAlias, image.CreationTime })
    assert.are.same({ { TagKey = "k", TagValue = "v" } }, image.Tags.Tag)
    assert.are.equal(0, #images({ ImageId = made, RegionId = "cn-beijing" }))
    emulator:advance(150)
    assert.are.equal("50%", there(made).Progress)
    for _, row in ipairs({ { id, "cn-hangzhou" }, { made, "cn-beijing" } }) do
      assert.are.same({ "OperationDenied.ImageCopying", 403 },
        code("DeleteImage", { ImageId = row[1], RegionId = row[2] }))
    end
    emulator:advance(150)
    assert.are.same({ "Available", "100%" }, { there(made).Status, there(made).Progress })
    assert.are.same({ "ok", 200 }, code("DeleteImage", { ImageId = id }))
  end)

  it("goes as the script says", function()
    fresh({ copies = { seconds = 60, script = { { outcome = "CreateFailed", seconds = 30 } } } })
    local id = put()
    local made = copy(id)
    emulator:advance(30)
    assert.are.equal("CreateFailed", there(made).Status)
    emulator:script_copy({ seconds = 10 })
    made = copy(id, { DestinationImageName = "second" })
    emulator:advance(10)
    assert.are.equal("Available", there(made).Status)
    assert.has_error(function() emulator:script_copy({ at = 1 }) end)
    assert.has_error(function() emulator:script_copy({ seconds = "1" }) end)
    assert.has_error(function() emulator:script_copy(1) end)
    assert.has_error(function() emulators.new({ copies = { speed = 1 } }) end)
    assert.has_error(function() emulators.new({ copies = { script = { 1 } } }) end)
  end)

  it("answers a token again with the same copy", function()
    local id = put()
    local first = copy(id, { ClientToken = "t" })
    assert.are.equal(first, (copy(id, { ClientToken = "t" })))
    local _, refused = copy(id, { ClientToken = "t", DestinationImageName = "other" })
    assert.are.equal("IdempotentParameterMismatch", refused)
  end)

  it("refuses what cannot be copied", function()
    local id, public = put(), put({ ImageName = "public" })
    put({ ImageName = "taken", RegionId = "cn-beijing" })
    code("ModifyImageSharePermission", { ImageId = public, IsPublic = "true" })
    local failed = put({ ImageName = "failed", Status = "CreateFailed" })
    local rows = {
      { id, { DestinationRegionId = "" }, "MissingParameter.DestinationRegionId" },
      { id, { DestinationRegionId = "cn-nowhere" }, "DestinationRegion.NotFound" },
      { id, { DestinationRegionId = "cn-hangzhou" }, "IncorrectDestinationRegion" },
      { id, { DestinationImageName = "taken" }, "InvalidImageName.Duplicated" },
      { id, { DestinationImageName = "1" }, "InvalidImageName.Malformed" },
      { id, { DestinationImageName = "acs:x" }, "InvalidImageName.Malformed" },
      { id, { DestinationDescription = "http://x" }, "InvalidDescription.Malformed" },
      { id, { KMSKeyId = "k" }, "InvalidEncrypted.NotMatchKmsKeyId" },
      { id, { ["Tag.1.Key"] = "acs:x" }, "InvalidTagKey.Malformed" },
      { id, { DryRun = "true" }, "DryRunOperation" },
      { public, {}, "OperationDenied.CommunityImage" },
      { failed, {}, "IncorrectImageStatus" },
      { "m-none", {}, "InvalidImageId.NotFound" },
      { "ubuntu_22_04_x64_20G_alibase_20240926.vhd", {}, "InvalidImageId.NotFound" },
    }
    for index, row in ipairs(rows) do
      assert.are.same({ index, row[3] }, { index, select(2, copy(row[1], row[2])) })
    end
    copy(id)
    assert.are.equal("OperationDenied.ImageCopyConflict", select(2, copy(id, { DestinationImageName = "again" })))
  end)
end)

describe("ModifyImageSharePermission", function()
  it("adds and removes accounts, ten at a time, and ignores the rest", function()
    local id = put()
    local params = { ImageId = id }
    for number = 1, 11 do
      params["AddAccount." .. number] = 100 + number
    end
    assert.are.same({ "ok", 200 }, code("ModifyImageSharePermission", params))
    assert.are.equal(10, #emulator:state().images[1].SharedWith)
    assert.are.equal("True", images({ ImageId = id })[1].IsSelfShared)
    code("ModifyImageSharePermission", { ImageId = id, ["RemoveAccount.1"] = "101", ["AddAccount.1"] = "102" })
    assert.are.equal(9, #emulator:state().images[1].SharedWith)
    assert.are.same({ "InvalidAccount.NotFound", 404 },
      code("ModifyImageSharePermission", { ImageId = id, ["AddAccount.1"] = "me" }))
    assert.are.same({ "DryRunOperation", 400 }, code("ModifyImageSharePermission", { ImageId = id, DryRun = "true" }))
    assert.are.same({ "InvalidImageId.NotFound", 404 }, code("ModifyImageSharePermission", { ImageId = "m-none" }))
  end)
end)

describe("ModifyImageAttribute", function()
  it("changes what is given, and leaves the rest", function()
    local id = put({ Description = "old", ImageFamily = "old" })
    assert.are.same({ "ok", 200 }, code("ModifyImageAttribute", { ImageId = id, ImageName = "\233\149\156-web:1.4" }))
    local image = images({ ImageId = id })[1]
    assert.are.same({ "\233\149\156-web:1.4", "old", "old" }, { image.ImageName, image.Description, image.ImageFamily })
    code("ModifyImageAttribute", { ImageId = id, ImageFamily = "web.1", Description = "", ImageName = "" })
    code("ModifyImageAttribute", { ImageId = id, Description = "new" })
    image = images({ ImageName = "\233\149\156-web:1.4" })[1]
    assert.are.same({ id, "new", "web.1" }, { image.ImageId, image.Description, image.ImageFamily })
    local _, newest = client:call("DescribeImageFromFamily", { ImageFamily = "web.1" })
    assert.are.equal(id, newest.Image.ImageId)
  end)

  it("keeps names apart in a region, and lets an image keep its own", function()
    local id = put()
    put({ ImageName = "taken" })
    put({ ImageName = "there", RegionId = "cn-beijing" })
    assert.are.same({ "InvalidImageName.Duplicated", 400 },
      code("ModifyImageAttribute", { ImageId = id, ImageName = "taken" }))
    assert.are.same({ "ok", 200 }, code("ModifyImageAttribute", { ImageId = id, ImageName = "own" }))
    assert.are.same({ "ok", 200 }, code("ModifyImageAttribute", { ImageId = id, ImageName = "there" }))
    assert.are.same({ "ok", 200 }, code("ModifyImageAttribute", { ImageId = put(), ImageName = "free" }))
  end)

  it("refuses what breaks a rule, changes nothing then, and nothing in a dry run", function()
    local id = put({ Description = "old" })
    local rows = {
      { { ImageName = "w" }, "InvalidImageName.Malformed", 400 },
      { { ImageName = ("w"):rep(129) }, "InvalidImageName.Malformed", 400 },
      { { ImageName = "1web" }, "InvalidImageName.Malformed", 400 },
      { { ImageName = "aliyun-web" }, "InvalidImageName.Malformed", 400 },
      { { ImageName = "web-http://x" }, "InvalidImageName.Malformed", 400 },
      { { ImageFamily = "acs:web" }, "InvalidImageFamily.Malformed", 400 },
      { { ImageFamily = "web/1" }, "InvalidImageFamily.Malformed", 400 },
      { { Description = "x" }, "InvalidDescription.Malformed", 400 },
      { { Description = ("x"):rep(257) }, "InvalidDescription.Malformed", 400 },
      { { Description = "https://x" }, "InvalidDescription.Malformed", 400 },
      { { ImageName = "web", Description = "x" }, "InvalidDescription.Malformed", 400 },
      { { ImageName = "web", DryRun = "true" }, "DryRunOperation", 400 },
      { { ImageId = "m-none" }, "InvalidImageId.NotFound", 404 },
      { { ImageId = "" }, "MissingParameter.ImageId", 404 },
      { { RegionId = "cn-beijing" }, "InvalidImageId.NotFound", 404 },
      { { ImageId = "ubuntu_22_04_x64_20G_alibase_20240926.vhd" }, "InvalidImageId.NotFound", 404 },
    }
    for index, row in ipairs(rows) do
      row[1].ImageId = row[1].ImageId or id
      assert.are.same({ index, { row[2], row[3] } }, { index, code("ModifyImageAttribute", row[1]) })
    end
    local image = images({ ImageId = id })[1]
    assert.are.same({ "own", "old", "" }, { image.ImageName, image.Description, image.ImageFamily })
  end)

  it("refuses what is being created, a copy too", function()
    assert.are.same({ "InvalidStatus.ImageIsCreating", 403 },
      code("ModifyImageAttribute", { ImageId = put({ Status = "Creating" }), ImageName = "web" }))
    local _, made = client:call("CopyImage", { ImageId = put(), DestinationRegionId = "cn-beijing" })
    local change = { ImageId = made.ImageId, RegionId = "cn-beijing", ImageName = "web" }
    assert.are.same({ "InvalidStatus.ImageIsCreating", 403 }, code("ModifyImageAttribute", change))
    emulator:advance(300)
    assert.are.same({ "ok", 200 }, code("ModifyImageAttribute", change))
  end)
end)
