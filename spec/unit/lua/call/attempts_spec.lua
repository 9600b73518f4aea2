-- One logical call over a scripted transport: attempts, tokens, waits, deadline, clock.
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

  it("sends nothing if a pause lasted longer than it should have, past the deadline", function()
    local host = fake.platform()
    host.sleep = function() host.now = host.now + 60 end
    local client, transport = fake.client({ fake.refusal(400, "Throttling") },
      { platform = host, retry = { deadline = 30 } })
    local _, message, err = client.pipeline.describe("ip-1")
    assert.same({ "timeout", "DEADLINE", 1 }, { err.kind, err.code, #transport.requests })
    assert.matches("the deadline passed before anything was sent", message)
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

  it("is not repeated in a host that ends, but for a moment", function()
    local client, transport, host = fake.client({ fake.lost(), CREATED }, { retry = { base = 2 } })
    host.is_exiting = true
    assert(client.pipeline.create(ARGS)) -- 1 s, and no more
    assert.same({ 2, { 1 } }, { #transport.requests, host.slept })
    client, transport, host = fake.client({ fake.lost() }, { retry = { base = 10 } })
    host.is_exiting = true
    local _, message, err = client.pipeline.create(ARGS)
    assert.same({ "timeout", 1, {}, "unknown" }, { err.kind, #transport.requests, host.slept, err.outcome })
    assert.matches("not repeated, because this nginx worker is to end", message, 1, true)
    client, transport, host = fake.client({ fake.lost() })
    host.sleep = function() return true end -- it was to end in the middle of the wait
    _, message = client.pipeline.describe("ip-1")
    assert.matches("is to end", message)
    assert.equal(1, #transport.requests)
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

  it("says why a provider has no credentials, and sends nothing", function()
    local client, transport = fake.client({ CREATED }, { credentials = { get = function()
      return nil, "the vault is sealed"
    end } })
    local result, message, err = client.pipeline.create(ARGS)
    assert.is_nil(result)
    assert.matches("the vault is sealed", message, 1, true)
    assert.same({ "credentials", false, 0 }, { err.kind, err.sent, #transport.requests })
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

  it("does not guess at the clock when a refusal carries no date", function()
    local client, transport = fake.client({ fake.refusal(400, "InvalidTimeStamp.Expired") })
    local _, _, err = client.pipeline.create(ARGS)
    assert.equal("InvalidTimeStamp.Expired", err.code)
    assert.is_true(#transport.requests >= 1)
  end)
end)
