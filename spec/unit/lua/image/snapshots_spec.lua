-- image.prune{ snapshots = true }: the snapshots of what is deleted go too, none that is needed, and none is forgotten.
local virtual = require("spec.support.virtual")

local client, emulator, platform

before_each(function()
  client, emulator, platform = virtual.client()
end)

-- An image of January, February …; with the snapshots that are named, or one of its own.
local function put(name, month, snapshots, more)
  local record = { ImageName = name, CreationTime = ("2026-%02d-01T00:00:00Z"):format(month) }
  for key, value in pairs(more or {}) do
    record[key] = value
  end
  for index, id in ipairs(snapshots or {}) do
    record.DiskDeviceMappings = record.DiskDeviceMappings or { DiskDeviceMapping = {} }
    record.DiskDeviceMappings.DiskDeviceMapping[index] = { SnapshotId = id }
  end
  return emulator:put("images", record).ImageId
end

local function prune(more, options)
  local args = { name_regex = "^web", keep = 1, apply = true, snapshots = true }
  for name, value in pairs(more or {}) do
    args[name] = value
  end
  return client.image.prune(args, options)
end

local function ids(list)
  local out = {}
  for index, one in ipairs(list) do
    out[index] = (one.id or one.SnapshotId) .. (one.left and " left" or "")
  end
  return table.concat(out, " ")
end

-- What is at the service: snapshots, "!" behind those with the tag.
local function there()
  local out = {}
  for index, one in ipairs(emulator:state().snapshots) do
    out[index] = one.SnapshotId .. (one.Tags.Tag[1] and "!" or "")
  end
  return table.concat(out, " ")
end

