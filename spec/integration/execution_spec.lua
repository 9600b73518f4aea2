--- Builds over HTTPS through libcurl, on the real clock: the emulator builds in one second.

local scenes = require("spec.support.emulator_nginx.scene")

local scene, client

setup(function()
  scene = scenes.open()
end)

teardown(function()
  scene:close()
end)

before_each(function()
  scene:ask("POST", "reset")
  client = scene:client()
end)

after_each(function()
  client.close()
end)

local function build(script)
  scene:script(script)
  local made = assert(client.pipeline.create({ base_image = "m-1", base_image_type = "IMAGE", name = "web" }))
  return made, assert(client.execution.start(made))
end

describe("over https", function()
  it("starts, follows and lists a build, through throttling and lost answers", function()
    local made, started = build({})
    scene:ask("POST", "fault", {
      { kind = "throttle", action = "DescribeImagePipelineExecutions", skip = 1 },
      { kind = "lost_answer", action = "DescribeImagePipelineExecutions", skip = 2 },
    })
    local phases = {}
    local result = assert(client.execution.wait(started, { poll = 0.2, on_progress = function(report)
      phases[report.phase] = true
    end }))
    assert.same({ "success", true, "SUCCESS", made.id }, { result.outcome, result.ok, result.status,
      result.pipeline_id })
    assert.same({ ["cn-hangzhou"] = result.image_id }, result.images)
    assert.is_true(phases.building and phases.ended)
    assert.equal(started.id, assert(client.execution.list({ status = "SUCCESS" }))[1].id)
    assert.is_true(assert(client.pipeline.delete(made)).deleted)
  end)

  it("names what runs, cancels it and deletes", function()
    local made, started = build({ stall = 3600 })
    local _, _, err = client.execution.start(made)
    assert.same({ "conflict", started.id }, { err.kind, err.execution_id })
    local deleted = assert(client.pipeline.delete(made, { when_running = "cancel", poll = 0.2 }))
    assert.same({ true, { started.id } }, { deleted.deleted, deleted.cancelled })
    assert.equal(0, #assert(client.pipeline.list()))
  end)

  it("lists over pages, by name", function()
    for index = 1, 5 do
      assert(client.pipeline.create({ base_image = "m-1", base_image_type = "IMAGE", name = "web-" .. index }))
    end
    local names = {}
    for pipeline in client.pipeline.each({ max_results = 2, name_regex = "-[2-4]$" }) do
      names[#names + 1] = pipeline.name
    end
    assert.same({ "web-2", "web-3", "web-4" }, names)
  end)
end)
