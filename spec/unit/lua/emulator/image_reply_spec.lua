-- An image as DescribeImages answers it.
local image_reply = require("ecs_pipeline.emulator.image_reply")

local FACTS = { id = "m-1", name = "web", created = "2026-01-01T00:00:00Z", size = 40, owner = "self", owner_id = 7,
  architecture = "arm64", os_type = "linux", platform = "Ubuntu", tags = { { key = "a", value = "b" } } }

describe("an image as the emulator shows it", function()
  it("says what is known of it, and the service's defaults", function()
    local reply = image_reply.of(FACTS)
    assert.same({ "m-1", "web", "", "Available", "UEFI", "Ubuntu 64 bit", "False", true },
      { reply.ImageId, reply.ImageName, reply.ImageFamily, reply.Status, reply.BootMode, reply.OSName,
        reply.IsSelfShared, reply.LoginAsNonRootSupported })
    assert.same({ { TagKey = "a", TagValue = "b" } }, reply.Tags.Tag)
    local disk = reply.DiskDeviceMappings.DiskDeviceMapping[1]
    assert.same({ "40", "s-1", "system" }, { disk.Size, disk.SnapshotId, disk.Type })
  end)

  it("of the vendor shows no snapshot", function()
    local reply = image_reply.of_public(image_reply.public("debian_12_6_x64_20G_alibase_20240819.vhd"))
    assert.same({ "system", 0, "", "supported", "BIOS" }, { reply.ImageOwnerAlias, reply.ImageOwnerId,
      reply.DiskDeviceMappings.DiskDeviceMapping[1].SnapshotId, reply.Features.NvmeSupport, reply.BootMode })
    assert.is_nil(image_reply.public("m-1"))
  end)

  it("is smaller when it is asked for by its family", function()
    local brief = image_reply.brief(image_reply.of(FACTS))
    assert.same({ "m-1", nil, nil }, { brief.ImageId, brief.Features, brief.Usable })
    local disk = brief.DiskDeviceMappings.DiskDeviceMapping[1]
    assert.same({ "/dev/xvda", nil }, { disk.Device, disk.Progress })
  end)
end)
