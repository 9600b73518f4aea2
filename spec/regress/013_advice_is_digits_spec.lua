--- Found by `make faults`: under Lua 5.1 and LuaJIT, `Retry-After: inf` and `1e300` ended a call at once, because both
-- read them as numbers; Lua 5.4 retried after its own pause. A huge number filled the message with 300 digits. Now a
-- value that is not only digits (RFC 9110 §10.2.3) is ignored.

local fake = require("spec.support.fake")
local retry = require("ecs_pipeline.call.retry")

describe("advice when to come back", function()
  it("is digits, or a date, or none", function()
    for _, text in ipairs({ "inf", "-inf", "nan", "1e300", "0x10", "-5", "", "soon" }) do
      assert.equal(0, retry.minimum({ ["retry-after"] = text, ["x-acs-retry-after"] = text }), text)
    end
    assert.equal(7, retry.minimum({ ["retry-after"] = "7", ["x-acs-retry-after"] = "1500" }))
    assert.equal(1.5, retry.minimum({ ["retry-after"] = "nan", ["x-acs-retry-after"] = "1500" }))
  end)

  it("is shown in few digits when it is too long", function()
    for _, text in ipairs({ "99999999999999999999", ("9"):rep(400) }) do
      local client = fake.client({ fake.refusal(429, "Throttling", { ["retry-after"] = text }) })
      local _, message = client.pipeline.describe("ip-1")
      assert.is_truthy(message:find("a wait of [%w+]+ s would pass the deadline"), message)
      assert.is_true(#message < 200, message)
    end
  end)
end)
