-- The copy of everything that specs look at.
local emulators = require("ecs_pipeline.emulator")
local json = require("ecs_pipeline.sorted_json")
local state = require("ecs_pipeline.emulator.state")
local virtual = require("spec.support.virtual")

describe("the emulator's state", function()
  it("copies deeply, and lists stay lists", function()
    local source = { list = json.array({}), inner = { 1, { 2 } } }
    local copy = state.copy(source)
    copy.inner[2][1] = "changed"
    assert.same({ true, 2 }, { json.is_array(copy.list), source.inner[2][1] })
  end)

  it("is empty at first, down to the counts", function()
    local now = emulators.new({ now = 5 }):state()
    assert.same({ now = 5, elapsed = 0, pipelines = {}, executions = {}, images = {}, snapshots = {}, components = {},
      vpcs = {}, vswitches = {}, requests = {}, faults_left = 0, builds_left = 0, count = {} }, now)
  end)

  it("says what made an image, and where everything is", function()
    local client, emulator = virtual.client()
    local pipeline_id, execution_id = virtual.build(client, emulator)
    emulator:advance(4000)
    local image = emulator:state().images[1]
    assert.same({ pipeline_id, execution_id, "cn-hangzhou", {} },
      { image.ImagePipelineId, image.ExecutionId, image.RegionId, image.SharedWith })
    assert.same({ "cn-hangzhou", "SUCCESS" },
      { emulator:state().executions[1].RegionId, emulator:state().executions[1].Status })
  end)
end)
