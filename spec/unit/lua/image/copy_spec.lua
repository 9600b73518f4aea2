-- image.copy: to one region or several, again after any failure, and waiting for the copies.
local by_action = require("spec.support.by_action")
local fake = require("spec.support.fake")
local virtual = require("spec.support.virtual")

-- A service without copies that answers CopyImage as the list says, then as its last element says.
local function service(answers, options)
  local client, asked, platform = by_action({
    DescribeImages = fake.reply(200, '{"RequestId":"R","TotalCount":0,"Images":{"Image":[]}}'),
    CopyImage = function(_, n) return answers[math.min(n, #answers)] end,
  }, options)
  return client, function()
    local copies = {}
    for _, one in ipairs(asked) do
      copies[#copies + 1] = one.action == "CopyImage" and one.params or nil
    end
    return copies
  end, platform
end

describe("image.copy", function()
  local function copied(id)
    return { RequestId = "R", ImageId = id }
  end

  it("copies to one region or several, with a token for each", function()
    local client, copies = service({ copied("m-2"), copied("m-3") }, { default_tags = { team = "web" } })
    local done = assert(client.image.copy({ id = "m-1", region_id = "cn-qingdao" },
      { to_region_ids = { "cn-beijing", { id = "cn-shanghai" }, "cn-beijing" }, name = "web", tags = { a = "b" } }))
    assert.same({ "m-2", { ["cn-beijing"] = "m-2", ["cn-shanghai"] = "m-3" }, {}, 2 },
      { done.id, done.images, done.adopted, #copies() })
    local first, second = copies()[1], copies()[2]
    assert.same({ "m-1", "cn-qingdao", "cn-beijing", "web", "a", "ecs_pipeline:copy_of", "cn-qingdao/m-1", "team",
      "cn-shanghai" }, { first.ImageId, first.RegionId, first.DestinationRegionId, first.DestinationImageName,
      first["Tag.1.Key"], first["Tag.2.Key"], first["Tag.2.Value"], first["Tag.3.Key"], second.DestinationRegionId })
    assert.is_true(first.ClientToken ~= second.ClientToken)
    client, copies = service({ copied("m-2"), copied("m-3") })
    assert(client.image.copy("m-1", { to_region_id = { "cn-beijing", "cn-shanghai" } }, { client_token = "t" }))
    assert.equal("t-cn-shanghai", copies()[2].ClientToken)
    client, copies = service({ copied("m-2") })
    assert(client.image.copy("m-1", { destination_region_id = "cn-beijing" }, { client_token = "t" }))
    assert.equal("t", copies()[1].ClientToken)
  end)

  it("keeps its token when an answer is lost", function()
    local client, copies = service({ fake.lost(), copied("m-2") })
    assert(client.image.copy("m-1", { to_region_id = "cn-beijing" }))
    assert.equal(copies()[1].ClientToken, copies()[2].ClientToken)
  end)

  it("waits for another copy of the image to end, if it was told to be patient", function()
    local busy = fake.refusal(400, "OperationDenied.ImageCopyConflict")
    local client, copies, platform = service({ copied("m-2"), busy, busy, copied("m-3") })
    local done = assert(client.image.copy("m-1", { to_region_id = { "cn-beijing", "cn-shanghai" } }))
    assert.same({ "m-3", 4, { 30, 30 } }, { done.images["cn-shanghai"], #copies(), platform.slept })
    client, copies = service({ busy })
    local _, _, err = client.image.copy("m-1", { to_region_id = "cn-beijing" })
    assert.same({ "conflict", 1 }, { err.kind, #copies() })
    client, copies = service({ busy })
    err = select(3, client.image.copy("m-1", { to_region_id = "cn-beijing" }, { wait = true, timeout = 70 }))
    assert.same({ "conflict", 4 }, { err.kind, #copies() })
    assert.matches("call image.copy again with the same arguments", err.hint)
  end)

  it("goes on after a region that fails, and tells what was done", function()
    local client, copies = service({ copied("m-2"), fake.refusal(403, "QuotaExceed.Image"), copied("m-4") })
    local _, message, err = client.image.copy("m-1", { to_region_id = { "cn-beijing", "cn-shanghai", "cn-qingdao" } })
    assert.same({ { ["cn-beijing"] = "m-2", ["cn-qingdao"] = "m-4" }, "cn-shanghai", 3 },
      { err.images, err.region, #copies() })
    assert.equal(err.images, err.partial)
    assert.equal("QuotaExceed.Image", err.regions["cn-shanghai"].code)
    assert.matches("^image%.copy: [%w ]+: cn%-shanghai: ", message)
    client, copies = service({ fake.refusal(400, "InvalidAccessKeyId.NotFound") })
    err = select(3, client.image.copy("m-1", { to_region_id = { "cn-beijing", "cn-shanghai" } }))
    assert.same({ "credentials", 1 }, { err.kind, #copies() })
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
    local client, transport = fake.client({ fake.reply(200, copied("m-2")) })
    assert.equal("cn-beijing", client.image.copy("m-1", { to_region_id = "cn-beijing" }, { dry_run = true })
      .parameters.DestinationRegionId)
    assert.equal("web", client.render("image.copy", { id = "m-1", name = "web" }).parameters.DestinationImageName)
    for _, args in ipairs({ {}, { to_region_id = {} }, { to_region_id = "CN" },
      { to_region_id = "cn-beijing", wait = true } }) do
      local _, _, err = client.image.copy("m-1", args)
      assert.equal("validation", err.kind)
    end
    for _, nothing in ipairs({ {}, { name = "web" } }) do
      assert.equal("validation", select(3, client.image.copy(nothing, { to_region_id = "cn-beijing" })).kind)
    end
    assert.equal("validation", select(3, client.render("image.copy", { name = "web" })).kind)
    assert.equal(0, #transport.requests)
    assert.has_error(function() client.image.copy("m-1") end)
    assert.has_error(function() client.image.copy("m-1", {}, { name = "web" }) end)
  end)
end)

describe("image.copy, called again,", function()
  local client, emulator, source

  before_each(function()
    client, emulator = virtual.client()
    source = emulator:put("images", { ImageName = "web" }).ImageId
  end)

  local ALL = { "cn-beijing", "cn-shanghai", "cn-qingdao" }

  local function copy(more, options)
    local args = { to_region_id = ALL, name = "web-1" }
    for name, value in pairs(more or {}) do
      args[name] = value
    end
    return client.image.copy(source, args, options)
  end

  local function count()
    return #emulator:state().images - 1
  end

  it("adopts what is being made and what is there, and reports it", function()
    local first = assert(copy({ to_region_id = "cn-beijing" }))
    assert.same({}, first.adopted)
    local second = assert(copy())
    assert.same({ first.images, first.id, 3 }, { second.adopted, second.id, count() })
    local third = assert(copy(nil, { wait = true }))
    assert.same({ second.images, second.images, 3 }, { third.images, third.adopted, count() })
    assert.is_string(third.request_id)
  end)

  it("finishes what a failure left: a quota, a lost connection", function()
    emulator:fault({ kind = "error", code = "QuotaExceed.Image", action = "CopyImage", skip = 1 })
    emulator:fault({ kind = "lost_answer", action = "CopyImage", skip = 1 })
    local _, _, err = copy(nil, { retry = false })
    assert.same({ "cn-beijing", "cn-shanghai", "QuotaExceed.Image" },
      { next(err.images), err.region, err.regions["cn-shanghai"].code })
    local done = assert(copy())
    assert.same({ 3, done.images["cn-beijing"] }, { count(), done.adopted["cn-beijing"] })
  end)

  it("goes by source, name and key", function()
    local first = assert(copy({ to_region_id = "cn-beijing" }))
    local other = emulator:put("images", { ImageName = "other" }).ImageId
    local _, message, err = client.image.copy(other, { to_region_id = "cn-beijing", name = "web-1" })
    assert.same({ "conflict", "InvalidImageName.Duplicated", first.id }, { err.kind, err.code, err.image_id })
    assert.matches("do not say that it is this copy of " .. other:gsub("%-", "%%-"), err.hint)
    assert.matches("^image%.copy: ", message)
    emulator:advance(400)
    assert(copy({ to_region_id = "cn-beijing", name = "web-2" }))
    emulator:advance(400)
    err = select(3, copy({ to_region_id = "cn-beijing", encrypted = true }))
    assert.equal("InvalidImageName.Duplicated", err.code)
    local with_key = { to_region_id = "cn-beijing", name = "web-3", encrypted = true, kms_key_id = "k-1" }
    assert.equal(assert(copy(with_key)).id, assert(copy(with_key)).adopted["cn-beijing"])
    with_key.kms_key_id = "k-2"
    assert.equal("InvalidImageName.Duplicated", select(3, copy(with_key, { wait = true })).code)
  end)

  it("without a name adopts any copy of that image", function()
    local first = assert(client.image.copy(source, { to_region_id = "cn-beijing", name = "web-1" }))
    emulator:advance(1)
    assert.equal(first.id, assert(client.image.copy(source, { to_region_id = "cn-beijing" })).adopted["cn-beijing"])
    emulator:advance(400)
    local second = assert(client.image.copy(source, { to_region_id = "cn-beijing", name = "web-2" }))
    local last = assert(client.image.copy({ id = source, region_id = "cn-hangzhou" },
      { to_region_id = "cn-beijing" }, { region = "cn-qingdao" }))
    assert.same({ ["cn-beijing"] = second.id }, last.adopted)
  end)

  it("does not adopt what failed, and says what to do", function()
    emulator:script_copy({ outcome = "CreateFailed" })
    local first = assert(copy({ to_region_id = "cn-beijing" }))
    emulator:advance(400)
    local _, _, err = copy({ to_region_id = "cn-beijing" })
    assert.same({ "conflict", first.id }, { err.kind, err.image_id })
    assert.matches("is CreateFailed: delete it with image.delete, then copy again", err.hint)
    assert(client.image.delete(first.id, { region = "cn-beijing" }))
    assert.is_true(assert(copy({ to_region_id = "cn-beijing" })).id ~= first.id)
  end)

  it("tells after its time what to do, and then finishes", function()
    local _, message, err = copy(nil, { wait = true, timeout = 100 })
    assert.same({ "timeout", "WAIT_TIMEOUT", "cn-beijing" }, { err.kind, err.code, err.region })
    assert.matches("call image.copy again with the same arguments, it adopts them", err.hint)
    assert.matches("also failed: cn%-shanghai, cn%-qingdao; hint: copies go on", message)
    local done = assert(copy(nil, { wait = true }))
    assert.same({ err.images, 3 }, { done.adopted, count() })
  end)

  it("has no room for its tag beside twenty others", function()
    local tags = {}
    for number = 1, 20 do
      tags["key" .. number] = "v"
    end
    local first = assert(copy({ to_region_id = "cn-beijing", tags = tags }))
    assert.is_nil(assert(client.image.describe(first.id, { region = "cn-beijing" })).tags["ecs_pipeline:copy_of"])
    emulator:advance(400)
    assert.equal("InvalidImageName.Duplicated", select(3, copy({ to_region_id = "cn-beijing", tags = tags })).code)
    tags.key21 = "v"
    assert.equal("validation", select(3, copy({ to_region_id = "cn-qingdao", tags = tags })).kind)
  end)

  it("adopts what a request of the call before it makes at the last moment", function()
    for _, code in ipairs({ "InvalidImageName.Duplicated", "OperationDenied.ImageCopyConflict" }) do
      client, emulator = virtual.client()
      source = emulator:put("images", { ImageName = "web" }).ImageId
      local region = "cn-beijing"
      emulator:fault({ kind = "error", code = code, action = "CopyImage", commit = true })
      local done = assert(copy({ to_region_id = region }))
      assert.same({ done.id, 1 }, { done.adopted[region], count() })
    end
  end)

  it("fails when it may not look", function()
    emulator:fault({ kind = "error", code = "Forbidden.RAM", action = "DescribeImages", times = 9 })
    local _, message, err = copy({ to_region_id = "cn-beijing" })
    assert.same({ "denied", 0 }, { err.kind, count() })
    assert.matches("^image%.copy: ", message)
  end)
end)
