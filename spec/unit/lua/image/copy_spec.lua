-- image.copy: to one region or several, and waiting for the copies.
local fake = require("spec.support.fake")
local virtual = require("spec.support.virtual")

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