describe("image.prune with snapshots", function()
  it("lists them without apply, and in a dry run", function()
    put("web-1", 1, { "s-1", "s-2" })
    put("web-2", 2, { "s-3" })
    for _, result in ipairs({ assert(prune({ apply = false })), assert(prune(nil, { dry_run = true })) }) do
      assert.same({ "s-1 s-2", "", "" },
        { ids(result.snapshots.delete), ids(result.snapshots.keep), table.concat(result.snapshots.deleted) })
    end
    assert.equal("s-1 s-2 s-3", there())
    local names = {}
    for name in pairs(assert(prune({ apply = false })).snapshots) do
      names[name] = true
    end
    assert.same({ delete = true, keep = true, deleted = true }, names)
    assert.is_nil(assert(prune({ snapshots = false, apply = false })).snapshots)
  end)

  it("deletes them after their image, and nothing the second time", function()
    local id = put("web-1", 1, { "s-1", "s-2" })
    put("web-2", 2, { "s-3" })
    local result = assert(prune())
    assert.same({ { id }, { "s-1", "s-2" }, {} }, { result.deleted, result.snapshots.deleted, result.failed })
    assert.equal("s-3", there())
    result = assert(prune())
    assert.same({ {}, {}, {} }, { result.deleted, result.snapshots.delete, result.snapshots.deleted })
  end)

  it("keeps one that an image needs which stays, whether the filter selects that or not", function()
    put("web-1", 1, { "s-1", "s-2" })
    local newest, other = put("web-2", 2, { "s-1" }), put("other", 1, { "s-1" })
    local result = assert(prune())
    table.sort(result.snapshots.keep[1].used_by)
    local users = { newest, other }
    table.sort(users)
    assert.same({ "s-2", "s-1", users }, { ids(result.snapshots.delete), ids(result.snapshots.keep),
      result.snapshots.keep[1].used_by })
    assert.equal("s-1", there())
  end)

  it("deletes one that two images share with the last of them", function()
    put("web-1", 1, { "s-1" })
    put("web-2", 2, { "s-1", "s-2" })
    put("web-3", 3, { "s-3" })
    assert.equal("s-1 s-2", ids(assert(prune({ apply = false })).snapshots.delete):gsub("s%-2 s%-1", "s-1 s-2"))
    assert.same({ 2, {} }, { #assert(prune()).snapshots.deleted, assert(prune()).snapshots.deleted })
    assert.equal("s-3", there())
  end)

  it("keeps the shared one, without its tag, if the second image is refused", function()
    put("web-1", 1, { "s-1" })
    put("web-2", 2, { "s-1" })
    put("web-3", 3, { "s-3" })
    emulator:fault({ kind = "error", code = "ImageIsExporting", action = "DeleteImage", skip = 1 })
    local _, _, err = prune()
    assert.same({ 1, {}, 1 }, { #err.partial.deleted, err.partial.snapshots.deleted, #err.partial.failed })
    assert.equal("s-1 s-3", there())
    assert.same({ "s-1" }, assert(prune()).snapshots.deleted)
  end)

  it("takes one that is gone already, and images without any", function()
    put("web-1", 1, { "s-1", "" })
    put("web-2", 2, { "s-2" })
    put("web-3", 3)
    emulator.store.snapshots = { emulator.store.snapshots[2] }
    local result = assert(prune({ keep = 0 }))
    assert.same({ 3, {}, 3 }, { #result.deleted, result.failed, #result.snapshots.deleted })
    assert.equal("", there())
  end)

  it("finds what an earlier call left, whatever its filter, and leaves to an image what it needs", function()
    for _, lost in ipairs({ "DeleteImage", "DeleteSnapshot" }) do
      client, emulator, platform = virtual.client()
      put("web-1", 1, { "s-1" })
      put("web-2", 2, { "s-2" })
      emulator:fault({ kind = "timeout", commit = lost == "DeleteImage", action = lost, times = 9 })
      local _, _, err = prune(nil, { retry = false })
      assert.is_truthy(err.partial)
      assert.equal("s-1! s-2", there())
      emulator.faults.script = {}
      local result = assert(client.image.prune({ name_regex = "^other", keep = 1, snapshots = true }))
      assert.same({ "s-1 left", {} }, { ids(result.snapshots.delete), result.snapshots.deleted })
      result = assert(client.image.prune({ name_regex = "^other", keep = 1, snapshots = true, apply = true }))
      assert.same({ { "s-1" }, "s-2" }, { result.snapshots.deleted, there() })
    end
  end)

  it("takes the tag from a snapshot whose image was not deleted after all, and stays", function()
    local id = put("web-1", 1, { "s-1" })
    put("web-2", 2, { "s-2" })
    emulator:fault({ kind = "lost_request", action = "DeleteImage", times = 9 })
    assert.is_nil((prune(nil, { retry = false })))
    assert.equal("s-1! s-2", there())
    emulator.faults.script = {}
    emulator:put("images", { ImageId = id, Usage = "instance" })
    local result = assert(prune())
    assert.same({ {}, {}, "s-1 s-2" }, { result.snapshots.delete, result.deleted, there() })
  end)

  it("waits a moment for the service to know that the image is gone", function()
    put("web-1", 1, { "s-1" })
    put("web-2", 2, { "s-2" })
    emulator:fault({ kind = "error", code = "SnapshotCreatedImage", action = "DeleteSnapshot", times = 3 })
    assert.same({ "s-1" }, assert(prune()).snapshots.deleted)
    assert.same({ 5, 5, 5 }, platform.slept)
  end)

  it("reports a snapshot that is refused, and goes on; the next call finds it", function()
    local id = put("web-1", 1, { "s-1" })
    put("web-2", 2, { "s-2" })
    put("web-3", 3, { "s-3" })
    emulator:fault({ kind = "error", code = "SnapshotCreatedDisk", action = "DeleteSnapshot", skip = 1 })
    local _, message, err = prune()
    assert.same({ 2, { "s-2" }, "s-1", id, "conflict" }, { #err.partial.deleted, err.partial.snapshots.deleted,
      err.partial.failed[1].id, err.partial.failed[1].image_id, err.kind })
    assert.matches("2 of 2 images were deleted; s%-1 was not", message)
    assert.same({ "s-1" }, assert(prune()).snapshots.deleted)
  end)

  it("forces what disks were created from only if images in use may go too", function()
    put("web-1", 1, { "s-1" }, { Usage = "instance" })
    put("web-2", 2, { "s-2" })
    assert.same({ "s-1" }, assert(prune({ in_use = "delete" })).snapshots.deleted)
  end)

  it("stops where a permission is missing, before it deletes an image without a trace", function()
    put("web-1", 1, { "s-1" })
    put("web-2", 2, { "s-2" })
    put("web-3", 3, { "s-3" })
    for action, images in pairs({ ListTagResources = 3, TagResources = 3, DeleteSnapshot = 2 }) do
      emulator:fault({ kind = "error", code = "Forbidden.RAM", action = action, times = 9 })
      local _, message, err = prune()
      assert.same({ "denied", images }, { err.kind, #emulator:state().images })
      assert.matches("^image%.prune: ", message)
      emulator.faults.script = {}
      if action == "DeleteSnapshot" then
        assert(prune())
        put("web-1", 1, { "s-1" })
        put("web-2", 2, { "s-2" })
      end
    end
    emulator:fault({ kind = "error", code = "Forbidden.RAM", action = "DescribeImages", skip = 1, times = 9 })
    assert.equal("denied", select(3, prune()).kind)
  end)

  it("does so in each of several regions", function()
    for _, region in ipairs({ "cn-hangzhou", "cn-beijing" }) do
      put("web-1", 1, { "s-1-" .. region }, { RegionId = region })
      put("web-2", 2, { "s-2-" .. region }, { RegionId = region })
    end
    local results = assert(prune({ regions = { "cn-hangzhou", "cn-beijing" } }))
    assert.same({ { "s-1-cn-hangzhou" }, { "s-1-cn-beijing" } },
      { results["cn-hangzhou"].snapshots.deleted, results["cn-beijing"].snapshots.deleted })
  end)
end)
