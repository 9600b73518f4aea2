-- What to do after a build that did not end well: by its cause, and never about an instance that was not made.
local builds = require("ecs_pipeline.hints.builds")
local virtual = require("spec.support.virtual")

local function hint(fields, pipeline)
  local result = { ok = false, outcome = "failed", timeline = {} }
  for name, value in pairs(fields) do
    result[name] = value
  end
  return builds.hint(result, pipeline)
end

local function seen(...)
  local timeline = {}
  for index, status in ipairs({ ... }) do
    timeline[index] = { status = status }
  end
  return timeline
end

local EARLY = seen("PREPARING", "RELEASING", "FAILED")
local LATE = seen("PREPARING", "BUILDING", "RELEASING", "FAILED")

describe("the hint of a failed build", function()
  -- Cause → a part of its hint, and no other hint has it.
  local CAUSES = {
    ["OperationDenied.NoStock"] = "sold out", ["InvalidAccountStatus.NotEnoughBalance"] = "top it up",
    ["InvalidVSwitchId.NotFound"] = "vswitch.list()", ["InvalidImageName.Duplicated"] = "an image has this name",
    ["QuotaExceed.Image"] = "image.prune", ["QuotaExceed.ElasticQuota"] = "delete what is no longer needed",
    ["PrepareTimeout"] = "not ready in time", ["BuildTimeout"] = "took longer", ["BuildFailed"] = "keeps no log",
    ["PrepareFailed"] = "no command is known to have run",
  }
  -- Those that come before there is an instance.
  local WITHOUT_INSTANCE = { ["OperationDenied.NoStock"] = true, ["InvalidAccountStatus.NotEnoughBalance"] = true,
    ["InvalidVSwitchId.NotFound"] = true, ["QuotaExceed.ElasticQuota"] = true, ["PrepareTimeout"] = true,
    ["PrepareFailed"] = true }

  for code, part in pairs(CAUSES) do
    it("follows from its error_code, met in the emulator: " .. code, function()
      local client, emulator = virtual.client()
      local at = code == "PrepareFailed" and "PREPARING" or nil
      local _, id = virtual.build(client, emulator, { outcome = "FAILED", error_code = code, at = at })
      local result = assert(client.execution.wait(id))
      assert.same({ "failed", code }, { result.outcome, result.error_code })
      assert.matches(part, result.hint, 1, true)
      assert.equal(WITHOUT_INSTANCE[code] and "preparing" or "building", result.phase)
      assert.is_nil(WITHOUT_INSTANCE[code] and result.hint:find("instance that it keeps", 1, true))
      for other, words in pairs(CAUSES) do
        assert.equal(other == code, result.hint:find(words, 1, true) ~= nil, other)
      end
    end)
  end

  it("follows from a Code that error_info or message names", function()
    assert.matches("sold out", hint({ error_code = "PrepareFailed", timeline = EARLY,
      error_info = "RunInstances: OperationDenied.NoStock: the type is not on sale." }))
    assert.matches("top it up", hint({ message = "failed (Account.Arrearage).", timeline = EARLY }))
    assert.matches("no command is known", hint({ error_info = ("a."):rep(5000), timeline = EARLY }))
    assert.matches("no command is known", hint({ error_info = "see www.example.org, or ecs.list", timeline = EARLY }))
  end)

  it("speaks of the instance only if there was one", function()
    local kept = { delete_instance_on_failure = false }
    for _, case in ipairs({
      { { timeline = LATE }, true }, { { timeline = seen("BUILDING", "FAILED") }, true },
      { { timeline = seen("REPAIRING", "FAILED") }, true }, { { timeline = EARLY, error_code = "BuildFailed" }, true },
      { { timeline = EARLY, error_info = "RUN make: exit code 2" }, true },
      { { timeline = EARLY, error_info = "RunInstances invocation failed (description: none)" }, false },
      { { timeline = EARLY }, false }, { { timeline = EARLY, error_code = "Boom" }, false },
      { { timeline = seen("FAILED") }, false }, { { timeline = seen("NEW_STATE", "FAILED") }, false },
      { { timeline = LATE, error_code = "OperationDenied.NoStock" }, false },
    }) do
      local text = hint(case[1])
      assert.equal(case[2], text:find("look at the instance that it keeps", 1, true) ~= nil, text)
      text = hint(case[1], kept)
      assert.equal(case[2], text:find("look at the instance that it has kept", 1, true) ~= nil, text)
      assert.is_nil(text:find("create the pipeline with delete_instance_on_failure", 1, true))
    end
  end)

  it("tells what comes after the commands, and steps that take too long", function()
    assert.matches("the commands have run", hint({ timeline = seen("BUILDING", "DISTRIBUTING", "FAILED"),
      phase = "distributing" }))
    assert.matches("not ready in time", hint({ error_info = "Timed out.", timeline = EARLY }))
    assert.matches("took longer", hint({ error_info = "the command timed out", timeline = EARLY }))
    assert.matches("took longer", hint({ error_code = "TimeOut", timeline = LATE }))
  end)
end)

describe("the hint of another outcome", function()
  it("says what there is", function()
    assert.is_nil(hint({ ok = true, outcome = "success" }))
    assert.is_nil(hint({ ok = true, outcome = "partial" }))
    assert.matches("accept = \"partial\"", hint({ outcome = "partial" }), 1, true)
    local text = hint({ outcome = "partial", error_code = "InvalidImageName.Duplicated" })
    assert.matches("an image has this name.*; the image exists in the region.*accept = \"partial\"", text)
    assert.matches("accept = \"test_failed\"", hint({ outcome = "test_failed" }), 1, true)
    assert.matches("another program or person", hint({ outcome = "cancelled" }))
    assert.equal('it may still be running: execution.wait("exec-1") waits again, execution.cancel("exec-1") ends it',
      hint({ outcome = "timeout", execution_id = "exec-1" }))
    assert.matches("cancelling was requested", hint({ outcome = "timeout", cancelled = true, execution_id = "exec-1" }))
  end)

  it("of bake and build knows whether the instance was kept", function()
    local client, emulator = virtual.client()
    emulator:script_build({ outcome = "FAILED" })
    local result = assert(client.bake({ name = "web", base_image = "m-1", base_image_type = "IMAGE",
      delete_instance_on_failure = false }))
    assert.matches("look at the instance that it has kept", result.hint)
    emulator:script_build({ outcome = "FAILED" })
    assert.matches("look at the instance that it keeps", assert(client.execution.build(
      client.pipeline.create(virtual.TEMPLATE))).hint)
  end)
end)
