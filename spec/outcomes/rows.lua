--- Every outcome of a wait. Each row is a build that the emulator plays on its virtual clock.
-- `script` is how the build goes (emulator/build_script.lua), `options` are those of the wait, `faults` are the
-- service's. `meanwhile(scene)` runs once, during the first poll of the wait. `late`: seconds that pass before the
-- first poll. `expected`: outcome; ok; status; phase; image (true if there is one); code, info; hint (a part of it;
-- nil: none); waited; cancelled; cancel_error; warning. For a wait that ends with an error: kind, code. `accept`: with
-- this option the result is ok.

local HOUR = 3600

local function row(label, script, expected, more)
  local made = { label = label, script = script, expected = expected }
  for name, value in pairs(more or {}) do
    made[name] = value
  end
  return made
end

local SUCCESS = { outcome = "success", ok = true, image = true, status = "SUCCESS", phase = "building" }

-- Repeated often enough to outlast the attempts of one look.
local function passing(fault)
  fault.action, fault.skip, fault.times = "DescribeImagePipelineExecutions", 2, 12
  return { fault }
end

return {
  row("SUCCESS", {}, SUCCESS),
  row("SUCCESS, over before the first look", {},
    { outcome = "success", ok = true, image = true, status = "SUCCESS", waited = 0 }, { late = 2 * HOUR }),
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
    { outcome = "failed", status = "FAILED", phase = "preparing", code = "PrepareFailed",
      hint = "no command is known to have run" }),
  row("FAILED for lack of stock", { outcome = "FAILED", error_code = "OperationDenied.NoStock" },
    { outcome = "failed", status = "FAILED", phase = "preparing", code = "OperationDenied.NoStock",
      info = "The requested resource is sold out in the zone.", hint = "instance_type.list" }),
  row("FAILED while it releases", { outcome = "FAILED", at = "RELEASING" },
    { outcome = "failed", status = "FAILED", phase = "building", code = "BuildFailed", hint = "keeps no log" }),
  row("CANCELLED by somebody else, before it built", { outcome = "CANCELLED", at = "PREPARING" },
    { outcome = "cancelled", status = "CANCELLED", phase = "preparing", hint = "person cancelled it" }),
  row("CANCELLED by somebody else", { outcome = "CANCELLED" },
    { outcome = "cancelled", status = "CANCELLED", phase = "building", hint = "start it again" }),
  row("CANCELLED with execution.cancel", {},
    { outcome = "cancelled", status = "CANCELLED", phase = "preparing", hint = "person cancelled it" },
    { meanwhile = function(scene)
      assert(scene.client.execution.cancel(scene.id))
    end }),
  row("a state that is new to us, then SUCCESS", { status = "POLISHING" },
    { outcome = "success", ok = true, image = true, status = "SUCCESS", phase = "unknown",
      warning = "state POLISHING is not known" }),
  row("longer than the wait", { stall = 5 * HOUR },
    { outcome = "timeout", status = "BUILDING", phase = "building", waited = 4 * HOUR, hint = "waits again" }),
  row("longer than the wait, deadline_action = \"cancel\"", { stall = 5 * HOUR },
    { outcome = "timeout", status = "BUILDING", phase = "building", waited = 1800, hint = "cancelling was requested",
      cancelled = true }, { options = { timeout = 1800, deadline_action = "cancel" } }),
  row("the same, too late to cancel", { durations = { RELEASING = 2 * HOUR } },
    { outcome = "timeout", status = "RELEASING", phase = "releasing", waited = HOUR, hint = "still be running",
      cancelled = false, cancel_error = "InvalidStatus.ImagePipelineExecution" },
    { options = { timeout = HOUR, deadline_action = "cancel" } }),
  row("the same, at its end just then", {},
    { outcome = "success", ok = true, image = true, status = "SUCCESS", phase = "releasing", cancelled = false },
    { late = 2399, options = { timeout = 0.5, deadline_action = "cancel" }, on_cancel = 10 }),
  row("looks that are throttled on the way", {}, SUCCESS, { faults = passing({ kind = "throttle" }) }),
  row("looks whose answers are lost", {}, SUCCESS, { faults = passing({ kind = "lost_answer" }) }),
  row("looks that meet a broken server", {}, SUCCESS,
    { faults = passing({ kind = "error", code = "ServiceUnavailable" }) }),
  row("no look that is answered", {},
    { outcome = "timeout", waited = HOUR, hint = "waits again", phase = nil, unseen = true },
    { options = { timeout = HOUR },
      faults = { { kind = "lost_answer", action = "DescribeImagePipelineExecutions", times = 10000 } } }),
  row("an execution that vanishes with its pipeline", {}, { kind = "not_found", timeline = 1 },
    { meanwhile = function(scene)
      assert(scene.client.pipeline.delete(scene.pipeline, { when_running = "cancel" }))
    end }),
  row("an execution that never was", {}, { kind = "not_found", timeline = 0 }, { id = "exec-bp1nowhere" }),
  row("a permission that is taken away on the way", {}, { kind = "denied", code = "Forbidden.RAM", timeline = 1 },
    { faults = { { kind = "error", code = "Forbidden.RAM", action = "DescribeImagePipelineExecutions", skip = 2,
      times = 10000 } } }),
}
