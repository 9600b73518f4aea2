-- execution.describe: one out of the reply. Other functions: spec/unit/lua/execution.
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")

local EMPTY = fake.reply(200, '{"RequestId":"R-0","ImagePipelineExecution":{"ImagePipelineExecutionSet":[]}}')

local function set(...)
  local list = {}
  for index, pair in ipairs({ ... }) do
    list[index] = { ExecutionId = pair[1], ImagePipelineId = "ip-1", Status = pair[2] }
  end
  return fake.reply(200, { RequestId = "R-3", ImagePipelineExecution = { ImagePipelineExecutionSet = list } })
end

describe("execution.describe", function()
  it("finds it among the reply", function()
    local client, transport = fake.client({ set({ "exec-1", "SUCCESS" }, { "exec-2", "BUILDING" }) })
    local one = assert(client.execution.describe({ id = "exec-2" }))
    assert.same({ "exec-2", "exec-2", "ip-1", "BUILDING" },
      { one.id, one.execution_id, one.image_pipeline_id, one.status })
    local sent = fake.parameters(transport.requests[1])
    assert.same({ "exec-2" }, { sent.ExecutionId, sent.ImagePipelineId })
    assert.equal("R-3", ecs.info(one).request_id)
  end)

  it("is not_found on an empty set, and a protocol error on another one", function()
    local _, message, err = (fake.client({ EMPTY })).execution.describe("exec-1")
    assert.equal("not_found", err.kind)
    assert.matches("no execution exec%-1 in cn%-hangzhou", message)
    local other = fake.client({ set({ "exec-9", "FAILED" }) })
    assert.equal("protocol", select(3, other.execution.describe("exec-1")).kind)
    assert.equal("validation", select(3, (fake.client({ EMPTY })).execution.describe({})).kind)
  end)

  it("accepts an error that names one", function()
    local client = fake.client({ set({ "exec-2", "BUILDING" }) })
    assert.equal("exec-2", assert(client.execution.describe({ kind = "conflict", execution_id = "exec-2" })).id)
  end)
end)
