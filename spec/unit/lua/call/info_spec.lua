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

  it("works the offset of the service's clock out when it is asked for", function()
    local result = {}
    info.set(result, { date = "Thu, 01 Jan 1970 00:01:00 GMT", received = 17 })
    assert.same({ clock_offset = 43 }, info.get(result))
    info.set(result, { received = 17 })
    assert.same({}, info.get(result))
  end)

  it("is shared with a part of a result, also of one that is its own raw reply", function()
    local result, part = {}, {}
    info.set(result, { attempts = 2 })
    info.share(part, result)
    assert.same({ attempts = 2 }, info.get(part))
    info.set(result, { attempts = 3, raw = result })
    info.share(part, result)
    assert.equal(result, info.get(part).raw)
  end)
end)
