-- Ids from a seed and a counter. The digests themselves are judged by spec/vectors.
local digest = require("ecs_pipeline.emulator.digest")

describe("an id of the emulator", function()
  it("has the service's form", function()
    assert.matches("^%x%x%x%x%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%x%x%x%x%x%x%x%x$",
      digest.request_id("seed", 1))
    assert.matches("^ip%-bp1[0-9a-z]+$", digest.resource_id("ip", "seed", 1))
    assert.equal(#"ip-bp1" + 17, #digest.resource_id("ip", "seed", 1))
  end)

  it("is another for another seed, kind or number, and the same for the same", function()
    local seen = {}
    for _, args in ipairs({ { "ip", "a", 1 }, { "ip", "a", 2 }, { "ip", "b", 1 }, { "m", "a", 1 } }) do
      local id = digest.resource_id(args[1], args[2], args[3])
      assert.is_nil(seen[id])
      seen[id] = true
      assert.equal(id, digest.resource_id(args[1], args[2], args[3]))
    end
  end)
end)
