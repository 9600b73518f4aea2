-- What the actions of VPCs and vSwitches have in common.
local rules = require("ecs_pipeline.emulator.actions.vpc_rules")

describe("the rules of VPCs and vSwitches", function()
  it("refuse a name or a description with the codes of the action", function()
    local function code(flat)
      return (rules.texts(flat, "VpcName", "BadName", "BadDescription") or {}).code or "ok"
    end
    assert.same({ "ok", "ok" }, { code({}), code({ VpcName = "web", Description = "" }) })
    assert.same({ "BadName", "BadName" }, { code({ VpcName = "http://x" }), code({ VpcName = ("n"):rep(129) }) })
    assert.same({ "BadDescription", "BadDescription" },
      { code({ Description = ("d"):rep(257) }), code({ Description = "https://" }) })
  end)

  it("refuse a tag's value that begins with aliyun, beside what ECS refuses", function()
    assert.is_nil(rules.tags({ { key = "a", value = "b" } }))
    assert.equal("InvalidTagValue.Malformed", rules.tags({ { key = "a", value = "aliyun-x" } }).code)
    assert.equal("InvalidTagKey.Malformed", rules.tags({ { key = "acs:a" } }).code)
  end)

  it("answer a dry run as an error", function()
    assert.equal("DryRunOperation", rules.dry({ DryRun = "true" }).code)
    assert.is_nil(rules.dry({ DryRun = "false" }))
    assert.is_nil(rules.dry({}))
  end)

  it("compare parameters with fields in the spelling of parameters", function()
    local fields = { IsDefault = "IsDefault", VpcOwnerId = "OwnerId" }
    local reply = { IsDefault = false, OwnerId = 1511928242963727 }
    assert.is_true(rules.equal(reply, { IsDefault = "false", VpcOwnerId = "1511928242963727" }, fields))
    assert.is_true(rules.equal(reply, { VpcOwnerId = "" }, fields))
    assert.is_false(rules.equal(reply, { IsDefault = "true" }, fields))
  end)
end)
