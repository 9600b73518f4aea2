local errors = require("ecs_pipeline.errors")
local retry = require("ecs_pipeline.call.retry")

local POLICY = { attempts = 3, base = 0.5, cap = 20 }

local function decide(err, more)
  local case = { err = err, number = 1, policy = POLICY, repeatable = true, left = 100,
    random = function() return 1 end }
  for name, value in pairs(more or {}) do
    case[name] = value
  end
  return retry.decide(case)
end

local function api(code, status)
  return { kind = errors.kind_of(code), code = code, status = status }
end

describe("retry.classify", function()
  local cases = {
    throttled = {
      api("Throttling", 400), api("Throttling.User", 429), api("Rejected.Throttling", 503),
      { kind = "protocol", code = "BAD_REPLY", status = 429 },
    },
    lost = {
      api("ServiceUnavailable", 503), api("InternalError", 500), api(nil, 502), api("Odd", 500),
      api("SignatureNonceUsed", 400), api("StartImagePipelineExecution.Failed", 500),
      { kind = "timeout" }, { kind = "transport", code = "RESET" },
      { kind = "protocol", status = 200 }, { kind = "protocol", code = "BAD_REPLY", status = 502 },
    },
    pending = {
      api("LastTokenProcessing", 403), api("TOKEN_PROCESSING", 400), api("IdempotentProcessing", 400),
      api("OperationFailed.IdempotentTokenProcessing", 400), api("OperationFailed.LastTokenProcessing", 400),
    },
    later = {
      { kind = "timeout", code = "DEADLINE", sent = false },
      { kind = "throttled", code = "LOCAL_RATE_LIMIT", sent = false },
      { kind = "credentials", sent = false, cause = { kind = "transport", code = "CONNECT" } },
    },
    busy = {
      api("OperationConflict", 409), api("TaskConflict", 400), api("System.ServiceBusy", 400),
    },
    unsent = {
      { kind = "transport", code = "CONNECT", sent = false }, { kind = "timeout", sent = false },
    },
    skew = { api("InvalidTimeStamp.Expired", 400), api("IllegalTimestamp", 400) },
    final = {
      api("Throttling.DeepPageSkip", 400), api("InvalidImagePipeline.HasRunningExecution", 403),
      api("InvalidImageName.Duplicated", 500), api("MissingParameter.RepairMode", 404),
      api("NoPermission", 403), api("SignatureDoesNotMatch", 400), api("Odd", 400),
      { kind = "cancelled" }, { kind = "transport", code = "TLS", sent = false },
      { kind = "protocol", status = 302 }, { kind = "protocol", code = "TOO_LARGE" },
      { kind = "protocol", code = "REQUEST", sent = false },
      { kind = "transport", code = "NO_TRANSPORT", sent = false },
      { kind = "transport", code = "PROXY", reason = "credentials", sent = false },
      { kind = "credentials", sent = false, cause = { kind = "denied", code = "NoPermission" } },
      api("TLS", 400), api("DEADLINE", 400), -- a Code of the service is none of ours
    },
  }
  for class, failures in pairs(cases) do
    for _, err in ipairs(failures) do
      local what = ("%s %s %s"):format(err.kind, err.code or "", err.status or "")
      it(what .. " is " .. class, function()
        assert.equal(class, retry.classify(err))
      end)
    end
  end

  it("takes an error of no known kind for final", function()
    assert.equal("final", retry.classify({ kind = "odd" }))
  end)
end)

