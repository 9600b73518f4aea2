-- ecs.doctor: what it says of the way to the service, of the clock, the signature, and what may be read.
local doctor_rows = require("spec.support.doctor_rows")
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")
local virtual = require("spec.support.virtual")

local ALL = { "identity", "credentials", "not used", "lua", "core", "openssl", "cjson", "region", "endpoint", "proxy",
  "transport", "certificates",
  "source: the credentials option", "name", "connection", "tls", "clock", "signature",
  "permission: ecs:DescribeImagePipelines", "permission: ecs:DescribeImagePipelineExecutions",
  "permission: ecs:DescribeImages", "permission: to write" }

local rows_of = doctor_rows.rows_of
local passes, fails, skips = doctor_rows.passes, doctor_rows.fails, doctor_rows.skips

describe("ecs.doctor, of a service that answers", function()
  it("passes every check there is", function()
    local client, emulator = virtual.client()
    assert(client.pipeline.create(virtual.TEMPLATE))
    local report = client.doctor()
    local names = {}
    for index, row in ipairs(report.checks) do
      names[index] = row.name
    end
    assert.same(ALL, names)
    local rows = rows_of(report)
    assert.is_true(report.ok)
    assert.equal(0, report.failed)
    passes(rows.clock, "^0 s off")
    passes(rows.signature, "accepted")
    passes(rows["permission: ecs:DescribeImagePipelineExecutions"], "allowed")
    skips(rows["permission: to write"], "a try would write")
    passes(rows.identity, "^acs:ram::%d+:user/emulator of account %d+$")
    assert.equal(1, #emulator:state().pipelines)
  end)

  it("has no execution to ask about where there is no pipeline", function()
    skips(rows_of(virtual.client().doctor())["permission: ecs:DescribeImagePipelineExecutions"], "no pipeline")
  end)

  it("asks nobody with online = false", function()
    local client, transport = fake.client({ fake.reply(200, {}) })
    local rows = rows_of(client.doctor({ online = false }))
    for _, name in ipairs({ "name", "connection", "tls", "clock", "signature", "identity" }) do
      skips(rows[name], "online = false")
    end
    assert.equal(0, #transport.requests)
  end)

  it("names the permission that is missing, and knows the signature by it", function()
    local client = virtual.client({}, { credentials = { ["emulator-key"] = { secret = "emulator-secret",
      deny = { "ecs:DescribeImagePipelines", "ecs:DescribeImages", "sts:GetCallerIdentity" } } } })
    local rows = rows_of(client.doctor())
    passes(rows.signature, "accepted")
    fails(rows["permission: ecs:DescribeImagePipelines"], "Forbidden.RAM",
      '"Action":%s*%["ecs:DescribeImagePipelines"%]')
    skips(rows["permission: ecs:DescribeImagePipelineExecutions"], "no pipeline")
    fails(rows["permission: ecs:DescribeImages"], "Forbidden.RAM", "ecs:DescribeImages")
    fails(rows.identity, "Forbidden.RAM", "sts:GetCallerIdentity")
  end)

  it("says whose secret is wrong, and asks no more", function()
    local client, emulator = virtual.client({ credentials = { access_key_id = "emulator-key",
      access_key_secret = "CANARY" } })
    local report = client.doctor()
    local rows = rows_of(report)
    fails(rows.signature, "SignatureDoesNotMatch", "the secret does not belong to access key emul…%-key")
    assert.is_nil(rows["permission: ecs:DescribeImagePipelines"])
    skips(rows.identity, "the signed call failed")
    assert.is_nil(tostring(report):find("CANARY", 1, true))
    assert.equal(1, #emulator:state().requests - 1)
  end)

  it("says how far the clock is off", function()
    local client, emulator = virtual.client()
    local offset = 3600
    local now = emulator.now
    local host = virtual.platform(emulator)
    host.wall = function() return now(emulator) - offset end
    client = client.with({ platform = host })
    local rows = rows_of(client.doctor())
    fails(rows.clock, "^3600 s off", "60 min behind the service's: set it")
    fails(rows.signature, "InvalidTimeStamp.Expired", "60 min behind")
    offset = 30
    passes(rows_of(client.doctor()).clock, "^30 s off")
  end)

  it("needs no Date, and no region that the service knows", function()
    local empty = fake.reply(200, { ImagePipeline = { ImagePipelineSet = {} }, TotalCount = 0 })
    skips(rows_of(fake.client({ empty }).doctor()).clock, "no readable Date")
    local rows = rows_of(virtual.client({ region = "cn-nowhere", endpoint = "http://emulator" }).doctor())
    skips(rows.tls, "http://")
    passes(rows.signature, "accepted")
    fails(rows["permission: ecs:DescribeImagePipelines"], "InvalidRegionId.NotFound", "no such region")
  end)

  it("goes on without credentials, and when one call is refused", function()
    local client = fake.client({ fake.reply(200, {}) }, { credentials = ecs.credentials.env() })
    local rows = rows_of(client.doctor())
    passes(rows.connection, "reports no error")
    skips(rows.signature, "no credentials")
    skips(rows.identity, "no credentials")
    rows = rows_of(virtual.client({}, { faults = {
      { kind = "error", code = "InternalError", action = "DescribeImages" },
      { kind = "error", code = "InternalError", action = "GetCallerIdentity" } } }).doctor())
    fails(rows["permission: ecs:DescribeImages"], "InternalError", "try again")
    fails(rows.identity, "InternalError", "calls work in spite of that")
  end)

  it("sends each request once, and none that writes", function()
    local client, emulator = virtual.client({}, { faults = { { kind = "throttle", times = 100 } } })
    fails(rows_of(client.doctor()).signature, "Throttling", "try again")
    for _, request in ipairs(emulator:state().requests) do
      assert.is_true(request.action == nil or request.action == "DescribeImagePipelines", request.action)
    end
    local _, transport = fake.client({ fake.reply(503, "busy") })
    client = fake.client({ fake.reply(503, "busy") }, { transport = transport })
    fails(rows_of(client.doctor()).signature, "BAD_REPLY", "try again")
    assert.equal(2, #transport.requests)
    assert.equal("GET", transport.requests[1].method)
    assert.is_nil(transport.requests[1].headers.authorization)
  end)

  it("waits 10 s at most for each request, or as long as it is told", function()
    local client, transport = fake.client({ fake.lost() })
    client.doctor()
    assert.equal(10, transport.deadlines[1] - 1000)
    client.doctor({ timeout = 3 })
    assert.equal(3, transport.deadlines[2] - 1000)
  end)
end)

describe("ecs.doctor, of a service that cannot be reached", function()
  -- A client whose transport fails so; the rows.
  local function rows(code, kind, more, options)
    local failed = { kind = kind or "transport", code = code, message = "said so", sent = false }
    for name, value in pairs(more or {}) do
      failed[name] = value
    end
    local client, transport = fake.client({ { failed = failed } }, options)
    local found = rows_of(client.doctor())
    assert.equal(1, #transport.requests)
    skips(found.clock, "not reached")
    skips(found.signature, "not reached")
    skips(found.identity, "not reached")
    return found
  end

  it("tells a name that is not found", function()
    local found = rows("DNS")
    fails(found.name, "said so %[DNS%]", "getent hosts ecs.cn%-hangzhou.aliyuncs.com")
    skips(found.connection, "not reached")
    skips(found.tls, "not reached")
    fails(rows("DNS", nil, nil, { region = "cn-hangzou" }).name, "DNS", "did you mean \"cn%-hangzhou\"")
  end)

  it("tells a connection that is refused, silent, or broken off", function()
    local found = rows("CONNECT")
    passes(found.name, "reports no error")
    fails(found.connection, "CONNECT", "firewall")
    skips(found.tls, "not reached")
    found = rows("TIMEOUT", "timeout")
    skips(found.name, "not known")
    fails(found.connection, "TIMEOUT", "firewall")
    found = rows("NO_TRANSPORT", nil, { message = "not in this phase" })
    fails(found.connection, "not in this phase", "do what the message says")
    found = rows("PROXY", nil, { message = "CONNECT with status 407", reason = "credentials" })
    fails(found.connection, "407", "user and a password")
    fails(rows("RESET", nil, { sent = true }).connection, "RESET", "breaks connections")
  end)

  it("tells a handshake that fails", function()
    local found = rows("TLS", nil, { reason = "expired" })
    passes(found.connection, "reports no error")
    fails(found.tls, "TLS", "renew the certificate")
  end)

  it("makes a row of a transport that raises", function()
    local transport = { send = function() error("Signature=CANARY") end }
    local client = fake.client({}, { transport = transport })
    local found = rows_of(client.doctor())
    fails(found.name, "doctor/service_spec", "raised this")
    assert.is_nil(found.name.detail:find("CANARY", 1, true))
    skips(found.signature, "not reached")
  end)
end)

describe("ecs.doctor, of our own transports", function()
  -- A host whose libcurl is this.
  local function client(options, send)
    local platform = fake.platform()
    platform.curl = function() return { name = "curl", version = "libcurl/1 x", send = send } end
    local all = { region = "cn-hangzhou", credentials = fake.KEYS, platform = platform, log = "off",
      transport = "curl", retry = false }
    for name, value in pairs(options) do
      all[name] = value
    end
    return ecs.new(all)
  end

  local function answers() return fake.reply(403, { Code = "Forbidden.RAM", Message = "no" }) end

  it("says what they checked", function()
    local rows = rows_of(client({}, answers).doctor())
    passes(rows.name, "^found$")
    passes(rows.connection, "^open$")
    passes(rows.tls, "certificate and host name accepted")
    rows = rows_of(client({ proxy = "http://p:3128" }, answers).doctor())
    skips(rows.name, "left to the proxy")
    passes(rows.connection, "through the proxy")
    passes(rows_of(client({ verify = false, insecure = "I understand" }, answers).doctor()).tls, "not checked")
  end)

  it("asks no more than can be asked where there is none", function()
    local platform = fake.platform()
    platform.curl = function() error("no libcurl here", 0) end
    local rows = rows_of(client({ platform = platform }).doctor())
    fails(rows.transport, "no libcurl here", "correct what it reports")
    skips(rows.name, "there is no transport")
    rows = rows_of(client({ endpoint = "http://a b" }, answers).doctor())
    skips(rows.name, "there is no endpoint")
  end)

  it("works inside a task, on every Lua", function()
    local inside
    local results = ecs.map({ 1 }, function()
      inside = virtual.client().doctor()
      return true
    end)
    assert.is_true(results[1].ok)
    assert.is_true(inside.ok, tostring(inside))
  end)
end)
