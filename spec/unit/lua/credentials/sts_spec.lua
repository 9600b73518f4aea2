-- One call of STS for credentials.
local ecs = require("ecs_pipeline")
local http_date = require("ecs_pipeline.emulator.clock").http_date
local harness = require("spec.credentials.harness")
local sts = require("ecs_pipeline.credentials.sts")

local KEYS = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" }

local function says(pattern, value, message)
  assert.is_nil(value)
  assert.matches(pattern, message)
end

-- What a client on this host says of a provider.
local function fails(pattern, setup, provider)
  local host = harness.new(setup)
  local listed, message, err = host:client(provider).pipeline.list({})
  says(pattern, listed, message)
  assert.same({}, harness.leaks(message, err))
end

describe("a call of STS", function()
  it("goes where it is told to, or says why it cannot", function()
    for _, endpoint in ipairs({ "sts.private.test", "https://sts.private.test" }) do
      local host = harness.new()
      assert(host:client(ecs.credentials.assume_role({ role_arn = harness.ROLE, credentials = KEYS,
        sts_endpoint = endpoint })).pipeline.list({}))
      assert.equal("POST sts.private.test/", host.sent[1])
    end
    fails("STS: region is not a region id", {}, ecs.credentials.assume_role({ role_arn = harness.ROLE,
      credentials = KEYS, sts_region = "a b" }))
  end)

  it("is not made when the deadline has passed", function()
    local host = harness.new()
    local none, message = ecs.credentials.assume_role({ role_arn = harness.ROLE, credentials = KEYS }):get({
      platform = host.platform, deadline = host.platform.clock(), now = host.platform.wall, warn = error,
      send = error, stamp = function() end, learn = function() end, session = error,
      endpoint = function() return "https://sts.test" end })
    says("STS: the deadline of the call passed first", none, message)
  end)

  it("is repeated a little when it is the network's or the service's moment, and not when it is refused", function()
    for _, row in ipairs({
      { function() return harness.reply(503, { Code = "ServiceUnavailable", Message = "x" }) end, 3 },
      { function() return harness.reply(400, { Code = "Throttling", Message = "x" }) end, 3 },
      { harness.unreachable, 3 },
      { function() return harness.reply(403, { Code = "NoPermission", Message = "x" }) end, 1 },
      { function() return nil, { kind = "transport", code = "TLS", message = "untrusted" } end, 1 },
    }) do
      local host = harness.new({ sts = row[1] })
      assert.is_nil((host:client(ecs.credentials.assume_role({ role_arn = harness.ROLE, credentials = KEYS }))
        .pipeline.list({})))
      assert.equal(row[2], host.count.sts)
    end
  end)

  it("is repeated at once with the right time when the clock was wrong, and the client knows it then", function()
    for _, row in ipairs({ { 3600, 2 }, { -7200, 2 }, { 0, 1 } }) do
      local host = harness.new()
      local wall = host.platform.wall
      host.platform.wall = function() return wall() - row[1] end
      local client = host:client(ecs.credentials.assume_role({ role_arn = harness.ROLE, credentials = KEYS }))
      assert(client.pipeline.list({}))
      assert.same({ row[2], 1 }, { host.count.sts, host.count.ecs })
      local corrected = 0
      for _, event in ipairs(host.events) do
        corrected = corrected + (event.type == "skew" and event.offset == row[1] and 1 or 0)
      end
      assert.equal(row[2] - 1, corrected)
    end
  end)

  it("is not repeated twice for the clock", function()
    local ahead = 0
    local host = harness.new({ sts = function(self)
      ahead = ahead + 3600
      return harness.reply(400, { Code = "InvalidTimeStamp.Expired", Message = "x" },
        { date = http_date(self.platform.wall() + ahead) })
    end })
    local _, message = host:client(ecs.credentials.assume_role({ role_arn = harness.ROLE, credentials = KEYS }))
      .pipeline.list({})
    assert.matches("InvalidTimeStamp.Expired", message)
    assert.equal(2, host.count.sts)
  end)

  it("names a session as it is told, else after the time", function()
    local host = harness.new({ env = { ALIBABA_CLOUD_ROLE_SESSION_NAME = "bake" } })
    assert.equal("bake", sts.session_name({ platform = host.platform }))
    host.env.ALIBABA_CLOUD_ROLE_SESSION_NAME = nil
    assert.equal("ecs_pipeline-1795491843", sts.session_name({ platform = host.platform }))
  end)

  it("knows keys that have expired by the code behind a failure", function()
    assert.is_true(sts.is_expired({ cause = { code = "InvalidSecurityToken.Expired" } }))
    assert.is_false(sts.is_expired({ cause = { code = "NoPermission" } }))
    assert.is_false(sts.is_expired({}))
  end)

  it("fails without Credentials, or with some that are no whole", function()
    for pattern, answer in pairs({ ["STS: the answer has no Credentials"] = { RequestId = "R" },
      ["STS: the answer has no security_token"] = { RequestId = "R", Credentials = { AccessKeyId = "a",
        AccessKeySecret = "canary-secret", Expiration = "2026-11-24T03:44:03Z" } },
      ["STS: expiration is not a time"] = { RequestId = "R", Credentials = { AccessKeyId = "a",
        AccessKeySecret = "canary-secret", SecurityToken = "canary-token", Expiration = "soon" } } }) do
      fails(pattern, { sts = function() return harness.reply(200, answer) end },
        ecs.credentials.assume_role({ role_arn = harness.ROLE, credentials = KEYS }))
    end
  end)
end)
