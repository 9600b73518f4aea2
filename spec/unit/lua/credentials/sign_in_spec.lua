-- Profiles whose user signed in with a browser. Every outcome: spec/credentials/rows/cli.lua.
local ecs = require("ecs_pipeline")
local harness = require("spec.credentials.harness")

local NOW = 1795491843

local function host(profile, answer)
  profile.name, profile.sts_token = "p", "canary-token"
  profile.access_key_id, profile.access_key_secret = "STS.example", "canary-secret"
  return harness.new({ files = { [harness.CONFIG] = harness.json({ current = "p", profiles = { profile } }) },
    oauth = answer, sso = answer, emulator = { credentials = { ["STS.example"] = { secret = "canary-secret",
      token = "canary-token" } } } })
end

local OAUTH = { mode = "OAuth", oauth_access_token = "canary-jwt", oauth_access_token_expire = tostring(NOW + 36000),
  sts_expiration = tostring(NOW + 1000) }

describe("a profile of a user who signed in", function()
  it("exchanges its token once, shortly before the stored keys end", function()
    local self = host(OAUTH, function(self)
      local keys = self:document()
      return harness.reply(200, { accessKeyId = keys.AccessKeyId, accessKeySecret = keys.AccessKeySecret,
        securityToken = keys.SecurityToken, expiration = keys.Expiration })
    end)
    local client = self:client(ecs.credentials.profile())
    for seconds, exchanges in pairs({ [0] = 0 }) do
      self.emulator:advance(seconds)
      assert(client.pipeline.list({}))
      assert.equal(exchanges, self.count.oauth or 0)
    end
    self.emulator:advance(800)
    assert(client.pipeline.list({}))
    assert(client.pipeline.list({}))
    assert.equal(1, self.count.oauth)
    self.emulator:advance(1000) -- the new keys live for an hour
    assert(client.pipeline.list({}))
    assert.equal(1, self.count.oauth)
  end)

  it("does not show keys and tokens, neither printed nor in an error", function()
    local self = host({ mode = "CloudSSO", cloud_sso_sign_in_url = "https://a.alibabacloudsso.com",
      access_token = "canary-jwt", cloud_sso_access_token_expire = NOW + 999 }, harness.unreachable)
    local provider = ecs.credentials.profile()
    local _, message, err = self:client(provider).pipeline.list({})
    assert.matches("CloudSSO: connection refused", message)
    assert.same({}, harness.leaks(provider, message, err))
  end)

  it("has keys that a request could carry", function()
    local self = harness.new({ files = { [harness.CONFIG] = harness.json({ current = "p", profiles = { { name = "p",
      mode = "OAuth", access_key_id = "id", access_key_secret = "canary-secret x", sts_token = "t" } } }) } })
    local _, message = self:client(ecs.credentials.profile()).pipeline.list({})
    assert.matches("access_key_secret holds white space", message)
  end)
end)
