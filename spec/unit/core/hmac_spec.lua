-- core.sign.hmac_sha256: an HMAC of a text that comes in pieces.
local core = require("ecs_pipeline.core")

describe("core.sign.hmac_sha256", function()
  it("is the HMAC of all pieces together", function()
    local text = ("what do ya want for nothing? "):rep(1000)
    local whole = core.sign.hmac_sha256_hex("Jefe", text)
    for _, size in ipairs({ 1, 63, 64, 65, 4096, #text }) do
      local hmac = core.sign.hmac_sha256("Jefe")
      for at = 1, #text, size do
        assert.equal(hmac, hmac:update(text:sub(at, at + size - 1)))
      end
      assert.equal(whole, hmac:hex())
    end
    assert.equal(core.sign.hmac_sha256_hex("k", ""), core.sign.hmac_sha256("k"):hex())
  end)

  it("is used once, and by its own type only", function()
    local hmac = core.sign.hmac_sha256("key")
    local hex = hmac.hex
    hmac:hex()
    assert.error_matches(function() hmac:hex() end, "not finished")
    assert.error_matches(function() hmac:update("a") end, "not finished")
    assert.error_matches(function() hex(io.stdout) end, "not finished")
    assert.error_matches(function() hex("text") end, "not finished")
    assert.has_error(function() core.sign.hmac_sha256() end)
    assert.has_error(function() core.sign.hmac_sha256("key"):update({}) end)
  end)
end)
