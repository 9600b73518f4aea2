-- Seen on the outside: after a create, an error page of status 400 and a redirect came back without `outcome`, as if it
-- were sure that nothing had been created, and the Code of an error in XML was lost; `IdempotentProcessing` ("the same
-- request is still being worked on") was final; and an account without money was told that its arguments are wrong, or
-- that it needs a RAM action. What is not the service's own word proves nothing about what the service has done.
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")
local virtual = require("spec.support.virtual")

local ARGS = { base_image = "m-1", base_image_type = "IMAGE" }
local MADE = fake.reply(200, { RequestId = "R", ImagePipelineId = "ip-1" })

local function create(script)
  local client, transport, platform = fake.client(script)
  local made, message, err = client.pipeline.create(ARGS)
  return err or made, transport.requests, platform, message
end

describe("an answer that is not the service's", function()
  for label, reply in pairs({
    ["a page of status 400"] = fake.reply(400, "<html><body>Bad Request</body></html>"),
    ["an empty 403"] = fake.reply(403, ""),
    ["a redirect"] = fake.reply(302, "", { location = "https://portal.test/" }),
    ["an interim status"] = fake.reply(101, ""),
    ["JSON without a Code"] = fake.reply(400, { error = "bad request" }),
    ["XML without a Code"] = fake.reply(400, "<Error><Message>no</Message></Error>"),
  }) do
    it("leaves it open whether a write was carried out: " .. label, function()
      local err, requests, _, message = create({ reply, MADE })
      assert.same({ 1, "unknown", false }, { #requests, err.outcome, err.retryable })
      assert.equal(13, ecs.exit_code(nil, message, err))
      assert.matches("client_token = err.client_token", err.hint, 1, true)
    end)
  end

  it("leaves nothing open after a read, or if it says that nothing was done", function()
    local client = fake.client({ fake.reply(400, "<html>") })
    assert.is_nil(select(3, client.pipeline.describe("ip-1")).outcome)
    assert.equal("ip-1", create({ fake.reply(429, "<html>"), MADE }).id)
  end)
end)

describe("an error of the service in XML", function()
  local function xml(code, message)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<Error><RequestId>R-1</RequestId><HostId>h</HostId><Code>%s</Code>'
      .. "<Message>%s</Message></Error>"):format(code, message)
  end

  it("has its Code, kind, message and request id", function()
    local err = create({ fake.reply(400, xml("InvalidName.Malformed", "a &lt;name&gt; &amp; more")) })
    assert.same({ "InvalidName.Malformed", "validation", "R-1", nil },
      { err.code, err.kind, err.request_id, err.outcome })
    assert.matches("a <name> & more", err.message, 1, true)
  end)

  it("is repeated as the same error in JSON is", function()
    local made, requests = create({ fake.reply(503, xml("ServiceUnavailable", "m")), MADE })
    assert.same({ "ip-1", 2 }, { made.id, #requests })
    made, requests = create({ fake.reply(200, xml("Throttling.User", "m")), MADE })
    assert.same({ "ip-1", 2 }, { made.id, #requests })
  end)

  it("brings no control characters, and no secrets, into the message", function()
    local err = create({ fake.reply(400,
      xml("Invalid\nThing\27[31m", "\7server string to sign is:POST&amp;SecurityToken%3DCANARY")) })
    assert.is_nil(err.message:find("[\1-\31\127]"), err.message)
    assert.is_nil(err.message:find("CANARY", 1, true))
  end)
end)

describe("a refusal that other requests do not share", function()
  it("IdempotentProcessing is repeated later, with the same token and another nonce", function()
    local refusal = fake.refusal(400, "IdempotentProcessing")
    local made, requests, platform = create({ refusal, refusal, MADE })
    assert.same({ "ip-1", 3 }, { made.id, #requests })
    local tokens, nonces = {}, {}
    for index, request in ipairs(requests) do
      tokens[index] = fake.parameters(request).ClientToken
      nonces[request.headers["x-acs-signature-nonce"]] = true
    end
    assert.same({ tokens[1], tokens[1], tokens[1] }, tokens)
    assert.equal(3, #require("ecs_pipeline.tables").sorted_keys(nonces))
    assert.is_true(platform.slept[1] >= 3 and platform.slept[2] >= 3)
    local err, _, _, message = create({ refusal })
    assert.same({ "unknown", 13 }, { err.outcome, ecs.exit_code(nil, message, err) })
  end)

  it("IdempotentProcessing after a lost reply ends with what that request created, once", function()
    local client, emulator = virtual.client()
    emulator:fault({ kind = "lost_answer", action = "CreateImagePipeline" })
    emulator:fault({ kind = "error", code = "IdempotentProcessing", action = "CreateImagePipeline", times = 2 })
    local made = assert(client.pipeline.create(virtual.TEMPLATE))
    assert.same({ 4, 1 }, { ecs.info(made).attempts, #emulator:state().pipelines })
  end)

  it("for lack of money it says so", function()
    for _, code in ipairs({ "InvalidAccountStatus.NotEnoughBalance", "InsufficientBalance", "Account.Arrearage" }) do
      local err = create({ fake.refusal(403, code) })
      assert.equal("denied", err.kind)
      assert.matches("no money", err.hint)
      assert.is_nil(err.hint:find("RAM", 1, true))
    end
  end)
end)
