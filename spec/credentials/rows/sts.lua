-- AssumeRole, and AssumeRoleWithOIDC.
local harness = require("spec.credentials.harness")
local ecs = require("ecs_pipeline")

local KEYS = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" }

local function role(more)
  local options = { role_arn = harness.ROLE, role_session_name = "spec", credentials = KEYS }
  for name, value in pairs(more or {}) do options[name] = value or nil end
  return function() return ecs.credentials.assume_role(options) end
end

local function refusal(status, code, message)
  return harness.reply(status, { Code = code, Message = message or "no canary here", RequestId = "R-1" })
end

local function result(self, more, seconds)
  return harness.reply(200, { RequestId = "R-1", Credentials = self:document(more, seconds) })
end

-- The first so many times something else than the emulator.
local function first(times, reply)
  return function(self, ...)
    if self.count.sts <= times then
      return reply(self, ...)
    end
  end
end

local function after_attempts(wanted)
  return function(self)
    return self.count.sts ~= wanted and self.count.sts .. " requests to STS" or nil
  end
end

local function common(provider, setup)
  local function row(what, script, fails, wanted)
    local all = {}
    for name, value in pairs(setup or {}) do all[name] = value end
    all.sts = script
    return { what, provider = provider, fails = fails, setup = all, after = wanted and after_attempts(wanted) }
  end
  return {
    row("present after two throttled answers", first(2, function() return refusal(400, "Throttling.User") end),
      nil, 3),
    row("present after a broken connection", first(1, function()
      return nil, { kind = "transport", code = "RESET", message = "reset" }
    end), nil, 2),
    row("unreachable", harness.unreachable, "STS: connection refused", 3),
    row("unreachable: 503", function() return refusal(503, "ServiceUnavailable") end,
      "STS: no canary here [ServiceUnavailable", 3),
    row("slow", harness.slow, "STS: no answer in time", 3),
    row("lying: no JSON", function() return harness.reply(200, "canary-broken") end, "STS: "),
    row("lying: no credentials", function() return harness.reply(200, "{\"RequestId\":\"R-1\"}") end,
      "has no Credentials"),
    row("lying: no token", function(self) return result(self, { SecurityToken = require("cjson").null }) end,
      "has no security_token"),
    row("lying: an expiration that is none", function(self) return result(self, { Expiration = "1" }) end,
      "is not a time"),
    row("lying: a secret with a blank", function(self) return result(self,
      { AccessKeySecret = "canary-secret " }) end,
      "white space"),
    row("expired", function(self) return result(self, nil, -1) end, "had already expired"),
  }
end

local JWT = { ["/jwt"] = "canary-jwt\n" }
local RRSA = { ALIBABA_CLOUD_ROLE_ARN = harness.ROLE, ALIBABA_CLOUD_OIDC_PROVIDER_ARN = harness.IDP,
  ALIBABA_CLOUD_OIDC_TOKEN_FILE = "/jwt" }

local function oidc()
  return ecs.credentials.oidc()
end

local function rrsa(more)
  local setup = { env = RRSA, files = JWT, emulator = { sts = { oidc_tokens = { ["canary-jwt"] = true } } } }
  for name, value in pairs(more or {}) do setup[name] = value end
  return setup
end

