local info = require("ecs_pipeline.call.info")

describe("info", function()
  it("gives a fresh copy", function()
    local result = {}
    info.set(result, { attempts = 2 })
    info.get(result).attempts = 9
    assert.equal(2, info.get(result).attempts)
  end)

  it("does not keep a result alive, not even one that is its own raw reply", function()
    local seen = setmetatable({}, { __mode = "v" })
    for index = 1, 10 do
      local result = {}
      seen[index] = result
      info.set(result, { raw = result })
      assert.equal(result, info.get(result).raw)
    end
    collectgarbage()
    collectgarbage()
    assert.is_nil(next(seen))
  end)
end)
