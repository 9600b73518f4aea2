-- Hints about permissions: the action that is missing and the statement that allows it.
local fake = require("spec.support.fake")
local refused_calls = require("spec.support.refused_calls")
local virtual = require("spec.support.virtual")

local assert_clean, tampered, create = refused_calls.assert_clean, refused_calls.tampered, refused_calls.create

describe("hints about permissions", function()
  local function denied(deny, detail)
    local client = fake.client({ fake.reply(403, { Code = deny, Message = "no", RequestId = "R",
      AccessDeniedDetail = detail }) })
    return select(3, client.pipeline.create(virtual.TEMPLATE))
  end

  it("names the action and the statement that allows it", function()
    local client = tampered(nil, nil, { credentials = { ["emulator-key"] = { secret = "emulator-secret",
      deny = { "ecs:CreateImagePipeline" } } } })
    local err = create(client)
    assert.equal("denied", err.kind)
    local json = assert(err.hint:match("{.*}"))
    assert.same({ Effect = "Allow", Action = { "ecs:CreateImagePipeline" },
      Resource = { "acs:ecs:cn-hangzhou:*:imagepipeline/*" } }, require("cjson").new().decode(json))
  end)

  it("takes account and action from the denial, and only if they look like it", function()
    local err = denied("Forbidden.RAM", { AuthAction = "ecs:DescribeImages",
      AuthPrincipalOwnerId = "1234567890123456" })
    assert.matches('"Action":["ecs:DescribeImages"],"Resource":["*"]', err.hint, 1, true)
    err = denied("NoPermission", { AuthAction = "\"}CANARY", AuthPrincipalOwnerId = "CANARY" })
    assert.matches("acs:ecs:cn-hangzhou:*:imagepipeline/*", err.hint, 1, true)
    assert_clean(err.hint)
    err = denied("NoPermission", { AuthPrincipalOwnerId = "1234567890123456" })
    assert.matches("acs:ecs:cn-hangzhou:1234567890123456:imagepipeline/*", err.hint, 1, true)
    assert.matches("needs the RAM action ecs:CreateImagePipeline", denied("Forbidden.RAM", "CANARY").hint)
  end)

  it("says so when a policy denies explicitly", function()
    assert.matches("explicitly", denied("Forbidden.RAM", { NoPermissionType = "ExplicitDeny" }).hint)
  end)

  it("does not promise that a policy helps against other denials", function()
    local hint = denied("InvalidOperation.NoRightAccessOSS").hint
    assert.matches("ecs:CreateImagePipeline", hint)
    assert.is_nil(hint:find("{", 1, true))
  end)

  it("allows the service-linked role", function()
    local hint = denied("InvalidOperation.NoPermissionCreateServiceLinkedRole",
      { AuthPrincipalOwnerId = "1234567890123456" }).hint
    local statement = require("cjson").new().decode((hint:match("{.*}")))
    assert.same({ "ram:CreateServiceLinkedRole" }, statement.Action)
    assert.same({ "acs:ram:*:1234567890123456:role/*" }, statement.Resource)
    assert.same({ "imagebuilder.ecs.aliyuncs.com" }, statement.Condition.StringEquals["ram:ServiceName"])
  end)

  it("of client.call name its action too", function()
    local client = fake.client({ fake.refusal(403, "Forbidden.RAM") })
    local _, _, err = client.call("Ecs", "2014-05-26", "DescribeSnapshots", {})
    assert.matches("ecs:DescribeSnapshots", err.hint, 1, true)
  end)
end)
