-- Whom the webhook believes: who knows a secret, sends now, and sends each message once.
local fake_request = require("spec.support.fake_request")
local handler_harness = require("spec.support.handler_harness")
local openresty = require("ecs_pipeline.openresty")

local SECRET = fake_request.SECRET
local open, ask = handler_harness.open, handler_harness.ask
local refused = handler_harness.refused

describe("the signature of a webhook", function()
  it("refuses who does not know the secret", function()
    local host, handler, emulator = open()
    local function attempt(headers, more)
      more = more or {}
      more.headers = headers
      return ask(host, handler, "start", more)
    end
    refused(401, "NOT_SIGNED", attempt({ ["x-ecs-pipeline-signature"] = false }))
    refused(401, "NOT_SIGNED", attempt({ ["x-ecs-pipeline-timestamp"] = false }))
    refused(401, "NOT_SIGNED", attempt({ ["x-ecs-pipeline-timestamp"] = { "1", "2" } }))
    refused(401, "NOT_SIGNED", attempt({ ["x-ecs-pipeline-timestamp"] = "1e9" }))
    refused(401, "NOT_SIGNED", attempt({ ["x-ecs-pipeline-signature"] = "sha256=abc" }))
    refused(401, "BAD_SIGNATURE", attempt({ ["x-ecs-pipeline-signature"] = "sha256=" .. ("0"):rep(64) }))
    refused(401, "BAD_SIGNATURE", ask(host, handler, "start", { secret = "another secret of them" }))
    refused(401, "BAD_SIGNATURE", attempt({ ["x-ecs-pipeline-timestamp"] = ("%d"):format(host.now() + 1) }))
    assert.equal(0, #emulator:state().executions)
  end)

  it("accepts each of several secrets, in either case", function()
    local host, handler = open({ secret = { "an old secret of ours", SECRET } })
    assert.equal(200, ask(host, handler, "show", { secret = "an old secret of ours" }).status)
    assert.equal(200, ask(host, handler, "show").status)
    local body = '{"action":"show","pipeline":"web"}'
    local headers = openresty.sign(SECRET, body, host.now())
    headers["x-ecs-pipeline-signature"] = headers["x-ecs-pipeline-signature"]:upper():gsub("SHA", "sha")
    assert.equal(200, fake_request.webhook(host, handler, body, { headers = headers }).status)
  end)

  it("takes each message once, and none from another time", function()
    local host, handler = open({ window = 60 })
    local message = { action = "show", pipeline = "web" }
    for _, age in ipairs({ 61, -61 }) do
      local answer = fake_request.webhook(host, handler, message, { timestamp = host.now() - age })
      assert.truthy(refused(403, "TOO_OLD", answer):find(age > 0 and "61 s old" or "61 s ahead", 1, true))
    end
    local sent = host.now() + 59
    assert.equal(200, fake_request.webhook(host, handler, message, { timestamp = sent }).status)
    for _ = 1, 4 do
      local answer = fake_request.webhook(host, handler, message, { timestamp = sent })
      assert.truthy(refused(409, "REPLAYED", answer):find("nonce", 1, true))
      host.sleep(29) -- up to the end of the window of the message
    end
    host.sleep(4)
    refused(403, "TOO_OLD", fake_request.webhook(host, handler, message, { timestamp = sent }))
  end)

  it("is written as it is read", function()
    local headers = openresty.sign(SECRET, "body", 1795491843.9)
    assert.equal("1795491843", headers["x-ecs-pipeline-timestamp"])
    assert.matches("^sha256=%x+$", headers["x-ecs-pipeline-signature"])
    assert.not_equal(headers["x-ecs-pipeline-signature"],
      openresty.sign(SECRET, "body", 1795491844)["x-ecs-pipeline-signature"])
  end)
end)
