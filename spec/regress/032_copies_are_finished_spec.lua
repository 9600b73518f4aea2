-- image.copy to three regions was killed, or failed, after the first. Called again it ended in the first region with
-- InvalidImageName.Duplicated, so the other two could only be copied to by hand; and a region that failed kept those
-- after it from being tried.
local virtual = require("spec.support.virtual")

describe("image.copy to three regions", function()
  it("is finished by calling it again, wherever it stopped", function()
    for _, fault in ipairs({ { kind = "lost_answer" }, { kind = "lost_request" }, { kind = "timeout", commit = true },
      { kind = "error", code = "QuotaExceed.Image" } }) do
      for skip = 0, 2 do
        local client, emulator = virtual.client()
        local id = emulator:put("images", { ImageName = "web" }).ImageId
        fault.action, fault.skip = "CopyImage", skip
        emulator:fault(fault)
        local args = { to_region_id = { "cn-beijing", "cn-shanghai", "cn-qingdao" }, name = "web-1" }
        local first, _, err = client.image.copy(id, args, { retry = false })
        assert.is_nil(first)
        local made = 0
        for _ in pairs(err.images) do
          made = made + 1
        end
        assert.equal(2, made)
        local done = assert(client.image.copy(id, args, { wait = true }))
        local names = {}
        for index, image in ipairs(emulator:state().images) do
          names[index] = image.RegionId .. " " .. image.ImageName .. " " .. image.Status
        end
        table.sort(names)
        assert.same({ "cn-beijing web-1 Available", "cn-hangzhou web Available", "cn-qingdao web-1 Available",
          "cn-shanghai web-1 Available" }, names)
        for region, adopted in pairs(done.adopted) do
          assert.equal(done.images[region], adopted)
        end
      end
    end
  end)
end)
