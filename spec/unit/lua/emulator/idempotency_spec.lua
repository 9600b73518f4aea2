-- One ClientToken, one resource; with other parameters it is refused.
local emulators = require("ecs_pipeline.emulator")
local caller = require("spec.support.emulator_caller")

local client

local function fresh(options)
  client = caller.new(emulators.new(options))
end

describe("ClientToken", function()
  before_each(function()
    fresh()
  end)

  it("makes one template of many equal calls", function()
    local _, one = client:create({ ClientToken = "token" })
    local _, two = client:create({ ClientToken = "token" })
    assert.are.equal(one.ImagePipelineId, two.ImagePipelineId)
    assert.are_not.equal(one.RequestId, two.RequestId)
    assert.are.equal(1, #client.emulator:state().pipelines)
  end)

  it("is the same call whichever way it is signed and placed", function()
    client:create({ ClientToken = "token" })
    local other = caller.new(client.emulator, { scheme = "1.0", placement = "form" })
    assert.are.equal(200, (other:create({ ClientToken = "token" })))
    assert.are.equal(1, #client.emulator:state().pipelines)
  end)

  it("with other parameters is refused", function()
    client:create({ ClientToken = "token" })
    local status, reply = client:create({ ClientToken = "token", Name = "other" })
    assert.are.same({ 400, "IdempotentParameterMismatch" }, { status, reply.Code })
  end)

  it("of a refused call may be used again", function()
    client:create({ ClientToken = "token", Name = "x" })
    assert.are.equal(200, (client:create({ ClientToken = "token", Name = "right" })))
  end)

  it("counts in its own region only", function()
    local _, one = client:create({ ClientToken = "token" })
    local _, two = client:create({ ClientToken = "token", RegionId = "cn-beijing" })
    assert.are_not.equal(one.ImagePipelineId, two.ImagePipelineId)
  end)
end)
