-- The snapshots behind images in the emulator: what makes them, what keeps them, what they are told of.
local snapshots = require("ecs_pipeline.emulator.snapshots")
local virtual = require("spec.support.virtual")

describe("the emulator's snapshots", function()
  it("come with an image that is built, copied or put, one for each disk, and outlive it", function()
    local client, emulator = virtual.client()
    local _, execution = virtual.build(client, emulator)
    emulator:advance(4000)
    local built = assert(client.execution.describe(execution)).image_id
    local copied = assert(client.image.copy(built, { to_region_id = "cn-beijing", name = "copy" })).id
    emulator:advance(400)
    emulator:put("images", { ImageName = "two", DiskDeviceMappings = { DiskDeviceMapping = {
      { SnapshotId = "s-1" }, { SnapshotId = "s-2" }, { SnapshotId = "" } } } })
    emulator:put("images", { ImageName = "shares",
      DiskDeviceMappings = { DiskDeviceMapping = { { SnapshotId = "s-1" } } } })
    emulator:put("images", { ImageName = "foreign", ImageOwnerAlias = "others" })
    local function there()
      local list = {}
      for index, one in ipairs(emulator:state().snapshots) do
        list[index] = one.RegionId .. " " .. one.SnapshotId
      end
      return list
    end
    local all = { "cn-hangzhou s-" .. built:sub(3), "cn-beijing s-" .. copied:sub(3), "cn-hangzhou s-1",
      "cn-hangzhou s-2" }
    assert.same(all, there())
    assert(client.image.delete(built))
    assert.same(all, there())
    assert.same({}, emulator:state().snapshots[1].Tags.Tag)
  end)

  it("are found by id; an image needs them; a disk may have been created from them", function()
    local store = { snapshots = {}, images = {} }
    local image = { region = "cn-hangzhou", reply = { DiskDeviceMappings = { DiskDeviceMapping = {
      { SnapshotId = "s-1" } } } } }
    snapshots.note_disks(store, image) -- not there: nothing to note
    snapshots.add(store, image)
    snapshots.add(store, image)
    assert.same({ 1, "s-1" }, { #store.snapshots, snapshots.find(store, "s-1").id })
    assert.is_nil(snapshots.find(store, "s-2"))
    assert.is_false(snapshots.in_use(store, "s-1"))
    store.images[1] = image
    assert.is_true(snapshots.in_use(store, "s-1"))
    assert.is_false(snapshots.in_use(store, "s-2"))
    snapshots.note_disks(store, image)
    assert.is_true(snapshots.find(store, "s-1").disk)
  end)
end)
