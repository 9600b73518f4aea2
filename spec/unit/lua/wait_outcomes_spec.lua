-- Every way a wait can come out, in one table: each row is a build that the emulator plays on a virtual clock.
local virtual = require("virtual")

local function row(label, script, expected)
  return { label = label, script = script, expected = expected }
end

-- expected: outcome; ok without `accept`, with it (nil: the same); is there an image; the last phase; code; hint holds
local rows = {
  row("SUCCESS", {},
    { outcome = "success", ok = true, image = true, status = "SUCCESS", phase = "building" }),
  row("PARTITION_SUCCESS", { outcome = "PARTITION_SUCCESS", at = "DISTRIBUTING" },
    { outcome = "partial", accept = "partial", image = true, status = "PARTITION_SUCCESS", phase = "distributing",
      code = "DistributionFailed", hint = "accept = \"partial\"" }),
  row("TEST_FAILED", { outcome = "TEST_FAILED" },
    { outcome = "test_failed", accept = "test_failed", image = true, status = "TEST_FAILED", phase = "testing",
      code = "TestFailed", hint = "accept = \"test_failed\"" }),
  row("FAILED while it builds", { outcome = "FAILED", error_code = "Boom", error_info = "exit code 1" },
    { outcome = "failed", status = "FAILED", phase = "building", code = "Boom", info = "exit code 1",
      hint = "delete_instance_on_failure = false" }),
  row("FAILED while it prepares", { outcome = "FAILED", at = "PREPARING" },
    { outcome = "failed", status = "FAILED", phase = "preparing", code = "BuildFailed", hint = "keeps no log" }),
  row("CANCELLED by somebody else", { outcome = "CANCELLED" },
    { outcome = "cancelled", status = "CANCELLED", phase = "building" }),
  row("a state that is new to us, then SUCCESS", { status = "POLISHING" },
    { outcome = "success", ok = true, image = true, status = "SUCCESS", phase = "unknown",
      warning = "state POLISHING is not known" }),
  row("a build that takes longer than the wait", { stall = 5 * 3600 },
    { outcome = "timeout", status = "BUILDING", phase = "building", waited = 4 * 3600, hint = "wait again" }),
  row("the same, cancelled at the end of its time", { stall = 5 * 3600 },
    { outcome = "timeout", status = "BUILDING", phase = "building", waited = 1800, hint = "asked to cancel",
      options = { timeout = 1800, deadline_action = "cancel" }, cancelled = true }),
  row("too late to cancel", { durations = { RELEASING = 7200 } },
    { outcome = "timeout", status = "RELEASING", phase = "releasing", waited = 3600, hint = "still be running",
      options = { timeout = 3600, deadline_action = "cancel" }, cancelled = false,
      cancel_error = "InvalidStatus.ImagePipelineExecution" }),
}

describe("execution.wait comes out of", function()
  for _, case in ipairs(rows) do
    local expected = case.expected

    local function wait(extra)
      local warnings = {}
      local client, emulator = virtual.client({ on_event = function(event)
        if event.type == "warning" then
          warnings[#warnings + 1] = event.message
        end
      end })
      local pipeline, id = virtual.build(client, emulator, case.script)
      local options = { accept = extra }
      for name, value in pairs(expected.options or {}) do
        options[name] = value
      end
      return assert(client.execution.wait(id, options)), pipeline, id, warnings
    end

    it(case.label .. " as " .. expected.outcome, function()
      local result, pipeline, id, warnings = wait()
      assert.equal(expected.outcome, result.outcome)
      assert.equal(expected.ok or false, result.ok)
      assert.equal(expected.status, result.status)
      assert.equal(expected.phase, result.phase)
      assert.same({ id, id, pipeline }, { result.execution_id, result.id, result.pipeline_id })
      assert.equal(expected.code, result.error_code)
      if expected.info then
        assert.equal(expected.info, result.error_info)
      end
      if expected.image then
        assert.matches("^m%-", result.image_id)
        assert.same({ ["cn-hangzhou"] = result.image_id }, result.images)
      else
        assert.is_nil(result.image_id)
        assert.same({}, result.images)
      end
      if expected.hint then
        assert.is_truthy(result.hint:find(expected.hint, 1, true), result.hint)
      else
        assert.is_nil(result.hint)
      end
      if expected.waited then
        assert.is_true(math.abs(result.waited - expected.waited) < 1, result.waited)
      end
      assert.equal(expected.cancelled, result.cancelled)
      if expected.cancel_error then
        assert.is_truthy(result.cancel_error:find(expected.cancel_error, 1, true))
      end
      assert.equal(expected.warning and 1 or 0, #warnings)
      assert.is_truthy(not expected.warning or warnings[1]:find(expected.warning, 1, true), warnings[1])
      local last = result.timeline[#result.timeline]
      assert.equal(expected.status, last.status)
      assert.matches("^%d+%-%d%d%-%d%dT%d%d:%d%d:%d%dZ$", last.time)
    end)

    if expected.accept then
      it(case.label .. " as ok when it is accepted", function()
        for _, accept in ipairs({ expected.accept, { "success", expected.accept } }) do
          local result = wait(type(accept) == "table" and accept or { accept })
          assert.is_true(result.ok)
          assert.is_nil(result.hint)
        end
      end)
    end
  end

  it("an execution that is over before the first look", function()
    local client, emulator, platform = virtual.client()
    local _, id = virtual.build(client, emulator)
    emulator:advance(3600)
    local result = assert(client.execution.wait({ execution_id = id }))
    assert.same({ "success", true, 0, 1 }, { result.outcome, result.ok, #platform.slept, #result.timeline })
  end)

  it("a race between the end and the cancellation as the end", function()
    local client, emulator = virtual.client()
    local _, id = virtual.build(client, emulator)
    emulator:advance(2399)
    local handle = emulator.handle
    emulator.handle = function(self, ...)
      local seen = select(3, ...)
      if seen["x-acs-action"] == "CancelImagePipelineExecution" then
        self:advance(10)
      end
      return handle(self, ...)
    end
    local result = assert(client.execution.wait(id, { timeout = 0.5, deadline_action = "cancel" }))
    assert.same({ "success", true, false }, { result.outcome, result.ok, result.cancelled })
    assert.is_string(result.image_id)
  end)
end)
