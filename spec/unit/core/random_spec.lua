--- core.random and core.token: as many as asked for, others each time.
local core = require("ecs_pipeline.core")

describe("random bytes", function()
  it("are as many as asked for, and others each time", function()
    for _, count in ipairs({ 1, 16, 256 }) do
      assert.equal(count, #core.random(count))
    end
    assert.not_equal(core.random(16), core.random(16))
  end)

  it("are a token in hex digits: 16 bytes, or as many as asked for", function()
    assert.matches("^" .. ("[0-9a-f]"):rep(32) .. "$", core.token())
    for _, count in ipairs({ 1, 8, 256 }) do
      assert.matches("^[0-9a-f]+$", core.token(count))
      assert.equal(2 * count, #core.token(count))
    end
    local seen = {}
    for _ = 1, 1000 do
      local token = core.token()
      assert.is_nil(seen[token])
      seen[token] = true
    end
  end)
end)
