-- ecs.doctor: what it says of this process, of options, of sources. What it says of a service is doctor_service_spec.
local core = require("ecs_pipeline.core")
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")
local virtual = require("spec.support.virtual")

-- The rows of a report by name, which must be unique.
local function rows_of(report)
  local by_name = {}
  for _, row in ipairs(report.checks) do
    assert.is_nil(by_name[row.name], row.name)
    by_name[row.name] = row
    assert.is_string(row.detail)
    assert.is_true(row.ok ~= false or type(row.hint) == "string", row.name .. " has no hint")
  end
  return by_name
end

-- The report of a client on a host with these variables; nothing is sent.
local function offline(options, variables, platform)
  local all = { log = "off", platform = fake.platform(variables) }
  for name, value in pairs(platform or {}) do
    all.platform[name] = value
  end
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  local report = ecs.new(all).doctor({ online = false })
  return rows_of(report), report
end

local function passes(row, pattern)
  assert.is_true(row.ok, row.detail)
  assert.matches(pattern, row.detail)
end

local function fails(row, pattern, hint)
  assert.is_false(row.ok)
  assert.matches(pattern, row.detail)
  assert.matches(hint, row.hint)
end

local function skips(row, pattern)
  assert.is_nil(row.ok)
  assert.matches(pattern, row.detail)
end

describe("ecs.doctor, of this process", function()
  it("says which Lua, core, OpenSSL and cjson it found", function()
    local rows = offline()
    passes(rows.lua, rawget(_G, "jit") and "^LuaJIT 2" or "^" .. _VERSION .. "$")
    passes(rows.core, "^core 0%.1%.0, OpenSSL %d")
    passes(rows.cjson, "^cjson %d")
    passes(offline({}, {}, { in_nginx = function() return true end }).lua, ", inside nginx$")
  end)

  it("says when the C module is not that of these files", function()
    local check = require("ecs_pipeline.doctor.host").core
    fails(check({ version = "9.9.9" }), "core 0.1.0.*the Lua files are 9.9.9", "two installations are mixed")
    assert.is_true(check({ version = core._VERSION }).ok)
  end)

  it("says how to get cjson", function()
    fails(offline({}, {}, { cjson = function() return nil, "module 'cjson' not found:\nmany lines" end })
      .cjson, "^module 'cjson' not found:$", "luarocks install lua%-cjson")
  end)

  it("names the transport, or says why there is none", function()
    passes(offline({ transport = "curl" }).transport, "^libcurl/%S+ %S+$")
    local function cosocket() return { name = "cosocket", send = function() end } end
    passes(offline({ transport = "cosocket" }, {}, { cosocket = cosocket }).transport,
      "^cosockets of nginx; libcurl is %l*%s?loaded")
    fails(offline({ transport = "cosocket" }).transport, "nginx", "put right what it says")
    passes(offline({ transport = { send = function() end } }).transport, "of your own")
  end)

  it("names whose certificates are trusted", function()
    passes(offline().certificates, "those of the system")
    passes(offline({ transport = "cosocket" }, {}, { cosocket = function() return { name = "cosocket" } end })
      .certificates, "lua_ssl_trusted_certificate")
    skips(offline({ transport = { send = function() end } }).certificates, "own business")
    fails(offline({ verify = false, insecure = "I understand" }).certificates, "verify = false", "ca_file")
    local files = {
      ["/no.pem"] = {}, ["/key.pem"] = { "-----BEGIN PRIVATE KEY-----" },
      ["/ca.pem"] = { "-----BEGIN CERTIFICATE-----" },
    }
    local host = { read_file = function(path) return files[path][1], "No such file" end }
    fails(offline({ ca_file = "/no.pem" }, {}, host).certificates, "/no.pem: No such file", "PEM file")
    fails(offline({ ca_file = "/key.pem" }, {}, host).certificates, "/key.pem holds no certificate", "PEM file")
    passes(offline({ ca_file = "/ca.pem" }, {}, host).certificates, "^/ca.pem$")
  end)
end)

