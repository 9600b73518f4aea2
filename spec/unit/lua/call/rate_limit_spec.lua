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
