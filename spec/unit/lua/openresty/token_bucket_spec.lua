local fake = require("spec.support.fake")
local fake_ngx = require("spec.support.fake_ngx")
local openresty = require("ecs_pipeline.openresty")

local REGION, ACTION = "cn-hangzhou", "DescribeImagePipelines"

local function waits(bucket, now, count, action)
  local list = {}
  for n = 1, count do
    list[n] = bucket:take(now, REGION, action or ACTION)
  end
  return list
end

describe("the shared token bucket", function()
  local ngx
  local function bucket(given)
    given.host = ngx
    return openresty.token_bucket(given)
  end

  before_each(function()
    ngx = fake_ngx.new()
  end)

  it("lets a burst pass, then spaces requests out, over all workers", function()
    local here = bucket({ per_second = 2, burst = 3 })
    local there = bucket({ per_second = 2, burst = 3, dict = ngx.shared.ecs_pipeline })
    assert.same({ 0, 0 }, waits(here, 100, 2))
    assert.same({ 0, 0.5, 1 }, waits(there, 100, 3))
    assert.same({ 1.5 }, waits(here, 100, 1))
  end)

  it("fills up again, but not above the burst", function()
    local one = bucket({ per_second = 2 })
    waits(one, 0, 2)
    assert.same({ 0 }, waits(one, 0.5, 1))
    for _ = 1, 3 do
      ngx.sleep(1000)
      local now = ngx.clock
      assert.same({ 0, 0, 0.5 }, waits(one, now, 3))
    end
    local many = bucket({ per_second = 10, actions = {} })
    waits(many, 0, 10, "Other")
    assert.same({ 0 }, waits(many, 1.2, 1, "Other")) -- two were spilled
    local row = waits(many, 1.4, 11, "Other") -- so there is a whole burst again
    assert.equal(0, row[10])
    assert.is_true(math.abs(row[11] - 0.1) < 1e-6)
  end)

  it("serves less than one per second", function()
    local one = bucket({ per_second = 0.1 })
    assert.same({ 0, 10 }, waits(one, 0, 2))
  end)

  it("is another one for each region and action, with the rate of the action", function()
    local one = bucket({ per_second = 1, actions = { StartImagePipelineExecution = { per_second = 0.5, burst = 2 } } })
    assert.same({ 0, 1 }, waits(one, 0, 2))
    assert.same({ 0, 0, 2 }, waits(one, 0, 3, "StartImagePipelineExecution"))
    assert.equal(0, one:take(0, "cn-beijing", ACTION))
    assert.equal(0, one:take(0))
  end)

  it("takes a token back that was not used", function()
    local one = bucket({ per_second = 1 })
    assert.same({ 0, 1 }, waits(one, 0, 2))
    one:give_back(REGION, ACTION)
    assert.same({ 1 }, waits(one, 0, 1))
  end)

  -- Two workers see the pause at the same time: the row is moved once, not twice.
  it("is moved on once after a pause", function()
    local here, there = bucket({ per_second = 1 }), bucket({ per_second = 1 })
    waits(here, 0, 1)
    local dict = ngx.shared.ecs_pipeline
    local add, seen = dict.safe_add, nil
    dict.safe_add = function(self, ...)
      dict.safe_add = add
      seen = there:take(5000, REGION, ACTION)
      return add(self, ...)
    end
    local mine = here:take(5000, REGION, ACTION)
    assert.same({ 0, 1, 2 }, { seen, mine, here:take(5000, REGION, ACTION) })
  end)

  it("is another one for another account, and for another rate", function()
    local one = bucket({ per_second = 1 })
    local function client_of(identity)
      return { identity = function() return identity, "cn-hangzhou" end }
    end
    local a, again = one:for_client(client_of("key a")), one:for_client(client_of("key a"))
    local b = one:for_client(client_of("key b"))
    assert.same({ 0 }, waits(a, 0, 1))
    assert.same({ 1 }, waits(again, 0, 1))
    assert.same({ 0 }, waits(b, 0, 1))
    assert.same({ 0 }, waits(bucket({ per_second = 2 }):for_client(client_of("key a")), 0, 1))
  end)

  it("stops nothing when the dictionary is full", function()
    ngx = fake_ngx.new({ most = 0 })
    assert.same({ 0, 0, 0 }, waits(bucket({ per_second = 1 }), 0, 3))
    assert.is_truthy(ngx.lines[1].text:find("a larger size.*the rate of requests is not limited"))
  end)

  it("is what a client waits for, or gives back", function()
    ngx = fake_ngx.new()
    local one = bucket({ per_second = 1 })
    local reply = fake.reply(200, { ImagePipeline = { ImagePipelineSet = {} }, RequestId = "R-1" })
    local client, transport, host = fake.client({ reply }, { rate_limit = one })
    local other = client.with({ region = "cn-beijing" })
    local stranger = client.with({ credentials = { access_key_id = "another-key", access_key_secret = "s" } })
    client.pipeline.list()
    client.pipeline.list()
    other.pipeline.list()
    assert.same({ 1 }, host.slept)
    client.call("Ecs", "2014-05-26", "DescribeImagePipelines", {})
    assert.same({ 1, 1 }, host.slept)
    local _, _, err = client.pipeline.list(nil, { deadline = 0.5 })
    assert.equal("LOCAL_RATE_LIMIT", err.code)
    assert.equal(4, #transport.requests)
    stranger.pipeline.list()
    assert.same({ 1, 1 }, host.slept)
    client.pipeline.list()
    assert.same({ 1, 1, 1 }, host.slept)
  end)

  it("raises for wrong options", function()
    for _, wrong in ipairs({ {}, { per_second = 0 }, { per_second = 1, burst = 0.5 },
      { per_second = 1, dict = "other" },
      { per_second = 1, actions = { Start = 3 } }, { per_second = 1, actions = { Start = {} } } }) do
      assert.has_error(function() bucket(wrong) end)
    end
  end)
end)
