-- execution.list and execution.each: one template or all of a region, filters on our side.
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")
local virtual = require("spec.support.virtual")

local function executions(list, token)
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
    { { image_pipeline_id = "ip-1", status = "BUILDING" }, "exec-2", "Status", "BUILDING" },
    { { pipeline = "ip-1", status = { "BUILDING", "SUCCESS" } }, "exec-1 exec-2", "Status", "BUILDING,SUCCESS" },
    { { pipeline = "ip-1", status = {} }, "exec-1 exec-2" },
    { { pipeline = "ip-1", tags = { run = "exec-2" } }, "exec-2", "Tag.1.Value", "exec-2" },
    { { pipeline = "ip-1", resource_group_id = "rg-1" }, "exec-1" },
    { { execution_id = "exec-3" }, "exec-3", "ExecutionId", "exec-3" },
  }
  for index, row in ipairs(rows) do
    it("asks for one template or execution and filters again, case " .. index, function()
      local client, transport = fake.client({ executions(THREE) })
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
    local client = fake.client({ executions({ THREE[1] }, "t1"), executions({ THREE[2] }) })
    local list = assert(client.execution.list("ip-1"))
    assert.equal("exec-1 exec-2", ids(list))
    assert.equal(2, ecs.info(list).attempts)
  end)

  it("asks for every template of the region without one", function()
    local client, transport = fake.client({ pipelines("ip-1", "ip-2", "ip-3"), executions({ THREE[1], THREE[2] }),
      fake.refusal(404, "InvalidImagePipeline.NotFound"), executions({ { "exec-4", "ip-3", "BUILDING" } }) })
    assert.equal("exec-2 exec-4", ids(assert(client.execution.list({ status = "BUILDING",
      region_id = "cn-qingdao" }))))
    assert.equal(4, #transport.requests)
    for _, request in ipairs(transport.requests) do
      assert.equal("cn-qingdao", fake.parameters(request).RegionId)
    end
  end)

  it("keeps what it found when a template's page fails", function()
    local client = fake.client({ pipelines("ip-1", "ip-2"), executions({ THREE[1] }),
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
    local client, transport = fake.client({ executions(THREE) })
    for _, filter in ipairs({ { pipeline = "" }, { pipeline = "ip-1", status = "BULDING" },
      { pipeline = "ip-1", statsu = "x" }, { pipeline = "ip-1", next_token = "t" } }) do
      assert.equal("validation", select(3, client.execution.list(filter)).kind)
    end
    assert.equal(0, #transport.requests)
    assert.has_error(function() client.execution.list(7) end)
  end)
end)

describe("execution.each", function()
  it("yields one by one, an error as its last step", function()
    local client, transport = fake.client({ pipelines("ip-1", "ip-2"), executions({ THREE[1], THREE[2] }),
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
