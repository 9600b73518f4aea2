-- Every failure that people meet says what to do next; none of it tells a secret.
local hints = require("ecs_pipeline.hints")
local fake = require("spec.support.fake")
local virtual = require("spec.support.virtual")

local SECRETS = { "emulator-secret", "CANARY" }

local function assert_clean(text)
  for _, secret in ipairs(SECRETS) do
    assert.is_nil(text:find(secret, 1, true), text)
  end
end

-- The emulator behind somebody who changes what passes.
local function tampered(change, options, emulator_options)
  local client, emulator = virtual.client({}, emulator_options)
  local inner = emulator:transport()
  local all = { transport = { send = function(request, deadline)
    return inner.send(change and change(request) or request, deadline)
  end } }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return client.with(all), emulator
end

local function create(client, args)
  local all = { description = "CANARY in the middle" }
  for name, value in pairs(virtual.TEMPLATE) do
    all[name] = value
  end
  for name, value in pairs(args or {}) do
    all[name] = value
  end
  local made, message, err = client.pipeline.create(all)
  assert.is_nil(made)
  assert_clean(message)
  assert_clean(err.hint)
  return err
end

describe("a wrong signature", function()
  local V1, V3 = { signature_version = "1.0" }, { signature_version = "v3" }

  for name, way in pairs({ ["1.0"] = V1, v3 = V3 }) do
    it("is the secret's fault when the service signed the same text, " .. name, function()
      local client = tampered(nil, { signature_version = way.signature_version,
        credentials = { access_key_id = "LTAI5tOfTheSpec00wxyz", access_key_secret = "CANARY" } },
        { credentials = { LTAI5tOfTheSpec00wxyz = { secret = "emulator-secret" } } })
      local err = create(client, { build_content = "RUN echo " .. ("x"):rep(9000) })
      assert.equal("SignatureDoesNotMatch", err.code)
      assert.matches("signed the same text, so the secret does not belong to access key LTAI…wxyz",
        err.hint, 1, true)
    end)
  end

  it("1.0: names the byte and the parameter that was changed on the way", function()
    local client = tampered(function(request)
      request.body = request.body:gsub("in%%20the", "in+the%%21")
      return request
    end, { signature_version = "1.0" })
    local err = create(client)
    assert.equal("SignatureDoesNotMatch", err.code)
    local byte = tonumber(err.hint:match("byte (%d+) of the string to sign differs"))
    assert.is_true(byte > 100 and byte < 1000, err.hint)
    assert.matches("in parameter Description;", err.hint)
    assert.matches("proxy", err.hint)
  end)

  it("1.0: counts the byte from the beginning", function()
    local trace = { way = function() return "1.0" end,
      string_to_sign = function() return "POST&%2F&A%3Db%26Name%3Dcd" end }
    local function hint(theirs)
      return hints.hint({ code = "SignatureDoesNotMatch", trace = trace, kind = "credentials",
        message = "No match. server string to sign is:" .. theirs })
    end
    assert.matches("byte 26 of .* in parameter Name;", hint("POST&%2F&A%3Db%26Name%3DcX"))
    assert.matches("byte 14 of .* in parameter A;", hint("POST&%2F&A%3DX%26Name%3Dcd"))
    assert.matches("byte 1 of .* in the method or the path;", hint("GET&%2F&A%3Db%26Name%3Dcd"))
    assert.matches("byte 27 of ", hint("POST&%2F&A%3Db%26Name%3Dcd%26More%3D1"))
    assert.matches("same text", hint("POST&%2F&A%3Db%26Name%3Dcd. "))
  end)

  it("V3: names the parameter or the header that was changed, when the service quotes what it signed", function()
    for expected, change in pairs({
      ["in parameter Description;"] = function(request)
        request.url = request.url:gsub("in%%20the", "of%%20the")
      end,
      ["in header host;"] = function(request)
        request.headers.host = "ecs.elsewhere"
      end,
      ["in header x-acs-action;"] = function(request)
        request.headers["x-acs-action"] = "DescribeImagePipelines"
      end,
    }) do
      local client = tampered(function(request)
        change(request)
        return request
      end, { signature_version = "v3" })
      local err = create(client)
      assert.equal("SignatureDoesNotMatch", err.code)
      assert.matches(expected, err.hint, 1, true)
      assert.matches("of the canonical request differs", err.hint, 1, true)
    end
  end)

  it("V3: says so when it is the method or the path", function()
    local trace = { way = function() return "v3" end, canonical_request = function() return "POST\n/\nA=b\n" end,
      string_to_sign = function() return "ACS3-HMAC-SHA256\n" .. ("a"):rep(64) end }
    assert.matches("byte 2 of the canonical request differs, in the method or the path;", hints.hint({ trace = trace,
      code = "SignatureDoesNotMatch", kind = "credentials", message = "No. server string to sign is:ACS3-HMAC-SHA256\n"
        .. ("b"):rep(64) .. " server canonicalRequest is:PUT\n/\nA=b\n" }), 1, true)
  end)

  it("V3: compares the hashes when that is all it gets", function()
    local trace = { way = function() return "v3" end, canonical_request = function() return "POST\n/\n" end,
      string_to_sign = function() return "ACS3-HMAC-SHA256\n" .. ("a"):rep(64) end }
    local function hint(hash)
      return hints.hint({ code = "SignatureDoesNotMatch", trace = trace, kind = "credentials",
        message = "server string to sign is:ACS3-HMAC-SHA256\n" .. hash:rep(64) })
    end
    assert.matches("same text", hint("a"))
    assert.matches("ours aaaaaaaaaaaa…, its bbbbbbbbbbbb…", hint("b"), 1, true)
  end)

  it("is the missing token's fault with a key of STS", function()
    local client = tampered(nil, { credentials = { access_key_id = "STS.NUspec0000wxyz",
      access_key_secret = "CANARY" } }, { credentials = { ["STS.NUspec0000wxyz"] = { secret = "emulator-secret" } } })
    assert.matches("STS.…wxyz is a temporary one: give its security_token too", create(client).hint, 1, true)
  end)

  it("is the clock's fault when that is far off and nothing else is known", function()
    local function hint(offset)
      return hints.hint({ code = "SignatureDoesNotMatch", kind = "credentials", message = "no",
        clock_offset = offset })
    end
    assert.matches("20 min behind", hint(1200))
    assert.matches("3.0 h ahead", hint(-10800))
    assert.matches("usually the secret", hint(3))
    assert.matches("usually the secret", hint(nil))
  end)
end)

