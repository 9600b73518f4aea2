-- STS in the emulator: what it hands out is verified, and ends.
local ecs = require("ecs_pipeline")
local emulators = require("ecs_pipeline.emulator")
local virtual = require("spec.support.virtual")

local ROLE = "acs:ram::1511928242963727:role/web"

local function role(more)
  local options = { role_arn = ROLE, role_session_name = "spec",
    credentials = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" } }
  for name, value in pairs(more or {}) do options[name] = value end
  return ecs.credentials.assume_role(options)
end

describe("STS in the emulator", function()
  it("says who is calling", function()
    local client = virtual.client()
    local identity = assert(client.call("Sts", "2015-04-01", "GetCallerIdentity", {}))
    assert.equal("1511928242963727", identity.AccountId)
    assert.equal("RAMUser", identity.IdentityType)
    client = virtual.client({ credentials = role() })
    identity = assert(client.call("Sts", "2015-04-01", "GetCallerIdentity", {}))
    assert.equal("AssumedRoleUser", identity.IdentityType)
    assert.equal("acs:sts::1511928242963727:assumed-role/web/spec", identity.Arn)
  end)

  it("ends what it hands out", function()
    local client, emulator = virtual.client()
    local keys = emulator:issue(900, "acs:sts::1:assumed-role/web/spec")
    local holder = client.with({ credentials = { access_key_id = keys.id, access_key_secret = keys.secret,
      security_token = keys.token } })
    assert(holder.pipeline.list({}))
    emulator:advance(900)
    assert.equal("InvalidSecurityToken.Expired", select(3, holder.pipeline.list({})).code)
  end)

  local function code(params, options, action)
    local client = virtual.client(nil, options)
    local all = { RoleArn = ROLE, RoleSessionName = "spec" }
    for name, value in pairs(params) do all[name] = value or nil end
    local got, _, err = client.call("Sts", "2015-04-01", action or "AssumeRole", all)
    return got and "ok" or err.code
  end

  it("refuses what the service refuses", function()
    assert.equal("MissingRoleArn", code({ RoleArn = false }))
    assert.equal("InvalidParameter.RoleArn", code({ RoleArn = "web" }))
    assert.equal("MissingRoleSessionName", code({ RoleSessionName = false }))
    assert.equal("InvalidParameter.RoleSessionName", code({ RoleSessionName = "a b" }))
    assert.equal("InvalidParameter.DurationSeconds", code({ DurationSeconds = 899 }))
    assert.equal("InvalidParameter.DurationSeconds", code({ DurationSeconds = 7200 },
      { sts = { roles = { [ROLE] = { max_duration = 3600 } } } }))
    assert.equal("EntityNotExist.Role", code({}, { sts = { roles = {} } }))
    assert.equal("NoPermission", code({}, { sts = { roles = { [ROLE] = { external_id = "x-1" } } } }))
    assert.equal("ok", code({ ExternalId = "x-1" }, { sts = { roles = { [ROLE] = { external_id = "x-1" } } } }))
    assert.equal("MissingOIDCToken", code({ OIDCProviderArn = "x" }, nil, "AssumeRoleWithOIDC"))
    assert.equal("MissingOIDCProviderArn", code({ OIDCToken = "x" }, nil, "AssumeRoleWithOIDC"))
    assert.equal("AuthenticationFail.OIDCToken.Invalid", code({ OIDCToken = "x", OIDCProviderArn = "x" },
      { sts = { oidc_tokens = {} } }, "AssumeRoleWithOIDC"))
  end)

  it("takes AssumeRoleWithOIDC unsigned, with its name in parameters or in headers only", function()
    local emulator = emulators.new({ now = 1795491843 })
    local params = "RoleArn=acs%3Aram%3A%3A1%3Arole%2Fweb&RoleSessionName=web&OIDCProviderArn=x&OIDCToken=abcdef"
    local named = "&Action=AssumeRoleWithOIDC&Version=2015-04-01"
    local form = { host = "sts.aliyuncs.com", ["content-type"] = "application/x-www-form-urlencoded" }
    local function headers(action)
      return { host = "sts.aliyuncs.com", ["x-acs-action"] = action, ["x-acs-version"] = "2015-04-01",
        ["content-type"] = "application/x-www-form-urlencoded" }
    end
    for _, row in ipairs({ { "/?" .. params, headers("AssumeRoleWithOIDC"), "" },
      { "/", headers("AssumeRoleWithOIDC"), params }, { "/", form, params .. named .. "&Format=JSON" } }) do
      local status, reply, body = emulator:handle("POST", row[1], row[2], row[3])
      assert.equal(200, status, body)
      assert.matches("json", reply["content-type"])
      assert.matches('"AccessKeySecret"', body)
    end
    local status, _, body = emulator:handle("POST", "/?" .. params, headers("AssumeRole"), "")
    assert.equal(400, status)
    assert.matches("MissingAccessKeyId", body)
    assert.equal("AssumeRoleWithOIDC", emulator:state().requests[1].action)
  end)

  it("lets a key be forbidden to assume roles", function()
    assert.equal("Forbidden.RAM", code({}, { credentials = { ["emulator-key"] = { secret = "emulator-secret",
      deny = { "sts:AssumeRole" } } } }))
  end)
end)
