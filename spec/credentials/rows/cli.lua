-- Profiles as the CLI writes them, in each of its modes: what is accepted with which key and which requests, and what
-- is refused with which words. All go through the default chain.
local ecs = require("ecs_pipeline")
local harness = require("spec.credentials.harness")
local tables = require("ecs_pipeline.tables")

local NOW = 1795491843 -- the emulator's clock at the start, 2026-11-24T03:44:03Z
local SIDECAR = "http://127.0.0.1:6666/c"
local AK = { mode = "AK", access_key_id = "emulator-key", access_key_secret = "emulator-secret" }
local STS = { mode = "StsToken", access_key_id = "STS.example", access_key_secret = "canary-secret",
  sts_token = "canary-token" }
local KNOWN = { credentials = { ["emulator-key"] = { secret = "emulator-secret" },
  ["STS.example"] = { secret = "canary-secret", token = "canary-token" } } }
local ECS = "POST ecs.cn-hangzhou.aliyuncs.com/"
local IMDS = { "PUT 100.100.100.200/latest/api/token",
  "GET 100.100.100.200/latest/meta-data/ram/security-credentials/web" }
local SIDECAR_KEYS = { Code = "Success", AccessKeyId = "STS.example", AccessKeySecret = "canary-secret",
  SecurityToken = "canary-token", Expiration = "2027-01-01T00:00:00Z" }

local function with(base, more)
  return tables.merge(tables.copy(base), more)
end

local function config(profile, ...)
  local profiles = { with({ name = "default", region_id = "cn-hangzhou" }, profile), ... }
  return { [harness.CONFIG] = harness.json({ current = "default", profiles = profiles, meta_path = "" }) }
end

local function profile_row(what, profile, more)
  local setup = with({ files = config(profile), emulator = KNOWN }, more and more.setup)
  setup.env = with({ HOME = "/home/u", ALIBABA_CLOUD_ECS_METADATA_DISABLED = "true" }, setup.env)
  return with({ what, setup = setup, options = { region = false } }, more and with(more, { setup = setup }))
end