describe("retry.uncertain", function()
  local cases = {
    [true] = {
      api("InternalError", 500), api("IdempotentProcessing", 400), api(nil, 400),
      { kind = "protocol", code = "BAD_REPLY", status = 400 }, { kind = "protocol", code = "REDIRECT", status = 302 },
      { kind = "protocol", code = "TOO_LARGE", sent = true }, { kind = "transport", code = "TLS", sent = true },
      { kind = "cancelled", code = "CANCELLED", sent = true }, { kind = "timeout", code = "TIMEOUT", sent = true },
    },
    [false] = {
      api("InvalidName.Malformed", 400), api("NeverSeen", 400), api("Throttling", 400), api("OperationConflict", 409),
      { kind = "protocol", code = "BAD_REPLY", status = 429 }, { kind = "protocol", code = "REQUEST", sent = false },
      { kind = "transport", code = "TLS", sent = false }, { kind = "cancelled", code = "CANCELLED", sent = false },
      { kind = "timeout", code = "DEADLINE", sent = false }, { kind = "validation" }, { kind = "storage" },
    },
  }
  for uncertain, failures in pairs(cases) do
    for _, err in ipairs(failures) do
      it(("is %s of %s %s %s"):format(tostring(uncertain), err.kind, err.code or "", err.status or ""), function()
        assert.equal(uncertain, retry.uncertain(err))
      end)
    end
  end
end)

describe("retry.decide", function()
  it("waits a while for a request that is still being carried out, and never again in a call without time", function()
    assert.equal(3.5, decide(api("IdempotentProcessing", 400)))
    assert.equal("final", select(2, decide({ kind = "timeout", code = "DEADLINE", sent = false })))
  end)

  it("repeats a lost answer only when repeating does no harm", function()
    assert.is_number(decide({ kind = "timeout" }))
    local wait, why = decide({ kind = "timeout" }, { repeatable = false })
    assert.is_nil(wait)
    assert.equal("unsafe", why)
    assert.equal("unsafe", select(2, decide(api("OperationConflict", 409), { repeatable = false })))
  end)

  it("repeats what was not sent or was throttled whatever the call does", function()
    assert.is_number(decide({ kind = "transport", sent = false }, { repeatable = false }))
    assert.is_number(decide(api("Throttling", 400), { repeatable = false }))
  end)

  it("never repeats a conflict", function()
    assert.equal("final", select(2, decide(api("InvalidImagePipeline.HasRunningExecution", 403))))
  end)

  it("stops at the number of attempts and when retries are off", function()
    assert.equal("attempts", select(2, decide({ kind = "timeout" }, { number = 3 })))
    assert.equal("disabled", select(2, decide({ kind = "timeout" }, { policy = false })))
  end)

  it("repeats after a clock error at once, and only if the clock was corrected", function()
    assert.equal(0, decide(api("IllegalTimestamp", 400), { mended = true, repeatable = false }))
    assert.equal("final", select(2, decide(api("IllegalTimestamp", 400))))
  end)

  it("stops early when the wait would pass the deadline", function()
    local err = api("Throttling", 400)
    err.headers = { ["x-acs-retry-after"] = "5000" }
    local wait, why, asked = decide(err, { left = 4 })
    assert.is_nil(wait)
    assert.equal("deadline", why)
    assert.equal(5.5, asked)
  end)
end)

describe("retry delays", function()
  it("grow, stay under the cap and use the whole range", function()
    assert.equal(0, retry.delay(4, POLICY, 0, 0))
    assert.equal(0.5, retry.delay(1, POLICY, 0, 1))
    assert.equal(4, retry.delay(4, POLICY, 0, 1))
    assert.equal(20, retry.delay(40, POLICY, 0, 1))
  end)

  it("take what the service asks for as a minimum", function()
    assert.equal(1.5, retry.minimum({ ["x-acs-retry-after"] = "1500" }))
    assert.equal(7, retry.minimum({ ["retry-after"] = "7" }))
    assert.equal(9, retry.minimum({ ["retry-after"] = "9", ["x-acs-retry-after"] = "1500" }))
    assert.equal(1.5, retry.delay(5, POLICY, 1.5, 0))
    assert.equal(2, retry.delay(5, POLICY, 1.5, 1))
  end)

  it("understand a date, and nothing that is not a time", function()
    assert.equal(30, retry.minimum({ ["retry-after"] = "Tue, 24 Nov 2026 03:44:33 GMT",
      date = "Tue, 24 Nov 2026 03:44:03 GMT" }))
    for _, odd in ipairs({ "soon", "-5", "nan", "" }) do
      assert.equal(0, retry.minimum({ ["retry-after"] = odd, ["x-acs-retry-after"] = odd }))
    end
    assert.equal(0, retry.minimum(nil))
  end)
end)
