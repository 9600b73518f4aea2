-- Whom the webhook believes: who knows a secret, sends now, and sends each message once.
local core = require("ecs_pipeline.core")
local fake_ngx = require("spec.support.fake_ngx")
local fake_request = require("spec.support.fake_request")
local handler_harness = require("spec.support.handler_harness")
local openresty = require("ecs_pipeline.openresty")
local signature = require("ecs_pipeline.openresty.signature")
local store_file = require("ecs_pipeline.openresty.store")

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
    refused(401, "NOT_SIGNED", attempt({ ["x-ecs-pipeline-timestamp"] = "1795491843." }))
    refused(401, "NOT_SIGNED", attempt({ ["x-ecs-pipeline-signature"] = "v3=" .. ("0"):rep(64) }))
    refused(401, "BAD_SIGNATURE", attempt({ ["x-ecs-pipeline-signature"] = "v2=" .. ("0"):rep(64) }))
    refused(401, "BAD_SIGNATURE", ask(host, handler, "start", { name = "/other/" }))
    refused(401, "BAD_SIGNATURE", ask(host, handler, "start", { secret = "another secret of them" }))
    refused(401, "BAD_SIGNATURE", attempt({ ["x-ecs-pipeline-timestamp"] = ("%d"):format(host.now() + 1) }))
    assert.equal(0, #emulator:state().executions)
  end)

  it("accepts each of several secrets, in either case", function()
    local host, handler = open({ secret = { "an old secret of ours", SECRET } })
    assert.equal(200, ask(host, handler, "show", { secret = "an old secret of ours" }).status)
    assert.equal(200, ask(host, handler, "show").status)
    local body = '{"action":"show","pipeline":"web"}'
    local headers = openresty.sign(SECRET, body, { timestamp = host.now() })
    headers["x-ecs-pipeline-signature"] = headers["x-ecs-pipeline-signature"]:upper():gsub("V", "v")
    assert.equal(200, fake_request.webhook(host, handler, body, { headers = headers }).status)
  end)

  it("takes each message once, and none from another time", function()
    local host, handler = open({ window = 60 })
    local message = { action = "show", pipeline = "web" }
    for _, age in ipairs({ 61, -61, -3 }) do
      local answer = fake_request.webhook(host, handler, message, { timestamp = host.now() - age })
      assert.truthy(refused(403, "TOO_OLD", answer):find(age > 0 and "61 s old" or " s ahead", 1, true))
      assert.is_nil(answer.read) -- the body was not even read
    end
    local sent, before = host.now() + 1.5, host.now()
    assert.equal(200, fake_request.webhook(host, handler, message, { timestamp = sent }).status)
    assert.equal(1.5, host.now() - before) -- its time has come
    for _ = 1, 4 do
      local answer = fake_request.webhook(host, handler, message, { timestamp = sent })
      assert.truthy(refused(409, "REPLAYED", answer):find("nonce", 1, true))
      host.sleep(15)
    end
    host.sleep(1)
    refused(403, "TOO_OLD", fake_request.webhook(host, handler, message, { timestamp = sent }))
  end)

  local SHOW = { action = "show", pipeline = "web", nonce = "once" }

  it("takes no message of the time before nginx began, whatever was taken then", function()
    local host, handler = open()
    local sent = host.now()
    assert.equal(200, fake_request.webhook(host, handler, SHOW, { timestamp = sent }).status)
    local other, again = open(nil, nil, { now = sent + 10, started = sent + 10 })
    other.sleep(1)
    refused(403, "BEFORE_MEMORY", fake_request.webhook(other, again, SHOW, { timestamp = sent }))
    assert.equal(200, fake_request.webhook(other, again, SHOW, { timestamp = sent + 10.01 }).status)
  end)

  it("knows from the system when nginx began", function()
    local now = core.wall()
    local host = fake_ngx.new({ now = now })
    host.started = nil
    local hook = { host = host, window = 300, store = store_file.find("x", host), wall = host.wall }
    for _, phase in ipairs({ "init", "content" }) do
      host.phase = phase
      signature.begin(hook)
      assert.is_true(hook.born < core.wall() and hook.born > now - 86400, hook.born)
    end
  end)

  -- The wall clock goes back, and reaches the time of the message again when its record has expired.
  it("takes no message again after the clock was set back", function()
    local elapsed = 0
    local host, handler = open({ window = 60 }, nil, { monotonic = function() return elapsed end })
    local base = host.clock
    local function pass(seconds)
      host.clock, elapsed = host.clock + seconds, elapsed + seconds
    end
    pass(10)
    local sent = host.now()
    assert.equal(200, fake_request.webhook(host, handler, SHOW, { timestamp = sent }).status)
    for turn = 1, 20 do
      pass(50)
      if turn % 4 == 0 then
        assert.equal(200, fake_request.webhook(host, handler, { action = "show", pipeline = "web",
          nonce = "n" .. turn }).status) -- all others are taken
      end
      local now = host.clock
      host.clock = sent
      local answer = fake_request.webhook(host, handler, SHOW, { timestamp = sent })
      assert.is_true(answer.status == 409 or answer.status == 403, answer.body)
      host.clock = now
    end
    assert.is_true(host.clock - base > 1000)
    local records = 0
    for _, key in ipairs(host.shared.ecs_pipeline:get_keys(0)) do
      records = records + (key:find("seen:", 1, true) and 1 or 0)
    end
    assert.is_true(records <= 6, records) -- what has expired makes room only when it is needed
  end)

  it("takes what another handler of the same dictionary took only under another name", function()
    local host, handler, _, client, pipeline = open()
    local function another(more)
      local options = { secret = SECRET, pipelines = { web = pipeline }, host = host, client = client.with({
        credentials = { access_key_id = "another-key", access_key_secret = "secret" } }) }
      for name, value in pairs(more or {}) do
        options[name] = value
      end
      return openresty.handler(options)
    end
    local sent = host.now()
    assert.equal(200, fake_request.webhook(host, handler, SHOW, { timestamp = sent }).status)
    refused(409, "REPLAYED", fake_request.webhook(host, another(), SHOW, { timestamp = sent }))
    refused(401, "BAD_SIGNATURE", fake_request.webhook(host, another({ name = "b" }), SHOW, { timestamp = sent }))
    host.shared.two = fake_ngx.new().shared.ecs_pipeline
    assert.error_matches(function() another({ dict = "two" }) end, "both would accept one message")
    assert.is_function(another({ dict = "two", name = "c" }))
    assert.is_function(another({ dict = "two", secret = "a secret of its own" }))
  end)

  it("accepts signatures without a name only when that is wanted", function()
    local host, handler = open({ accept_v1 = true })
    local body = '{"action":"show","pipeline":"web"}'
    local timestamp = ("%d"):format(host.now())
    local headers = { ["x-ecs-pipeline-timestamp"] = timestamp, ["x-ecs-pipeline-signature"] = "sha256="
      .. core.sign.hmac_sha256_hex(SECRET, timestamp .. "." .. body) }
    assert.equal(200, fake_request.webhook(host, handler, body, { headers = headers }).status)
    refused(409, "REPLAYED", fake_request.webhook(host, handler, body, { headers = headers }))
    local other, strict = open()
    refused(401, "OLD_SIGNATURE", fake_request.webhook(other, strict, body, { headers = headers }))
  end)

  it("takes nothing when there is no room to remember it", function()
    local host, handler = open()
    ask(host, handler, "show")
    host.shared.ecs_pipeline.most = #host.shared.ecs_pipeline:get_keys(0) + 1
    refused(503, "SHARED_DICT_FULL", ask(host, handler, "show"))
    host.shared.ecs_pipeline.most = 0
    assert.truthy(refused(503, "SHARED_DICT_FULL", ask(host, handler, "show")):find("lua_shared_dict ecs_pipeline", 1,
      true))
  end)

  it("is written as it is read", function()
    local headers = openresty.sign(SECRET, "body", { timestamp = 1795491843.9 })
    assert.equal("1795491843.900", headers["x-ecs-pipeline-timestamp"])
    assert.matches("^v2=%x+$", headers["x-ecs-pipeline-signature"])
    assert.not_equal(headers["x-ecs-pipeline-signature"],
      openresty.sign(SECRET, "body", { timestamp = 1795491844 })["x-ecs-pipeline-signature"])
  end)
end)
