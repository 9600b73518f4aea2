-- One logical call over a scripted transport: attempts, tokens, waits, deadline, clock, events.
local ecs = require("ecs_pipeline")
local http_date = require("ecs_pipeline.emulator.clock").http_date
local fake = require("spec.support.fake")

local CREATED = fake.reply(200, { RequestId = "R-1", ImagePipelineId = "ip-1" })
local ARGS = { base_image = "m-1", base_image_type = "IMAGE", name = "bake" }

local function nonce(request)
  return request.headers["x-acs-signature-nonce"]
end

describe("a call", function()
  it("returns the result, and ecs.info knows the rest", function()
    local client, transport = fake.client({ CREATED })
    local result = assert(client.pipeline.create(ARGS))
    assert.equal("ip-1", result.id)
    local info = ecs.info(result)
    assert.equal(1, info.attempts)
    assert.equal("R-1", info.request_id)
    assert.same({ "R-1" }, info.request_ids)
    assert.equal("cn-hangzhou", info.region)
    assert.equal("https://ecs.cn-hangzhou.aliyuncs.com", info.endpoint)
    assert.equal("ip-1", info.raw.ImagePipelineId)
    assert.equal("cn-hangzhou", fake.parameters(transport.requests[1]).RegionId)
    assert.is_nil(ecs.info({}))
    assert.is_nil(ecs.info(true))
  end)

  it("answers a lost create with one token over all attempts, everything else new", function()
    local client, transport, host = fake.client(
      { fake.lost(), fake.refusal(500, "InternalError"), CREATED }, { retry = { base = 4 } })
    local result = assert(client.pipeline.create(ARGS))
    assert.equal(3, #transport.requests)
    local first = fake.parameters(transport.requests[1]).ClientToken
    assert.matches("^%x+$", first)
    assert.is_true(#first >= 32 and #first <= 64)
    local nonces, signatures = {}, {}
    for _, request in ipairs(transport.requests) do
      assert.equal(first, fake.parameters(request).ClientToken)
      nonces[nonce(request)] = true
      signatures[request.headers.authorization] = true
    end
    local function count(set)
      local n = 0
      for _ in pairs(set) do n = n + 1 end
      return n
    end
    assert.equal(3, count(nonces))
    assert.equal(3, count(signatures))
    assert.not_equal(transport.requests[1].headers["x-acs-date"],
      transport.requests[3].headers["x-acs-date"])
    assert.same({ 2, 4 }, host.slept)
    assert.equal(first, ecs.info(result).client_token)
    assert.same({ "R-InternalError", "R-1" }, ecs.info(result).request_ids)
  end)

  it("makes a new token for the next call, and uses the caller's", function()
    local client, transport = fake.client({ CREATED })
    client.pipeline.create(ARGS)
    client.pipeline.create(ARGS)
    client.pipeline.create(ARGS, { client_token = "mine" })
    local tokens = {}
    for n, request in ipairs(transport.requests) do
      tokens[n] = fake.parameters(request).ClientToken
    end
    assert.not_equal(tokens[1], tokens[2])
    assert.equal("mine", tokens[3])
  end)

  it("tells the service that and why it came late again", function()
    local client, transport = fake.client({ fake.refusal(400, "Throttling"), CREATED })
    assert(client.pipeline.create(ARGS))
    assert.is_nil(transport.requests[1].headers["x-acs-retry-attempts"])
    assert.equal("1", transport.requests[2].headers["x-acs-retry-attempts"])
    assert.equal("250", transport.requests[2].headers["x-acs-retry-delay"])
    assert.matches("x%-acs%-retry%-attempts", transport.requests[2].headers.authorization)
  end)

  it("waits at least as long as a throttled reply asks", function()
    local throttled = fake.refusal(429, "Throttling.User", { ["x-acs-retry-after"] = "1500" })
    local client, transport, host = fake.client({ throttled, throttled, throttled, CREATED })
    assert(client.pipeline.create(ARGS))
    assert.equal(4, #transport.requests)
    for _, wait in ipairs(host.slept) do
      assert.is_true(wait >= 1.5)
    end
  end)

  it("gives up before a wait that would pass the deadline, and keeps the cause", function()
    local client, transport, host = fake.client({
      fake.refusal(400, "Throttling", { ["retry-after"] = "60" }) })
    local none, message, err = client.pipeline.create(ARGS, { deadline = 30 })
    assert.is_nil(none)
    assert.equal(1, #transport.requests)
    assert.same({}, host.slept)
    assert.equal("throttled", err.kind)
    assert.equal("Throttling", err.code)
    assert.is_true(err.retryable)
    assert.matches("would pass the deadline", message)
    assert.matches("%[Throttling, R%-Throttling%]$", message)
  end)

  it("gives each attempt the smaller of its timeout and what is left", function()
    local host
    local client, transport
    client, transport, host = fake.client({
      function() host.now = host.now + 8 return fake.lost() end,
    }, { timeout = { total = 8 }, retry = { attempts = 9, deadline = 10, base = 0.001 } })
    local _, _, err = client.pipeline.describe("ip-1")
    assert.equal("timeout", err.kind)
    assert.equal(2, #transport.requests)
    assert.near(1008, transport.deadlines[1], 0.01)
    assert.near(1010, transport.deadlines[2], 0.01)
  end)

  it("remembers a lost answer when a later attempt is refused for certain", function()
    local client = fake.client({ fake.lost(), fake.refusal(400, "Throttling") },
      { retry = { attempts = 2 } })
    local _, _, err = client.pipeline.create(ARGS)
    assert.equal("throttled", err.kind)
    assert.is_false(err.retryable)
    assert.equal("unknown", err.outcome)
    client = fake.client({ fake.lost() }, { retry = false })
    _, _, err = client.pipeline.describe("ip-1")
    assert.is_true(err.retryable)
    assert.is_nil(err.outcome)
  end)

  it("stops after the number of attempts, and at once without retries", function()
    local client, transport = fake.client({ fake.lost() }, { retry = { attempts = 3 } })
    local _, message, err = client.pipeline.describe("ip-1")
    assert.equal(3, #transport.requests)
    assert.equal(3, err.attempts)
    assert.matches("after 3 attempts", message)
    client.pipeline.describe("ip-1", { retry = false })
    assert.equal(4, #transport.requests)
  end)

  it("never repeats a conflict", function()
    local client, transport = fake.client(
      { fake.refusal(403, "InvalidImagePipeline.HasRunningExecution") })
    local _, _, err = client.pipeline.delete("ip-1")
    assert.equal("conflict", err.kind)
    assert.equal(2, #transport.requests) -- the second one asks which execution it is
    assert.matches("DescribeImagePipelineExecutions", transport.requests[2].headers["x-acs-action"])
    assert.is_false(err.retryable)
  end)

  it("does not call a 404 for a missing parameter not found", function()
    local client = fake.client({ fake.refusal(404, "MissingParameter.RepairMode") })
    assert.equal("validation", select(3, client.pipeline.create(ARGS)).kind)
  end)

  it("says what a lost create needs to be repeated safely", function()
    local client, transport = fake.client({ fake.lost() }, { retry = false })
    local _, _, err = client.pipeline.create(ARGS)
    assert.equal(fake.parameters(transport.requests[1]).ClientToken, err.client_token)
    assert.is_false(err.retryable)
    assert.matches("err.client_token", err.hint)
    assert.is_true(select(3, client.pipeline.create(ARGS, { client_token = "mine" })).retryable)
  end)

  it("refuses broken arguments without sending or fetching anything more than once", function()
    local client, transport = fake.client({ CREATED })
    local _, message, err = client.pipeline.create({ base_image_type = "IMAGE",
      system_disk_size = 7 })
    assert.equal("validation", err.kind)
    assert.is_true(#err.failures >= 2)
    assert.equal(0, #transport.requests)
    assert.matches("^pipeline.create: arguments refused: ", message)
  end)

  it("survives a transport that returns nothing sensible", function()
    local client = fake.client({}, { retry = false,
      transport = { send = function() return nil end } })
    assert.equal("transport", select(3, client.pipeline.describe("ip-1")).kind)
  end)
end)

describe("a wrong clock", function()
  local function strict(request, server_now)
    -- x-acs-date is in the request; refuse when it is not the server's
    local date = os.date("!%Y-%m-%dT%H:%M:%SZ", server_now)
    if request.headers["x-acs-date"] == date then
      return CREATED
    end
    return fake.refusal(400, "InvalidTimeStamp.Expired",
      { date = http_date(server_now) })
  end

  it("is learnt from Date and corrected once, for all later calls of the client", function()
    local events = {}
    local server_now = 1795491843 + 3600
    local function service(request)
      return strict(request, server_now)
    end
    local client, transport, host = fake.client({ service },
      { on_event = function(event) events[#events + 1] = event end })
    assert(client.pipeline.create(ARGS))
    assert.equal(2, #transport.requests)
    assert.same({ 0 }, host.slept)
    assert(client.with({ region = "cn-qingdao" }).pipeline.create(ARGS))
    assert.equal(3, #transport.requests)
    local seen = {}
    for _, event in ipairs(events) do
      seen[event.type] = (seen[event.type] or 0) + 1
      if event.type == "skew" then
        assert.equal(3600, event.offset)
      end
    end
    assert.equal(1, seen.skew)
  end)

  it("does not loop when the correction does not help", function()
    local moving = 0
    local client, transport = fake.client({ function()
      moving = moving + 3600
      return fake.refusal(400, "IllegalTimestamp",
        { date = http_date(1795491843 + moving) })
    end })
    local _, _, err = client.pipeline.create(ARGS)
    assert.equal(2, #transport.requests)
    assert.matches("clock", err.hint)
  end)
end)

describe("client.call", function()
  local function sent(action, params, first, options)
    local client, transport = fake.client(
      { first, fake.reply(200, { RequestId = "R-2", Answer = 42 }) })
    local result, _, err = client.call("Ecs", "2014-05-26", action, params, options)
    return #transport.requests, result, err, transport
  end

  it("gives the reply as the service spells it", function()
    local _, result, _, transport = sent("DescribeSnapshots", { PageSize = 10 }, fake.lost())
    assert.equal(42, result.Answer)
    assert.equal(result, ecs.info(result).raw)
    assert.equal("R-2", ecs.info(result).request_id)
    assert.equal("10", fake.parameters(transport.requests[2]).PageSize)
  end)

  it("repeats reads", function()
    for _, action in ipairs({ "DescribeX", "ListX", "GetX", "QueryX", "CheckX" }) do
      assert.equal(2, (sent(action, {}, fake.lost())), action)
    end
  end)

  it("repeats a write only if it was not sent, was throttled, or carries a ClientToken", function()
    assert.equal(1, (sent("RebootInstance", {}, fake.lost())))
    assert.equal(1, (sent("RebootInstance", {}, fake.refusal(500, "InternalError"))))
    assert.equal(1, (sent("RebootInstance", {}, fake.refusal(409, "OperationConflict"))))
    assert.equal(2, (sent("RebootInstance", {}, fake.unsent())))
    assert.equal(2, (sent("RebootInstance", {}, fake.refusal(400, "Throttling"))))
    assert.equal(2, (sent("RunInstances", { ClientToken = "t" }, fake.lost())))
    local n, _, _, transport = sent("RunInstances", {}, fake.lost(), { client_token = "t" })
    assert.equal(2, n)
    assert.equal("t", fake.parameters(transport.requests[2]).ClientToken)
  end)

  it("says that a lost write may have been carried out", function()
    local _, _, err = sent("RebootInstance", {}, fake.lost())
    assert.is_false(err.retryable)
    assert.equal("Ecs.RebootInstance", err.operation)
    assert.matches("may have been carried out", err.message)
  end)

  it("sends nothing that writes on a dry run", function()
    local n, result = sent("RebootInstance", { InstanceId = "i-1" }, fake.lost(),
      { dry_run = true })
    assert.equal(0, n)
    assert.equal("i-1", result.parameters.InstanceId)
    assert.equal(2, (sent("DescribeX", {}, fake.lost(), { dry_run = true })))
  end)
end)

describe("events and log", function()
  it("tell the story of a call in order", function()
    local types = {}
    local client = fake.client({ fake.refusal(400, "Throttling"), CREATED },
      { on_event = function(event)
        types[#types + 1] = event.type
        assert.equal("pipeline.create", event.operation)
      end })
    assert(client.pipeline.create(ARGS))
    assert.same({ "attempt", "retry", "attempt", "result" }, types)
  end)

  it("report failures and warnings", function()
    local seen = {}
    local client = fake.client({ fake.refusal(403, "NoPermission") },
      { validate = "warn", on_event = function(event) seen[event.type] = event end })
    client.pipeline.create({ base_image = "m-1", base_image_type = "IMAGE", system_disk_size = 7 })
    assert.equal("denied", seen.error.kind)
    assert.equal("system_disk_size", seen.warning.param)
  end)

  it("do not let an error in a handler or a log function break the call", function()
    local client = fake.client({ CREATED }, {
      on_event = function() error("handler is broken") end,
      log = function() error("log is broken") end,
    })
    assert(client.pipeline.create(ARGS))
  end)

  it("log warnings when nobody listens, and everything on debug", function()
    local host = fake.platform()
    local client = fake.client({ CREATED }, { platform = host, log = "warn", validate = "warn" })
    local args = { base_image = "m-1", base_image_type = "IMAGE", system_disk_size = 7 }
    assert(client.pipeline.create(args))
    assert.equal(1, #host.lines)
    assert.matches("^warn ecs_pipeline: pipeline.create warning param=system_disk_size",
      host.lines[1])
    assert(client.with({ on_event = function() end }).pipeline.create(args))
    assert.equal(1, #host.lines)
    assert(client.with({ log = "debug" }).pipeline.create(args))
    assert.is_true(#host.lines > 3)
  end)

  it("take the level from ECS_PIPELINE_LOG unless the option says otherwise", function()
    local host = fake.platform({ ECS_PIPELINE_LOG = "debug" })
    local lines = {}
    local transport = fake.transport({ CREATED })
    local base = { region = "cn-hangzhou", credentials = fake.KEYS, transport = transport,
      platform = host }
    assert(ecs.new(base).pipeline.create(ARGS))
    assert.is_true(#host.lines >= 2)
    base.log = function(level, text) lines[#lines + 1] = level .. text end
    local before = #host.lines
    assert(ecs.new(base).pipeline.create(ARGS))
    assert.equal(before, #host.lines)
    assert.is_true(#lines >= 2)
  end)

  it("never hold a secret, whatever the service writes", function()
    local collected = {}
    local function keep(value)
      collected[#collected + 1] = type(value) == "table" and require("cjson").encode(value)
        or tostring(value)
    end
    local refusal = fake.refusal(400, "SignatureDoesNotMatch", nil,
      "server string to sign is:POST&%2F&SecurityToken%3DCANARY-token and SecurityToken=CANARY-token")
    local throttled = fake.refusal(400, "Throttling", nil, "SecurityToken=CANARY-token is busy")
    local client = fake.client({ throttled, refusal }, {
      credentials = { access_key_id = "LTAI5tFakeKey00wxyz", access_key_secret = "CANARY-secret",
        security_token = "CANARY-token" },
      on_event = keep, log = function(_, text) keep(text) end,
    })
    local args = { base_image = "m-1", base_image_type = "IMAGE",
      build_content = "RUN echo CANARY-content" }
    local _, message, err = client.pipeline.create(args)
    keep(message)
    keep(err.message)
    keep(err.raw)
    keep(tostring(err))
    local rendered = assert(client.render("pipeline.create", args))
    keep(rendered)
    assert.is_true(#collected > 8)
    for _, text in ipairs(collected) do
      assert.is_nil(text:find("CANARY", 1, true), text)
      assert.is_nil(text:find("LTAI5tFakeKey00wxyz", 1, true), text)
    end
  end)
end)

describe("rate_limit", function()
  it("spaces out the requests of a client and those derived from it", function()
    local client, _, host = fake.client({ CREATED }, { rate_limit = { per_second = 1 } })
    assert(client.pipeline.create(ARGS))
    assert(client.with({ region = "cn-qingdao" }).pipeline.create(ARGS))
    assert.same({ 1 }, host.slept)
  end)

  it("does not wait past the deadline", function()
    local client, transport, host = fake.client({ CREATED }, { rate_limit = { per_second = 0.1 } })
    assert(client.pipeline.create(ARGS))
    local _, _, err = client.pipeline.create(ARGS, { deadline = 5 })
    assert.equal("throttled", err.kind)
    assert.equal("LOCAL_RATE_LIMIT", err.code)
    assert.equal(1, #transport.requests)
    -- the token went back: the next call waits for one, not for two
    assert(client.pipeline.create(ARGS))
    assert.same({ 10 }, host.slept)
  end)
end)
