-- Profiles of the CLI's config.json, in each mode.
local harness = require("spec.credentials.harness")
local ecs = require("ecs_pipeline")

local function files(profile, current, more)
  local all = { profile }
  for _, other in ipairs(more or {}) do
    all[#all + 1] = other
  end
  return { [harness.CONFIG] = harness.json({ current = current or "p", profiles = all }) }
end

local function provider(options)
  return function() return ecs.credentials.profile(options) end
end

local AK = { name = "p", mode = "AK", access_key_id = "emulator-key", access_key_secret = "emulator-secret" }

local function with(base, more)
  local all = {}
  for name, value in pairs(base) do all[name] = value end
  for name, value in pairs(more) do all[name] = value or nil end
  return all
end

local ROLE = with(AK, { mode = "RamRoleArn", ram_role_arn = harness.ROLE, ram_session_name = "spec" })
local OIDC = { name = "p", mode = "OIDC", oidc_token_file = "/jwt", oidc_provider_arn = harness.IDP,
  ram_role_arn = harness.ROLE, ram_session_name = "spec" }
local CHAINED = { name = "p", mode = "ChainableRamRoleArn", source_profile = "q", ram_role_arn = harness.ROLE,
  ram_session_name = "spec" }

local function broken(what, profile, fails, more)
  return { "broken: " .. what, provider = provider(), fails = fails, setup = { files = files(profile, "p", more) } }
end

local function printed(self)
  local keys = self.emulator:issue(900, "acs:sts::1:assumed-role/web/spec")
  self.command = harness.json({ mode = "StsToken", access_key_id = keys.id, access_key_secret = keys.secret,
    sts_token = keys.token, expiration = keys.expires }) .. "\n0"
  return ecs.credentials.profile()
end

return { { name = "profile", rows = {
  { "present: AK", provider = provider(), setup = { files = files(AK) } },
  { "present: by name", provider = provider({ name = "p" }), setup = { files = files(AK, "other") } },
  { "present: by ALIBABA_CLOUD_PROFILE", provider = provider(),
    setup = { files = files(AK, "other"), env = { ALIBABA_CLOUD_PROFILE = "p" } } },
  { "present: AK, keys of the environment", provider = provider(), setup = { files = files({ name = "p",
    mode = "AK" }),
    env = { ALIBABA_CLOUD_ACCESS_KEY_ID = "emulator-key", ALIBABA_CLOUD_ACCESS_KEY_SECRET = "emulator-secret" } } },
  { "present: StsToken", provider = function(self)
    local keys = self.emulator:issue(900, "acs:sts::1:assumed-role/web/spec")
    self.files = { [harness.CONFIG] = { text = files({ name = "p", mode = "StsToken", access_key_id = keys.id,
      access_key_secret = keys.secret, sts_token = keys.token })[harness.CONFIG] } }
    return ecs.credentials.profile()
  end },
  { "present: RamRoleArn", provider = provider(), setup = { files = files(ROLE) } },
  { "present: EcsRamRole", provider = provider(), setup = { metadata = false,
    emulator = { metadata = { role = "web" } }, files = files({ name = "p", mode = "EcsRamRole",
      ram_role_name = "web" }) } },
  { "present: OIDC", provider = provider(), setup = (function()
    local all = files(OIDC)
    all["/jwt"] = "canary-jwt"
    return { files = all, emulator = { sts = { oidc_tokens = { ["canary-jwt"] = true } } } }
  end)() },
  { "present: ChainableRamRoleArn", provider = provider(), setup = { files = files(CHAINED, "p", { with(AK,
    { name = "q" }) }) } },
  { "present: ChainableRamRoleArn over three", provider = provider(), setup = { files = files(CHAINED, "p",
    { with(CHAINED, { name = "q", source_profile = "r" }), with(AK, { name = "r" }) }) } },
  { "present: External", setup = { files = files({ name = "p", mode = "External", process_command = "get keys" }) },
    provider = printed },
  { "present: CredentialsURI", provider = provider(),
    setup = { files = files({ name = "p", mode = "CredentialsURI", credentials_uri = harness.SIDECAR }),
      sidecar = function(self) return harness.reply(200, self:document()) end } },
  { "present: read again when it has changed", provider = function(self)
    self.files[harness.CONFIG] = { text = files(with(AK, { access_key_secret = "canary-secret" }))[harness.CONFIG] }
    return ecs.credentials.profile()
  end, fails = "SignatureDoesNotMatch", after = function(self, client)
    self.files[harness.CONFIG] = { text = files(AK)[harness.CONFIG], modified = 2 }
    local _, message = client.pipeline.list({})
    local reads = self.reads
    assert(message or client.pipeline.list({}))
    return message or self.reads ~= reads and "is read at every call" or nil
  end },
  { "warns: others can read it", provider = provider(), setup = { files = {
    [harness.CONFIG] = { text = files(AK)[harness.CONFIG], mode = 420 } } }, after = function(self, client)
      self.files[harness.CONFIG].modified = 2
      assert(client.pipeline.list({}))
      local warnings = self:warnings()
      return not (#warnings == 1 and warnings[1]:find("mode 644", 1, true)) and #warnings .. " warnings" or nil
    end },
  { "absent: no file", provider = provider(), fails = "no file ~/.aliyun/config.json" },
  { "absent: no such profile", provider = provider({ name = "x" }), fails = "there is no profile \"x\"",
    setup = { files = files(AK) } },
  { "unreachable: not permitted", provider = provider(), fails = "Permission denied",
    setup = { files = { [harness.CONFIG] = { denied = true, text = "" } } } },
  { "broken: not JSON", provider = provider(), fails = "is not a JSON object",
    setup = { files = { [harness.CONFIG] = "{ \"canary-broken\" " } } },
  { "broken: no profiles", provider = provider(), fails = "has no profiles",
    setup = { files = { [harness.CONFIG] = "{\"profiles\":\"canary-broken\"}" } } },
  { "broken: too large", provider = provider(), fails = "larger than",
    setup = { files = { [harness.CONFIG] = ("x"):rep(300000) } } },
  { "broken: no plain file", provider = provider(), fails = "is not a plain file",
    setup = { files = { [harness.CONFIG] = { text = "", fifo = true } } } },
  broken("no mode, no keys", { name = "p" }, "it has no mode"),
  broken("an unknown mode", with(AK, { mode = "canary" }), "its mode canary is not supported"),
  broken("CloudSSO without a site", with(AK, { mode = "CloudSSO" }), "its cloud_sso_sign_in_url must be"),
  broken("RsaKeyPair", with(AK, { mode = "RsaKeyPair" }), "key pairs are not supported"),
  broken("AK without a secret", with(AK, { access_key_secret = false }), "it has no access_key_secret"),
  broken("a control character", with(AK, { access_key_secret = "canary-secret\n" }), "holds a control character"),
  broken("StsToken without a token", with(AK, { mode = "StsToken" }), "it has no sts_token"),
  broken("RamRoleArn without a role", with(AK, { mode = "RamRoleArn" }), "it has no ram_role_arn"),
  broken("OIDC without a token file", with(OIDC, { oidc_token_file = false }), "it has no oidc_token_file"),
  broken("no source_profile", with(CHAINED, { source_profile = false }), "it has no source_profile"),
  broken("a source_profile that is not there", CHAINED, "there is no profile \"q\""),
  broken("its own source", with(CHAINED, { source_profile = "p" }), "is its own source_profile"),
  broken("a circle of three", CHAINED, "is its own source_profile", {
    with(CHAINED, { name = "q", source_profile = "r" }), with(CHAINED, { name = "r", source_profile = "p" }) }),
  broken("External without a command", { name = "p", mode = "External" }, "it has no process_command"),
  broken("an open quote", { name = "p", mode = "External", process_command = "a 'b" }, "quote in process_command"),
  broken("no URI", { name = "p", mode = "CredentialsURI" }, "it has no credentials_uri"),
} } }
