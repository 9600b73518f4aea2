-- The commands of executions, against the emulator.
local cjson = require("cjson")
local runs = require("spec.support.command_run")

local run, pipeline

local function json(line)
  line[#line + 1] = "--output"
  line[#line + 1] = "json"
  local code, out = run(line)
  return code, cjson.decode(out)
end

local function start()
  local _, reply = json({ "call", "Ecs", "2014-05-26", "StartImagePipelineExecution", "RegionId=cn-hangzhou",
    "ImagePipelineId=" .. pipeline })
  return reply.ExecutionId
end

before_each(function()
  run = runs.new()
  local _, reply = json({ "call", "Ecs", "2014-05-26", "CreateImagePipeline", "RegionId=cn-hangzhou", "Name=web",
    "BaseImageType=IMAGE", "BaseImage=m-bp1example" })
  pipeline = reply.ImagePipelineId
end)

describe("build", function()
  it("builds each time", function()
    local code, first = json({ "build", pipeline })
    local _, second = json({ "build", pipeline })
    assert.equal(0, code)
    assert.equal("success", first.outcome)
    assert.are_not.equal(first.image_id, second.image_id)
  end)

  for _, option in ipairs({ "--if-changed", "--max-age=86400" }) do
    it("with " .. option .. " builds once", function()
      local _, first = json({ "build", pipeline, option })
      local _, second = json({ "build", pipeline, option })
      assert.same({ "success", "unchanged" }, { first.outcome, second.outcome })
      local _, forced = json({ "build", pipeline, option, "--force" })
      assert.equal("success", forced.outcome)
    end)
  end

  it("ends with 2 when the build fails", function()
    run.emulator:script_build({ outcome = "FAILED" })
    assert.equal(2, (run({ "build", pipeline })))
  end)
end)

describe("wait", function()
  it("waits for the end", function()
    local code, result = json({ "wait", start() })
    assert.equal(0, code)
    assert.matches("^m%-", result.image_id)
  end)

  it("ends with 6 when the time is over, and leaves it running unless it is told to cancel", function()
    local id = start()
    assert.equal(6, (run({ "wait", id, "--timeout", "30" })))
    local code, result = json({ "wait", id, "--timeout", "30", "--at-timeout", "cancel" })
    assert.equal(6, code)
    assert.is_true(result.cancelled)
  end)

  it("takes outcomes that are accepted", function()
    run.emulator:script_build({ outcome = "TEST_FAILED" })
    assert.equal(3, (run({ "wait", start() })))
    run.emulator:script_build({ outcome = "TEST_FAILED" })
    assert.equal(0, (run({ "wait", start(), "--accept", "test_failed" })))
  end)

  it("refuses a wait of no time as a mistake of the command line", function()
    local code, _, err = run({ "wait", "exec-bp1example", "--poll", "0" })
    assert.equal(64, code)
    assert.matches("^ecs%-pipeline: execution%.wait: .*poll", err)
  end)
end)

describe("executions", function()
  it("are of one pipeline or of all, with a status or any", function()
    local id = start()
    for _, line in ipairs({ { "executions" }, { "executions", pipeline },
      { "executions", "--status", "BUILDING", "--status", "PREPARING" } }) do
      local _, list = json(line)
      assert.equal(id, list[1].id)
    end
    local _, none = json({ "executions", pipeline, "--status", "SUCCESS" })
    assert.same({}, none)
  end)
end)

describe("cancel", function()
  it("cancels, and a finished one is left as it is", function()
    local id = start()
    run.emulator:advance(60)
    local _, first = json({ "cancel", id, "--yes" })
    assert.is_true(first.cancelled)
    run.emulator:advance(3600)
    local code, second = json({ "cancel", id, "--yes" })
    assert.equal(0, code)
    assert.same({ false, "CANCELLED" }, { second.cancelled, second.status })
  end)
end)
