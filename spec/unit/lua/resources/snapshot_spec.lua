-- snapshot.delete as users call it.
local fake = require("spec.support.fake")
local virtual = require("spec.support.virtual")

describe("snapshot.delete", function()
  it("deletes once the image is gone, and is safe to repeat", function()
    local client, emulator = virtual.client()
    local image = emulator:put("images", { ImageName = "web", Usage = "instance" }).ImageId
    local id = emulator:state().snapshots[1].SnapshotId
    local _, message, err = client.snapshot.delete(id)
    assert.same({ "conflict", "SnapshotCreatedImage" }, { err.kind, err.code })
    assert.matches("^snapshot%.delete: ", message)
    assert.matches("delete the image first", err.hint)
    assert(client.image.delete(image, { force = true }))
    err = select(3, client.snapshot.delete({ snapshot_id = id }))
    assert.same({ "conflict", "SnapshotCreatedDisk" }, { err.kind, err.code })
    assert.is_true(assert(client.snapshot.delete({ snapshot_id = id }, { force = true })).deleted)
    assert.is_false(assert(client.snapshot.delete(id)).deleted)
    err = select(3, client.snapshot.delete(id, { missing = "error" }))
    assert.same({ "not_found", "InvalidSnapshotId.NotFound" }, { err.kind, err.code })
  end)

  it("goes to the endpoint of the region, for which the API has no parameter", function()
    local client, transport = fake.client({ fake.reply(200, { RequestId = "R" }) })
    assert(client.snapshot.delete("s-1"))
    assert(client.snapshot.delete({ id = "s-1", region_id = "cn-qingdao" }))
    assert(client.snapshot.delete("s-1", { region = "cn-beijing" }))
    local urls = {}
    for index, request in ipairs(transport.requests) do
      urls[index] = request.url:match("//([^/?]*)")
      assert.is_nil(fake.parameters(request).RegionId)
    end
    assert.same({ "cn-hangzhou", "cn-qingdao", "cn-beijing" }, { urls[1]:match("cn%-%a+"), urls[2]:match("cn%-%a+"),
      urls[3]:match("cn%-%a+") })
  end)

  it("refuses what is no snapshot, and renders", function()
    local client, transport = fake.client({ fake.reply(200, { RequestId = "R" }) })
    assert.equal("validation", select(3, client.snapshot.delete({})).kind)
    assert.has_error(function() client.snapshot.delete() end)
    assert.has_error(function() client.snapshot.delete("s-1", { force = "yes" }) end)
    assert.equal("s-1", client.snapshot.delete("s-1", { dry_run = true }).parameters.SnapshotId)
    assert.equal(0, #transport.requests)
  end)
end)
