-- account.describe: what terraform's data source alicloud_account finds.
local by_action = require("spec.support.by_action")
local fake = require("spec.support.fake")

describe("account.describe", function()
  it("says whose keys these are", function()
    local client, asked = by_action({ GetCallerIdentity = { RequestId = "R", AccountId = "1234567890123456",
      Arn = "acs:ram::1234567890123456:user/builder", IdentityType = "RAMUser", PrincipalId = "28", UserId = "28" } })
    assert.same({ id = "1234567890123456", account_id = "1234567890123456", identity_type = "RAMUser",
      arn = "acs:ram::1234567890123456:user/builder", principal_id = "28", user_id = "28", request_id = "R" },
      assert(client.account.describe()))
    assert.matches("^https://sts%.cn%-hangzhou%.", asked[1].url)
    assert.has_error(function() client.account.describe({ tiemout = 1 }) end)
  end)

  it("fails under its own name", function()
    local client = by_action({ GetCallerIdentity = fake.refusal(403, "NoPermission") })
    local account, message, err = client.account.describe()
    assert.is_nil(account)
    assert.matches("^account%.describe: not permitted: ", message)
    assert.equal("NoPermission", err.code)
  end)
end)
