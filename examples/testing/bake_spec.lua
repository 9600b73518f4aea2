--- Tests of a bake script without a cloud, for busted. Copy this file, and call your own script
-- where `bake_web` stands. Each test has a service of its own; docs/emulator.md has more of it.
local emulator = require("ecs_pipeline.emulator")

local function bake_web(client) -- your script: it gets the client as an argument
  return client.bake({ name = "web", base_image = "ubuntu_22_04_x64_20G_alibase_20240926.vhd",
    base_image_type = "IMAGE", build_content = "RUN apt-get update && apt-get install -y nginx" })
end

describe("bake_web", function()
  it("builds for 40 minutes, in less than a second", function()
    local client, service = emulator.client()
    local started = os.clock()
    assert.equal("success", assert(bake_web(client)).outcome)
    assert.is_true(service:state().elapsed >= 2400 and os.clock() - started < 1)
  end)

  it("repeats what was throttled", function()
    local client, service = emulator.client({ faults = {
      { kind = "throttle", action = "CreateImagePipeline", times = 2 } } })
    assert.equal("success", assert(bake_web(client)).outcome)
    assert.equal(3, service:state().count.CreateImagePipeline)
  end)

  it("starts one build, although the answer was lost", function()
    local client, service = emulator.client({ faults = {
      { kind = "lost_answer", action = "StartImagePipelineExecution" } } })
    assert.equal("success", assert(bake_web(client)).outcome)
    assert.equal(1, #service:state().executions)
  end)

  it("says why a build failed", function()
    local client = emulator.client({ builds = {
      { outcome = "FAILED", error_code = "CommandFailed", error_info = "exit code 100" } } })
    local result = assert(bake_web(client))
    assert.same({ "failed", "CommandFailed" }, { result.outcome, result.error_code })
  end)
end)
