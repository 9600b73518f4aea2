-- Keys as options, and keys of the environment.
local harness = require("spec.credentials.harness")
local ecs = require("ecs_pipeline")

local KEYS = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" }
local SDK = { ALIBABA_CLOUD_ACCESS_KEY_ID = "emulator-key", ALIBABA_CLOUD_ACCESS_KEY_SECRET = "emulator-secret" }

local function static(fields)
  return function() return ecs.credentials.static(fields) end
end

local function env()
  return ecs.credentials.env()
end

local function temporary(self)
  local keys = self.emulator:issue(900, "acs:sts::1:assumed-role/web/spec")
  self.env = { ALIBABA_CLOUD_ACCESS_KEY_ID = keys.id, ALIBABA_CLOUD_ACCESS_KEY_SECRET = keys.secret,
    ALIBABA_CLOUD_SECURITY_TOKEN = keys.token }
  return ecs.credentials.env()
end

return {
  { name = "static", rows = {
    { "present", provider = static(KEYS) },
    { "broken: a blank in the secret", fails = "white space",
      provider = static({ access_key_id = "emulator-key", access_key_secret = "canary-secret " }) },
    { "lying: another secret", fails = "SignatureDoesNotMatch",
      provider = static({ access_key_id = "emulator-key", access_key_secret = "canary-secret" }) },
    { "expired", fails = "InvalidSecurityToken.Expired", setup = { emulator = { credentials = { k = {
      secret = "canary-secret", token = "canary-token", expires = 1 } } } },
      provider = static({ access_key_id = "k", access_key_secret = "canary-secret",
        security_token = "canary-token" }),
      after = function(self) return self.count.ecs ~= 1 and "was sent " .. self.count.ecs .. " times" or nil end },
  } },
  { name = "env", rows = {
    { "present", setup = { env = SDK }, provider = env },
    { "present: with a token", provider = temporary },
    { "present: terraform's names", provider = env,
      setup = { env = { ALICLOUD_ACCESS_KEY = "emulator-key", ALICLOUD_SECRET_KEY = "emulator-secret" } } },
    { "absent", provider = env, fails = "ALIBABA_CLOUD_ACCESS_KEY_ID is not set" },
    { "broken: id without secret", setup = { env = { ALIBABA_CLOUD_ACCESS_KEY_ID = "emulator-key" } },
      provider = env, fails = "ALIBABA_CLOUD_ACCESS_KEY_SECRET is missing" },
    { "broken: a line break in the secret", provider = env, fails = "control character", setup = { env = {
      ALIBABA_CLOUD_ACCESS_KEY_ID = "emulator-key", ALIBABA_CLOUD_ACCESS_KEY_SECRET = "canary-secret\n" } } },
    { "expired, and renewed by somebody meanwhile", provider = temporary, after = function(self, client)
      self.emulator:advance(1000)
      for name, value in pairs(SDK) do self.env[name] = value end
      self.env.ALIBABA_CLOUD_SECURITY_TOKEN = nil
      local _, message = client.pipeline.list({})
      return message
    end },
    { "expired, and nobody renews", fails = "InvalidSecurityToken.Expired", provider = function(self)
      local provider = temporary(self)
      self.emulator:advance(1000)
      return provider
    end, after = function(self) return #harness.leaks(self.events) > 0 and "leaks" or nil end },
  } },
}
