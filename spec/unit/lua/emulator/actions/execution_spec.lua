-- StartImagePipelineExecution, CancelImagePipelineExecution, and DeleteImagePipeline with executions: what is answered
-- and what is refused. How builds move on: builds_spec.lua; what they leave: images_spec.lua.

local core = require("ecs_pipeline.core")
local cjson = require("cjson").new()
local emulators = require("ecs_pipeline.emulator")
local caller = require("spec.support.emulator_caller")

local emulator, client

local function fresh(options)
  options = options or {}
  options.now = 1767225600
  emulator = emulators.new(options)
  client = caller.new(emulator)
end

before_each(function()
  fresh()
end)

local function create(more)
  local status, reply = client:create(more)
  assert(status == 200, reply.Code)
  return reply.ImagePipelineId
end

local function start(id, more)
  local status, reply = client:start(id, more)
  assert(status == 200, reply.Code)
  return reply.ExecutionId
end

local function code(status, reply)
  return { status, reply.Code }
end

describe("StartImagePipelineExecution", function()
  it("answers the id of an execution that is preparing", function()
    local id = create({ ResourceGroupId = "rg-1" })
    local execution = start(id, { ["Tag.1.Key"] = "run", ["Tag.1.Value"] = "7" })
    assert.is_truthy(execution:find("^exec%-"))
    assert.are.same({
      ExecutionId = execution, ImagePipelineId = id, Status = "PREPARING", ResourceGroupId = "rg-1",
      Message = "Creating the temporary network.", CreationTime = "2026-01-01T00:00:00Z",
      ModifiedTime = "2026-01-01T00:00:00Z", Tags = { Tag = { { TagKey = "run", TagValue = "7" } } },
    }, client:execution(execution))
  end)

  it("is refused while one of the template runs, and names it", function()
    local id = create()
    local execution = start(id)
    local status, reply = client:start(id)
    assert.are.same({ 403, "InvalidImagePipeline.HasRunningExecution" }, { status, reply.Code })
    assert.is_truthy(reply.Message:find(execution, 1, true))
    assert.are.equal(200, (client:start(create())))
    emulator:advance(2399)
    assert.are.same({ 403, "InvalidImagePipeline.HasRunningExecution" }, code(client:start(id)))
    emulator:advance(1)
    assert.are_not.equal(execution, start(id))
  end)

  it("is refused while a cancel is under way", function()
    local id = create()
    client:cancel(start(id))
    assert.are.same({ 403, "InvalidImagePipeline.HasRunningExecution" }, code(client:start(id)))
    emulator:advance(30)
    assert.are.equal(200, (client:start(id)))
  end)

  it("answers a token again with the same execution, also when it has ended", function()
    local id = create()
    local execution = start(id, { ClientToken = "t" })
    assert.are.equal(execution, start(id, { ClientToken = "t" }))
    emulator:advance(3000)
    assert.are.equal(execution, start(id, { ClientToken = "t" }))
    assert.are.same({ 400, "IdempotentParameterMismatch" },
      code(client:start(id, { ClientToken = "t", ["Tag.1.Key"] = "k" })))
    assert.are.equal(1, #emulator:state().executions)
    assert.are_not.equal(execution, start(id, { ClientToken = "u" }))
  end)

  it("does not use a token up by a refusal", function()
    local id = create()
    local execution = start(id)
    assert.are.equal(403, (client:start(id, { ClientToken = "t" })))
    emulator:advance(2400)
    assert.are_not.equal(execution, start(id, { ClientToken = "t" }))
  end)

  it("is done although its answer was lost", function()
    local id = create()
    emulator:fault({ kind = "lost_answer" })
    client:start(id, { ClientToken = "t" })
    local running = emulator:state().executions[1].ExecutionId
    assert.are.equal(running, start(id, { ClientToken = "t" }))
    local _, reply = client:start(id)
    assert.is_truthy(reply.Message:find(running, 1, true))
  end)

  it("wants a template that is there, in its region, and good tags", function()
    local id = create()
    assert.are.same({ 404, "InvalidImagePipeline.NotFound" }, code(client:start("ip-none")))
    assert.are.same({ 404, "InvalidImagePipeline.NotFound" }, code(client:start(id, { RegionId = "cn-beijing" })))
    assert.are.same({ 404, "InvalidRegionId.NotFound" }, code(client:start(id, { RegionId = "cn-nowhere" })))
    assert.are.same({ 404, "MissingParameter.ImagePipelineId" }, code(client:start()))
    for _, row in ipairs({
      { "acs:x", "", "InvalidTagKey.Malformed" }, { "k", "acs:x", "InvalidTagValue.Malformed" },
    }) do
      assert.are.same({ 400, row[3] }, code(client:start(id, { ["Tag.1.Key"] = row[1], ["Tag.1.Value"] = row[2] })))
    end
    assert.are.same({ 400, "Duplicate.TagKey" }, code(client:start(id, { ["Tag.1.Key"] = "k", ["Tag.2.Key"] = "K" })))
    assert.are.equal(0, #emulator:state().executions)
  end)

  it("is refused when what the template names is gone", function()
    local id = create({ InstanceType = "ecs.g7.large", VSwitchId = "vsw-1" })
    emulator:lose("vswitches", "vsw-1")
    assert.are.same({ 404, "InvalidVSwitchId.NotFound" }, code(client:start(id)))
    emulator:lose("instance_types", "ecs.g7.large")
    assert.are.same({ 404, "InvalidInstanceType.NotFound" }, code(client:start(id)))
    emulator:lose("images", "m-bp1example")
    assert.are.same({ 404, "InvalidImagePipeline.BaseImageNotFound" }, code(client:start(id)))
    assert.are.same({ 404, "InvalidImage.NotFound" }, code(client:create()))
  end)
end)

describe("CancelImagePipelineExecution", function()
  it("ends an execution after some seconds, without an image", function()
    local id = create()
    local execution = start(id)
    emulator:advance(600)
    assert.are.equal(200, (client:cancel(execution)))
    local now = client:execution(execution)
    assert.are.same({ "CANCELLING", "2026-01-01T00:10:00Z" }, { now.Status, now.ModifiedTime })
    assert.is_nil(now.ImageId)
    emulator:advance(29)
    assert.are.equal("CANCELLING", client:execution(execution).Status)
    emulator:advance(1)
    assert.are.equal("CANCELLED", client:execution(execution).Status)
    emulator:advance(10000)
    now = client:execution(execution)
    assert.are.same({ "CANCELLED", "2026-01-01T00:10:30Z" }, { now.Status, now.ModifiedTime })
    assert.are.equal(0, #emulator:state().images)
  end)

  it("works in PREPARING, REPAIRING and BUILDING, and in no other state", function()
    local pipeline = { RepairMode = "Standard", TestContent = "RUN true", ["ToRegionId.1"] = "cn-beijing" }
    local wrong = { 403, "InvalidStatus.ImagePipelineExecution" }
    for _, row in ipairs({
      { 0, "PREPARING" }, { 300, "REPAIRING" }, { 600, "BUILDING" }, { 2400, "TESTING", wrong },
      { 3000, "DISTRIBUTING", wrong }, { 3900, "RELEASING", wrong }, { 4200, "STRANGE", wrong },
      { 4260, "SUCCESS", { 400, "InvalidStatus.CancelFailed" } },
    }) do
      if row[2] == "STRANGE" then
        emulator:script_build({ status = "STRANGE", durations = { RELEASING = 0 } })
        row[1] = 3900
      end
      local execution = start(create(pipeline))
      emulator:advance(row[1])
      assert.are.equal(row[2], client:execution(execution).Status)
      assert.are.same(row[3] or { 200 }, code(client:cancel(execution)))
      assert.are.equal(row[3] and row[2] or "CANCELLING", client:execution(execution).Status)
    end
  end)

  it("is refused twice in different words: while it is under way, and afterwards", function()
    local execution = start(create())
    client:cancel(execution)
    assert.are.same({ 403, "InvalidStatus.ImagePipelineExecution" }, code(client:cancel(execution)))
    emulator:advance(30)
    assert.are.same({ 400, "InvalidStatus.CancelFailed" }, code(client:cancel(execution)))
  end)

  it("wants an execution that is there, in its region", function()
    local execution = start(create())
    local gone = { 404, "InvalidImagePipelineExecution.NotFound" }
    assert.are.same(gone, code(client:cancel("exec-none")))
    assert.are.same(gone, code(client:call("CancelImagePipelineExecution",
      { ExecutionId = execution, RegionId = "cn-beijing" })))
    assert.are.same({ 404, "MissingParameter.ExecutionId" }, code(client:cancel()))
  end)

  it("reaches an execution that was put into the store", function()
    local put = emulator:put("executions", { ImagePipelineId = create(), Status = "BUILDING" })
    emulator:advance(86400)
    assert.are.equal("BUILDING", client:execution(put.ExecutionId).Status)
    assert.are.equal(200, (client:cancel(put.ExecutionId)))
    emulator:advance(30)
    assert.are.equal("CANCELLED", client:execution(put.ExecutionId).Status)
  end)
end)

describe("DeleteImagePipeline", function()
  it("is refused while an execution runs, and names it", function()
    local id = create()
    local execution = start(id)
    local status, reply = client:delete(id)
    assert.are.same({ 403, "InvalidImagePipeline.HasRunningExecution" }, { status, reply.Code })
    assert.is_truthy(reply.Message:find(execution, 1, true))
    client:cancel(execution)
    assert.are.equal(403, (client:delete(id)))
    emulator:advance(30)
    assert.are.equal(200, (client:delete(id)))
  end)

  it("takes the executions along and leaves the images", function()
    local id, other = create(), create()
    local execution, kept = start(id), start(other)
    emulator:advance(2400)
    assert.are.equal(200, (client:delete(id)))
    assert.is_nil(client:execution(execution))
    assert.are.equal("SUCCESS", client:execution(kept).Status)
    assert.are.same({ 404, "InvalidImagePipelineExecution.NotFound" }, code(client:cancel(execution)))
    assert.are.same({ 404, "InvalidImagePipeline.NotFound" }, code(client:executions({ ImagePipelineId = id })))
    assert.are.same({ 1, 2 }, { #emulator:state().executions, #emulator:state().images })
  end)
end)

describe("a key without the right", function()
  it("starts and cancels nothing", function()
    local actions = { "StartImagePipelineExecution", "CancelImagePipelineExecution" }
    fresh({ credentials = { ["emulator-key"] = { secret = "emulator-secret",
      deny = { "ecs:" .. actions[1], "ecs:" .. actions[2] } } } })
    assert.are.same({ 403, "Forbidden.RAM" }, code(client:start(create())))
    assert.are.same({ 403, "Forbidden.RAM" }, code(client:cancel("exec-1")))
  end)
end)

describe("the C module", function()
  it("starts, reads and cancels", function()
    local session = core.session({ decode = cjson.decode, user_agent = "spec" })
    local send = emulator:transport().send
    local attempt = { endpoint = "https://ecs.cn-hangzhou.aliyuncs.com", region = "cn-hangzhou", now = emulator:now(),
      credentials = core.credentials({ access_key_id = "emulator-key", access_key_secret = "emulator-secret" }) }
    local function call(operation, args)
      local request = assert(core.prepare(session, operation, args, attempt))
      return core.finish(request, assert(send(request)))
    end
    local id = create()
    local started = assert(call("execution.start", { image_pipeline_id = id, tags = { run = "7" } }))
    emulator:advance(400)
    local found = assert(call("execution.describe", { image_pipeline_id = id, status = { "BUILDING", "FAILED" } }))
    local execution = found.executions[1]
    assert.are.same({ started.execution_id, "BUILDING", "7", 1 },
      { execution.execution_id, execution.status, execution.tags.run, found.total_count })
    local _, err = call("execution.start", { image_pipeline_id = id })
    assert.are.same({ "InvalidImagePipeline.HasRunningExecution", true },
      { err.code, err.message:find(started.execution_id, 1, true) ~= nil })
    assert(call("execution.cancel", { execution_id = started.execution_id }))
    assert.are.equal("CANCELLING", client:execution(started.execution_id).Status)
  end)
end)
