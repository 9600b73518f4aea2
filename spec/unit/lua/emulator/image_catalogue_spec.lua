-- The rows of public images: what is derived from a name holds for each.
local catalogue = require("ecs_pipeline.emulator.image_catalogue")

describe("a public image of the emulator", function()
  it("has a family, a platform, a size and a date, each id once", function()
    local seen = {}
    for _, image in ipairs(catalogue.list) do
      assert.is_nil(seen[image.id], image.id)
      seen[image.id] = true
      assert.is_string(image.platform, image.id)
      assert.matches("^acs:%l[%w_-]+$", image.family)
      assert.is_true(image.size == 20 or image.size == 40, image.id)
      assert.matches("^20%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%dZ$", image.created)
      assert.equal(image.os_name:find("Windows", 1, true) and "windows" or "linux", image.os_type)
      assert.equal(image.os_name:find("ARM", 1, true) and "arm64" or "x86_64", image.architecture)
    end
  end)

  it("is not listed by age, neither way", function()
    local newest, rises, falls
    for index, image in ipairs(catalogue.list) do
      local before = catalogue.list[index - 1]
      rises = rises or before ~= nil and image.created > before.created
      falls = falls or before ~= nil and image.created < before.created
      if image.family == "acs:ubuntu_22_04_x64" and (not newest or image.created > newest.created) then
        newest = image
      end
    end
    assert.same({ true, true }, { rises, falls })
    assert.equal("ubuntu_22_04_x64_20G_alibase_20240926.vhd", newest.id)
  end)
end)
