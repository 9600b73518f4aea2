-- execution.list and execution.each: one template or all of a region, filters on our side.
local ecs = require("ecs_pipeline")
local executions = require("ecs_pipeline.find.executions")
local fake = require("spec.support.fake")
local internal_client = require("spec.support.internal_client")
local virtual = require("spec.support.virtual")

local function reply(list, token)
  local items = {}
  for index, row in ipairs(list) do
    items[index] = { ExecutionId = row[1], ImagePipelineId = row[2], Status = row[3], ResourceGroupId = row[4],
      Tags = { Tag = { { TagKey = "run", TagValue = row[1] } } } }
  end
  if #items == 0 then
    return fake.reply(200, '{"RequestId":"R","ImagePipelineExecution":{"ImagePipelineExecutionSet":[]}}')
  end
  return fake.reply(200, { RequestId = "R", NextToken = token, TotalCount = #items,
    ImagePipelineExecution = { ImagePipelineExecutionSet = items } })
end

local function pipelines(...)
  local items = {}
  for index, id in ipairs({ ... }) do
    items[index] = { ImagePipelineId = id }
  end
  return fake.reply(200, { RequestId = "R", ImagePipeline = { ImagePipelineSet = items } })
end

local function ids(list)
  local found = {}
  for index, item in ipairs(list) do
    found[index] = item.id
  end
  return table.concat(found, " ")
end

local THREE = { { "exec-1", "ip-1", "SUCCESS", "rg-1" }, { "exec-2", "ip-1", "BUILDING", "rg-2" },
  { "exec-3", "ip-2", "FAILED", "rg-1" } }

