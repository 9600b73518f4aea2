--- DeleteSnapshot (ECS 2014-05-26). Codes and statuses: the page of 2025-12. It says both that a
-- missing snapshot is ignored and that it is InvalidSnapshotId.NotFound; here it is refused, as
-- DeleteImage refuses. The action has no RegionId: the endpoint stands for it, and ids are of one
-- region.

local errors = require("ecs_pipeline.emulator.errors")
local params = require("ecs_pipeline.emulator.params")
local snapshots = require("ecs_pipeline.emulator.snapshots")

local function delete(store, call)
  local id = params.text(call.flat, "SnapshotId")
  if not id then
    return nil, errors.new("MissingParameter", nil, 400)
  end
  local snapshot, index = snapshots.find(store, id)
  if not snapshot then
    return nil, errors.new("InvalidSnapshotId.NotFound")
  elseif snapshots.in_use(store, id) then
    return nil, errors.new("SnapshotCreatedImage")
  elseif snapshot.disk and not params.boolean(call.flat, "Force") then
    return nil, errors.new("SnapshotCreatedDisk")
  end
  table.remove(store.snapshots, index)
  return {}
end

return { version = "2014-05-26", ram = "ecs", actions = { DeleteSnapshot = delete } }
