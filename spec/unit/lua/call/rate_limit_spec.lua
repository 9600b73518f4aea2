local fake = require("spec.support.fake")
local rate_limit = require("ecs_pipeline.call.rate_limit")

describe("rate_limit", function()
  it("lets a burst pass, then spaces requests out", function()
    local bucket = rate_limit.new(2, 3)
    local waits = {}
    for n = 1, 5 do
      waits[n] = bucket:take(100)
    end
    assert.same({ 0, 0, 0, 0.5, 1 }, waits)
  end)

  it("fills up again, but not above the burst", function()
    local bucket = rate_limit.new(2)
    bucket:take(0)
    bucket:take(0)
    assert.equal(0, bucket:take(0.5))
    assert.equal(0, bucket:take(1000))
    assert.equal(0, bucket:take(1000))
    assert.equal(0.5, bucket:take(1000))
  end)

  it("serves less than one per second", function()
    local bucket = rate_limit.new(0.1)
    assert.equal(0, bucket:take(0))
    assert.equal(10, bucket:take(0))
  end)

  it("takes a token back that was not used", function()
    local bucket = rate_limit.new(1)
    bucket:take(0)
    bucket:take(0)
    bucket:give_back()
    assert.equal(1, bucket:take(0))
  end)
end)

local CREATED = fake.reply(200, { RequestId = "R-1", ImagePipelineId = "ip-1" })
local ARGS = { base_image = "m-1", base_image_type = "IMAGE" }

describe("the rate_limit of a client", function()
  it("spaces out the requests of a client and those derived from it", function()
    local client, _, host = fake.client({ CREATED }, { rate_limit = { per_second = 1 } })
    assert(client.pipeline.create(ARGS))
    assert(client.with({ region = "cn-qingdao" }).pipeline.create(ARGS))
    assert.same({ 1 }, host.slept)
  end)

  it("does not wait for its turn in a host that ends, and gives it back", function()
    local client, transport, host = fake.client({ CREATED }, { rate_limit = { per_second = 0.1 } })
    assert(client.pipeline.create(ARGS))
    local sleep = host.sleep
    host.sleep = function() return true end
    local _, message, err = client.pipeline.create(ARGS)
    assert.same({ "cancelled", "HOST_EXITING", false }, { err.kind, err.code, err.sent })
    assert.matches("is to end", message)
    assert.equal(1, #transport.requests)
    host.sleep = sleep
    assert(client.pipeline.create(ARGS))
    assert.same({ 10 }, host.slept)
  end)

  it("does not wait past the deadline", function()
    local client, transport, host = fake.client({ CREATED }, { rate_limit = { per_second = 0.1 } })
    assert(client.pipeline.create(ARGS))
    local _, _, err = client.pipeline.create(ARGS, { deadline = 5 })
    assert.equal("throttled", err.kind)
    assert.equal("LOCAL_RATE_LIMIT", err.code)
    assert.equal(1, #transport.requests)
    -- the token went back: the next call waits for one, not for two
    assert(client.pipeline.create(ARGS))
    assert.same({ 10 }, host.slept)
  end)
end)