describe("hints about keys, tokens and clocks", function()
  local function refused(credentials, known, at)
    local client, emulator = tampered(nil, { credentials = credentials }, { credentials = known, now = 1795491843 })
    if at then
      emulator:advance(at)
    end
    return create(client)
  end

  local KEY = { access_key_id = "LTAI5tOfTheSpec00wxyz", access_key_secret = "CANARY" }
  local TEMPORARY = { access_key_id = "STS.NUspec0000wxyz", access_key_secret = "CANARY", security_token = "CANARY" }

  local rows = {
    { "InvalidAccessKeyId.NotFound", KEY, {}, "no access key LTAI…wxyz at this site" },
    { "InvalidAccessKeyId.NotFound", { access_key_id = "STS.NUspec0000wxyz", access_key_secret = "CANARY" }, {},
      "give its security_token too" },
    { "InvalidAccessKeyId.Inactive", KEY, { [KEY.access_key_id] = { secret = "CANARY", disabled = true } },
      "LTAI…wxyz is disabled" },
    { "MissingSecurityToken", { access_key_id = TEMPORARY.access_key_id, access_key_secret = "CANARY" },
      { [TEMPORARY.access_key_id] = { secret = "CANARY", token = "t" } }, "give its security_token" },
    { "InvalidSecurityToken.MismatchWithAccessKey", TEMPORARY, { [TEMPORARY.access_key_id] = { secret = "CANARY" } },
      "same answer of STS" },
    { "InvalidSecurityToken.Malformed", TEMPORARY,
      { [TEMPORARY.access_key_id] = { secret = "CANARY", token = "another" } }, "copy all of it again" },
    { "InvalidSecurityToken.Expired", TEMPORARY,
      { [TEMPORARY.access_key_id] = { secret = "CANARY", token = "CANARY", expires = 1 } }, "get new STS credentials" },
  }
  for index, row in ipairs(rows) do
    it(row[1] .. " " .. index, function()
      local err = refused(row[2], row[3])
      assert.equal(row[1], err.code)
      assert.equal("credentials", err.kind == "validation" and "credentials" or err.kind)
      assert.matches(row[4], err.hint, 1, true)
    end)
  end

  it("a clock that stays wrong says by how much", function()
    local client = fake.client({ fake.refusal(400, "InvalidTimeStamp.Expired",
      { date = "Tue, 24 Nov 2026 06:44:03 GMT" }) })
    local _, _, err = client.pipeline.describe("ip-1")
    assert.equal("InvalidTimeStamp.Expired", err.code)
    assert.matches("3.0 h behind", err.hint)
    assert.equal(10800, err.clock_offset)
    assert.equal("the clock of this machine is 90 s ahead of the service's: set it (timedatectl set-ntp true; in a "
      .. "container, the host's)", hints.hint({ code = "IllegalTimestamp", kind = "api", clock_offset = -90 }))
  end)

  it("no source with credentials, and what a source met with", function()
    local ecs = require("ecs_pipeline")
    local client = virtual.client({ credentials = ecs.credentials.chain({ sources = { ecs.credentials.env() } }) })
    local err = create(client)
    assert.equal("credentials", err.kind)
    assert.matches("set ALIBABA_CLOUD_ACCESS_KEY_ID .* ecs.doctor%(%) says what", err.hint)
    client = virtual.client({ credentials = ecs.credentials.assume_role({ role_arn = "acs:ram::1:role/a",
      credentials = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" } }) },
      { sts = { roles = { ["acs:ram::1:role/a"] = { external_id = "x" } } } })
    assert.matches('needs the RAM action sts:AssumeRole: {.*"acs:ram:%*:%*:role/%*"', create(client).hint)
  end)

  it("a key with white space in it is never sent, and says so", function()
    local client = fake.client({ fake.reply(200, {}) }, { credentials = {
      access_key_id = "LTAI5tOfTheSpec00wxyz", access_key_secret = "CANARY\n" } })
    local _, message, err = client.pipeline.describe("ip-1")
    assert.equal("credentials", err.kind)
    assert.matches("access_key_secret holds white space", message)
    assert.matches("line end", err.hint)
    assert_clean(message .. err.hint)
  end)
end)

describe("hints about permissions", function()
  local function denied(deny, detail)
    local client = fake.client({ fake.reply(403, { Code = deny, Message = "no", RequestId = "R",
      AccessDeniedDetail = detail }) })
    return select(3, client.pipeline.create(virtual.TEMPLATE))
  end

  it("names the action and the statement that allows it", function()
    local client = tampered(nil, nil, { credentials = { ["emulator-key"] = { secret = "emulator-secret",
      deny = { "ecs:CreateImagePipeline" } } } })
    local err = create(client)
    assert.equal("denied", err.kind)
    local json = assert(err.hint:match("{.*}"))
    assert.same({ Effect = "Allow", Action = { "ecs:CreateImagePipeline" },
      Resource = { "acs:ecs:cn-hangzhou:*:imagepipeline/*" } }, require("cjson").new().decode(json))
  end)

  it("takes account and action from the denial, and only if they look like it", function()
    local err = denied("Forbidden.RAM", { AuthAction = "ecs:DescribeImages",
      AuthPrincipalOwnerId = "1234567890123456" })
    assert.matches('"Action":["ecs:DescribeImages"],"Resource":["*"]', err.hint, 1, true)
    err = denied("NoPermission", { AuthAction = "\"}CANARY", AuthPrincipalOwnerId = "CANARY" })
    assert.matches("acs:ecs:cn-hangzhou:*:imagepipeline/*", err.hint, 1, true)
    assert_clean(err.hint)
    err = denied("NoPermission", { AuthPrincipalOwnerId = "1234567890123456" })
    assert.matches("acs:ecs:cn-hangzhou:1234567890123456:imagepipeline/*", err.hint, 1, true)
    assert.matches("needs the RAM action ecs:CreateImagePipeline", denied("Forbidden.RAM", "CANARY").hint)
  end)

  it("says so when a policy denies explicitly", function()
    assert.matches("explicitly", denied("Forbidden.RAM", { NoPermissionType = "ExplicitDeny" }).hint)
  end)

  it("does not promise that a policy helps against other denials", function()
    local hint = denied("InvalidOperation.NoRightAccessOSS").hint
    assert.matches("ecs:CreateImagePipeline", hint)
    assert.is_nil(hint:find("{", 1, true))
  end)

  it("allows the service-linked role", function()
    local hint = denied("InvalidOperation.NoPermissionCreateServiceLinkedRole",
      { AuthPrincipalOwnerId = "1234567890123456" }).hint
    local statement = require("cjson").new().decode((hint:match("{.*}")))
    assert.same({ "ram:CreateServiceLinkedRole" }, statement.Action)
    assert.same({ "acs:ram:*:1234567890123456:role/*" }, statement.Resource)
    assert.same({ "imagebuilder.ecs.aliyuncs.com" }, statement.Condition.StringEquals["ram:ServiceName"])
  end)

  it("of client.call name its action too", function()
    local client = fake.client({ fake.refusal(403, "Forbidden.RAM") })
    local _, _, err = client.call("Ecs", "2014-05-26", "DescribeSnapshots", {})
    assert.matches("ecs:DescribeSnapshots", err.hint, 1, true)
  end)
end)

describe("hints about the network", function()
  local function hint(fields, options)
    local failed = { kind = "transport", message = "no", sent = false }
    for name, value in pairs(fields) do
      failed[name] = value
    end
    options = options or {}
    options.retry = false
    local client = fake.client({ { failed = failed } }, options)
    local _, _, err = client.pipeline.describe("ip-1")
    assert_clean(err.hint)
    return err.hint
  end

  it("names: the region that was meant, else the name server", function()
    assert.matches('did you mean "cn-hangzhou"', hint({ code = "DNS" }, { region = "cn-hangzhou-h" }), 1, true)
    assert.matches("getent hosts ecs.cn-hangzhou.aliyuncs.com)", hint({ code = "DNS" }), 1, true)
    assert.matches('endpoint_type = "vpc"', hint({ code = "DNS" }), 1, true)
  end)

  it("connections", function()
    assert.matches("firewall", hint({ code = "CONNECT" }))
    assert.matches("firewall", hint({ kind = "timeout", code = "TIMEOUT" }))
  end)

  it("proxies", function()
    assert.matches("user and a password",
      hint({ code = "PROXY", message = "the proxy answered CONNECT with status 407" }))
    assert.matches("NO_PROXY", hint({ code = "PROXY", message = "the proxy answered CONNECT with status 403" }))
    assert.matches("HTTPS_PROXY", hint({ code = "PROXY", message = "the proxy cannot be reached" }))
  end)

  it("TLS: each reason its own", function()
    local seen = {}
    for _, reason in ipairs({ "expired", "not_yet_valid", "wrong_host", "untrusted", "self_signed", "revoked",
      "old_protocol", "no_cipher", "not_tls", "ca_file" }) do
      local text = hint({ code = "TLS", reason = reason })
      assert.is_nil(seen[text], reason)
      seen[text] = true
    end
    assert.matches("ca_file", hint({ code = "TLS" }))
    assert.matches("http block of nginx.conf", hint({ code = "TLS",
      message = "refused (nginx.conf needs \"lua_ssl_trusted_certificate …\")" }))
  end)
end)
