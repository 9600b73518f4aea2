-- execution.start: what goes out, one token over all attempts, and the execution that is in the way.
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")
local virtual = require("spec.support.virtual")

local STARTED = fake.reply(200, { RequestId = "R-1", ExecutionId = "exec-1" })
local RUNNING = fake.refusal(403, "InvalidImagePipeline.HasRunningExecution")
local EMPTY = fake.reply(200, '{"RequestId":"R-0","ImagePipelineExecution":{"ImagePipelineExecutionSet":[]}}')

local function set(...)
  local list = {}
  for index, pair in ipairs({ ... }) do
    list[index] = { ExecutionId = pair[1], ImagePipelineId = "ip-1", Status = pair[2] }
  end
  return fake.reply(200, { RequestId = "R-3", ImagePipelineExecution = { ImagePipelineExecutionSet = list } })
end

describe("execution.start", function()
  for label, row in pairs({
    ["an id"] = { "ip-1" },
    ["what create gives"] = { { id = "ip-1", image_pipeline_id = "ip-1" } },
    ["a template, without its tags"] = { { id = "ip-1", image_pipeline_id = "ip-1", name = "web",
      tags = { a = "1" } } },
    ["an execution, to build once more"] = { { id = "exec-9", execution_id = "exec-9", image_pipeline_id = "ip-1" } },
    ["arguments"] = { { image_pipeline_id = "ip-1", tags = { a = "1" } }, "a" },
    ["arguments with id"] = { { id = "ip-1", tags = { a = "1" } }, "a" },
    ["a table in the arguments"] = { { image_pipeline_id = { id = "ip-1" } } },
  }) do
    it("takes " .. label, function()
      local client, transport = fake.client({ STARTED })
      local started = assert(client.execution.start(row[1]))
      assert.same({ "exec-1", "exec-1" }, { started.id, started.execution_id })
      local sent = fake.parameters(transport.requests[1])
      assert.equal("ip-1", sent.ImagePipelineId)
      assert.equal(row[2], sent["Tag.1.Key"])
      assert.equal(32, #sent.ClientToken)
    end)
  end

  it("keeps one token over its attempts, or the caller's", function()
    local client, transport = fake.client({ fake.lost(), fake.refusal(500, "StartImagePipelineExecution.Failed"),
      STARTED })
    assert.equal(3, ecs.info(assert(client.execution.start("ip-1"))).attempts)
    local tokens = {}
    for index, request in ipairs(transport.requests) do
      tokens[index] = fake.parameters(request).ClientToken
    end
    assert.same({ tokens[1], tokens[1], tokens[1] }, tokens)
    client, transport = fake.client({ STARTED })
    assert(client.execution.start("ip-1", { client_token = "mine" }))
    assert.equal("mine", fake.parameters(transport.requests[1]).ClientToken)
  end)

  it("starts one build when the answer is lost", function()
    local client, emulator = virtual.client()
    local made = assert(client.pipeline.create(virtual.TEMPLATE))
    emulator:fault({ kind = "lost_answer", action = "StartImagePipelineExecution", times = 2 })
    local started = assert(client.execution.start(made, { client_token = "t" }))
    assert.equal(started.id, assert(client.execution.start(made, { client_token = "t" })).id)
    assert.equal(1, #emulator:state().executions)
  end)

  it("merges default_tags, and renders them", function()
    local client, transport = fake.client({ STARTED }, { default_tags = { team = "os" } })
    assert(client.execution.start({ image_pipeline_id = "ip-1", tags = { a = "1" } }))
    assert.equal("os", fake.parameters(transport.requests[1])["Tag.2.Value"])
    local rendered = assert(client.render("execution.start", { id = "ip-1", image_pipeline_id = "ip-1" }))
    assert.equal("team", rendered.parameters["Tag.1.Key"])
    assert.is_true(assert(client.execution.start("ip-1", { dry_run = true })).dry_run)
    assert.equal(1, #transport.requests)
  end)

  it("names the execution that is in the way: from the message", function()
    local client, transport = fake.client({ fake.refusal(403, "InvalidImagePipeline.HasRunningExecution", nil,
      "exec-bp1abc is running") })
    local _, _, err = client.execution.start("ip-1")
    assert.same({ "conflict", "exec-bp1abc", false, 1 }, { err.kind, err.execution_id, err.retryable,
      #transport.requests })
    assert.matches("^exec%-bp1abc is running", err.hint)
  end)

  it("names the execution that is in the way: looked up", function()
    local client, transport = fake.client({ RUNNING,
      set({ "exec-1", "SUCCESS" }, { "exec-2", "A_NEW_STATE" }, { "exec-3", "FAILED" }) })
    local _, _, err = client.execution.start("ip-1")
    assert.same({ "conflict", "exec-2" }, { err.kind, err.execution_id })
    assert.equal("execution.start", err.operation)
    local asked = fake.parameters(transport.requests[2])
    assert.same({ "ip-1" }, { asked.ImagePipelineId, asked.Status, asked.ExecutionId })
  end)

  it("says that the execution in the way may be its own when an answer was lost", function()
    local _, _, err = (fake.client({ fake.lost(), RUNNING, set({ "exec-2", "PREPARING" }) })).execution.start("ip-1")
    assert.same({ "conflict", "exec-2", "unknown" }, { err.kind, err.execution_id, err.outcome })
    assert.matches("exec%-2 is running %(perhaps from an attempt of this call", err.hint)
  end)

  it("is a conflict all the same when the look-up fails or finds nothing", function()
    for _, answer in ipairs({ fake.refusal(403, "Forbidden.RAM"), EMPTY, set({ "exec-1", "SUCCESS" }) }) do
      local _, _, err = (fake.client({ RUNNING, answer })).execution.start("ip-1")
      assert.equal("conflict", err.kind)
      assert.is_nil(err.execution_id)
      assert.is_string(err.hint)
    end
  end)

  it("refuses no id, and raises for what is neither id nor table", function()
    local client, transport = fake.client({ STARTED })
    for _, wanted in ipairs({ {}, "", { image_pipeline_id = "a b" }, { id = "ip-1", tags = "x" } }) do
      assert.equal("validation", select(3, client.execution.start(wanted)).kind)
    end
    assert.has_error(function() client.execution.start() end)
    assert.has_error(function() client.execution.start(7) end)
    assert.equal(0, #transport.requests)
  end)
end)
