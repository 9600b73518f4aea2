-- image.share: ten accounts a call, in one region or several.
local fake = require("spec.support.fake")
local virtual = require("spec.support.virtual")

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

  it("takes accounts as tables, and refuses what names none", function()
    local client, transport = fake.client({ fake.reply(200, { RequestId = "R" }) })
    local done = assert(client.image.share("m-1", { add_account = { account_id = "12", arn = "acs:…" },
      remove_account = { { id = "13" }, 14 } }))
    assert.same({ { "12" }, { "13", 14 } }, { done.added, done.removed })
    local sent = fake.parameters(transport.requests[1])
    assert.same({ "12", "13", "14" }, { sent["AddAccount.1"], sent["RemoveAccount.1"], sent["RemoveAccount.2"] })
    for _, row in ipairs({
      { { add_account = { name = "me" } }, "add_account", "add_account: the id of an account (got table with 1" },
      { { remove_account = { {} } }, "remove_account", "remove_account: the id of an account" },
      { { add_account = {}, remove_account = {} }, "add_account", "with at least one account" },
    }) do
      local _, message, err = client.image.share("m-1", row[1])
      assert.same({ "validation", row[2], false }, { err.kind, err.param, err.sent })
      assert.matches(row[3], message, nil, true)
    end
    assert.equal(1, #transport.requests)
  end)
end)

describe("image.share with regions", function()
  local client, emulator, source, copies

  before_each(function()
    client, emulator = virtual.client()
    source = emulator:put("images", { ImageName = "web" }).ImageId
    copies = assert(client.image.copy(source, { to_region_id = { "cn-beijing", "cn-shanghai" }, name = "web" }))
    emulator:advance(400)
  end)

  local function shared()
    local out = {}
    for index, image in ipairs(emulator:state().images) do
      out[index] = image.RegionId .. " " .. table.concat(image.SharedWith, " ")
    end
    return out
  end

  it("shares what a result names in each region", function()
    local done = assert(client.image.share(copies, { add_account = "12", regions = { "cn-beijing", "cn-shanghai" } }))
    assert.same({ { "12" }, { "12" } }, { done["cn-beijing"].added, done["cn-shanghai"].added })
    assert.same({ "cn-hangzhou ", "cn-beijing 12", "cn-shanghai 12" }, shared())
    assert(client.image.share({ images = copies.images }, { remove_account = "12", regions = { "cn-shanghai" } }))
    assert.same({ "cn-hangzhou ", "cn-beijing 12", "cn-shanghai " }, shared())
    assert.same({ "12" }, assert(client.image.share(copies, { add_account = "12" }, { region = "cn-beijing" })).added)
  end)

  it("finds the copies of an image, and takes the image itself at home", function()
    assert(client.image.share(source, { add_account = { "12", "13" },
      regions = { "cn-hangzhou", "cn-beijing", "cn-shanghai" } }))
    assert.same({ "cn-hangzhou 12 13", "cn-beijing 12 13", "cn-shanghai 12 13" }, shared())
    assert(client.image.share({ id = source, region_id = "cn-hangzhou" }, { remove_account = "13",
      regions = { "cn-hangzhou", "cn-beijing" } }, { region = "cn-qingdao" }))
    assert.same({ "cn-hangzhou 12", "cn-beijing 12", "cn-shanghai 12 13" }, shared())
  end)

  it("does what it can beside what fails, and finishes when it is called again", function()
    local _, message, err = client.image.share(source, { add_account = "12", regions = { "cn-qingdao", "cn-beijing" } })
    assert.same({ "not_found", "cn-qingdao", { "12" } }, { err.kind, err.region, err.partial["cn-beijing"].added })
    assert.matches("^image%.share: not found: cn%-qingdao: no image in cn%-qingdao has the tag of a copy", message)
    assert.matches("pass the result of image.copy", err.hint)
    err = select(3, client.image.share(copies, { add_account = "12", regions = { "cn-qingdao", "cn-shanghai" } }))
    assert.same({ "not_found", false, { "12" } },
      { err.kind, err.regions["cn-qingdao"].sent, err.partial["cn-shanghai"].added })
    local many = {}
    for number = 1, 11 do
      many[number] = tostring(number)
    end
    emulator:fault({ kind = "error", code = "Forbidden.RAM", action = "ModifyImageSharePermission", skip = 1 })
    err = select(3, client.image.share(source, { add_account = many, regions = { "cn-beijing" } }))
    assert.equal(10, #err.partial["cn-beijing"].added)
    assert.equal(11, #assert(client.image.share(source, { add_account = many, regions = { "cn-beijing" } }))
      ["cn-beijing"].added)
    emulator:fault({ kind = "error", code = "Forbidden.RAM", action = "DescribeImages", times = 9 })
    err = select(3, client.image.share(source, { add_account = "1", regions = { "cn-beijing" } }))
    assert.equal("denied", err.kind)
  end)

  it("refuses what names no image, and to do nothing", function()
    local regions = { "cn-beijing" }
    for _, row in ipairs({ { {}, { add_account = "1", regions = regions } }, { copies, { regions = regions } },
      { { images = { ["cn-beijing"] = "" } }, { add_account = "1", regions = regions } },
      { copies, { add_account = "1", regions = {} } } }) do
      assert.equal("validation", select(3, client.image.share(row[1], row[2])).kind)
    end
  end)
end)
