-- Faults by script.
local emulators = require("ecs_pipeline.emulator")
local caller = require("spec.support.emulator_caller")

local emulator, client

local function fresh(faults)
  emulator = emulators.new({ now = 1767225600, faults = faults })
  client = caller.new(emulator)
end

local function code(status, reply)
  return type(reply) == "table" and reply.Code and { status, reply.Code } or { status }
end

describe("a fault", function()
  it("happens as often as it says, in the order of the script, then no more", function()
    fresh({
      { kind = "throttle", times = 2, headers = { ["x-acs-retry-after"] = 1500 } },
      { kind = "status", status = 502, body = "<html>bad gateway</html>",
        headers = { ["Content-Type"] = "text/html" } },
      { kind = "error", code = "InvalidVSwitchId.NotFound" },
    })
    assert.are.equal(4, emulator:state().faults_left)
    local status, reply, headers = client:create()
    assert.are.same({ 400, "Throttling", "1500" }, { status, reply.Code, headers["x-acs-retry-after"] })
    assert.are.same({ 400, "Throttling" }, code(client:create()))
    status, reply, headers = client:create()
    assert.are.same({ 502, "<html>bad gateway</html>", "text/html" }, { status, reply, headers["content-type"] })
    assert.are.same({ 404, "InvalidVSwitchId.NotFound" }, code(client:create()))
    assert.are.same({ 200 }, code(client:create()))
    assert.are.equal(1, #emulator:state().pipelines)
    assert.are.equal(0, emulator:state().faults_left)
  end)

  it("waits for its action, and lets some calls through first", function()
    fresh({ { kind = "throttle", action = "CreateImagePipeline", skip = 1, code = "Throttling.User", status = 429 } })
    assert.are.same({ 200 }, code(client:describe()))
    assert.are.same({ 200 }, code(client:create()))
    assert.are.same({ 200 }, code(client:describe()))
    assert.are.same({ 429, "Throttling.User" }, code(client:create()))
  end)

  it("can come later", function()
    fresh()
    emulator:fault({ kind = "status" })
    assert.are.same({ 503, "ServiceUnavailable" }, code(client:describe()))
    assert.are.same({ 200 }, code(client:describe()))
  end)

  for _, row in ipairs({
    { { kind = "earthquake" }, "unknown kind of fault: earthquake" }, { { times = 2 }, "a fault needs kind" },
    { { kind = 5 }, "kind of a fault must be a string" }, { "throttle", "a fault is a table with kind, not throttle" },
    { 5, "a fault is a table with kind, not 5" }, { true, "a fault is a table with kind, not a boolean" },
  }) do
    it("is a mistake: " .. row[2], function()
      assert.has_error(function() fresh({ row[1] }) end, "emulator: " .. row[2] .. "; known are error, expired_token, "
        .. "lost_answer, lost_request, nonce_used, refused, skew, slow, status, throttle, timeout")
    end)
  end

  for _, row in ipairs({
    { { tims = 2 }, "emulator: unknown field of a fault: tims (did you mean times?)" },
    { { when = 2 }, "emulator: unknown field of a fault: when" },
    { { [1] = 2 }, "emulator: unknown field of a fault: 1" },
    { { times = "2" }, "emulator: times of a fault must be a number" },
  }) do
    it("raises " .. row[2], function()
      row[1].kind = "throttle"
      assert.has_error(function() fresh({ row[1] }) end, row[2])
    end)
  end

  it("is not spent on a request that is not believed", function()
    fresh({ { kind = "lost_answer" } })
    client.secret = "wrong"
    assert.are.same({ 400, "SignatureDoesNotMatch" }, code(client:create()))
    assert.are.same({ 0, 1 }, { #emulator:state().pipelines, emulator:state().faults_left })
  end)

  it("expired_token, nonce_used", function()
    fresh({ { kind = "expired_token" }, { kind = "nonce_used" }, { kind = "nonce_used", commit = true } })
    assert.are.same({ 400, "InvalidSecurityToken.Expired" }, code(client:create()))
    assert.are.same({ 400, "SignatureNonceUsed" }, code(client:create()))
    assert.are.equal(0, #emulator:state().pipelines)
    assert.are.same({ 400, "SignatureNonceUsed" }, code(client:create()))
    assert.are.equal(1, #emulator:state().pipelines)
  end)

  it("skew lasts, and the Date header tells of it", function()
    fresh({ { kind = "skew", seconds = 3600 } })
    local status, reply, headers = client:describe()
    assert.are.same({ 400, "InvalidTimeStamp.Expired" }, { status, reply.Code })
    assert.are.equal("Thu, 01 Jan 2026 01:00:00 GMT", headers.date)
    assert.are.same({ 200 }, code(client:describe({}, { now = emulator:now() + 3600 })))
  end)

  it("lost_answer does the work, lost_request does not", function()
    fresh({ { kind = "lost_request" }, { kind = "lost_answer" } })
    local status, _, _, fault = client:create()
    assert.are.same({ nil, "lost_request" }, { status, fault.kind })
    assert.are.equal(0, #emulator:state().pipelines)
    status, _, _, fault = client:create({ ClientToken = "t" })
    assert.are.same({ nil, "lost_answer" }, { status, fault.kind })
    assert.are.equal(1, #emulator:state().pipelines)
    assert.are.same({ 200 }, code(client:create({ ClientToken = "t" })))
    assert.are.equal(1, #emulator:state().pipelines)
  end)

  it("timeout may have done the work", function()
    fresh({ { kind = "timeout" }, { kind = "timeout", commit = true }, { kind = "slow", delay = 2 } })
    client:create()
    assert.are.equal(0, #emulator:state().pipelines)
    client:create()
    assert.are.equal(1, #emulator:state().pipelines)
    local status, _, _, fault = client:create()
    assert.are.same({ 200, 2 }, { status, fault.delay })
  end)
end)
