-- DescribeImagePipelineExecutions: what is found, in which order and form, page by page.

local emulators = require("ecs_pipeline.emulator")
local caller = require("spec.support.emulator_caller")

local emulator, client

before_each(function()
  emulator = emulators.new({ now = 1767225600 })
  client = caller.new(emulator)
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

local function ids_of(reply)
  local ids = {}
  for i, execution in ipairs(reply.ImagePipelineExecution.ImagePipelineExecutionSet) do
    ids[i] = execution.ExecutionId
  end
  return ids
end

describe("DescribeImagePipelineExecutions", function()
  it("wants a template or an execution", function()
    assert.are.same({ 400, "MissingParameter.ImagePipelineId" }, code(client:executions({})))
    assert.are.same({ 404, "InvalidImagePipeline.NotFound" }, code(client:executions({ ImagePipelineId = "ip-1" })))
    local status, reply = client:executions({ ExecutionId = "exec-none" })
    assert.are.same({ 200, 0, 0 }, { status, reply.TotalCount, #ids_of(reply) })
  end)

  it("gives those of the template, the newest first, and only of its region", function()
    local one, two = create(), create()
    local first, other = start(one), start(two)
    emulator:advance(2400)
    local second = start(one)
    local _, reply = client:executions({ ImagePipelineId = one })
    assert.are.same({ { second, first }, 2 }, { ids_of(reply), reply.TotalCount })
    assert.are.same({}, ids_of(select(2, client:executions({ ImagePipelineId = one, ExecutionId = other }))))
    assert.are.same({ other }, ids_of(select(2, client:executions({ ImagePipelineId = two, ExecutionId = other }))))
    assert.are.same({}, ids_of(select(2, client:executions({ ExecutionId = other, RegionId = "cn-beijing" }))))
    assert.are.same({ 404, "InvalidImagePipeline.NotFound" },
      code(client:executions({ ImagePipelineId = one, RegionId = "cn-beijing" })))
  end)

  it("filters by status, several joined by commas, as it is now", function()
    local id = create()
    emulator:script_build({ outcome = "FAILED", at = "PREPARING" })
    local failed = start(id)
    emulator:advance(600)
    local running = start(id)
    local function found(status)
      return ids_of(select(2, client:executions({ ImagePipelineId = id, Status = status })))
    end
    assert.are.same({ failed }, found("FAILED"))
    assert.are.same({ running }, found("PREPARING,BUILDING"))
    assert.are.same({ running, failed }, found("FAILED,PREPARING"))
    assert.are.same({ running, failed }, found(""))
    assert.are.same({}, found("SUCCESS"))
    emulator:advance(2400)
    assert.are.same({ running }, found("SUCCESS"))
    for _, wrong in ipairs({ "DONE", "SUCCESS,", "SUCCESS, FAILED", "success" }) do
      assert.are.same({ 400, "InvalidParameter.Status" },
        code(client:executions({ ImagePipelineId = id, Status = wrong })), wrong)
    end
  end)

  it("filters by tags of the execution", function()
    local id = create({ ["Tag.1.Key"] = "env", ["Tag.1.Value"] = "template" })
    local execution = start(id, { ["Tag.1.Key"] = "env", ["Tag.1.Value"] = "prod", ["Tag.2.Key"] = "team" })
    local function found(value)
      local _, reply = client:executions({ ImagePipelineId = id, ["Tag.1.Key"] = "env", ["Tag.1.Value"] = value })
      return ids_of(reply)
    end
    assert.are.same({ execution }, found("prod"))
    assert.are.same({ execution }, found())
    assert.are.same({}, found("template"))
  end)

  it("pages from the newest to the oldest, right while new ones start", function()
    local id, all = create(), {}
    for i = 7, 1, -1 do
      all[i] = start(id)
      emulator:advance(2400)
    end
    local seen, sizes, token = {}, {}, nil
    repeat
      local status, reply = client:executions({ ImagePipelineId = id, MaxResults = 3, NextToken = token })
      assert.are.equal(200, status, reply.Code)
      for _, execution in ipairs(ids_of(reply)) do
        seen[#seen + 1] = execution
      end
      sizes[#sizes + 1], token = #ids_of(reply), reply.NextToken
      if #sizes == 1 then
        start(id)
      end
    until token == ""
    assert.are.same({ all, { 3, 3, 1 } }, { seen, sizes })
    local _, reply = client:executions({ ImagePipelineId = id, MaxResults = 3 })
    local other = { ExecutionId = all[1], NextToken = reply.NextToken }
    assert.are.same({ 403, "Invalid.NextToken" }, code(client:executions(other)))
    other = { ImagePipelineId = id, Status = "SUCCESS", NextToken = reply.NextToken }
    assert.are.same({ 403, "Invalid.NextToken" }, code(client:executions(other)))
    assert.are.same({ 403, "Invalid.NextToken" }, code(client:describe({ NextToken = reply.NextToken })))
    for _, size in ipairs({ 0, 501, "x" }) do
      assert.are.equal(400, (client:executions({ ImagePipelineId = id, MaxResults = size })))
    end
  end)

  it("shows what was put into the store as it was put", function()
    local id = create()
    local put = emulator:put("executions", {
      ImagePipelineId = id, Status = "FAILED", Message = "m", ImageId = "m-1", ErrorCode = "C", ErrorInfo = "I",
      CreationTime = "2025-12-01T00:00:00Z", ModifiedTime = "2025-12-01T01:00:00Z", ResourceGroupId = "rg-1",
      Tags = { Tag = { { TagKey = "k", TagValue = "v" } } }, Unheard = "of",
    })
    assert.are.same(put, client:execution(put.ExecutionId))
    assert.are.same({ "FAILED", "m-1", "C", "2025-12-01T01:00:00Z", "of" },
      { put.Status, put.ImageId, put.ErrorCode, put.ModifiedTime, put.Unheard })
    assert.are.same({ put.ExecutionId }, ids_of(select(2, client:executions({ ImagePipelineId = id,
      ["Tag.1.Key"] = "k" }))))
  end)

  it("writes no tags as an empty list, and XML when asked", function()
    local execution = start(create())
    local request = client:request("DescribeImagePipelineExecutions", { ExecutionId = execution })
    local _, _, body = emulator:handle("POST", "/?" .. request.query, request.headers, "")
    assert.is_truthy(body:find('"Tags":{"Tag":[]}', 1, true))
    local old = caller.new(emulator, { scheme = "1.0" })
    _, body = old:call("DescribeImagePipelineExecutions", { ExecutionId = execution }, { format = "XML" })
    assert.is_truthy(body:find("<ImagePipelineExecution><ImagePipelineExecutionSet><CreationTime>", 1, true))
  end)
end)
