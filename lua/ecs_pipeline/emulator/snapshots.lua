--- The snapshots behind the account's images, kept as { number, id, region, tags, disk }: `disk`
-- says that a disk was created from it. They stay when their image is deleted.

local M = {}

local function ids_of(image)
  local list = {}
  for _, disk in ipairs(image.reply.DiskDeviceMappings.DiskDeviceMapping) do
    if (disk.SnapshotId or "") ~= "" then
      list[#list + 1] = disk.SnapshotId
    end
  end
  return list
end

--- The snapshot of this id and its place in the store, or nil.
function M.find(store, id)
  for index, snapshot in ipairs(store.snapshots) do
    if snapshot.id == id then
      return snapshot, index
    end
  end
  return nil
end

--- Puts an image's snapshots into the store.
function M.add(store, image)
  for _, id in ipairs(ids_of(image)) do
    if not M.find(store, id) then
      store.snapshots[#store.snapshots + 1] = { number = #store.snapshots + 1, id = id,
        region = image.region, tags = {} }
    end
  end
end

--- From now on a disk was created from each snapshot of the image.
function M.note_disks(store, image)
  for _, id in ipairs(ids_of(image)) do
    local snapshot = M.find(store, id)
    if snapshot then
      snapshot.disk = true
    end
  end
end

--- Does an image of the account have this snapshot?
function M.in_use(store, id)
  for _, image in ipairs(store.images) do
    for _, used in ipairs(ids_of(image)) do
      if used == id then
        return true
      end
    end
  end
  return false
end

return M
