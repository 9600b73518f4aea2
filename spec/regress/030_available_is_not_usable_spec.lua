-- An image can have the status Available and `Usable = false` (terraform-provider-alicloud #10176): no instance and no
-- build can start from it. The library read the status alone. image.wait_available and image.copy with wait = true
-- ended with such an image; image.latest, image.list with most_recent = true and the fingerprint of a build chose it;
-- prune kept it as "the newest" and deleted the one that worked; build_if_changed called it the image of the last good
-- build; execution.wait returned it, or a copy that had failed, as an image of the build without a word.
local availability = require("ecs_pipeline.find.availability")
local builds = require("spec.support.changed_builds")
local internal_client = require("spec.support.internal_client")
local paginator = require("ecs_pipeline.paging.paginator")
local virtual = require("spec.support.virtual")

local client, emulator, platform

before_each(function()
  client, emulator, platform = virtual.client()
end)

local function put(name, month, more)
  local record = { ImageName = name, CreationTime = ("2026-%02d-01T00:00:00Z"):format(month) }
  for key, value in pairs(more or {}) do
    record[key] = value
  end
  return emulator:put("images", record).ImageId
end

-- From the given second on, the image is as `changes` say.
local function later(seconds, id, changes)
  local sleep, ends = platform.sleep, emulator:now() + seconds
  changes.ImageId = id
  platform.sleep = function(pause)
    sleep(pause)
    if emulator:now() >= ends then
      emulator:put("images", changes)
    end
  end
end

describe("an image that is Available and not usable", function()
  it("is waited for until it can be used", function()
    local id = put("web", 1, { Usable = false })
    later(100, id, { Usable = true })
    local image = assert(client.image.wait_available(id, { poll = 10 }))
    assert.same({ true, 10 }, { image.usable, #platform.slept })
  end)

  it("ends a wait with what is wrong with it, when the time is up", function()
    local id = put("web", 1, { Usable = false })
    local image, message, err = client.image.wait_available(id, { timeout = 60 })
    assert.is_nil(image)
    assert.same({ "timeout", "WAIT_TIMEOUT", false }, { err.kind, err.code, err.image.usable })
    assert.matches(id:gsub("%-", "%%-") .. " is still Available, but not usable %(Usable = false%) after 60 s", message)
    assert.matches("wait again", err.hint)
  end)

  it("is no finished copy", function()
    local source = put("web", 1)
    local copies = assert(client.image.copy(source, { to_region_id = "cn-beijing", name = "web" }))
    emulator:advance(301)
    emulator:put("images", { ImageId = copies.id, RegionId = "cn-beijing", Usable = false })
    local _, message, err = client.image.copy(source, { to_region_id = "cn-beijing", name = "web" },
      { wait = true, timeout = 60 })
    assert.same({ "timeout", "cn-beijing" }, { err.kind, err.region })
    assert.matches("not usable", message)
  end)

  it("is not the newest: of a filter, of a list, of a family, unless it is asked for", function()
    local good = put("web-1", 1, { ImageFamily = "web" })
    local bad = put("web-2", 2, { ImageFamily = "web", Usable = false })
    local filter = { name_regex = "^web", most_recent = true, owners = "self" }
    assert.same({ good, good, good, good }, { assert(client.image.latest({ name_regex = "^web" })).id,
      assert(client.image.latest("web")).id, assert(client.image.latest({ family = "web", owners = "self" })).id,
      assert(client.image.list(filter))[1].id })
    filter.usable = false
    assert.equal(bad, assert(client.image.list(filter))[1].id)
    assert.same({ bad }, { assert(client.image.latest({ name_regex = "^web", usable = false })).id })
    assert.equal(1, #assert(client.image.list({ owners = "self", usable = true })))
    assert.equal(2, #assert(client.image.list({ owners = "self" })))
    emulator:put("images", { ImageId = good, Status = "Deprecated" })
    local _, _, err = client.image.latest("web")
    assert.equal("not_found", err.kind)
  end)

  it("is what its family has, if the service shows it to no one by its id", function()
    put("web-1", 1, { ImageFamily = "web" })
    emulator:fault({ kind = "error", code = "InvalidImageId.NotFound", action = "DescribeImages" })
    assert.equal("web-1", assert(client.image.latest("web")).name)
    emulator:fault({ kind = "error", code = "Forbidden.RAM", action = "DescribeImages" })
    local _, message, err = client.image.latest("web")
    assert.equal("denied", err.kind)
    assert.matches("^image.latest: ", message)
  end)

  it("does not count among the newest that prune keeps, and is not deleted while it is new", function()
    put("web-1", 1)
    put("web-2", 2)
    put("web-3", 3, { Usable = false })
    local result = assert(client.image.prune({ name_regex = "^web", keep = 1, apply = true }))
    assert.same({ "web-3", "not_usable", "web-2", "newest", 1 }, { result.keep[1].name, result.keep[1].reason,
      result.keep[2].name, result.keep[2].reason, #result.deleted })
    put("web-4", 4)
    result = assert(client.image.prune({ name_regex = "^web", keep = 1, apply = true }))
    assert.same({ "web-4", 2 }, { result.keep[1].name, #result.deleted })
    put("web-5", 5, { Usable = false })
    assert.equal(2, #assert(client.image.prune({ name_regex = "^web", keep = 0 })).delete)
  end)

  it("leaves the base image of a family's pipelines to the one before it", function()
    put("web-1", 1, { ImageFamily = "web" })
    put("web-2", 2, { ImageFamily = "web", Usable = false })
    assert(client.pipeline.create({ base_image = "web", base_image_type = "IMAGE_FAMILY" }))
    local result = assert(client.image.prune({ image_family = "web", keep = 0 }))
    assert.same({ "web-1", "base_image" }, { result.keep[1].name, result.keep[1].reason })
  end)
end)

describe("a build whose image is Available and not usable", function()
  it("is built again", function()
    local id
    client, emulator, id = builds.scene()
    local image = builds.run(client, id).image_id
    emulator:put("images", { ImageId = image, Usable = false })
    local again = builds.run(client, id)
    assert.same({ "success", "image_unusable", "" }, builds.decision(again))
    assert.equal("the image of the last good build can no longer be used", again.why)
    assert.is_true(again.image_id ~= image)
  end)

  it("has no newest image of a family as its base that cannot be used", function()
    local id
    client, emulator, id = builds.scene({ base_image = "base", base_image_type = "IMAGE_FAMILY" })
    local good = put("base-1", 1, { ImageFamily = "base" })
    put("base-2", 2, { ImageFamily = "base", Usable = false })
    assert.equal(good, builds.run(client, id).base_image)
  end)

  it("says so, of its own region and of the others", function()
    local made = assert(client.pipeline.create({ name = "web", base_image = "m-1", base_image_type = "IMAGE",
      to_region_id = { "cn-beijing", "cn-shanghai" } }))
    local execution = assert(client.execution.start(made))
    emulator:advance(4000)
    for _, image in ipairs(emulator:state().images) do
      local states = { ["cn-hangzhou"] = { Usable = false }, ["cn-beijing"] = { Status = "CreateFailed" } }
      local state = states[image.RegionId]
      if state then
        state.ImageId, state.RegionId = image.ImageId, image.RegionId
        emulator:put("images", state)
      end
    end
    local result = assert(client.execution.wait(execution))
    assert.same({ "success", nil, 3 }, { result.outcome, result.images_missing, #emulator:state().images })
    assert.same({ ["cn-hangzhou"] = result.image_id .. " is Available, but not usable (Usable = false)",
      ["cn-beijing"] = result.images["cn-beijing"] .. " is CreateFailed" }, result.images_unusable)
  end)
end)

describe("a zone that is Available and without stock", function()
  it("is sold out", function()
    local calls = internal_client({ ["zone.available"] = { zones = {
      { id = "h", status = "Available", status_category = "WithStock" },
      { id = "i", status = "Available", status_category = "ClosedWithStock" },
      { id = "j", status = "Available", status_category = "WithoutStock" },
      { id = "k", status = "Available", status_category = "ClosedWithoutStock" },
    } } })
    assert.same({ h = {}, i = {} },
      availability.zones(calls, "zone.list", {}, "Zone", paginator.facts(), { deadline = 9 }))
  end)
end)
