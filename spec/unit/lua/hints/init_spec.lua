-- Which hint an error gets when several could speak. The hints themselves: the specs beside this one.
local hints = require("ecs_pipeline.hints")

describe("the hint of an error", function()
  it("is that of the signature first, then keys, permissions, network, code", function()
    assert.matches("secret does not belong", hints.hint({ code = "SignatureDoesNotMatch", kind = "denied",
      ram_action = "ecs:X" }))
    assert.matches("security token has expired", hints.hint({ code = "InvalidSecurityToken.Expired", kind = "denied",
      ram_action = "ecs:X" }))
    assert.matches("needs the RAM action ecs:DescribeImages", hints.hint({ code = "Forbidden.RAM", kind = "denied",
      ram_action = "ecs:DescribeImages" }))
  end)

  it("of credentials is that of the failure behind them", function()
    assert.matches("security token has expired", hints.hint({ kind = "credentials", code = "X",
      cause = { kind = "api", code = "InvalidSecurityToken.Expired" } }))
    assert.is_nil(hints.hint({ kind = "credentials", code = "X" }))
  end)

  it("of a call that may have been carried out says how to repeat it, unless something better is known", function()
    local err = { kind = "transport", code = "RESET", outcome = "unknown", client_token = "t" }
    assert.matches("repeat with client_token = err.client_token", hints.hint(err), 1, true)
    err.client_token = nil
    assert.matches("check that before you repeat it", hints.hint(err))
    err.retryable = true
    assert.is_nil(hints.hint(err))
    assert.matches("getent hosts",
      hints.hint({ kind = "transport", code = "DNS", outcome = "unknown", client_token = "t" }))
  end)

  it("is none when nothing is known", function()
    assert.is_nil(hints.hint({ kind = "api", code = "NeverSeen" }))
    assert.is_nil(hints.hint({}))
  end)
end)