local families = {
  { name = "assume_role", rows = {
    { "present", provider = role() },
    { "present: terraform's names", provider = role({ role_session_name = false, session_name = "spec",
      session_expiration = 900 }) },
    { "present: in the region asked for", provider = role({ sts_region = "cn-beijing" }), after = function(self)
      return self.sent[1] ~= "POST sts.cn-beijing.aliyuncs.com/" and self.sent[1] or nil
    end },
    { "present: inside a VPC", provider = role({ sts_region = "cn-beijing", sts_vpc = true }), after = function(self)
      return self.sent[1] ~= "POST sts-vpc.cn-beijing.aliyuncs.com/" and self.sent[1] or nil
    end },
    { "present: without a region", provider = role(), after = function(self)
      return self.sent[1] ~= "POST sts.aliyuncs.com/" and self.sent[1] or nil
    end },
    { "present: external id", provider = role({ external_id = "x-1" }),
      setup = { emulator = { sts = { roles = { [harness.ROLE] = { external_id = "x-1" } } } } } },
    { "present: keys expired for STS, renewed once", provider = function(self)
      local source = { old = require("ecs_pipeline.core").credentials({ access_key_id = "emulator-key",
        access_key_secret = "emulator-secret" }) }
      source.get = function() return source.old end
      source.expire = function()
        source.old = require("ecs_pipeline.core").credentials({ access_key_id = "emulator-key",
          access_key_secret = "emulator-secret" })
      end
      self.sts = first(1, function() return refusal(400, "InvalidSecurityToken.Expired") end)
      return role({ credentials = source })()
    end, after = after_attempts(2) },
    { "absent: no role", provider = role({ role_arn = false }), fails = "role_arn is missing" },
    { "absent: no keys", provider = role({ credentials = false }),
      fails = "the keys for AssumeRole: no source has credentials" },
    { "broken: a session name", provider = role({ role_session_name = "a b" }), fails = "role_session_name" },
    { "broken: a duration", provider = role({ duration_seconds = 60 }), fails = "900 to 43200" },
    { "broken: an unknown role", provider = role(), fails = "EntityNotExist.Role",
      setup = { emulator = { sts = { roles = {} } } }, after = after_attempts(1) },
    { "broken: not permitted", provider = role(), fails = "NoPermission",
      setup = { emulator = { sts = { roles = { [harness.ROLE] = { external_id = "x-1" } } } } } },
    { "broken: another secret", fails = "SignatureDoesNotMatch",
      provider = role({ credentials = { access_key_id = "emulator-key", access_key_secret = "canary-secret" } }) },
    { "broken: STS quotes what it was sent", provider = role(), fails = "SignatureDoesNotMatch",
      setup = { sts = function()
      return refusal(400, "SignatureDoesNotMatch", "server string to sign is:POST&canary-token&canary-secret")
    end } },
  } },
  { name = "oidc", rows = {
    { "present", provider = oidc, setup = rrsa() },
    { "present: the token is read again at each refresh", provider = oidc,
      setup = rrsa({ files = { ["/jwt"] = "canary-jwt" },
      emulator = { sts = { life = 900, oidc_tokens = { ["canary-jwt"] = 1795491843 + 600,
        ["canary-jwX"] = true } } } }),
      after = function(self, client)
        self.emulator:advance(700)
        self.files["/jwt"] = { text = "canary-jwX" } -- as long, as old as far as anybody can see
        return select(2,
          client.pipeline.list({})) or self.count.sts ~= 2 and self.count.sts .. " requests to STS" or nil
      end },
    { "absent: not set up", provider = oidc, fails = "ALIBABA_CLOUD_ROLE_ARN is not set" },
    { "absent: half set up", provider = oidc, fails = "ALIBABA_CLOUD_OIDC_TOKEN_FILE is not set", setup = { env = {
      ALIBABA_CLOUD_ROLE_ARN = harness.ROLE, ALIBABA_CLOUD_OIDC_PROVIDER_ARN = harness.IDP } } },
    { "absent: no token file", provider = oidc, setup = rrsa({ files = {} }),
      fails = "the token file: no file /jwt" },
    { "broken: an empty token file", provider = oidc, setup = rrsa({ files = { ["/jwt"] = " \n" } }),
      fails = "/jwt is empty" },
    { "broken: two tokens", provider = oidc, setup = rrsa({ files = { ["/jwt"] = "canary-jwt\ncanary-jwt" } }),
      fails = "more than one token" },
    { "broken: refused", provider = oidc, setup = rrsa({ emulator = { sts = { oidc_tokens = {} } } }),
      fails = "AuthenticationFail.OIDCToken.Invalid" },
    { "broken: the token has expired", provider = oidc, setup = rrsa({ emulator = { sts = { oidc_tokens = {
      ["canary-jwt"] = 1 } } } }), fails = "AuthenticationFail.OIDCToken.Expired" },
    { "broken: the role's name", provider = function() return ecs.credentials.oidc({ role_arn = "web" }) end,
      setup = rrsa(), fails = "InvalidParameter.RoleArn" },
  } },
}

for _, row in ipairs(common(role())) do
  table.insert(families[1].rows, row)
end
for _, row in ipairs(common(oidc, rrsa())) do
  table.insert(families[2].rows, row)
end

return families
