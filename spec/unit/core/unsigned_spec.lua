-- Operations that go out unsigned: protocol fields in the query, what proves the caller in the body, no credentials.
local core = require("ecs_pipeline.core")
local fixture = require("spec.support.core_fixture")

local ARGS = { oidc_provider_arn = "acs:ram::1:oidc-provider/k8s", oidc_token = "canary-oidc-token",
  role_arn = "acs:ram::1:role/web", role_session_name = "spec@1" }

local function attempt()
  local all = fixture.attempt({ endpoint = "https://sts.aliyuncs.com" })
  all.credentials = nil
  return all
end

describe("an anonymous operation", function()
  it("is prepared without credentials, signature and nonce", function()
    local request = assert(core.prepare(fixture.session(), "sts.assume_role_with_oidc", ARGS, attempt()))
    assert.equal("https://sts.aliyuncs.com/?Action=AssumeRoleWithOIDC&Format=JSON"
      .. "&Timestamp=2025-11-24T16%3A00%3A00Z&Version=2015-04-01", request.url)
    assert.equal("OIDCProviderArn=acs%3Aram%3A%3A1%3Aoidc-provider%2Fk8s&OIDCToken=canary-oidc-token"
      .. "&RoleArn=acs%3Aram%3A%3A1%3Arole%2Fweb&RoleSessionName=spec%401", request.body)
    assert.is_nil(request.headers.authorization)
    assert.same({ "none", "form" }, { request.trace:way() })
  end)

  it("keeps the token out of the URL whatever way the session forces", function()
    local session = fixture.session({ signature_version = "v3", placement = "query" })
    local request = assert(core.prepare(session, "sts.assume_role_with_oidc", ARGS, attempt()))
    assert.is_nil(request.url:find("canary", 1, true))
    assert.is_nil(request.headers["x-acs-action"])
  end)

  it("does not show credentials that are there all the same", function()
    local all = attempt()
    all.credentials = fixture.credentials({ security_token = "canary-token" })
    local request = assert(core.prepare(fixture.session(), "sts.assume_role_with_oidc", ARGS, all))
    assert.is_nil((request.url .. request.body):find("LTAI", 1, true))
    assert.is_nil((request.url .. request.body):find("canary-token", 1, true))
  end)

  it("is told apart in the reflection", function()
    local operations = core.operations()
    assert.is_true(operations["sts.assume_role_with_oidc"].anonymous)
    assert.is_nil(operations["sts.assume_role"].anonymous)
  end)

  it("refuses a token that is too short without showing it", function()
    local by_param = fixture.failures("sts.assume_role_with_oidc", { oidc_provider_arn = "acs:ram::1:x/y",
      oidc_token = "c@n", role_arn = "acs:ram::1:role/web", role_session_name = "spec" })
    assert.equal("4 to 20000 characters", by_param.oidc_token.rule)
    assert.is_nil(by_param.oidc_token.message:find("c@n", 1, true))
  end)
end)

describe("sts.assume_role", function()
  local function refused(args)
    local all = { role_arn = "acs:ram::1:role/web", role_session_name = "spec" }
    for name, value in pairs(args) do
      all[name] = value
    end
    return fixture.failures("sts.assume_role", all)
  end

  it("wants credentials", function()
    assert.has_error(function()
      core.prepare(fixture.session(), "sts.assume_role",
        { role_arn = "acs:ram::1:role/web", role_session_name = "spec" }, attempt())
    end)
  end)

  it("checks name, external id and duration", function()
    assert.equal("may hold only letters A to Z, digits and . @ _ -",
      refused({ role_session_name = "web server" }).role_session_name.rule)
    assert.equal("may hold only letters A to Z, digits and . @ _ - + = , : /",
      refused({ external_id = "web;1" }).external_id.rule)
    assert.is_true(core.check("sts.assume_role", { role_arn = "acs:ram::1:role/web", duration_seconds = 900,
      role_session_name = "a.b@c_d-1", external_id = "a+b=c,d.e@f:g/h-1" }))
    assert.equal("900 to 43200 seconds", refused({ duration_seconds = 899 }).duration_seconds.rule)
  end)

  it("gives the credentials of the reply by our names", function()
    local request = assert(core.prepare(fixture.session(), "sts.assume_role",
      { role_arn = "acs:ram::1:role/web", role_session_name = "spec" }, fixture.attempt()))
    local result = assert(core.finish(request, { status = 200, headers = {}, body = [[{"RequestId":"R-1",
      "AssumedRoleUser":{"Arn":"acs:ram::1:role/web/spec","AssumedRoleId":"3:spec"},
      "Credentials":{"AccessKeyId":"STS.id","AccessKeySecret":"s","SecurityToken":"t",
      "Expiration":"2026-11-24T09:00:00Z"}}]] }))
    assert.same({ request_id = "R-1",
      assumed_role_user = { arn = "acs:ram::1:role/web/spec", assumed_role_id = "3:spec" },
      credentials = { access_key_id = "STS.id", access_key_secret = "s", security_token = "t",
        expiration = "2026-11-24T09:00:00Z" } }, result)
  end)
end)