local function key_of(self)
  local requests = self.emulator:state().requests
  return requests[#requests].access_key_id
end

-- Accepted: signed with this key, after exactly these requests.
local function accepts(what, profile, key, requests, more)
  more = more or {}
  local also = more.after
  return profile_row(what, profile, with(more, { after = function(self, ...)
    local sent = table.concat(self.sent, ", ")
    if sent ~= table.concat(requests or { ECS }, ", ") then
      return "sent " .. sent
    elseif not key_of(self):find(key, 1, true) then
      return "signed with " .. key_of(self)
    end
    return also and also(self, ...) or nil
  end }))
end

-- Refused with these words and this hint, after these requests only.
local function refuses(what, profile, words, hint, more)
  more = more or {}
  return profile_row(what, profile, with(more, { fails = words, after = function(self, _, _, _, err)
    if hint and not (err.hint or ""):find(hint, 1, true) then
      return "hints " .. tostring(err.hint)
    elseif table.concat(self.sent, ", ") ~= (more.sent or "") then
      return "sent " .. table.concat(self.sent, ", ")
    elseif #self.commands > 0 and not more.runs then
      return "ran a command"
    end
  end }))
end

local function prints(value)
  return { command = (type(value) == "table" and harness.json(value) or value) .. "\n0" }
end

local function ran(self)
  return #self.commands ~= 1 and #self.commands .. " commands" or nil
end

local EXTERNAL = { mode = "External", process_command = "sh \"/home/u/cmd.sh\"" }
local ROLE = with(AK, { mode = "RamRoleArn", ram_role_arn = harness.ROLE, ram_session_name = "s1" })
local EMPTY = { sts_token = "", sts_region = "", ram_role_name = "ci", source_profile = "", private_key = "",
  key_pair_name = "", expired_seconds = 0, verified = "", process_command = "", credentials_uri = "",
  oidc_provider_arn = "", oidc_token_file = "" }
local URI = { mode = "CredentialsURI", credentials_uri = SIDECAR }

local function sidecar(change, status)
  return { setup = { ecs = function(_, request)
    if request.url:find("127.0.0.1:6666", 1, true) then
      local document = with(SIDECAR_KEYS, change)
      for name, value in pairs(document) do document[name] = value or nil end
      return harness.reply(status or 200, document)
    end
  end, emulator = KNOWN } }
end
local ASKED = { "GET 127.0.0.1:6666/c", ECS }

local SSO = with(STS, { mode = "CloudSSO", cloud_sso_sign_in_url = "https://signin-cn-shanghai.alibabacloudsso.com/d",
  cloud_sso_access_config = "ac-1", cloud_sso_account_id = "1511928242963727", access_token = "canary-jwt" })
local OAUTH = with(STS, { mode = "OAuth", oauth_site_type = "CN", oauth_access_token = "canary-jwt",
  oauth_refresh_token = "canary-secret" })
local LIVES, OVER = NOW + 3000, NOW - 3000

local function cloud_sso(self, request)
  if request.headers.authorization ~= "Bearer canary-jwt" or request.headers["content-type"] ~= "application/json"
      or not request.body:find("\"AccountId\":\"1511928242963727\"", 1, true)
      or not request.body:find("\"AccessConfigurationId\":\"ac-1\"", 1, true) then
    return harness.reply(400, {})
  end
  return harness.reply(200, { CloudCredential = self:document({ Code = false }), RequestId = "r" })
end

local function oauth(self, request)
  local keys = self:document()
  if request.headers.authorization ~= "Bearer canary-jwt" then
    return harness.reply(401, {})
  end
  return harness.reply(200, { accessKeyId = keys.AccessKeyId, accessKeySecret = keys.AccessKeySecret,
    securityToken = keys.SecurityToken, expiration = keys.Expiration, requestId = "r" })
end

local SSO_SENT = { "POST signin-cn-shanghai.alibabacloudsso.com/cloud-credentials", ECS }
local AGAIN = "sign in again: aliyun configure --mode "
local function says(status, body) return function() return harness.reply(status, body) end end
local function answers(status) return says(status, {}) end

local function sts_argument(name, value)
  return { after = function(self)
    local sent = self.last.sts:match("[?&]" .. name .. "=([^&]*)")
    return sent ~= value and name .. "=" .. tostring(sent) or nil
  end }
end

local OIDC = { mode = "OIDC", oidc_provider_arn = harness.IDP, oidc_token_file = "/jwt",
  ram_role_arn = harness.ROLE, ram_session_name = "mine" }
local function token(more)
  return with({ setup = { files = with(config(with(OIDC, more and more.profile)), { ["/jwt"] = "canary-jwt\n" }),
    emulator = KNOWN } }, more)
end

return { { name = "CLI", rows = {
  accepts("01 AK", AK, "emulator-key"),
  accepts("02 StsToken", STS, "STS.example"),
  accepts("02b StsToken, its keys in variables", { mode = "StsToken", access_key_id = "", sts_token = "" },
    "STS.example", nil, { provider = function() return ecs.credentials.profile() end, setup = { env = {
      ALIBABA_CLOUD_ACCESS_KEY_ID = "STS.example", ALIBABA_CLOUD_ACCESS_KEY_SECRET = "canary-secret",
      ALIBABA_CLOUD_SECURITY_TOKEN = "canary-token" } } }),
  accepts("03 RamRoleArn", with(ROLE, { expired_seconds = 900 }), "STS.", { "POST sts.aliyuncs.com/", ECS },
    sts_argument("DurationSeconds", "900")),
  accepts("03b RamRoleArn with the empty fields of an old CLI", with(with(EMPTY, ROLE), { expired_seconds = 0 }),
    "STS.",
    { "POST sts.aliyuncs.com/", ECS }),
  accepts("04 EcsRamRole", { mode = "EcsRamRole", ram_role_name = "web" }, "STS.", { IMDS[1], IMDS[2], ECS },
    { setup = { metadata = false, emulator = with(KNOWN, { metadata = { role = "web" } }) } }),
  refuses("04b EcsRamRole, a misspelt role", { mode = "EcsRamRole", ram_role_name = "wbe" },
    "CLI profile: ~/.aliyun/config.json: profile \"default\": the metadata service, asked for role wbe: status 404",
    "correct this source", { sent = IMDS[1] .. ", " .. IMDS[2]:gsub("web", "wbe"),
      setup = { metadata = false, emulator = with(KNOWN, { metadata = { role = "web" } }) } }),
  refuses("05 RsaKeyPair", { mode = "RsaKeyPair", private_key = "/k.pem", key_pair_name = "kp-1" },
    "its mode RsaKeyPair is not supported: key pairs are not supported: use AK or RamRoleArn", "correct this source"),
  accepts("06 RamRoleArnWithRoleName", { mode = "RamRoleArnWithRoleName", ram_role_name = "web",
    ram_role_arn = harness.ROLE, ram_session_name = "sess" }, "STS.", { IMDS[1], IMDS[2], "POST sts.aliyuncs.com/",
      ECS },
    { setup = { metadata = false, emulator = with(KNOWN, { metadata = { role = "web" } }) } }),
  refuses("06b RamRoleArnWithEcs, which no tool writes", { mode = "RamRoleArnWithEcs", ram_role_name = "web" },
    "the CLI calls this mode RamRoleArnWithRoleName"),
  accepts("07 ChainableRamRoleArn", {}, "STS.", { "POST sts.aliyuncs.com/", ECS }, { setup = { emulator = KNOWN,
    files = config({ mode = "ChainableRamRoleArn", source_profile = "base", ram_role_arn = harness.ROLE,
      ram_session_name = "sess" }, with(AK, { name = "base" })) } }),
  accepts("08 External prints StsToken", EXTERNAL, "STS.example", nil, { after = ran, setup = prints(STS) }),
  accepts("08b External prints a role", EXTERNAL, "STS.", { "POST sts.aliyuncs.com/", ECS },
    { after = ran, setup = prints(ROLE) }),
  accepts("08b2 External prints an ECS role without a mode", EXTERNAL, "STS.", { IMDS[1], IMDS[2], ECS },
    { setup = with(prints({ ram_role_name = "web" }), { metadata = false,
      emulator = with(KNOWN, { metadata = { role = "web" } }) }) }),
  refuses("08b3 External prints External", EXTERNAL, "a command must not print another command", nil,
    { runs = true, setup = prints(EXTERNAL) }),
  refuses("08b4 External prints a mode that is refused", EXTERNAL, "the command printed a profile: its mode RsaKeyPair",
    nil, { runs = true, setup = prints({ mode = "RsaKeyPair" }) }),
  refuses("08c External, switched off", EXTERNAL, "profile \"default\": the command is not run: switched off by "
    .. "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", "unset ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS",
    { setup = with(prints(STS), { env = { ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS = "True" } }) }),
  accepts("08d External prints a region, which is not taken", EXTERNAL, "STS.example", nil,
    { setup = prints(with(STS, { region_id = "cn-beijing" })) }),
  accepts("08e External, words in quotes", EXTERNAL, "emulator-key", nil, { setup = prints(AK), after = function(self)
    return not self.commands[1]:find("'sh' '/home/u/cmd.sh'", 1, true) and self.commands[1] or nil
  end }),
  refuses("08f External prints the names of another tool", EXTERNAL, "the command printed no access_key_id: it must "
    .. "print mode, access_key_id, access_key_secret, sts_token and expiration", nil,
    { runs = true, setup = prints(SIDECAR_KEYS) }),
  refuses("08g CredentialsURI, switched off", URI, "the credentials URI is not asked: switched off by "
    .. "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", "unset ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS",
    { setup = { env = { ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS = "1" } } }),
  accepts("08h External, an expiration with an offset", EXTERNAL, "STS.example", nil,
    { setup = prints(with(STS, { expiration = "2027-01-01T08:00:00+08:00" })) }),
  accepts("09 CredentialsURI", URI, "STS.example", ASKED, sidecar()),
  accepts("09b CredentialsURI, the address in a variable", { mode = "CredentialsURI", credentials_uri = "" },
    "STS.example", ASKED, { setup = with(sidecar().setup, { env = { ALIBABA_CLOUD_CREDENTIALS_URI = SIDECAR } }) }),
  accepts("09d CredentialsURI, an expiration with fraction and offset", URI, "STS.example", ASKED,
    sidecar({ Expiration = "2027-01-01T08:00:00.000+08:00" })),
  accepts("09d2 CredentialsURI, no expiration: asked again after five minutes", URI, "STS.example", ASKED,
    with(sidecar({ Expiration = false }), { after = function(self, client)
      for seconds, asked in pairs({ [0] = 3, [301] = 5 }) do
        self.emulator:advance(seconds)
        assert(client.pipeline.list({}))
        if #self.sent > asked then return ("%d requests after %d s"):format(#self.sent, seconds) end
      end
    end })),
  refuses("09e CredentialsURI answers with a failure", URI, "the credentials URI has no credentials: Failed, role not "
    .. "bound", nil, with({ sent = "GET 127.0.0.1:6666/c" },
    sidecar({ Code = "Failed", Message = "role not\nbound", AccessKeyId = false }))),
  refuses("09f CredentialsURI answers with a status and a failure", URI, "answers with status 503: Busy, later", nil,
    with({ sent = "GET 127.0.0.1:6666/c" }, sidecar({ Code = "Busy", Message = "later" }, 503))),
  accepts("10 OIDC with expired_seconds", with(OIDC, { expired_seconds = 1800 }), "STS.",
    { "POST sts.aliyuncs.com/", ECS }, with(token({ profile = { expired_seconds = 1800 } }),
      sts_argument("DurationSeconds", "1800"))),
  accepts("10b OIDC with fields from variables", {}, "STS.", { "POST sts.aliyuncs.com/", ECS },
    { setup = { files = with(config({ mode = "oidc", ram_session_name = "mine" }), { ["/jwt"] = "canary-jwt" }),
      env = { ALIBABACLOUD_ROLE_ARN = harness.ROLE, ALIBABA_CLOUD_OIDC_PROVIDER_ARN = harness.IDP,
        ALIBABACLOUD_OIDC_TOKEN_FILE = "/jwt", ALIBABA_CLOUD_OIDC_TOKEN_FILE = "" }, emulator = KNOWN } }),
  accepts("11 CloudSSO, stored keys", with(SSO, { sts_expiration = LIVES }), "STS.example"),
  accepts("11b CloudSSO, an exchange", with(SSO, { sts_expiration = OVER, cloud_sso_access_token_expire = LIVES }),
    "STS.", SSO_SENT, { setup = { sso = cloud_sso } }),
  accepts("11k CloudSSO, the keys stand outside",
    with(SSO, { sts_expiration = OVER, cloud_sso_access_token_expire = LIVES }), "STS.", SSO_SENT,
    { setup = { sso = function(self) return harness.reply(200, self:document({ Code = false })) end } }),
  refuses("11l CloudSSO sends another thing than keys", with(SSO, { cloud_sso_access_token_expire = LIVES }),
    "CloudSSO: the answer has no credentials", nil, { sent = SSO_SENT[1],
      setup = { sso = says(200, { CloudCredential = "keys" }) } }),
  refuses("11c CloudSSO, all expired", with(SSO, { sts_expiration = OVER, cloud_sso_access_token_expire = OVER }),
    "the sign-in of CloudSSO has expired: sign in again", AGAIN .. "CloudSSO --profile default"),
  refuses("11d CloudSSO refuses the access token", with(SSO, { cloud_sso_access_token_expire = LIVES }),
    "CloudSSO refuses the access token (status 403)", AGAIN .. "CloudSSO --profile default",
    { sent = SSO_SENT[1], setup = { sso = answers(403) } }),
  refuses("11i CloudSSO says why", with(SSO, { cloud_sso_access_token_expire = LIVES }),
    "(status 403: AccessDenied.AccessConfiguration, *** may not use it, R-1): sign in again",
    AGAIN .. "CloudSSO --profile default", { sent = SSO_SENT[1], setup = { sso = says(403, {
      ErrorCode = "AccessDenied.AccessConfiguration", ErrorMessage = "canary-jwt may not\nuse it",
      RequestId = "R-1" }) } }),
  refuses("11j CloudSSO says why with 400", with(SSO, { cloud_sso_access_token_expire = LIVES }),
    "CloudSSO answers with status 400: InvalidParameter, no such account", nil, { sent = SSO_SENT[1], setup = {
      sso = says(400, { ErrorCode = "InvalidParameter", ErrorMessage = "no such account" }) } }),
  refuses("11e CloudSSO does not answer as expected", with(SSO, { cloud_sso_access_token_expire = LIVES }),
    "CloudSSO: the answer has no credentials", nil, { sent = SSO_SENT[1], setup = { sso = answers(200) } }),
  accepts("11f CloudSSO fails shortly before the end: the stored keys are used while they live",
    with(SSO, { sts_expiration = NOW + 100, cloud_sso_access_token_expire = LIVES }), "STS.example", SSO_SENT,
    { setup = { sso = answers(500) } }),
  refuses("11h CloudSSO at a host that looks like another", with(SSO, { sts_expiration = 1,
    cloud_sso_sign_in_url = "https://signin.alibabacloudsso.com@evil.test/d" }),
    "its cloud_sso_sign_in_url must be https://host/"),
  refuses("11g CloudSSO over http", with(SSO, { cloud_sso_sign_in_url = "http://signin.alibabacloudsso.com/d" }),
    "its cloud_sso_sign_in_url must be https://host/"),
  accepts("12 OAuth, stored keys", with(OAUTH, { sts_expiration = LIVES }), "STS.example"),
  accepts("12b OAuth, an exchange", with(OAUTH, { sts_expiration = OVER, oauth_access_token_expire = LIVES }), "STS.",
    { "POST oauth.aliyun.com/v1/exchange", ECS }, { setup = { oauth = oauth } }),
  accepts("12c OAuth, the international site", with(OAUTH, { oauth_site_type = "intl",
    oauth_access_token_expire = LIVES }), "STS.", { "POST oauth.alibabacloud.com/v1/exchange", ECS },
    { setup = { oauth = oauth } }),
  refuses("12d OAuth, all expired: the refresh token is never used", with(OAUTH, { name = "it's me" }),
    "the sign-in of OAuth has expired", AGAIN .. "OAuth --profile 'it'\\''s me'",
    { setup = { files = { [harness.CONFIG] = harness.json({ current = "it's me", profiles = {
      with(OAUTH, { name = "it's me", region_id = "cn-hangzhou" }) } }) } } }),
  refuses("12f OAuth says why", with(OAUTH, { oauth_access_token_expire = LIVES }),
    "OAuth answers with status 400: invalid_grant, the user was deleted", nil, {
      sent = "POST oauth.aliyun.com/v1/exchange", setup = { oauth = says(400, {
        error = "invalid_grant", error_description = "the user was deleted" }) } }),
  refuses("12g OAuth says why in a 200", with(OAUTH, { oauth_access_token_expire = LIVES }),
    "OAuth: the answer has no credentials: Busy, later", nil, { sent = "POST oauth.aliyun.com/v1/exchange",
      setup = { oauth = says(200, { code = "Busy", message = "later" }) } }),
  refuses("12e OAuth of a site that is not known", with(OAUTH, { oauth_site_type = "EU" }),
    "its oauth_site_type must be CN or INTL"),
  refuses("13 BearerToken", { mode = "BearerToken" }, "bearer tokens are not supported"),
  refuses("13b Anonymous", { mode = "Anonymous" }, "its mode Anonymous is not supported: the calls of this library are "
    .. "signed: use AK or RamRoleArn"),
  accepts("14 no mode, keys", with(AK, { mode = "" }), "emulator-key"),
  accepts("14b no mode, a token", with(STS, { mode = "" }), "STS.example"),
  accepts("14c no mode, a role", with(ROLE, { mode = "" }), "STS.", { "POST sts.aliyuncs.com/", ECS }),
  accepts("14d no mode, an ECS role", { ram_role_name = "web" }, "STS.", { IMDS[1], IMDS[2], ECS },
    { setup = { metadata = false, emulator = with(KNOWN, { metadata = { role = "web" } }) } }),
  accepts("15 modes in any case", with(STS, { mode = "ststoken" }), "STS.example"),
  accepts("15b AK without keys: those of the CLI's short names", { mode = "AK" }, "emulator-key", nil,
    { setup = { env = { ACCESS_KEY_ID = "emulator-key", ACCESS_KEY_SECRET = "emulator-secret" } } }),
} } }
