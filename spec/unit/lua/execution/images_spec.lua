-- The images of a build, by region: copies are found by name, and what is not found is said to be missing.
local virtual = require("spec.support.virtual")

local client, emulator, events

before_each(function()
  events = {}
  client, emulator = virtual.client({ on_event = function(event)
    if event.type == "warning" then
      events[#events + 1] = event.message
    end
  end })
end)

local function template(more)
  local args = { base_image = "m-1", base_image_type = "IMAGE", name = "web",
    to_region_id = { "cn-beijing", "cn-hangzhou", "cn-shanghai" } }
  for name, value in pairs(more or {}) do
    args[name] = value
  end
  return assert(client.pipeline.create(args))
end

local function build(pipeline, before_wait)
  local execution = assert(client.execution.start(pipeline))
  emulator:advance(4000)
  if before_wait then
    before_wait()
  end
  return assert(client.execution.wait(execution))
end

local function id_in(region)
  for _, image in ipairs(emulator:state().images) do
    if image.RegionId == region and image.ExecutionId then
      return image.ImageId
    end
  end
end

local function wanted(...)
  local map = {}
  for _, region in ipairs({ ... }) do
    map[region] = id_in(region)
  end
  return map
end

describe("result.images", function()
  it("holds the image of each region, home included", function()
    local result = build(template())
    assert.same(wanted("cn-hangzhou", "cn-beijing", "cn-shanghai"), result.images)
    assert.equal(result.image_id, result.images["cn-hangzhou"])
    assert.is_nil(result.images_missing)
    assert.same({}, events)
  end)

  it("asks only for the image itself when there is no other region, and nothing at all without an image", function()
    local result = build(template({ to_region_id = { "cn-hangzhou" } }))
    assert.same({ ["cn-hangzhou"] = result.image_id }, result.images)
    assert.equal(1, emulator:state().count.DescribeImages)
    assert.is_nil(result.images_unusable)
    emulator:script_build({ outcome = "FAILED" })
    local before = emulator:state().count.DescribeImagePipelines
    assert.same({}, build(template({ name = "bad" })).images)
    assert.equal(before, emulator:state().count.DescribeImagePipelines)
  end)

  it("says which region has none", function()
    emulator:script_build({ outcome = "PARTITION_SUCCESS" })
    local result = build(template())
    assert.same(wanted("cn-hangzhou", "cn-beijing"), result.images)
    assert.same({ ["cn-shanghai"] = "no image named web_" .. result.execution_id }, result.images_missing)
    assert.matches("no image in cn%-shanghai", table.concat(events))
  end)

  it("goes by the bare name, and does not take an older image for the copy", function()
    emulator:put("images", { ImageName = "web", RegionId = "cn-beijing", CreationTime = "2020-01-01T00:00:00Z" })
    local result = build(template({ advanced_options = { image_name_suffix = "disable" } }))
    assert.equal("partial", result.outcome)
    assert.same(wanted("cn-hangzhou", "cn-shanghai"), result.images)
    assert.matches("is older than the build", result.images_missing["cn-beijing"])
  end)

  it("goes by what the image is called, or would be when it cannot be seen", function()
    local result = build(template({ image_options = { image_name = "prefix" } }), function()
      for _, image in ipairs(emulator:state().images) do
        emulator:put("images", { ImageId = image.ImageId, RegionId = image.RegionId, ImageName = "renamed" })
      end
    end)
    assert.same(wanted("cn-hangzhou", "cn-beijing", "cn-shanghai"), result.images)
    result = build(template({ image_options = { image_name = "prefix" } }), function()
      emulator:fault({ kind = "error", code = "Forbidden.RAM", action = "DescribeImages" })
    end)
    assert.is_nil(result.images_missing)
  end)

  it("does not take longer names for its own", function()
    local result = build(template(), function()
      for _, image in ipairs(emulator:state().images) do
        if image.RegionId == "cn-beijing" then
          emulator:put("images", { ImageId = image.ImageId, RegionId = image.RegionId,
            ImageName = image.ImageName .. "x" })
        end
      end
    end)
    assert.is_nil(result.images["cn-beijing"])
    assert.matches("no image named", result.images_missing["cn-beijing"])
  end)

  it("is not lost to failures", function()
    local result = build(template(), function()
      emulator:fault({ kind = "error", code = "Forbidden.RAM", action = "DescribeImages", times = 9 })
    end)
    assert.same({ "success", { ["cn-hangzhou"] = result.image_id } }, { result.outcome, result.images })
    assert.matches("^execution.wait: not permitted", result.images_missing["cn-beijing"])
    assert.is_string(result.images_missing["cn-shanghai"])
    assert.equal(2, #events)

    result = build(template({ name = "second" }), function()
      emulator:fault({ kind = "error", code = "Forbidden.RAM", action = "DescribeImagePipelines", times = 9 })
    end)
    assert.same({ ["cn-hangzhou"] = result.image_id }, result.images)
    assert.matches("not permitted", result.images_missing.unknown)
    assert.matches("copies in other regions are not known", events[3])
  end)

  it("repeats what fails for a while", function()
    local result = build(template(), function()
      emulator:fault({ kind = "throttle", action = "DescribeImages", times = 2 })
      emulator:fault({ kind = "error", code = "ServiceUnavailable", action = "DescribeImagePipelines" })
    end)
    assert.same(wanted("cn-hangzhou", "cn-beijing", "cn-shanghai"), result.images)
  end)
end)