describe("ecs.doctor, of where calls go", function()
  it("names the region and who says so", function()
    passes(offline({ region = "cn-hangzhou" }).region, "^cn%-hangzhou %(the region option%)$")
    passes(offline({}, { ALICLOUD_REGION = "cn-beijing" }).region, "^cn%-beijing %(ALICLOUD_REGION%)$")
    local report = ecs.new({ region = "cn-hangzhou", log = "off" }).doctor({ online = false, region = "cn-qingdao" })
    passes(rows_of(report).region, "^cn%-qingdao %(the region option of this check%)$")
    local unknown = offline({ region = "cn-hangzou" }).region
    passes(unknown, "not among those known here")
    assert.equal("did you mean \"cn-hangzhou\"?", unknown.hint)
  end)

  it("takes the region of the CLI's profile", function()
    local text = '{"current":"p","profiles":[{"name":"p","region_id":"cn-chengdu"}]}'
    passes(offline({}, { HOME = "/home" }, {
      file_status = function() return { mode = 384, size = #text, modified = 1, regular = true } end,
      read_file = function() return text end,
    }).region, "^cn%-chengdu %(the CLI's profile%)$")
  end)

  it("says what is wrong with a region without repeating it", function()
    local rows = offline({ region = "CN Hangzhou" })
    fails(rows.region, "the region option names is not a region id", "did you mean \"cn%-hangzhou\"")
    fails(rows.endpoint, "region is not a region id", "follows from the region")
    skips(rows.proxy, "no endpoint")
    fails(offline({ region = "%%%" }).region, "not a region id", "write it as cn%-hangzhou")
    rows = offline()
    fails(rows.region, "^none$", "ALIBABA_CLOUD_REGION_ID")
    fails(rows.endpoint, "no region", "ALIBABA_CLOUD_ENDPOINT_ECS")
  end)

  it("names the endpoint and who says so", function()
    local function endpoint(options, variables)
      options.region = "cn-hangzhou"
      return offline(options, variables).endpoint
    end
    passes(endpoint({}), "^https://ecs.cn%-hangzhou.aliyuncs.com %(by the rule for public endpoints%)$")
    passes(endpoint({ endpoint_type = "vpc" }), "^https://ecs%-vpc.cn%-hangzhou.aliyuncs.com %(by the rule for vpc")
    passes(endpoint({ endpoint = { ecs = "h:8443" } }), "^https://h:8443 %(the endpoint option%)$")
    passes(endpoint({}, { ALIBABA_CLOUD_ENDPOINT_ECS = "h" }), "^https://h %(ALIBABA_CLOUD_ENDPOINT_ECS%)$")
    local wrong = endpoint({ endpoint = "https://user:CANARY@h/" })
    fails(wrong, "must be a host", "put that right")
    assert.is_nil(wrong.detail:find("CANARY", 1, true))
  end)

  it("names the proxy, without user and password", function()
    local function proxy(options, variables)
      options.region = "cn-hangzhou"
      return offline(options, variables).proxy
    end
    passes(proxy({}), "^none %(the environment%)$")
    passes(proxy({ proxy = false }), "^none %(the proxy option%)$")
    passes(proxy({ proxy = "http://user:CANARY@h:3128" }), "^http://%*%*%*@h:3128 %(the proxy option%)$")
    passes(proxy({}, { https_proxy = "http://[::1]:3128/" }), "^http://%[::1%]:3128 %(the environment%)$")
    passes(proxy({}, { https_proxy = "http://h", no_proxy = "aliyuncs.com" }), "^none")
    for _, wrong in ipairs({ "user:CANARY@h", "http://CANARY h", "http://u:CANARY@h:x" }) do
      local row = proxy({ proxy = wrong })
      fails(row, "the proxy option names is not the address", "http://user:password@host:port")
      assert.is_nil((row.detail .. row.hint):find("CANARY", 1, true))
    end
    skips(proxy({ transport = { send = function() end } }), "own business")
  end)
end)

describe("ecs.doctor, of credentials", function()
  local KEYS = { ALIBABA_CLOUD_ACCESS_KEY_ID = fake.KEYS.access_key_id,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET = fake.KEYS.access_key_secret, ALIBABA_CLOUD_SECURITY_TOKEN = "CANARY-token" }

  it("says what each source of the chain said, and which is used", function()
    local rows, report = offline({ region = "cn-hangzhou" }, KEYS)
    passes(rows["source: environment"], "^temporary access key LTAI…wxyz$")
    passes(rows.credentials, "^temporary access key LTAI…wxyz, from environment$")
    skips(rows["source: OIDC"], "^not asked: environment comes first$")
    skips(rows["source: credentials URI"], "not asked")
    assert.is_true(report.ok)
    assert.is_nil(tostring(report):find("CANARY", 1, true))
  end)

  it("says what is broken about a source that was set up", function()
    local rows, report = offline({ region = "cn-hangzhou" }, { ALIBABA_CLOUD_ACCESS_KEY_ID = "id" })
    fails(rows["source: environment"], "SECRET is missing beside", "passed over")
    skips(rows["source: OIDC"], "not set")
    skips(rows["source: ECS RAM role"], "not asked: online = false")
    skips(rows.credentials, "only a source that was not asked may have any")
    assert.is_false(report.ok)
    rows = offline({ credentials = { access_key_id = "id ", access_key_secret = "s" } })
    fails(rows["source: the credentials option"], "access_key_id holds white space", "copy the key again")
  end)

  it("says what to do when no source has any", function()
    local off = { ALIBABA_CLOUD_ECS_METADATA_DISABLED = "true" }
    local rows = offline({ region = "cn-hangzhou" }, off)
    skips(rows["source: ECS RAM role"], "switched off by")
    fails(rows.credentials, "none of the sources", "set ALIBABA_CLOUD_ACCESS_KEY_ID")
    local in_nginx = { in_nginx = function() return true end, env_note = function(...) return "; env " .. ... end,
      cosocket = function() return { name = "cosocket" } end }
    fails(offline({ region = "cn-hangzhou" }, off, in_nginx).credentials, "none", "; env ALIBABA_CLOUD_ACCESS_KEY_ID")
  end)

  it("starts no command and sends nothing with online = false", function()
    local started = {}
    local host = { popen = function(command) started[#started + 1] = command end }
    for _, provider in ipairs({
      ecs.credentials.process({ command = "keys" }),
      ecs.credentials.assume_role({ role_arn = "acs:ram::1:role/a", credentials = fake.KEYS }),
      ecs.credentials.assume_role({ role_arn = "acs:ram::1:role/a",
        credentials = ecs.credentials.uri({ uri = "http://h/" }) }),
    }) do
      local rows = offline({ region = "cn-hangzhou", credentials = provider }, {}, host)
      skips(rows["source: the credentials option"], "not asked: online = false")
      skips(rows.credentials, "not asked")
    end
    assert.same({}, started)
  end)

  it("stays with the source that the chain stays with", function()
    local host = fake.platform({})
    local usable = { get = function() return core.credentials(fake.KEYS) end }
    local first = { get = function() return nil, "later", { kind = "credentials", message = "later" } end }
    local chain = ecs.credentials.chain({ sources = { first, usable } })
    local client = ecs.new({ region = "cn-hangzhou", credentials = chain, platform = host, log = "off" })
    assert(chain:get(client and { platform = host, warn = function() end }))
    first.get = usable.get
    local rows = rows_of(client.doctor({ online = false }))
    passes(rows["source: source 1"], "access key")
    passes(rows.credentials, "from source 2$")
    usable.get = function() return nil, "gone" end
    rows = rows_of(client.doctor({ online = false }))
    passes(rows.credentials, "from source 1$")
    fails(rows["source: source 2"], "gone", "passed over")
  end)

  it("asks where it may, and says what STS refused", function()
    local client = virtual.client({ credentials = ecs.credentials.assume_role({ role_arn = "acs:ram::1:role/a",
      credentials = { access_key_id = "emulator-key", access_key_secret = "wrong" } }) })
    fails(rows_of(client.doctor())["source: the credentials option"], "SignatureDoesNotMatch", "secret")
    client = virtual.client({ credentials = ecs.credentials.assume_role({ role_arn = "acs:ram::1:role/a",
      credentials = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" } }) })
    local rows = rows_of(client.doctor())
    passes(rows.credentials, "^temporary access key STS.….*, valid for another 60 min, from the credentials option$")
  end)
end)

describe("ecs.doctor", function()
  it("makes a row of what raises", function()
    local provider = { get = function() error("Signature=CANARY") end }
    local row = offline({ region = "cn-hangzhou", credentials = provider }).credentials
    fails(row, "doctor/init_spec", "raised this")
    assert.is_nil(row.detail:find("CANARY", 1, true))
  end)

  it("is a table to read, a line for each check and each hint", function()
    local _, report = offline({}, {}, { cjson = function() return nil, "no\27[31mne" end })
    local lines, hints = {}, 0
    for line in tostring(report):gmatch("[^\n]+") do
      lines[#lines + 1] = line
      assert.is_nil(line:find("%c"))
    end
    for _, row in ipairs(report.checks) do
      hints = hints + (row.hint and 1 or 0)
    end
    assert.equal(("ecs_pipeline 0.1.0: %d passed, %d failed, %d not checked"):format(report.passed, report.failed,
      report.skipped), lines[1])
    assert.equal(1 + #report.checks + hints, #lines)
    assert.equal(#report.checks, report.passed + report.failed + report.skipped)
    assert.matches("\n  FAILED  cjson  +no %[31mne\n +%-> install it", tostring(report))
  end)

  it("raises for options that it does not have, and when closed", function()
    assert.error_matches(function() ecs.doctor({ on_line = false }) end,
      "doctor: unknown option \"on_line\" %(did you mean \"online\"%?%)")
    assert.error_matches(function() ecs.doctor("x") end, "doctor: call options must be a table")
    local client = ecs.new({})
    client.close()
    assert.error_matches(function() client.doctor() end, "doctor: the client has been closed")
  end)
end)
