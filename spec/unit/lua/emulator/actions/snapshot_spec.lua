-- DeleteSnapshot of the emulator, and tags of snapshots.
local emulators = require("ecs_pipeline.emulator")
local caller = require("spec.support.emulator_caller")

local emulator, client, image, id

before_each(function()
  emulator = emulators.new()
  client = caller.new(emulator)
  image = emulator:put("images", { ImageName = "web", Usage = "instance" }).ImageId
  id = emulator:state().snapshots[1].SnapshotId
end)

local function delete(more)
  local params = { SnapshotId = id }
  for name, value in pairs(more or {}) do
    params[name] = value
  end
  local status, reply = client:call("DeleteSnapshot", params)
  return status, reply.Code
end

describe("DeleteSnapshot", function()
  it("needs the image deleted, and force if disks were created from it", function()
    assert.same({ 403, "SnapshotCreatedImage" }, { delete({ Force = "true" }) })
    assert.equal(200, (client:call("DeleteImage", { ImageId = image, Force = "true" })))
    assert.same({ 403, "SnapshotCreatedDisk" }, { delete() })
    assert.same({ 200 }, { delete({ Force = "true" }) })
    assert.same({ 404, "InvalidSnapshotId.NotFound" }, { delete() })
    assert.same({}, emulator:state().snapshots)
  end)

  it("wants an id, and no region", function()
    local status, reply = client:call("DeleteSnapshot", {})
    assert.same({ 400, "MissingParameter" }, { status, reply.Code })
    emulator:put("images", { ImageId = image, Usage = "none" })
    assert.equal(200, (client:call("DeleteImage", { ImageId = image })))
    client.region = "cn-beijing"
    assert.same({ 200 }, { delete() })
  end)
end)

describe("a snapshot's tags", function()
  it("are set, listed and removed as those of other resources, in its region", function()
    local resource = { ResourceType = "snapshot", ["ResourceId.1"] = id }
    local function call(action, more)
      for name, value in pairs(resource) do
        more[name] = more[name] == nil and value or more[name]
      end
      local status, reply = client:call(action, more)
      return status == 200 and reply or reply.Code
    end
    assert.is_table(call("TagResources", { ["Tag.1.Key"] = "a", ["Tag.1.Value"] = "b" }))
    assert.same({ { TagKey = "a", TagValue = "b" } }, emulator:state().snapshots[1].Tags.Tag)
    local rows = call("ListTagResources", { ["Tag.1.Key"] = "a" }).TagResources.TagResource
    assert.same({ { ResourceId = id, ResourceType = "snapshot", TagKey = "a", TagValue = "b" } }, rows)
    assert.is_table(call("UntagResources", { ["TagKey.1"] = "a" }))
    assert.same({}, emulator:state().snapshots[1].Tags.Tag)
    client.region = "cn-beijing"
    assert.equal("InvalidResourceId.NotFound", call("TagResources", { ["Tag.1.Key"] = "a" }))
  end)
end)
