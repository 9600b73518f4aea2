-- Sources of credentials that break: their messages, what they keep in their tables, and their warnings.
local fake = require("spec.support.fake")
local harness = require("spec.canary.harness")
local canaries = require("spec.canary.canaries")
local cjson = require("cjson")
local ecs = require("ecs_pipeline")

local VALUES = canaries.VALUES

local CONFIG, INI = "/home/u/.aliyun/config.json", "/home/u/.alibabacloud/credentials"
local ROLE = "acs:ram::1511928242963727:role/web"

-- Canaries in every field that a document may have, as a source would spell it.
local DOCUMENT = { Code = "Success", AccessKeyId = VALUES.key_id, AccessKeySecret = VALUES.secret,
  SecurityToken = VALUES.token, Expiration = "2036-11-24T03:44:03Z" }

local function changed(more)
  local document = {}
  for name, value in pairs(DOCUMENT) do
    document[name] = value
  end
  for name, value in pairs(more) do
    document[name] = value ~= cjson.null and value or nil
  end
  return cjson.encode(document)
end

-- A host: files, environment, what commands print, what the network answers.
local function host(see, setup)
  local options
  options = harness.options(see, { retry = false, transport = { send = function(request)
    local answer = setup.answer and setup.answer(request)
    if not answer then
      return nil, { kind = "transport", code = "CONNECT", sent = false, message = "connection refused" }
    end
    return type(answer) == "table" and answer or { status = 200, headers = {}, body = answer }
  end } })
  local platform = options.platform
  platform.env = function(name) return name == "HOME" and "/home/u" or (setup.env or {})[name] end
  platform.file_status = function(path)
    local text = (setup.files or {})[path]
    if not text then
      return nil, "No such file or directory", true
    end
    return { mode = 420, size = #text, modified = 1, regular = true }
  end
  platform.read_file = function(path) return setup.files[path] end
  platform.popen = function()
    return fake.pipe(setup.printed, setup.status or "0")
  end
  return options
end

local rows = {}

local function row(what, make, setup, says)
  rows[#rows + 1] = { what, says = says, run = function(see)
    local options = host(see, setup)
    local made, provider = pcall(make or function() return nil end)
    see(made and tostring(provider) or provider, provider)
    if not made then
      return
    end
    options.credentials = provider
    local client = ecs.new(options)
    harness.try(see, client.pipeline.list)
    harness.try(see, client.pipeline.list)
    harness.try(see, client.render, "pipeline.create", harness.arguments())
    harness.try(see, client.doctor)
    see(provider)
  end }
end

local function uri()
  return ecs.credentials.uri({ uri = "http://sidecar.test/keys?code=" .. VALUES.query })
end

row("URI: nothing listens", uri, {}, "connection refused")
row("URI: status 403", uri, { answer = function(request)
  return { status = 403, headers = {}, body = request.url }
end }, "status 403")
row("URI: no JSON", uri, { answer = function() return changed({}):sub(2) end }, "not a JSON object")
row("URI: no token", uri, { answer = function()
  return changed({ SecurityToken = cjson.null })
end }, "has no SecurityToken")
row("URI: a time that is none", uri, { answer = function()
  return changed({ Expiration = VALUES.secret })
end }, "not a time")
row("URI: a blank in the secret", uri, { answer = function()
  return changed({ AccessKeySecret = VALUES.secret .. " " })
end }, "white space")
row("URI: expired", uri, { answer = function() return changed({ Expiration = "2016-11-24T03:44:03Z" }) end }, "expired")
row("URI: works", uri, { answer = function(request)
  return request.url:find("sidecar", 1, true) and changed({})
end }, "connection refused")
row("URI: in the environment, with a user", nil, { env = {
  ALIBABA_CLOUD_CREDENTIALS_URI = "http://u:" .. VALUES.userinfo .. "@sidecar.test/?x=" .. VALUES.query,
} }, "without a user name")
row("URI: with a control character", function()
  return ecs.credentials.uri({ uri = "http://sidecar.test/?x=" .. VALUES.query .. "\n" })
end, {}, "control characters")

local function process()
  return ecs.credentials.process({ command = { "get-keys", "--password", VALUES.password } })
end

row("command: no JSON", process, { printed = VALUES.printed }, "not print a JSON object")
row("command: fails", process, { printed = VALUES.printed, status = "3" }, "status 3")
row("command: not found", process, { printed = VALUES.printed, status = "127" }, "not found")
row("command: half of it", process, { printed = cjson.encode({ access_key_id = VALUES.key_id }) }, "without")
row("command: another mode", process, { printed = cjson.encode({ mode = VALUES.printed }) }, "mode")
row("command: a line end in the token", process, { printed = cjson.encode({ access_key_id = VALUES.key_id,
  access_key_secret = VALUES.secret, sts_token = VALUES.token .. "\n" }) }, "white space")
row("command: works", process, { printed = cjson.encode({ access_key_id = VALUES.key_id,
  access_key_secret = VALUES.secret, sts_token = VALUES.token }) }, "connection refused")
row("command: a quote not closed", function()
  return ecs.credentials.process({ command = "get '" .. VALUES.password })
end, {}, "quotes closed")

local function cli(profile)
  profile.name = "default"
  return { files = { [CONFIG] = cjson.encode({ current = "default", profiles = { profile } }) } }
end

row("CLI profile: not JSON", nil, { files = { [CONFIG] = "{ \"" .. VALUES.secret } }, "not a JSON object")
row("CLI profile: readable by others, works", nil, cli({ mode = "AK", access_key_id = VALUES.key_id,
  access_key_secret = VALUES.secret }), "chmod 600")
row("CLI profile: no secret", nil, cli({ mode = "AK", access_key_id = VALUES.key_id }), "no access_key_secret")
row("CLI profile: a mode that is none", nil, cli({ mode = VALUES.secret, access_key_secret = VALUES.secret }),
  "not supported")
row("CLI profile: a line end in the secret", nil, cli({ mode = "AK", access_key_id = VALUES.key_id,
  access_key_secret = VALUES.secret .. "\n" }), "control character")
row("CLI profile: a command", nil, cli({ mode = "External", process_command = "get '" .. VALUES.password }),
  "not closed")
row("CLI profile: a URI", nil, cli({ mode = "CredentialsURI",
  credentials_uri = "http://u:" .. VALUES.userinfo .. "@h/?x=" .. VALUES.query }), "without a user name")
row("CLI profile: a session that is refused", nil, (function()
  local setup = cli({ mode = "RamRoleArn", ram_role_arn = ROLE, access_key_id = VALUES.key_id,
    access_key_secret = VALUES.secret, sts_token = VALUES.token, external_id = VALUES.password })
  setup.answer = function(request)
    return { status = 403, headers = {}, body = cjson.encode({ Code = "NoPermission",
      Message = "no, " .. request.url .. " " .. request.body }) }
  end
  return setup
end)(), "NoPermission")

local function ini(text)
  return { files = { [INI] = text } }
end

row("ini: no section", nil, ini("access_key_secret = " .. VALUES.secret), "no section")
row("ini: no secret", nil, ini("[default]\ntype = access_key\naccess_key_id = " .. VALUES.key_id),
  "no access_key_secret")
row("ini: a type that is none", nil, ini("[default]\ntype = " .. VALUES.secret .. "\n"), "not supported")
row("ini: works", nil, ini(("[default]\ntype = access_key\naccess_key_id = %s\naccess_key_secret = %s\n"):format(
  VALUES.key_id, VALUES.secret)), "chmod 600")

local OIDC = { ALIBABA_CLOUD_ROLE_ARN = ROLE, ALIBABA_CLOUD_OIDC_TOKEN_FILE = "/token",
  ALIBABA_CLOUD_OIDC_PROVIDER_ARN = "acs:ram::1511928242963727:oidc-provider/k8s" }

row("OIDC: two tokens", nil, { env = OIDC, files = { ["/token"] = VALUES.oidc .. "\n" .. VALUES.oidc } },
  "more than one token")
row("OIDC: nothing listens", nil, { env = OIDC, files = { ["/token"] = VALUES.oidc } }, "STS")
row("OIDC: refused, the token quoted", nil, { env = OIDC, files = { ["/token"] = VALUES.oidc },
  answer = function(request)
    return { status = 400, headers = {}, body = cjson.encode({ Code = "AuthenticationFail.OIDCToken.Invalid",
      Message = "no such token: " .. VALUES.oidc .. " in " .. request.body }) }
  end }, "OIDCToken")

local function ram_role()
  return ecs.credentials.ecs_ram_role({ role_name = "web" })
end

row("metadata service: an answer without a token", ram_role,
  { answer = function(request)
    return request.method == "PUT" and "metadata-token==" or changed({ SecurityToken = cjson.null })
  end }, "has no SecurityToken")
row("metadata service: a Code that is none", ram_role,
  { answer = function(request)
    return request.method == "PUT" and "metadata-token==" or changed({ Code = "?" .. VALUES.secret:sub(1, 1) })
  end }, "not Success")

row("environment: a blank in the secret", nil, { env = { ALIBABA_CLOUD_ACCESS_KEY_ID = VALUES.key_id,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET = VALUES.secret .. " ", ALIBABA_CLOUD_SECURITY_TOKEN = VALUES.token } },
  "white space")
row("environment: half of it", nil, { env = { ALIBABA_CLOUD_ACCESS_KEY_SECRET = VALUES.secret } }, "is missing")
row("environment: works", nil, { env = { ALIBABA_CLOUD_ACCESS_KEY_ID = VALUES.key_id,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET = VALUES.secret, ALIBABA_CLOUD_SECURITY_TOKEN = VALUES.token } },
  "connection refused")

row("static: a line end in the secret", function()
  return ecs.credentials.static({ access_key_id = VALUES.key_id, access_key_secret = VALUES.secret .. "\n" })
end, {}, "white space")
row("assume_role: nothing listens", function()
  return ecs.credentials.assume_role({ role_arn = ROLE, credentials = harness.KEYS, external_id = VALUES.password })
end, {}, "connection refused")
row("chain: of one's own", function()
  return ecs.credentials.chain({ sources = { uri(), process(), ecs.credentials.static(harness.KEYS) } })
end, { printed = VALUES.printed }, "connection refused")

return { name = "source", rows = rows }
