-- The emulator as an in-process transport.
local core = require("ecs_pipeline.core")
local emulators = require("ecs_pipeline.emulator")
local caller = require("spec.support.emulator_caller")

local emulator, client

local function fresh(faults)
  emulator = emulators.new({ now = 1767225600, faults = faults })
  client = caller.new(emulator)
end

describe("the in-process transport", function()
  local function send(faults, deadline)
    fresh(faults)
    local request = client:request("CreateImagePipeline", caller.template())
    local transport = emulator:transport()
    return transport.send({
      method = "POST", url = "https://ecs.cn-hangzhou.aliyuncs.com/?" .. request.query,
      headers = request.headers, body = request.body,
    }, deadline)
  end

  it("answers like a server", function()
    local reply = assert(send())
    assert.are.equal(200, reply.status)
    assert.is_truthy(reply.body:find("ImagePipelineId", 1, true))
    assert.are.equal("application/json;charset=utf-8", reply.headers["content-type"])
  end)

  for _, row in ipairs({
    { "lost_answer", "transport", "RESET", nil }, { "lost_request", "transport", "RESET", nil },
    { "refused", "transport", "CONNECT", false }, { "timeout", "timeout", "TIMEOUT", nil },
  }) do
    it("makes an error of " .. row[1], function()
      local reply, err = send({ { kind = row[1] } })
      assert.is_nil(reply)
      assert.are.equal(row[2], err.kind)
      assert.are.equal(row[3], err.code)
      assert.are.equal(row[4], err.sent)
      assert.are.equal("string", type(err.message))
    end)
  end

  it("sends nothing after the deadline", function()
    local reply, err = send(nil, core.clock() - 1)
    assert.is_nil(reply)
    assert.are.same({ "timeout", false }, { err.kind, err.sent })
    assert.are.equal(0, #emulator:state().requests)
    assert.is_truthy(send(nil, core.clock() + 5))
  end)

  it("is reached by a URL without a path", function()
    fresh()
    local reply = emulator:transport().send({ method = "POST", url = "https://ecs.aliyuncs.com?a=1", headers = {},
      body = "" })
    assert.equal(400, reply.status)
    assert.same({ "query", 1 }, { emulator:state().requests[1].placement, emulator:state().requests[1].parameters })
  end)
end)
