-- image.wait_available: pauses, failures on the way, what it tells, what ends it.
local fake = require("spec.support.fake")
local tables = require("ecs_pipeline.tables")
local virtual = require("spec.support.virtual")

local function seen(status, progress)
  return fake.reply(200, { RequestId = "R", TotalCount = 1, Images = { Image = { { ImageId = "m-1", Status = status,
    Progress = progress } } } })
end

local NONE = fake.reply(200, '{"RequestId":"R","TotalCount":0,"Images":{"Image":[]}}')

-- → image, err, transport, platform, message
local function wait(script, options, client_options)
  local client, transport, platform = fake.client(script, client_options)
  local image, message, err = client.image.wait_available("m-1", options)
  return image, err, transport, platform, message
end

describe("image.wait_available", function()
  it("looks until the image is Available, less often while nothing changes", function()
    local image, _, transport, platform = wait({ seen("Waiting"), seen("Creating", "1%"), seen("Creating", "40%"),
      seen("Creating", "80%"), seen("Available") }, { poll = { min = 4, max = 8 } })
    assert.same({ "m-1", "Available" }, { image.id, image.status })
    assert.same({ 4, 4, 6, 8 }, platform.slept)
    assert.equal(5, #transport.requests)
  end)

  for _, status in ipairs({ "CreateFailed", "UnAvailable", "Deprecated" }) do
    it("ends with " .. status, function()
      local image, err, transport, _, message = wait({ seen("Creating"), seen(status) })
      assert.is_nil(image)
      assert.same({ "conflict", "m-1", status, 2 }, { err.kind, err.image_id, err.image.status, #transport.requests })
      assert.equal("image.wait_available: in conflict with the present state: m-1 is " .. status
        .. " and will not become Available", message)
    end)
  end

  it("goes on in a state that it does not know", function()
    assert.is_table((wait({ seen("Polishing"), seen("Available") })))
  end)

  local passing = {
    ["throttling"] = fake.refusal(400, "Throttling.User"),
    ["a lost answer"] = fake.lost(),
    ["no connection"] = fake.unsent(),
    ["a server error"] = fake.refusal(503, "ServiceUnavailable"),
    ["a gateway's page"] = fake.reply(502, "<html>bad gateway</html>"),
  }
  for label, failure in pairs(passing) do
    it("goes on after " .. label, function()
      local image, _, _, platform = wait({ seen("Creating"), failure, failure, seen("Available") },
        { poll = { min = 5, max = 15 }, retry = false })
      assert.equal("Available", image.status)
      assert.same({ 5, 5, 10 }, platform.slept)
    end)
  end

  local final = {
    denied = fake.refusal(403, "Forbidden.RAM"),
    credentials = fake.refusal(400, "InvalidAccessKeyId.NotFound"),
    validation = fake.refusal(400, "InvalidParamter"),
    not_found = NONE,
  }
  for kind, failure in pairs(final) do
    it("ends with what does not pass: " .. kind, function()
      local _, err, transport, _, message = wait({ seen("Creating"), failure })
      assert.same({ kind, "m-1", "Creating", 2 }, { err.kind, err.image_id, err.image.status, #transport.requests })
      assert.matches("^image.wait_available: ", message)
    end)
  end

  it("gives a new image a minute to show", function()
    assert.is_table((wait({ NONE, NONE, seen("Available") }, { poll = 20 })))
    local _, err, transport, platform = wait({ NONE }, { poll = 20 })
    assert.equal("not_found", err.kind)
    assert.is_nil(err.image)
    assert.same({ 4, { 20, 20, 20 } }, { #transport.requests, platform.slept })
  end)

  it("ends with its time, and its last pause with it", function()
    local _, err, transport, platform, message = wait({ seen("Creating") }, { timeout = 50, poll = 20 })
    assert.same({ "timeout", "WAIT_TIMEOUT", "Creating" }, { err.kind, err.code, err.image.status })
    assert.same({ 20, 20, 10 }, platform.slept)
    assert.equal(4, #transport.requests)
    assert.matches("m%-1 is still Creating after 50 s", message)
    message = select(5, wait({ fake.lost() }, { timeout = 29.6, retry = false }))
    assert.matches("still not visible after 30 s", message)
    message = select(5, wait({ seen(nil) }, { timeout = 30 }))
    assert.matches("m%-1 is still without a status after 30 s", message)
  end)

  it("tells how it goes, and lives with a listener that throws", function()
    local told, lines = {}, {}
    wait({ seen("Creating", "5%"), seen("Available", "100%") }, { poll = 10, on_progress = function(report)
      told[#told + 1] = report
      error("listener")
    end }, { log = function(_, text) lines[#lines + 1] = text end })
    local always = { operation = "image.wait_available", image_id = "m-1", region = "cn-hangzhou" }
    assert.same({ tables.merge({ phase = "creating", message = "m-1 is Creating (5 %)", status = "Creating",
      progress = 5, elapsed = 0 }, always), tables.merge({ phase = "ended", message = "m-1 is Available (100 %)",
      status = "Available", progress = 100, elapsed = 10 }, always) }, told)
    assert.matches("image.wait_available.*listener", table.concat(lines, "\n"))
  end)

  it("sees a copy come about", function()
    local client, emulator, platform = virtual.client({ region = "cn-beijing" })
    local id = emulator:put("images", { ImageName = "web" }).ImageId
    local copy = assert(client.image.copy({ id = id, region_id = "cn-hangzhou" }, { to_region_id = "cn-beijing" }))
    local image = assert(client.image.wait_available(copy, { poll = 60 }))
    assert.same({ copy.id, "web", 300 }, { image.id, image.name, #platform.slept * 60 })
  end)

  it("refuses what is no image and no option", function()
    local client = fake.client({ NONE })
    assert.equal("validation", select(3, client.image.wait_available({})).kind)
    assert.has_error(function() client.image.wait_available("m-1", { poll = -1 }) end)
    assert.has_error(function() client.image.wait_available("m-1", { accept = "x" }) end)
  end)
end)
