--- `ecs.snapshot`: the snapshots behind images. API: ECS 2014-05-26, DeleteSnapshot.
local snapshots = require("ecs_pipeline.image.snapshots")

local snapshot = {}

--- The group's functions for a client.
-- @tparam function current → internal client to use for this call
-- @treturn table group
function snapshot.bind(current)
  local group = {}

  --- Delete a snapshot. The image that was made from it must be deleted first; `image.prune` does
  -- both. Repeating is safe. API: DeleteSnapshot. Blocks while it sends (or yields).
  -- @function snapshot.delete
  -- @param wanted snapshot: its id, or a table with `id` or `snapshot_id`, and `region_id`. The API
  --   has no such parameter: the region chooses the endpoint
  -- @tparam ?table options call options, and
  --
  --   * `force`: true deletes it also if disks were created from it; they can then not be reset
  --   * `missing`: "ok" (default: it is a success if there is no such snapshot) or "error". The
  --     service may also say nothing about a snapshot that is missing
  -- @treturn[1] table `{ deleted, request_id }`: false if it did not exist
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; kind "conflict" while an image or a disk needs it
  function group.delete(wanted, given)
    return snapshots.run(current(), wanted, given)
  end

  return group
end

return snapshot
