-- pipeline.delete while executions run: fail, wait, cancel, and how long. Plain deletion is in pipeline_spec.lua.
local fake = require("spec.support.fake")
local virtual = require("spec.support.virtual")

local RUNNING = fake.refusal(403, "InvalidImagePipeline.HasRunningExecution")
local DELETED = fake.reply(200, { RequestId = "R" })

local function executions(...)
  local items = {}
  for index, row in ipairs({ ... }) do
    items[index] = { ExecutionId = row[1], ImagePipelineId = "ip-1", Status = row[2] }
  end
  if #items == 0 then
    return fake.reply(200, '{"RequestId":"R","ImagePipelineExecution":{"ImagePipelineExecutionSet":[]}}')
  end
  return fake.reply(200, { RequestId = "R", ImagePipelineExecution = { ImagePipelineExecutionSet = items } })
end

local function actions(transport)
  local list = {}
  for index, request in ipairs(transport.requests) do
    list[index] = request.headers["x-acs-action"]:gsub("ImagePipelines?", "")
  end
  return table.concat(list, " ")
end

describe("pipeline.delete while an execution runs", function()
  it("fails by default and names it", function()
    local client, transport = fake.client({ RUNNING, executions({ "exec-1", "BUILDING" }) })
    local result, message, err = client.pipeline.delete("ip-1")
    assert.is_nil(result)
    assert.same({ "conflict", "exec-1" }, { err.kind, err.execution_id })
    assert.matches("^exec%-1 is running", err.hint)
    assert.matches("^pipeline.delete: in conflict", message)
    assert.equal("Delete DescribeExecutions", actions(transport))
  end)

  it("waits for its end, then deletes", function()
    local client, emulator = virtual.client()
    local pipeline, id = virtual.build(client, emulator)
    local phases = {}
    local result = assert(client.pipeline.delete(pipeline, { when_running = "wait", on_progress = function(report)
      phases[report.phase] = true
    end }))
    assert.same({ true, { id }, {} }, { result.deleted, result.waited_for, result.cancelled })
    assert.is_true(phases.building and phases.releasing)
    assert.equal(0, #emulator:state().pipelines)
    assert.is_true(emulator:now() - 1795491843 >= 2400)
    for _, request in ipairs(emulator:state().requests) do -- what came of the build is nobody's question
      assert.is_nil(request.action:find("^DescribeImages") or request.action:find("^DescribeImagePipelines"))
    end
  end)

  it("waits for no longer than timeout or wait_timeout say, whichever is shorter", function()
    for _, limits in ipairs({ { timeout = 50 }, { wait_timeout = 50 }, { timeout = 50, wait_timeout = 900 },
      { timeout = 900, wait_timeout = 50 } }) do
      local client, emulator = virtual.client()
      local pipeline, id = virtual.build(client, emulator)
      local began = emulator:now()
      limits.when_running, limits.poll = "wait", 20
      local _, _, err = client.pipeline.delete(pipeline, limits)
      assert.same({ "WAIT_TIMEOUT", id }, { err.code, err.execution_id })
      assert.is_true(emulator:now() - began >= 49 and emulator:now() - began < 80)
    end
    local client, transport = fake.client({ fake.lost() }, { retry = false })
    client.pipeline.delete("ip-1", { timeout = 3 }) -- it waits for nothing: of an attempt
    assert.near(1003, transport.deadlines[1], 0.01)
  end)

  it("cancels it, waits for its end, then deletes", function()
    local client, emulator = virtual.client()
    local pipeline, id = virtual.build(client, emulator)
    local result = assert(client.pipeline.delete({ id = pipeline }, { when_running = "cancel" }))
    assert.same({ true, { id }, { id } }, { result.deleted, result.waited_for, result.cancelled })
    assert.is_true(emulator:now() - 1795491843 < 120)
  end)

  it("only waits for one that cannot be cancelled any more", function()
    local client, emulator = virtual.client()
    local pipeline, id = virtual.build(client, emulator)
    emulator:advance(2200)
    local result = assert(client.pipeline.delete(pipeline, { when_running = "cancel" }))
    assert.same({ true, { id }, {} }, { result.deleted, result.waited_for, result.cancelled })
  end)

  it("gives up after wait_timeout, and keeps the pipeline", function()
    local client, emulator = virtual.client()
    local pipeline, id = virtual.build(client, emulator)
    local result, message, err = client.pipeline.delete(pipeline, { when_running = "wait", wait_timeout = 600 })
    assert.is_nil(result)
    assert.same({ "timeout", id }, { err.kind, err.execution_id })
    assert.matches("still runs after 600 s; the pipeline was not deleted", message)
    assert.equal(1, #emulator:state().pipelines)
    assert.is_true(math.abs(emulator:now() - 1795491843 - 600) < 1)
  end)

  it("gives up when asking to cancel took all the time", function()
    local platform = fake.platform()
    local client, transport = fake.client({ RUNNING, executions({ "exec-1", "BUILDING" }), function()
      platform.now = platform.now + 100
      return DELETED
    end }, { platform = platform })
    local _, _, err = client.pipeline.delete("ip-1", { when_running = "cancel", wait_timeout = 50 })
    assert.same({ "timeout", "exec-1", 3 }, { err.kind, err.execution_id, #transport.requests })
  end)

  it("begins again when another one was started meanwhile, inside one wait_timeout", function()
    local client, transport, platform = fake.client({ RUNNING, executions({ "exec-1", "BUILDING" }),
      executions({ "exec-1", "SUCCESS" }), RUNNING, executions({ "exec-2", "BUILDING" }) })
    local _, _, err = client.pipeline.delete("ip-1", { when_running = "wait", wait_timeout = 100, poll = 10 })
    assert.same({ "timeout", "exec-2" }, { err.kind, err.execution_id })
    assert.equal(1100, platform.now)
    assert.matches("^Delete DescribeExecutions DescribeExecutions Delete DescribeExecutions", actions(transport))
  end)

  it("asks again when the service sees one and we do not", function()
    local client, transport, platform = fake.client({ RUNNING, executions(), RUNNING,
      fake.refusal(503, "ServiceUnavailable"), DELETED })
    local result = assert(client.pipeline.delete("ip-1", { when_running = "wait", retry = false }))
    assert.is_true(result.deleted)
    assert.same({ 10, 10 }, platform.slept)
    assert.equal(5, #transport.requests)
  end)

  it("asks again for no longer than wait_timeout", function()
    local client, _, platform = fake.client({ RUNNING, executions(), RUNNING, executions() })
    local result, _, err = client.pipeline.delete("ip-1", { when_running = "wait", wait_timeout = 5 })
    assert.is_nil(result)
    assert.same({ "timeout", 1005 }, { err.kind, platform.now })
  end)

  it("ends with errors that do not pass", function()
    local denied = fake.refusal(403, "Forbidden.RAM")
    for _, script in ipairs({ { RUNNING, denied }, { RUNNING, executions({ "exec-1", "BUILDING" }), denied } }) do
      for _, mode in ipairs({ "wait", "cancel" }) do
        local _, _, err = (fake.client(script)).pipeline.delete("ip-1", { when_running = mode })
        assert.equal("denied", err.kind)
      end
    end
  end)

  it("takes an execution that is gone for ended", function()
    local client = fake.client({ RUNNING, executions({ "exec-1", "BUILDING" }), executions(),
      fake.refusal(404, "InvalidImagePipeline.NotFound") })
    local result = assert(client.pipeline.delete("ip-1", { when_running = "wait" }))
    assert.same({ false, { "exec-1" } }, { result.deleted, result.waited_for })
  end)

  it("goes to the region of the table, in all its calls", function()
    local client, transport = fake.client({ RUNNING, executions({ "exec-1", "BUILDING" }), DELETED,
      executions({ "exec-1", "CANCELLED" }), DELETED })
    assert(client.pipeline.delete({ id = "ip-1", region_id = "cn-qingdao" }, { when_running = "cancel" }))
    assert.equal("Delete DescribeExecutions CancelExecution DescribeExecutions Delete", actions(transport))
    for _, request in ipairs(transport.requests) do
      assert.equal("cn-qingdao", fake.parameters(request).RegionId)
    end
  end)

  it("sends nothing under dry_run, and refuses wrong options", function()
    local client, transport = fake.client({ RUNNING })
    assert.is_true(assert(client.pipeline.delete("ip-1", { when_running = "cancel", dry_run = true })).dry_run)
    assert.equal(0, #transport.requests)
    for _, wrong in ipairs({ { when_running = "stop" }, { wait_timeout = 0 }, { wait_timeut = 1 }, { poll = "x" } }) do
      assert.has_error(function() client.pipeline.delete("ip-1", wrong) end)
    end
  end)
end)
