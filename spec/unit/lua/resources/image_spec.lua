-- ecs.image: filters on our side, the newest, deleting, sharing, copying.
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")
local virtual = require("spec.support.virtual")

-- A page of DescribeImages.
local function page(items, total)
  local list = {}
  for index, item in ipairs(items) do
    list[index] = type(item) == "table" and item or { ImageId = item, ImageName = "name of " .. item }
  end
  if #list == 0 then
    return fake.reply(200, '{"RequestId":"R","TotalCount":0,"PageSize":100,"Images":{"Image":[]}}')
  end
  return fake.reply(200, { RequestId = "R", TotalCount = total or #list, PageSize = 100, PageNumber = 1,
    Images = { Image = list } })
end

local function ids(list)
  local found = {}
  for index, item in ipairs(list) do
    found[index] = item.id
  end
  return table.concat(found, " ")
end

describe("image.list", function()
  local loose = {
    { ImageId = "m-1", ImageName = "ubuntu_20_04_x64_a", ImageOwnerAlias = "system", Status = "Available",
      CreationTime = "2024-01-01T00:00:00Z", OSType = "linux", Architecture = "x86_64", ImageFamily = "f" },
    { ImageId = "m-2", ImageName = "ubuntu_22_04_x64_b", ImageOwnerAlias = "system", Status = "Available",
      CreationTime = "2025-01-01T00:00:00Z", OSType = "linux", Architecture = "arm64", ResourceGroupId = "rg-1" },
    { ImageId = "m-3", ImageName = "", ImageOwnerAlias = "self", Status = "Deprecated", ImageOwnerId = 12,
      CreationTime = "2025-06-01T00:00:00Z", Usage = "instance",
      Tags = { Tag = { { TagKey = "env", TagValue = "prod" } } } },
    { ImageId = "m-4", ImageOwnerAlias = "others", CreationTime = "2023-06-01T00:00:00Z" },
  }
  local filters = { -- filter, what is left, what is sent: name, value
    { {}, "m-1 m-2 m-3 m-4" },
    { nil, "m-1 m-2 m-3 m-4" },
    { { name_regex = "^ubuntu_[0-9]+_[0-9]+_x64*" }, "m-1 m-2" },
    { { name_regex = "^ubuntu_[0-9]+_[0-9]+_x64*", owners = "system", most_recent = true }, "m-2", "ImageOwnerAlias",
      "system" },
    { { most_recent = true }, "m-3" },
    { { most_recent = false }, "m-1 m-2 m-3 m-4" },
    { { most_recent = true, name_regex = "^centos" }, "" },
    { { name = "ubuntu_20_04_x64" }, "m-4", "ImageName", "ubuntu_20_04_x64" },
    { { image_name = "ubuntu" }, "m-1 m-2 m-3 m-4", "ImageName", "ubuntu" },
    { { owners = "self" }, "m-3", "ImageOwnerAlias", "self" },
    { { image_owner_alias = "self" }, "m-3", "ImageOwnerAlias", "self" },
    { { image_owner_id = 12 }, "m-1 m-2 m-3 m-4", "ImageOwnerId", "12" },
    { { image_owner_id = "13" }, "m-1 m-2 m-4", "ImageOwnerId", "13" },
    { { status = "Available" }, "m-1 m-2 m-4", "Status", "Available" },
    { { status = { "Available", "Deprecated" } }, "m-1 m-2 m-3 m-4", "Status", "Available,Deprecated" },
    { { status = "ALL" }, "m-1 m-2 m-3 m-4", "Status", "ALL" },
    { { architecture = "arm64" }, "m-2 m-3 m-4", "Architecture", "arm64" },
    { { resource_group_id = "rg-2" }, "m-1 m-3 m-4", "ResourceGroupId", "rg-2" },
    { { image_family = "f" }, "m-1 m-2 m-3 m-4", "ImageFamily", "f" },
    { { tags = { env = "prod" } }, "m-3", "Tag.1.Value", "prod" },
    { { tags = { env = false } }, "m-1 m-2 m-4" },
    { { ids = "m-2" }, "m-2", "ImageId", "m-2" },
    { { image_id = { id = "m-2" }, usage = "none" }, "m-2", "Usage", "none" },
  }
  for index, row in ipairs(filters) do
    it("filters again on our side, case " .. index, function()
      local client, transport = fake.client({ page(loose) })
      assert.equal(row[2], ids(assert(client.image.list(row[1]))))
      local sent = fake.parameters(transport.requests[1])
      assert.same({ "DescribeImages", "100", "1" },
        { transport.requests[1].headers["x-acs-action"], sent.PageSize, sent.PageNumber })
      if row[3] then
        assert.equal(row[4], sent[row[3]])
      end
    end)
  end

  it("asks for ids one by one, in any state, and for names of all pages", function()
    local client, transport = fake.client({ page({ "m-1" }), page({}), page({ "m-3" }) })
    assert.equal("m-1 m-3", ids(assert(client.image.list({ ids = { "m-1", "m-2", "m-3", "m-1" } }))))
    assert.equal(3, #transport.requests)
    assert.matches("CreateFailed", fake.parameters(transport.requests[2]).Status)
    local full = {}
    for number = 1, 100 do
      full[number] = "m-" .. number
    end
    client, transport = fake.client({ page(full, 101), page({ "m-101" }, 101) })
    local list = assert(client.image.list())
    assert.same({ 101, 2, 101 }, { #list, #transport.requests, ecs.info(list).total_count })
  end)

  it("yields what fails as its last step, also for the newest", function()
    local full = {}
    for number = 1, 100 do
      full[number] = "m-" .. number
    end
    for _, filter in ipairs({ {}, { most_recent = true } }) do
      local client = fake.client({ page(full, 101), fake.refusal(403, "Forbidden.RAM") })
      local list, message, err = client.image.list(filter)
      assert.is_nil(list)
      assert.same({ "denied", filter.most_recent and 0 or 100 }, { err.kind, #err.partial })
      assert.matches("^image.list: not permitted", message)
    end
    local next_image = fake.client({ page({ "m-1" }) }).image.each({ most_recent = true })
    assert.equal("m-1", next_image().id)
    assert.is_nil(next_image())
    assert.is_nil(next_image())
  end)

  it("refuses what is no filter, before anything is sent", function()
    local client, transport = fake.client({ page({ "m-1" }) })
    for _, row in ipairs({ { { name_regex = "\\d" }, "name_regex" }, { { page_number = 2 }, "page_number" },
      { { most_recent = "yes" }, "most_recent" }, { { owner = "self" }, "owner" }, { { owners = "me" }, "owners" },
      { { status = "Ready" }, "status[1]" }, { { ids = { "" } }, "image_id" } }) do
      local list, _, err = client.image.list(row[1])
      assert.is_nil(list)
      assert.same({ "validation", row[2] }, { err.kind, err.param })
    end
    assert.equal(0, #transport.requests)
    assert.has_error(function() client.image.list("ubuntu") end)
  end)
end)

describe("image.describe", function()
  it("finds an image of any state", function()
    local client, transport = fake.client({ page({ { ImageId = "m-1", Status = "CreateFailed" } }), page({}) })
    assert.equal("CreateFailed", assert(client.image.describe("m-1")).status)
    assert.matches("CreateFailed", fake.parameters(transport.requests[1]).Status)
    local _, message, err = client.image.describe({ image_id = "m-2" })
    assert.same({ "not_found", "image.describe: not found: no image m-2 in cn-hangzhou [R]" }, { err.kind, message })
    assert.has_error(function() client.image.describe(7) end)
  end)
end)

describe("image.latest", function()
  local function family(image)
    return fake.reply(200, { RequestId = "R", Image = image })
  end

  it("asks the family, and lists when it answers nothing", function()
    local client, transport = fake.client({ family({ ImageId = "m-1", ImageFamily = "web" }) })
    local image = assert(client.image.latest("web", { region = "cn-beijing" }))
    assert.same({ "m-1", "cn-beijing" }, { image.id, ecs.info(image).region })
    assert.equal("DescribeImageFromFamily", transport.requests[1].headers["x-acs-action"])
    client, transport = fake.client({ fake.reply(200, { RequestId = "R" }), page({
      { ImageId = "m-1", CreationTime = "2024-01-01T00:00:00Z", ImageFamily = "web", Status = "Available" },
      { ImageId = "m-2", CreationTime = "2025-01-01T00:00:00Z", ImageFamily = "web", Status = "Available" },
      { ImageId = "m-3", CreationTime = "2025-02-01T00:00:00Z", ImageFamily = "other", Status = "Available" },
    }) })
    assert.equal("m-2", assert(client.image.latest({ family = "web" })).id)
    local sent = fake.parameters(transport.requests[2])
    assert.same({ "web", "Available" }, { sent.ImageFamily, sent.Status })
  end)

  it("lists for everything else, in the region asked for", function()
    local client, transport = fake.client({ page({ "m-1" }) })
    assert.equal("m-1", assert(client.image.latest({ name_regex = "m-1", region_id = "cn-qingdao" })).id)
    assert.same({ "DescribeImages", "cn-qingdao" },
      { transport.requests[1].headers["x-acs-action"], fake.parameters(transport.requests[1]).RegionId })
  end)

  it("says when there is none, what fails, and what is missing", function()
    local client = fake.client({ page({}) })
    local _, message, err = client.image.latest({ name_regex = "x", region_id = "cn-qingdao" })
    assert.same({ "not_found", "image.latest: not found: no available image that fits the filter in cn-qingdao" },
      { err.kind, message })
    client = fake.client({ fake.refusal(403, "Forbidden.RAM") })
    for _, given in ipairs({ "web", { name_regex = "x" } }) do
      _, message, err = client.image.latest(given)
      assert.equal("denied", err.kind)
      assert.matches("^image.latest: ", message)
    end
    for _, given in ipairs({ {}, { region_id = "cn-qingdao" }, { page_number = 1 } }) do
      err = select(3, client.image.latest(given))
      assert.equal("validation", err.kind)
    end
  end)
end)

describe("image.delete", function()
  local GONE = fake.refusal(404, "InvalidImageId.NotFound")
  local OK = fake.reply(200, { RequestId = "R" })

  it("deletes, also what is gone, unless told that it has to be there", function()
    local client, transport = fake.client({ OK, GONE })
    assert.is_true(assert(client.image.delete("m-1", { force = true })).deleted)
    assert.equal("true", fake.parameters(transport.requests[1]).Force)
    assert.is_false(assert(client.image.delete({ id = "m-1", region_id = "cn-beijing" })).deleted)
    assert.equal("cn-beijing", fake.parameters(transport.requests[2]).RegionId)
    client, transport = fake.client({ page({}), OK })
    local _, _, err = client.image.delete("m-1", { missing = "error" })
    assert.same({ "not_found", "image.delete", 1 }, { err.kind, err.operation, #transport.requests })
  end)

  it("takes a lost answer for the deletion when the image is gone then", function()
    local client = fake.client({ fake.lost(), GONE })
    assert.is_true(assert(client.image.delete("m-1")).deleted)
  end)

  local refusals = { "ImageUsingByInstance", "ImageUseShared", "ImageIsPublic", "OperationDenied.ImageCopying",
    "ImageIsImporting", "ImageIsExporting" }
  for _, code in ipairs(refusals) do
    it("is a conflict with " .. code, function()
      local client, transport = fake.client({ fake.refusal(403, code) })
      local _, _, err = client.image.delete("m-1")
      assert.same({ "conflict", code, 1 }, { err.kind, err.code, #transport.requests })
    end)
  end

  it("renders with dry_run", function()
    local client, transport = fake.client({ OK })
    local rendered = assert(client.image.delete("m-1", { dry_run = true, missing = "error" }))
    assert.equal("m-1", rendered.parameters.ImageId)
    assert.equal(0, #transport.requests)
  end)
end)

describe("image.share", function()
  it("sends ten accounts a call", function()
    local client, transport = fake.client({ fake.reply(200, { RequestId = "R" }) })
    local add = {}
    for number = 1, 23 do
      add[number] = 1000 + number
    end
    local done = assert(client.image.share("m-1", { add_account = add, remove_account = "7", is_public = false }))
    assert.same({ 23, { "7" }, "R", 3 }, { #done.added, done.removed, done.request_id, #transport.requests })
    local first, last = fake.parameters(transport.requests[1]), fake.parameters(transport.requests[3])
    assert.same({ "1010", "7", "false" }, { first["AddAccount.10"], first["RemoveAccount.1"], first.IsPublic })
    assert.same({ "1023" }, { last["AddAccount.3"], last["AddAccount.4"], last["RemoveAccount.1"], last.IsPublic })
  end)

  it("tells what was done before a failure, and refuses to do nothing", function()
    local add = {}
    for number = 1, 11 do
      add[number] = number
    end
    local client, transport = fake.client({ fake.reply(200, { RequestId = "R" }), fake.refusal(403, "Forbidden.RAM") })
    local _, _, err = client.image.share("m-1", { add_account = add })
    assert.same({ "denied", 10 }, { err.kind, #err.partial.added })
    err = select(3, client.image.share("m-1", {}))
    assert.equal("validation", err.kind)
    err = select(3, client.image.share("m-1", { add_account = { "me" } }))
    assert.equal("validation", err.kind)
    assert.equal(2, #transport.requests)
    assert.equal("1", client.image.share("m-1", { add_account = "1" }, { dry_run = true }).parameters["AddAccount.1"])
    assert.has_error(function() client.image.share("m-1") end)
  end)
end)

describe("image.copy", function()
  local function copied(id)
    return fake.reply(200, { RequestId = "R", ImageId = id })
  end

  it("copies to one region or several, with a token for each", function()
    local client, transport = fake.client({ copied("m-2"), copied("m-3") }, { default_tags = { team = "web" } })
    local done = assert(client.image.copy({ id = "m-1", region_id = "cn-qingdao" },
      { to_region_ids = { "cn-beijing", { id = "cn-shanghai" }, "cn-beijing" }, name = "web", tags = { a = "b" } }))
    assert.same({ "m-2", { ["cn-beijing"] = "m-2", ["cn-shanghai"] = "m-3" }, 2 },
      { done.id, done.images, #transport.requests })
    local first, second = fake.parameters(transport.requests[1]), fake.parameters(transport.requests[2])
    assert.same({ "m-1", "cn-qingdao", "cn-beijing", "web", "a", "team", "cn-shanghai" },
      { first.ImageId, first.RegionId, first.DestinationRegionId, first.DestinationImageName, first["Tag.1.Key"],
        first["Tag.2.Key"], second.DestinationRegionId })
    assert.is_true(first.ClientToken ~= second.ClientToken)
    client, transport = fake.client({ copied("m-2"), copied("m-3") })
    assert(client.image.copy("m-1", { to_region_id = { "cn-beijing", "cn-shanghai" } }, { client_token = "t" }))
    assert.equal("t-cn-shanghai", fake.parameters(transport.requests[2]).ClientToken)
    client, transport = fake.client({ copied("m-2") })
    assert(client.image.copy("m-1", { destination_region_id = "cn-beijing" }, { client_token = "t" }))
    assert.equal("t", fake.parameters(transport.requests[1]).ClientToken)
  end)

  it("keeps its token when an answer is lost", function()
    local client, transport = fake.client({ fake.lost(), copied("m-2") })
    assert(client.image.copy("m-1", { to_region_id = "cn-beijing" }))
    assert.equal(fake.parameters(transport.requests[1]).ClientToken,
      fake.parameters(transport.requests[2]).ClientToken)
  end)

  it("waits for another copy of the image to end, if it was told to be patient", function()
    local busy = fake.refusal(400, "OperationDenied.ImageCopyConflict")
    local client, transport, platform = fake.client({ copied("m-2"), busy, busy, copied("m-3") })
    local done = assert(client.image.copy("m-1", { to_region_id = { "cn-beijing", "cn-shanghai" } }))
    assert.same({ "m-3", 4, { 30, 30 } }, { done.images["cn-shanghai"], #transport.requests, platform.slept })
    client, transport = fake.client({ busy })
    local _, _, err = client.image.copy("m-1", { to_region_id = "cn-beijing" })
    assert.same({ "conflict", 1 }, { err.kind, #transport.requests })
    client, transport = fake.client({ busy })
    err = select(3, client.image.copy("m-1", { to_region_id = "cn-beijing" }, { wait = true, timeout = 70 }))
    assert.same({ "conflict", 4 }, { err.kind, #transport.requests })
  end)

  it("tells which copies were made before one failed", function()
    local client = fake.client({ copied("m-2"), fake.refusal(403, "QuotaExceed.Image") })
    local _, _, err = client.image.copy("m-1", { to_region_id = { "cn-beijing", "cn-shanghai" } })
    assert.same({ { ["cn-beijing"] = "m-2" }, "cn-shanghai" }, { err.images, err.region })
  end)

  it("waits until all copies are there, and says which is not", function()
    local client, emulator = virtual.client()
    local id = emulator:put("images", { ImageName = "web" }).ImageId
    emulator:script_copy({})
    emulator:script_copy({ outcome = "CreateFailed", seconds = 400 })
    local _, message, err = client.image.copy(id, { to_region_id = { "cn-beijing", "cn-shanghai" } }, { wait = true })
    assert.same({ "conflict", "cn-shanghai", "image.copy" }, { err.kind, err.region, err.operation })
    assert.matches("is CreateFailed and will not become Available", message)
    assert.equal("Available", assert(client.image.describe(err.images["cn-beijing"],
      { region = "cn-beijing" })).status)
  end)

  it("renders, and refuses what says too little", function()
    local client, transport = fake.client({ copied("m-2") })
    assert.equal("cn-beijing", client.image.copy("m-1", { to_region_id = "cn-beijing" }, { dry_run = true })
      .parameters.DestinationRegionId)
    assert.equal("web", client.render("image.copy", { id = "m-1", name = "web" }).parameters.DestinationImageName)
    for _, args in ipairs({ {}, { to_region_id = {} }, { to_region_id = "CN" },
      { to_region_id = "cn-beijing", wait = true } }) do
      local _, _, err = client.image.copy("m-1", args)
      assert.equal("validation", err.kind)
    end
    assert.equal(0, #transport.requests)
    assert.has_error(function() client.image.copy("m-1") end)
    assert.has_error(function() client.image.copy("m-1", {}, { name = "web" }) end)
  end)
end)

describe("functions that want an image", function()
  it("refuse what is none, and send nothing", function()
    local client, transport = fake.client({})
    for _, name in ipairs({ "describe", "delete", "share", "wait_available" }) do
      for _, wrong in ipairs({ {}, "" }) do
        local none, message, err = client.image[name](wrong, name == "share" and { add_account = "1" } or nil)
        assert.is_nil(none)
        assert.equal("validation", err.kind)
        assert.matches("^image." .. name .. ": ", message)
      end
    end
    assert.equal(0, #transport.requests)
  end)
end)