describe("execution.list", function()
  local rows = { -- filter, what is left of THREE, sent: name, value
    { "ip-1", "exec-1 exec-2", "ImagePipelineId", "ip-1" },
    { { id = "ip-1", image_pipeline_id = "ip-1", name = "web", tags = { a = "1" } }, "exec-1 exec-2" },
    { { pipeline = { id = "ip-1" } }, "exec-1 exec-2", "ImagePipelineId", "ip-1" },
    { { id = "ip-1", status = "BUILDING" }, "exec-2", "Status", "BUILDING" },
    { { id = "ip-1", tags = { run = "exec-2" } }, "exec-2", "Tag.1.Value", "exec-2" },
    { { id = "ip-1", resource_group_id = "rg-1" }, "exec-1" },
    { { pipeline_id = "ip-1", tags = { run = "exec-1" } }, "exec-1", "Tag.1.Value", "exec-1" },
    { { pipeline_id = "ip-1", execution_id = "exec-1" }, "exec-1", "ExecutionId", "exec-1" },
    { { image_pipeline_id = "ip-1", status = "BUILDING" }, "exec-2", "Status", "BUILDING" },
    { { pipeline = "ip-1", status = { "BUILDING", "SUCCESS" } }, "exec-1 exec-2", "Status", "BUILDING,SUCCESS" },
    { { pipeline = "ip-1", status = {} }, "exec-1 exec-2" },
    { { pipeline = "ip-1", tags = { run = "exec-2" } }, "exec-2", "Tag.1.Value", "exec-2" },
    { { pipeline = "ip-1", resource_group_id = "rg-1" }, "exec-1" },
    { { execution_id = "exec-3" }, "exec-3", "ExecutionId", "exec-3" },
  }
  for index, row in ipairs(rows) do
    it("asks for one template or execution and filters again, case " .. index, function()
      local client, transport = fake.client({ reply(THREE) })
      assert.equal(row[2], ids(assert(client.execution.list(row[1]))))
      assert.equal(1, #transport.requests)
      local sent = fake.parameters(transport.requests[1])
      if row[3] then
        assert.equal(row[4], sent[row[3]])
      end
      assert.is_true(row[3] == "Status" or sent.Status == nil)
    end)
  end

  it("follows the pages", function()
    local client = fake.client({ reply({ THREE[1] }, "t1"), reply({ THREE[2] }) })
    local list = assert(client.execution.list("ip-1"))
    assert.equal("exec-1 exec-2", ids(list))
    assert.equal(2, ecs.info(list).attempts)
  end)

  it("asks for every template of the region without one", function()
    local client, transport = fake.client({ pipelines("ip-1", "ip-2", "ip-3"), reply({ THREE[1], THREE[2] }),
      fake.refusal(404, "InvalidImagePipeline.NotFound"), reply({ { "exec-4", "ip-3", "BUILDING" } }) })
    assert.equal("exec-2 exec-4", ids(assert(client.execution.list({ status = "BUILDING",
      region_id = "cn-qingdao" }))))
    assert.equal(4, #transport.requests)
    for _, request in ipairs(transport.requests) do
      assert.equal("cn-qingdao", fake.parameters(request).RegionId)
    end
  end)

  it("keeps what it found when a template's page fails", function()
    local client = fake.client({ pipelines("ip-1", "ip-2"), reply({ THREE[1] }),
      fake.refusal(403, "Forbidden.RAM") })
    local list, message, err = client.execution.list()
    assert.is_nil(list)
    assert.same({ "denied", "exec-1" }, { err.kind, ids(err.partial) })
    assert.matches("^execution.list: not permitted", message)
  end)

  it("fails when the templates cannot be listed, and says so for a template that is gone", function()
    local _, message, err = (fake.client({ fake.refusal(403, "Forbidden.RAM") })).execution.list()
    assert.equal("denied", err.kind)
    assert.matches("^execution.list: ", message)
    local client = fake.client({ fake.refusal(404, "InvalidImagePipeline.NotFound") })
    assert.equal("not_found", select(3, client.execution.list("ip-1")).kind)
  end)

  it("refuses what is no filter, before anything is sent", function()
    local client, transport = fake.client({ reply(THREE) })
    for _, filter in ipairs({ { pipeline = "" }, { pipeline = "ip-1", status = "BULDING" },
      { pipeline = "ip-1", statsu = "x" }, { pipeline = "ip-1", next_token = "t" }, { id = "ip-1", statsu = "x" },
      { pipeline_id = "ip-1", next_token = "t" }, { id = "ip-1", pipeline = "ip-2" } }) do
      assert.equal("validation", select(3, client.execution.list(filter)).kind)
    end
    assert.equal(0, #transport.requests)
    assert.has_error(function() client.execution.list(7) end)
  end)
end)

describe("execution.each", function()
  it("yields one by one, an error as its last step", function()
    local client, transport = fake.client({ pipelines("ip-1", "ip-2"), reply({ THREE[1], THREE[2] }),
      fake.refusal(400, "InvalidParameter") })
    local steps = {}
    for execution, message, err in client.execution.each() do
      steps[#steps + 1] = (execution and execution.id or err.kind .. message:sub(1, 14)) .. "/" .. #transport.requests
    end
    assert.same({ "exec-1/2", "exec-2/2", "validationexecution.each/3" }, steps)
  end)

  it("reads a region from the emulator", function()
    local client, emulator = virtual.client()
    for index = 1, 3 do
      local made = assert(client.pipeline.create({ base_image = "m-1", base_image_type = "IMAGE",
        name = "n" .. index }))
      for _ = 1, index do
        assert(client.execution.start(made))
        emulator:advance(3600)
      end
    end
    assert.equal(6, #assert(client.execution.list()))
    assert.equal(6, #assert(client.execution.list({ max_results = 1, status = { "SUCCESS" } })))
    assert.equal(0, #assert(client.execution.list({ status = "BUILDING" })))
  end)
end)

describe("executions.get", function()
  it("reads one by its id, in its region", function()
    local client = internal_client({ ["execution.describe"] = { executions = { { id = "exec-1" } } } })
    assert.equal("exec-1", executions.get(client, "execution.wait", { id = "exec-1", region_id = "cn-qingdao" }, {}).id)
    assert.same({ execution_id = "exec-1", region_id = "cn-qingdao" }, client.calls[1].args)
  end)

  it("says that those of a deleted pipeline are gone", function()
    local client = internal_client({ ["execution.describe"] = { executions = {} } })
    local execution, message, err = executions.get(client, "execution.wait", { id = "exec-1" }, {})
    assert.is_nil(execution)
    assert.same({ "not_found", "execution.wait" }, { err.kind, err.operation })
    assert.matches("exec-1 in cn-hangzhou; those of a deleted pipeline are deleted with it", message, nil, true)
  end)
end)

describe("executions.running", function()
  it("has those that have not ended, of an unknown state too", function()
    local client = internal_client({ ["execution.describe"] = { executions = {
      { id = "exec-1", status = "SUCCESS", image_pipeline_id = "ip-1" },
      { id = "exec-2", status = "BUILDING", image_pipeline_id = "ip-1" },
      { id = "exec-3", status = "NEW_STATE", image_pipeline_id = "ip-1" },
      { id = "exec-4", status = "BUILDING", image_pipeline_id = "ip-2" } } } })
    local list = executions.running(client, "pipeline.delete", { id = "ip-1", region_id = "cn-qingdao" }, {})
    assert.same({ "exec-2", "exec-3", 2 }, { list[1].id, list[2].id, #list })
    assert.equal("cn-qingdao", client.calls[1].args.region_id)
  end)
end)

describe("executions.name_running", function()
  local CODE = "InvalidImagePipeline.HasRunningExecution"

  local function complete(err, answer)
    local client = internal_client({ ["execution.describe"] = answer or { executions = {
      { id = "exec-2", status = "BUILDING", image_pipeline_id = "ip-1" } } } })
    executions.name_running(client, err, { id = "ip-1" }, { client_token = "t", dry_run = true, deadline = 9 })
    return err, client.calls
  end

  it("names the one that is in the way, and says what to do", function()
    local err, calls = complete({ code = CODE })
    assert.equal("exec-2", err.execution_id)
    assert.equal("exec-2 is running: wait for it with execution.wait, or cancel it", err.hint)
    assert.same({ deadline = 9 }, calls[1].options)
    err = complete({ code = CODE, outcome = "unknown" })
    assert.matches("perhaps from an attempt of this call whose reply was lost", err.hint, nil, true)
  end)

  it("does not ask when the service named it, or refused for another reason", function()
    local err, calls = complete({ code = CODE, execution_id = "exec-9" })
    assert.same({ "exec-9", 0 }, { err.execution_id, #calls })
    err, calls = complete({ code = "Throttling" })
    assert.same({ { code = "Throttling" }, 0 }, { err, #calls })
  end)

  it("leaves the error as it is when it cannot find out", function()
    assert.same({ code = CODE }, (complete({ code = CODE }, { kind = "denied", message = "no" })))
    assert.same({ code = CODE }, (complete({ code = CODE }, { executions = {} })))
  end)
end)
