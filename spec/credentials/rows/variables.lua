-- Variables and files as other tools name them: which key is used, what is said of those that are not.
local harness = require("spec.credentials.harness")
local tables = require("ecs_pipeline.tables")

local KEYS = { mode = "AK", access_key_id = "emulator-key", access_key_secret = "emulator-secret",
  region_id = "cn-hangzhou" }
local OTHER = { mode = "AK", access_key_id = "other-key", access_key_secret = "canary-secret",
  region_id = "cn-hangzhou" }
local EMULATOR = { credentials = { ["emulator-key"] = { secret = "emulator-secret" },
  ["other-key"] = { secret = "canary-secret" }, ["STS.example"] = { secret = "canary-secret",
    token = "canary-token" } },
  sts = { roles = { [harness.ROLE] = {} } } }
local ECS = "POST ecs.cn-hangzhou.aliyuncs.com/"

local function with(base, more)
  return tables.merge(tables.copy(base), more)
end

local function file(profiles, current)
  return harness.json({ current = current or "default", profiles = profiles, meta_path = "" })
end

local function named(name, base)
  return with(base, { name = name })
end

-- environment, files, the key that signs (or words of the refusal), the first request, a warning (false: none)
local function row(what, env, files, expected, first, warning, more)
  more = more or {}
  env = with({ HOME = "/home/u", ALIBABA_CLOUD_ECS_METADATA_DISABLED = "true" }, env)
  local refused = expected:find(" ", 1, true) and expected or nil
  return with({ what, fails = refused, options = { region = more.region or false },
    setup = with({ env = env, files = files, emulator = EMULATOR }, more.setup),
    after = function(self, client, _, _, err)
      local requests = self.emulator:state().requests
      local warnings = table.concat(self:warnings(), " | ")
      if not refused and requests[#requests].access_key_id ~= expected then
        return "signed with " .. requests[#requests].access_key_id
      elseif first and self.sent[1] ~= first then
        return "sent " .. tostring(self.sent[1])
      elseif warning and not warnings:find(warning, 1, true) then
        return "warned: " .. warnings
      elseif warning == false and warnings ~= "" then
        return "warned: " .. warnings
      elseif more.hint and not (err.hint or ""):find(more.hint, 1, true) then
        return "hints " .. tostring(err.hint)
      end
      return more.after and more.after(self, client)
    end }, { kind = more.kind })
end

local TWO = { [harness.CONFIG] = file({ named("default", OTHER), named("two", KEYS) }) }
local ONE = { [harness.CONFIG] = file({ named("default", KEYS) }) }
local SDK = { ALIBABA_CLOUD_ACCESS_KEY_ID = "emulator-key", ALIBABA_CLOUD_ACCESS_KEY_SECRET = "emulator-secret" }
local INI = "[default]\nenable = true\ntype = access_key\naccess_key_id = emulator-key\n"
  .. "access_key_secret = emulator-secret\n"
local CN = { region = "cn-hangzhou" }
local NO_REGION = { kind = "validation" }
local CONFIG = "~/.aliyun/config.json"

local function keys(id, secret, token)
  return { [id] = "emulator-key", [secret] = "emulator-secret", [token or "X"] = token and "" or nil }
end

local rows = {
  row("16 current names no profile", {}, { [harness.CONFIG] = file({ named("bar", KEYS) }, "foo") },
    "there is no profile \"foo\" (there are \"bar\")", nil, nil, CN),
  row("16a and so says a missing region", {}, { [harness.CONFIG] = file({ named("bar", KEYS) }, "foo") },
    "there is no profile \"foo\" (there are \"bar\")", nil, nil, NO_REGION),
  row("16b no profiles", {}, { [harness.CONFIG] = file({}) }, "no profile \"default\" (there are none)", nil, nil, CN),
  row("16c profiles null", {}, { [harness.CONFIG] = '{"current":"default","profiles":null}' }, CONFIG
    .. " has no profiles",
    nil, nil, with(CN, { hint = "aliyun configure" })),
  row("16d many profiles", {}, { [harness.CONFIG] = file((function()
    local list = {}
    for index = 1, 14 do list[index] = named(("p%02d"):format(index), KEYS) end
    return list
  end)()) }, "\"p10\" and 4 more)", nil, nil, CN),
  row("16e broken, with line and column", {}, { [harness.CONFIG] = '{\n  "current": "default",\n  canary-broken\n}' },
    CONFIG .. " is not a JSON object: broken at line 3, column 3", nil, nil, with(CN, { hint = "correct " .. CONFIG })),
  row("16f a list, as an old tool wrote it", {}, { [harness.CONFIG] = harness.json({ named("default", KEYS) }) },
    CONFIG .. " has no profiles", nil, nil, CN),
  row("16g broken, and keys of the environment", SDK, { [harness.CONFIG] = "{canary-broken" }, "emulator-key", ECS,
    false,
    CN),
  row("16h broken, and the region wanted from it", SDK, { [harness.CONFIG] = "{canary-broken" },
    CONFIG .. " is not a JSON object: broken at line 1, column 2", nil, nil, NO_REGION),
  row("17a ALIBABACLOUD_PROFILE", { ALIBABACLOUD_PROFILE = "two" }, TWO, "emulator-key"),
  row("17b ALICLOUD_PROFILE", { ALICLOUD_PROFILE = "two" }, TWO, "emulator-key"),
  row("17c ALIBABA_CLOUD_PROFILE", { ALIBABA_CLOUD_PROFILE = "two" }, TWO, "emulator-key"),
  row("17d two names of a profile: the CLI's order", { ALIBABACLOUD_PROFILE = "two", ALICLOUD_PROFILE = "default" },
    TWO,
    "emulator-key"),
  row("18 ALIBABA_CLOUD_CONFIG_FILE", { ALIBABA_CLOUD_CONFIG_FILE = "/other.json" },
    { ["/other.json"] = ONE[harness.CONFIG] }, "emulator-key"),
  row("18a a file that was named and is not there", { ALIBABA_CLOUD_CONFIG_FILE = "/none.json" }, {},
    "ALIBABA_CLOUD_CONFIG_FILE: no file /none.json", nil, nil, CN),
  row("18b ALICLOUD_SHARED_CREDENTIALS_FILE", { ALICLOUD_SHARED_CREDENTIALS_FILE = "/other.json" },
    { ["/other.json"] = ONE[harness.CONFIG] }, "emulator-key"),
  row("18c ALIBABA_CLOUD_CREDENTIALS_FILE as terraform means it", { ALIBABA_CLOUD_CREDENTIALS_FILE = "/other.json" },
    { ["/other.json"] = "\239\187\191 " .. ONE[harness.CONFIG] }, "emulator-key", nil, false),
  row("18d ALIBABA_CLOUD_CREDENTIALS_FILE as the SDKs mean it", { ALIBABA_CLOUD_CREDENTIALS_FILE = "/keys" },
    { ["/keys"] = "\239\187\191" .. INI }, "emulator-key", nil, false, CN),
  row("19a ALIBABACLOUD_ACCESS_KEY_ID", keys("ALIBABACLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_SECRET"), {},
    "emulator-key", nil, false, CN),
  row("19b ALICLOUD_ACCESS_KEY_ID", keys("ALICLOUD_ACCESS_KEY_ID", "ALICLOUD_ACCESS_KEY_SECRET"), {}, "emulator-key",
    nil,
    false, CN),
  row("19c ALICLOUD_ACCESS_KEY", keys("ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY"), {}, "emulator-key", nil, false,
    CN),
  row("19d ACCESS_KEY_ID", keys("ACCESS_KEY_ID", "ACCESS_KEY_SECRET"), {}, "emulator-key", nil, false, CN),
  row("19e ACCESS_KEY_ID comes after the CLI's profile", { ACCESS_KEY_ID = "other-key",
    ACCESS_KEY_SECRET = "canary-secret" },
    ONE, "emulator-key", nil, "short names of the environment (ACCESS_KEY_ID)"),
  row("20 the profile's endpoint_type", {}, { [harness.CONFIG] = file({ named("default",
    with(KEYS, { endpoint_type = "vpc" })) }) }, "emulator-key", "POST ecs-vpc.cn-hangzhou.aliyuncs.com/"),
  row("20a the profile's endpoint", {}, { [harness.CONFIG] = file({ named("default",
    with(KEYS, { endpoint = "ecs.example.test" })) }) }, "emulator-key", "POST ecs.example.test/"),
  row("20b the profile's endpoint, but keys of the environment", SDK, { [harness.CONFIG] = file({ named("default",
    with(KEYS, { endpoint = "ecs.example.test" })) }) }, "emulator-key", ECS),
  row("20c ALIBABA_CLOUD_ENDPOINT", with(SDK, { ALIBABA_CLOUD_ENDPOINT = " https://ecs.example.test/ " }), {},
    "emulator-key", "POST ecs.example.test/", nil, CN),
  row("20d ALIBABA_CLOUD_ENDPOINT of another product", with(SDK,
    { ALIBABA_CLOUD_ENDPOINT = "vpc.cn-beijing.aliyuncs.com" }),
    {}, "emulator-key", ECS, nil, CN),
  row("20e ALICLOUD_ENDPOINT_TYPE", with(SDK, { ALICLOUD_ENDPOINT_TYPE = "VPC" }), {}, "emulator-key",
    "POST ecs-vpc.cn-hangzhou.aliyuncs.com/", nil, CN),
  row("20f an endpoint type that is none", with(SDK, { ALIBABA_CLOUD_ENDPOINT_TYPE = "fast" }), {},
    "ALIBABA_CLOUD_ENDPOINT_TYPE must be vpc or public", nil, nil, with(CN, { kind = "validation" })),
  row("20g ENDPOINT_TYPE of other software", with(SDK, { ENDPOINT_TYPE = "fast" }), {}, "emulator-key", ECS, nil, CN),
  row("23 two profiles of one name", {}, { [harness.CONFIG] = file({ named("default", OTHER), named("default",
    KEYS) }) },
    "there are two profiles \"default\"", nil, nil, with(CN, { hint = "rename or remove" })),
  row("24 the file of an old CLI", {}, { ["/home/u/.aliyuncli/credentials"] = "[default]\naliyun_access_key_id = x\n" },
    "~/.aliyuncli/credentials is of an old CLI: run aliyun configure once", nil, nil, CN),
  row("25 credentials.ini", {}, { ["/home/u/.alibabacloud/credentials.ini"] = INI }, "emulator-key", nil, false, CN),
  row("25b credentials before credentials.ini", {}, { [harness.INI] = INI,
    ["/home/u/.alibabacloud/credentials.ini"] = "[default]" }, "emulator-key", nil, false, CN),
  row("25c enable = false", {}, { [harness.INI] = INI:gsub("= true", "= False") }, "switched off by enable",
    nil,
    nil, CN),
  row("25d ini oidc_role_arn", {}, { ["/jwt"] = "canary-jwt",
    [harness.INI] = "[default]\ntype = oidc_role_arn\nrole_arn = "
    .. harness.ROLE .. "\noidc_provider_arn = " .. harness.IDP
      .. "\noidc_token_file_path = /jwt\nrole_session_name = sp\n" },
    "no source has credentials", "POST sts.aliyuncs.com/", nil, with(CN, { setup = { sts = function()
      return harness.reply(403, { Code = "NoPermission", Message = "no", RequestId = "r" })
    end } })),
  row("25e ini rsa_key_pair", {}, { [harness.INI] = "[default]\ntype = rsa_key_pair\n" },
    "its type rsa_key_pair is not supported: key pairs are not supported", nil, nil, CN),
  row("25f ini sts", {}, { [harness.INI] = "[default]\ntype = sts\naccess_key_id = STS.example\naccess_key_secret = "
    .. "canary-secret\nsecurity_token = canary-token\n" }, "STS.example", nil, false, CN),
  row("25g ini bearer", {}, { [harness.INI] = "[default]\ntype = bearer\n" }, "bearer tokens are not supported", nil,
    nil, CN),
  row("25h ini section of ALIBABA_CLOUD_PROFILE", { ALIBABA_CLOUD_PROFILE = "client1" },
    { [harness.INI] = INI:gsub("default", "client1") }, "emulator-key", nil, nil, CN),
  row("25i ini, a comment sign in a value", {}, { [harness.INI] = INI:gsub("emulator%-key", "a#b") }, "a#b", nil,
    "a comment sign inside access_key_id is part of the value", with(CN, { setup = { emulator = {
      credentials = { ["a#b"] = { secret = "emulator-secret" } } } } })),
  row("25j ini credentials_uri", {}, { [harness.INI] = "[default]\ntype = credentials_uri\ncredentials_uri = "
    .. harness.SIDECAR .. "\n" }, "STS.example", "GET sidecar.test/keys", false, with(CN,
      { setup = { sidecar = function()
      return harness.reply(200, { AccessKeyId = "STS.example", AccessKeySecret = "canary-secret",
        SecurityToken = "canary-token" })
    end } })),
  row("26 an empty token", with(SDK, { ALIBABA_CLOUD_SECURITY_TOKEN = "" }), {}, "emulator-key", nil, false, CN),
  row("27 a secret with a line end", { ALIBABA_CLOUD_ACCESS_KEY_ID = "emulator-key",
    ALIBABA_CLOUD_ACCESS_KEY_SECRET = "emulator-secret\r\n" }, {}, "ALIBABA_CLOUD_ACCESS_KEY_ID, "
    .. "ALIBABA_CLOUD_ACCESS_KEY_SECRET: access_key_secret holds white space", nil, nil,
    with(CN, { hint = "copy the key again without blanks" })),
  row("28 a region with blanks", {}, { [harness.CONFIG] = file({ named("default", with(KEYS,
    { region_id = " cn-hangzhou " }))
    }) }, "emulator-key", ECS),
  row("28a a region in capitals", {}, { [harness.CONFIG] = file({ named("default", with(KEYS,
    { region_id = "CN-Hangzhou" }))
    }) }, "did you mean \"cn-hangzhou\"?", nil, nil, NO_REGION),
  row("29 REGION comes after the profile", { REGION = "cn-beijing" }, ONE, "emulator-key", ECS),
  row("29a REGION_ID", with(SDK, { REGION_ID = "cn-beijing" }), {}, "emulator-key",
    "POST ecs.cn-beijing.aliyuncs.com/"),
  row("30 STS at ALIBABA_CLOUD_STS_ENDPOINT",
    { ALIBABA_CLOUD_STS_ENDPOINT = " https://sts-vpc.cn-hangzhou.aliyuncs.com/ " },
    { [harness.CONFIG] = file({ named("default", with(KEYS, { mode = "RamRoleArn", ram_role_arn = harness.ROLE })) }) },
    "no source has credentials", "POST sts-vpc.cn-hangzhou.aliyuncs.com/", nil, with(CN, { setup = { sts = function()
      return harness.reply(403, { Code = "NoPermission", Message = "no", RequestId = "r" })
    end } })),
  row("31 other keys in another family", with(SDK, { ALICLOUD_ACCESS_KEY = "other-key",
    ALICLOUD_SECRET_KEY = "canary-secret" }),
    {}, "emulator-key", ECS, "credentials of the environment (ALIBABA_CLOUD_ACCESS_KEY_ID) are used; there are others, "
    .. "which other tools may prefer: ALICLOUD_ACCESS_KEY", CN),
  row("31a other keys in the CLI's profile", SDK, { [harness.CONFIG] = file({ named("default", OTHER) }) },
    "emulator-key",
    ECS, "CLI profile (~/.aliyun/config.json: profile \"default\")", with(CN, { after = function(self, client)
      local before = #self:warnings()
      assert(client.pipeline.list({}))
      return #self:warnings() ~= before and "warned again" or nil
    end })),
  row("31b the same keys everywhere", with(SDK, { ALICLOUD_ACCESS_KEY = "emulator-key",
    ALICLOUD_SECRET_KEY = "emulator-secret" }), with(ONE, { [harness.INI] = INI }), "emulator-key", ECS, false, CN),
  row("31c a half in another family", with(SDK, { ALICLOUD_SECRET_KEY = "canary-secret" }), {}, "emulator-key", ECS,
    "ALICLOUD_SECRET_KEY", CN),
  row("32 terraform's role for keys of the environment", with(SDK, { ALICLOUD_ASSUME_ROLE_ARN = harness.ROLE }), {},
    "no source has credentials", "POST sts.aliyuncs.com/", nil, with(CN, { setup = { sts = function()
      return harness.reply(403, { Code = "NoPermission", Message = "no", RequestId = "r" })
    end } })),
  row("33 what is set and not used stands in the error", { ALICLOUD_PROFILE = "a", ALIBABA_CLOUD_PROFILE = "b",
    ALIBABA_CLOUD_BEARER_TOKEN = "canary-token" }, {},
      "ALIBABA_CLOUD_BEARER_TOKEN is set, but not used: bearer tokens are "
    .. "not supported; ALICLOUD_PROFILE is set, but not used: ALIBABA_CLOUD_PROFILE comes first", nil, nil, CN),
}

-- The cause that was met reaches the user: the hint is about it.
local ROLE = { [harness.CONFIG] = file({ named("default", with(KEYS, { mode = "RamRoleArn",
  ram_role_arn = harness.ROLE })) }) }
local function refused(code, message, headers)
  return function() return harness.reply(403, { Code = code, Message = message, RequestId = "r" }, headers) end
end
local function broken(code, more)
  return function()
    return nil, with({ kind = "transport", code = code, message = "no way", sent = false }, more)
  end
end
for what, case in pairs({
  proxy = { broken("PROXY", { status = 407 }), "proxy" },
  ["DNS"] = { broken("DNS"), "name" },
  TLS = { broken("TLS", { reason = "untrusted" }), "ca_file" },
  role = { refused("NoPermission", "no"), "needs the RAM action sts:AssumeRole" },
  clock = { refused("InvalidTimeStamp.Expired", "expired", { date = "Tue, 24 Nov 2026 05:44:03 GMT" }), "clock" },
}) do
  rows[#rows + 1] = row("35 the hint is about the cause: " .. what, {}, ROLE, "no source has credentials: CLI profile",
    nil, nil, with(CN, { hint = case[2], setup = { sts = case[1] } }))
end

-- Every switch of the four tools, in every spelling, each with a source that is used without it.
local SWITCHED = {
  { { "ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "ALIBABA_CLOUD_IGNORE_PROFILE", "ALIBABACLOUD_IGNORE_PROFILE" },
    { files = ONE, off = "CLI profile: switched off by " } },
  { { "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS" }, { files = { [harness.CONFIG] = file({ named("default",
    { mode = "External", process_command = "keys", region_id = "cn-hangzhou" }) }) },
    off = "the command is not run: switched off by ", setup = { command = harness.json(KEYS) .. "\n0" } } },
  { { "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS" }, { files = {}, env = { ALICLOUD_CREDENTIALS_URI = harness.SIDECAR },
    off = "the credentials URI is not asked: switched off by ", key = "STS.example", setup = { sidecar = function()
      return harness.reply(200, { AccessKeyId = "STS.example", AccessKeySecret = "canary-secret",
        SecurityToken = "canary-token" })
    end } } },
  { { "ALIBABA_CLOUD_ECS_METADATA_DISABLED" }, { files = {}, off = "ECS RAM role: switched off by ", key = false,
    setup = { metadata = function() return harness.reply(200, "canary") end } } },
}
for _, group in ipairs(SWITCHED) do
  for _, switch in ipairs(group[1]) do
    local case = group[2]
    for word, on in pairs({ ["1"] = true, ["true"] = true, ["TRUE"] = true, ["True"] = true, ["0"] = false,
      ["false"] = false, ["no"] = false, [""] = false }) do
      if on or case.key ~= false then
        rows[#rows + 1] = row(("switch %s=%s"):format(switch, word), with(case.env or {}, { [switch] = word }),
          case.files,
          on and case.off .. switch or case.key or "emulator-key", nil, nil,
          with(CN, { setup = case.setup, after = on and function(self)
            return (#self.sent > 0 or #self.commands > 0) and "something was asked" or nil
          end or nil }))
      end
    end
  end
end

-- Files that other users can change: the command in them is not run.
local function unsafe(what, config, expected, env, warning)
  config.text = file({ named("default", { mode = "External", process_command = "keys", region_id = "cn-hangzhou" }) })
  return row(what, env or {}, { [harness.CONFIG] = config,
    ["/etc/passwd"] = "root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n" }, expected, nil, warning,
    with(CN, { hint = expected:find(" ", 1, true) and "ECS_PIPELINE_ALLOW_UNSAFE_COMMANDS=1" or nil,
      setup = { command = harness.json(KEYS) .. "\n0" }, after = function(self)
        return expected:find(" ", 1, true) and #self.commands > 0 and "the command was run" or nil
      end }))
end
rows[#rows + 1] = unsafe("34 a command in a file of another user", { mode = 402, owner = 65534 },
  "its command is not run: ~/.aliyun/config.json can be changed by other users (it belongs to nobody, mode 0622)", nil,
  "chmod go-w ~/.aliyun/config.json")
rows[#rows + 1] = unsafe("34a a command in a file that others can write", { mode = 438 }, "its command is not run", nil,
  "(mode 0666, owner root)")
rows[#rows + 1] = unsafe("34b the same, allowed", { mode = 402, owner = 65534 }, "emulator-key",
  { ECS_PIPELINE_ALLOW_UNSAFE_COMMANDS = "1" }, "it belongs to nobody")
rows[#rows + 1] = unsafe("34c a command in a file of one's own", { mode = 384 }, "emulator-key", nil, false)

return { { name = "variables", rows = rows } }
