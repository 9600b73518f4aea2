-- ecs.image: filters on our side, the newest, modify. Other functions: spec/unit/lua/image.
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
    local client, transport = fake.client({ family({ ImageId = "m-1", ImageFamily = "web" }), page({ "m-1" }) })
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
    assert.same({ "not_found", "image.latest: not found: no available image that matches the filter in cn-qingdao" },
      { err.kind, message })
    client = fake.client({ fake.refusal(403, "Forbidden.RAM") })
    for _, given in ipairs({ "web", { name_regex = "x" } }) do
      message, err = select(2, client.image.latest(given))
      assert.equal("denied", err.kind)
      assert.matches("^image.latest: ", message)
    end
    for _, given in ipairs({ {}, { region_id = "cn-qingdao" }, { page_number = 1 } }) do
      err = select(3, client.image.latest(given))
      assert.equal("validation", err.kind)
    end
  end)
end)

describe("image.modify", function()
  it("sends what is given, and says which image it was", function()
    local client, transport = fake.client({ fake.reply(200, { RequestId = "R" }) })
    local done = assert(client.image.modify({ id = "m-1", region_id = "cn-beijing" },
      { name = "web-1.4", description = "tested", image_family = "web" }))
    assert.same({ "m-1", "m-1", "R" }, { done.id, done.image_id, done.request_id })
    local sent = fake.parameters(transport.requests[1])
    assert.same({ "m-1", "cn-beijing", "web-1.4", "tested", "web", nil },
      { sent.ImageId, sent.RegionId, sent.ImageName, sent.Description, sent.ImageFamily, sent.ClientToken })
    assert.equal("ModifyImageAttribute", transport.requests[1].headers["x-acs-action"])
    assert.equal("cn-beijing", ecs.info(done).region)
    assert(client.image.modify("m-1", { image_name = "web-1.5", extra = { BootMode = "UEFI" } }))
    sent = fake.parameters(transport.requests[2])
    assert.same({ "web-1.5", "UEFI" }, { sent.ImageName, sent.BootMode })
    assert.is_nil(sent.Description or sent.ImageFamily)
    assert(client.image.modify("m-1", { extra = { Status = "Deprecated" } }))
    assert.equal("Deprecated", fake.parameters(transport.requests[3]).Status)
  end)

  it("leaves its arguments alone", function()
    local client = fake.client({ fake.reply(200, { RequestId = "R" }) })
    local args = { name = "web" }
    assert(client.image.modify("m-1", args))
    assert.same({ name = "web" }, args)
  end)

  it("repeats what got no answer, because to set the same twice does no harm", function()
    local client, transport = fake.client({ fake.lost(), fake.reply(200, { RequestId = "R" }) })
    assert.equal("m-1", assert(client.image.modify("m-1", { name = "web" })).id)
    assert.equal(2, #transport.requests)
  end)

  it("refuses to change nothing, and what the service would take for nothing", function()
    local client, transport = fake.client({})
    local refused = {
      { {}, "name, description or image_family: one of them has to be given" },
      { { region_id = "cn-beijing" }, "one of them has to be given" },
      { { description = "" }, "description: " },
      { { name = "" }, "name: " },
      { { image_family = "" }, "image_family: " },
    }
    for _, row in ipairs(refused) do
      local none, message, err = client.image.modify("m-1", row[1])
      assert.is_nil(none)
      assert.equal("validation", err.kind)
      assert.is_truthy(message:find("image.modify: arguments refused: ", 1, true), message)
      assert.is_truthy(message:find(row[2], 1, true), message)
    end
    assert.equal(0, #transport.requests)
    assert.has_error(function() client.image.modify("m-1") end)
    assert.has_error(function() client.image.modify(1, { name = "web" }) end)
    assert.has_error(function() client.image.modify("m-1", { name = "web" }, { wait = true }) end)
  end)

  it("is rendered without being sent", function()
    local client, transport = fake.client({})
    local dry = assert(client.image.modify("m-1", { name = "web" }, { dry_run = true }))
    assert.same({ true, "web", nil }, { dry.dry_run, dry.parameters.ImageName, dry.image_id })
    local rendered = assert(client.render("image.modify", { id = "m-1", name = "web" }))
    assert.same(dry.parameters, rendered.parameters)
    assert.equal(0, #transport.requests)
  end)

  it("shows in what is read, and says what hinders", function()
    local client, emulator = virtual.client()
    local id = emulator:put("images", { ImageName = "web_exec-1", Description = "built" }).ImageId
    emulator:put("images", { ImageName = "taken" })
    assert(client.image.modify(id, { image_family = "web" }))
    assert.equal(id, assert(client.image.latest("web")).id)
    assert(client.image.modify(id, { name = "web-1.4", image_family = "web-2" }))
    local image = assert(client.image.describe(id))
    assert.same({ "web-1.4", "built", "web-2" }, { image.name, image.description, image.image_family })
    assert.same({ id }, { assert(client.image.list({ name = "web-1.4" }))[1].id })
    assert.equal("not_found", select(3, client.image.latest("web")).kind)
    local _, _, err = client.image.modify(id, { name = "taken" })
    assert.same({ "conflict", "InvalidImageName.Duplicated" }, { err.kind, err.code })
    assert.equal("not_found", select(3, client.image.modify("m-none", { name = "web" })).kind)
    local copy = assert(client.image.copy(id, { to_region_id = "cn-beijing" })).id
    err = select(3, client.image.modify({ id = copy, region_id = "cn-beijing" }, { name = "copied" }))
    assert.same({ "conflict", "wait until it has been created: image.wait_available" }, { err.kind, err.hint })
  end)
end)

describe("functions that want an image", function()
  it("refuse what is none, and send nothing", function()
    local client, transport = fake.client({})
    local args = { modify = { name = "web" }, share = { add_account = "1" } }
    for _, name in ipairs({ "describe", "delete", "modify", "share", "wait_available" }) do
      for _, wrong in ipairs({ {}, "" }) do
        local none, message, err = client.image[name](wrong, args[name])
        assert.is_nil(none)
        assert.equal("validation", err.kind)
        assert.matches("^image." .. name .. ": ", message)
      end
    end
    assert.equal(0, #transport.requests)
  end)
end)
