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

  -- fault, seconds to the deadline → kind of the error or nil, seconds gone
  for _, row in ipairs({
    { { kind = "slow", delay = 7 }, 30, nil, 7 }, { { kind = "slow", delay = 7 }, 5, "timeout", 5 },
    { { kind = "timeout" }, 30, "timeout", 30 }, { { kind = "timeout", delay = 4 }, 30, "timeout", 4 },
    { { kind = "lost_answer" }, 30, "transport", 0 }, { { kind = "lost_answer", delay = 3 }, 30, "transport", 3 },
  }) do
    it(("takes %d s on a virtual clock for %s with a deadline in %d s"):format(row[4], row[1].kind, row[2]), function()
      local reply, err = send({ row[1] }, core.clock() + row[2] + 0.01)
      assert.equal(row[3], err and err.kind)
      assert.equal(row[3] == nil, reply ~= nil)
      assert.near(row[4], emulator:state().elapsed, 0.1)
    end)
  end

  it("takes that time on the real clock, too", function()
    emulator = emulators.new({ clock = "real", faults = { { kind = "slow", delay = 0.05 } } })
    client = caller.new(emulator)
    local request = client:request("CreateImagePipeline", caller.template())
    local started = core.clock()
    local reply = emulator:transport().send({ method = "POST", url = "https://ecs.aliyuncs.com/?" .. request.query,
      headers = request.headers, body = request.body })
    assert.equal(200, reply.status)
    assert.is_true(core.clock() - started >= 0.05)
  end)

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
