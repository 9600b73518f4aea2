-- What calls of one client share, and calls by the names of the service.
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")

local CREATED = fake.reply(200, { RequestId = "R-1", ImagePipelineId = "ip-1" })
local ARGS = { base_image = "m-1", base_image_type = "IMAGE" }

describe("client.call", function()
  local function sent(action, params, first, options)
    local client, transport = fake.client(
      { first, fake.reply(200, { RequestId = "R-2", Answer = 42 }) })
    local result, _, err = client.call("Ecs", "2014-05-26", action, params, options)
    return #transport.requests, result, err, transport
  end

  it("gives the reply as the service spells it", function()
    local _, result, _, transport = sent("DescribeSnapshots", { PageSize = 10 }, fake.lost())
    assert.equal(42, result.Answer)
    assert.equal(result, ecs.info(result).raw)
    assert.equal("R-2", ecs.info(result).request_id)
    assert.equal("10", fake.parameters(transport.requests[2]).PageSize)
  end)

  it("repeats reads", function()
    for _, action in ipairs({ "DescribeX", "ListX", "GetX", "QueryX", "CheckX" }) do
      assert.equal(2, (sent(action, {}, fake.lost())), action)
    end
  end)

  it("repeats a write only if it was not sent, was throttled, or carries a ClientToken", function()
    assert.equal(1, (sent("RebootInstance", {}, fake.lost())))
    assert.equal(1, (sent("RebootInstance", {}, fake.refusal(500, "InternalError"))))
    assert.equal(1, (sent("RebootInstance", {}, fake.refusal(409, "OperationConflict"))))
    assert.equal(2, (sent("RebootInstance", {}, fake.unsent())))
    assert.equal(2, (sent("RebootInstance", {}, fake.refusal(400, "Throttling"))))
    assert.equal(2, (sent("RunInstances", { ClientToken = "t" }, fake.lost())))
    local n, _, _, transport = sent("RunInstances", {}, fake.lost(), { client_token = "t" })
    assert.equal(2, n)
    assert.equal("t", fake.parameters(transport.requests[2]).ClientToken)
  end)

  it("says that a lost write may have been carried out", function()
    local _, _, err = sent("RebootInstance", {}, fake.lost())
    assert.is_false(err.retryable)
    assert.equal("Ecs.RebootInstance", err.operation)
    assert.matches("may have been carried out", err.message)
  end)

  it("sends nothing that writes on a dry run", function()
    local n, result = sent("RebootInstance", { InstanceId = "i-1" }, fake.lost(),
      { dry_run = true })
    assert.equal(0, n)
    assert.equal("i-1", result.parameters.InstanceId)
    assert.equal(2, (sent("DescribeX", {}, fake.lost(), { dry_run = true })))
  end)
end)

describe("a client", function()
  it("adds the caller's own words to the user agent", function()
    local client, transport = fake.client({ CREATED }, { user_agent = "bakery/7" })
    assert(client.pipeline.create(ARGS))
    assert.matches("^ecs_pipeline/%S+ .* bakery/7$", transport.requests[1].headers["user-agent"])
  end)

  it("passes the client token of call options on in an untyped call, and leaves the caller's table alone", function()
    local client, transport = fake.client({ fake.reply(200, { RequestId = "R" }) })
    local params = { Name = "n" }
    assert(client.call("Ecs", "2014-05-26", "CreateX", params, { client_token = "mine" }))
    assert.equal("mine", fake.parameters(transport.requests[1]).ClientToken)
    assert.same({ Name = "n" }, params)
  end)

  it("raises on parameters and arguments that are no tables", function()
    local client = fake.client({ CREATED })
    assert.error_matches(function() client.call("Ecs", "2014-05-26", "X", "y") end, "must be a table")
    assert.error_matches(function() client.render("pipeline.create", "y") end, "must be a table")
  end)
end)
