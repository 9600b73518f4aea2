-- What is told to other programs after a bake: form, signature, retries, the record of it.
local base64 = require("ecs_pipeline.openresty.base64")
local cjson = require("cjson").new()
local core = require("ecs_pipeline.core")
local fake_ngx = require("spec.support.fake_ngx")
local notify = require("ecs_pipeline.openresty.notify")
local store_file = require("ecs_pipeline.openresty.store")

local KEY = "notify signing key of 32 bytes!!"
local WHSEC = "whsec_bm90aWZ5IHNpZ25pbmcga2V5IG9mIDMyIGJ5dGVzISE="
local JSON, SLACK = "https://ci.example.org/hooks/bakes?t=hidden", "https://hooks.slack.example/services/T0/B0/hidden"

local ENTRY = { outcome = "success", ok = true, execution_id = "exec-1", image_id = "m-1",
  images = { ["cn-hangzhou"] = "m-1", ["cn-beijing"] = "m-2" }, pipeline = { id = "ip-1", name = "shop" },
  times = { began = "2026-11-24T03:00:00Z", ended = "2026-11-24T03:25:00Z", build_seconds = 1500 } }

local host, hook, web, sent, replies

-- A hook with these targets; `replies` are what the receivers answer, the last one again and again.
local function open(targets)
  host, sent, replies = fake_ngx.new(), {}, { { status = 204, headers = {} } }
  host.cosocket = function()
    return { send = function(request)
      sent[#sent + 1] = request
      local reply = #replies > 1 and table.remove(replies, 1) or replies[1]
      if reply.raises then
        error(reply.raises, 0)
      end
      return reply.status and reply or nil, reply
    end }
  end
  web = { name = "web", key = "cn-hangzhou/ip-1:web" }
  local ngx = store_file.clocks(host)
  hook = { host = host, ngx = ngx, store = store_file.find("x", host), keys = "handler:", names = { "web" },
    pipelines = { web = web }, wall = ngx.wall, clock = ngx.clock, logged = {},
    notify = notify.read("openresty.handler", targets) }
  function hook:log(line, level)
    self.logged[#self.logged + 1] = { line, level or host.ERR }
  end
end

-- Ticks of the watch.
local function run(seconds)
  for _ = 1, seconds do
    notify.deliver(hook)
    host.run_timers(1)
  end
end

local function state()
  local list = {}
  for index, row in ipairs(notify.list(hook, web)) do
    list[index] = { row.to, row.state, row.attempts, row.status }
  end
  return list
end

describe("notify", function()
  it("sends JSON with the headers of Standard Webhooks", function()
    open({ url = JSON, secret = WHSEC })
    notify.add(hook, web, ENTRY)
    assert.same({ { "ci.example.org", "waiting", 0 } }, state())
    run(1)
    assert.same({ { "ci.example.org", "delivered", 1, 204 } }, state())
    local request = sent[1]
    assert.same({ "POST", JSON, "application/json" }, { request.method, request.url, request.headers["content-type"] })
    local body = cjson.decode(request.body)
    assert.same({ "bake.ended", "2026-11-24T03:25:00Z", "web", "m-1", "m-2", "exec-1" }, { body.type, body.timestamp,
      body.data.name, body.data.image_id, body.data.images["cn-beijing"], body.data.execution_id })
    local id, timestamp = request.headers["webhook-id"], request.headers["webhook-timestamp"]
    assert.matches("^msg_%x+$", id)
    assert.equal(("%.0f"):format(math.floor(host.now()) - 1), timestamp)
    assert.equal("v1," .. base64.from_hex(core.sign.hmac_sha256_hex(KEY, id .. "." .. timestamp .. "."
      .. request.body)), request.headers["webhook-signature"])
    run(100)
    assert.equal(1, #sent)
  end)

  it("sends a text to Slack, unsigned without a secret, and to several receivers", function()
    open({ { url = SLACK, format = "slack" }, { url = JSON, secret = "a secret that is no Base64" } })
    local bad = { outcome = "failed", ok = false, execution_id = "exec-2", images = {}, pipeline = {},
      message = "RUN make <all> & more failed", times = {} }
    notify.add(hook, web, ENTRY)
    notify.add(hook, web, bad)
    run(1)
    local texts, signed = {}, 0
    for _, request in ipairs(sent) do
      texts[#texts + 1] = cjson.decode(request.body).text
      signed = signed + (request.headers["webhook-signature"] and 1 or 0)
    end
    table.sort(texts)
    assert.same({ "*web*: failed, RUN make &lt;all&gt; &amp; more failed, exec-2",
      "*web*: success, image m-2 in cn-beijing, image m-1 in cn-hangzhou, exec-1 took 25 min" }, texts)
    assert.same({ 4, 2 }, { #sent, signed })
  end)

  it("tries again after a failure, with the same id, and keeps a record without the address", function()
    open({ url = JSON })
    replies = { { status = 500, headers = {} }, { kind = "transport",
      message = "refused: " .. JSON .. " and " .. JSON }, { status = 200, headers = {} } }
    notify.add(hook, web, ENTRY)
    run(2)
    assert.same({ { "ci.example.org", "waiting", 1, 500 } }, state())
    run(5)
    assert.same({ 2, "refused: https://ci.example.org/… and https://ci.example.org/…" },
      { #sent, notify.list(hook, web)[1].message })
    run(35)
    assert.same({ { "ci.example.org", "delivered", 3, 200 } }, state())
    assert.same({ sent[1].headers["webhook-id"], sent[1].body }, { sent[3].headers["webhook-id"], sent[3].body })
    assert.same({ 2, host.WARN }, { #hook.logged, hook.logged[1][2] })
    assert.equal("notify: ci.example.org did not take the end of exec-1 (attempt 1): HTTP status 500",
      hook.logged[1][1])
    assert.is_nil(cjson.encode({ hook.logged, notify.list(hook, web) }):find("hidden", 1, true))
  end)

  it("gives up after the last attempt, and at once if the receiver is gone", function()
    open({ url = JSON })
    replies = { { status = 302, headers = {} } }
    notify.add(hook, web, ENTRY)
    for _ = 1, 12 do
      run(1)
      host.run_timers(21600)
    end
    assert.same({ { "ci.example.org", "failed", 8, 302 } }, state())
    assert.same({ 8, host.ERR }, { #sent, hook.logged[8][2] })
    assert.matches("attempt 8, the last", hook.logged[8][1])
    open({ url = JSON })
    replies = { { status = 410, headers = {} } }
    notify.add(hook, web, ENTRY)
    run(10)
    assert.same({ { "ci.example.org", "failed", 1, 410 } }, state())
  end)

  it("waits as long as the receiver asks for, within bounds", function()
    open({ url = JSON })
    replies = { { status = 429, headers = { ["retry-after"] = "90" } }, { status = 204, headers = {} } }
    notify.add(hook, web, ENTRY)
    run(89)
    assert.equal(1, #sent)
    run(4)
    assert.equal(2, #sent)
    open({ url = JSON })
    replies = { { status = 503, headers = { ["retry-after"] = "999999999" } }, { status = 204, headers = {} } }
    notify.add(hook, web, ENTRY)
    run(1)
    host.run_timers(21600)
    run(1)
    assert.equal(2, #sent)
  end)

  it("is one worker's work, and another's after that one died", function()
    open({ url = JSON })
    notify.add(hook, web, ENTRY)
    local id = next(store_file.decode(hook.store:get("handler:outbox")))
    hook.store:add("handler:sending:" .. id, "a worker that died", 5)
    run(4)
    assert.equal(0, #sent)
    run(3)
    assert.equal(1, #sent)
    notify.deliver(hook)
    assert.equal(1, #sent)
  end)

  it("outlives what raises, and forgets a receiver that is configured no longer", function()
    open({ url = JSON })
    replies = { { raises = "broken" } }
    notify.add(hook, web, ENTRY)
    run(1)
    assert.matches("attempt 1%): broken", hook.logged[1][1])
    hook.notify = {}
    run(6)
    assert.same({}, store_file.decode(hook.store:get("handler:outbox")) or {})
    assert.same({}, state())
  end)

  it("says why nothing could be written down", function()
    open({ url = JSON })
    for index = 1, 201 do
      local entry = {}
      for name, value in pairs(ENTRY) do
        entry[name] = value
      end
      entry.execution_id = "exec-" .. index
      notify.add(hook, web, entry)
    end
    assert.same({ "failed", "200 messages wait already" },
      { notify.list(hook, web)[1].state, notify.list(hook, web)[1].message })
    run(1)
    assert.equal(200, #sent)
    hook.transports = { pick = function() return nil, { kind = "transport", message = "no transport" } end }
    notify.add(hook, web, ENTRY)
    run(1)
    assert.equal("no transport", notify.list(hook, web)[1].message)
  end)

  local refused = {
    { { url = "ftp://x" }, 'notify: option "url" cannot be used: the URL must begin with http:// or https://' },
    { { url = "https://" }, "the URL must name a host" },
    { { url = "https://user:pass@ci.example.org/" }, "and no user or password" },
    { { url = "https://ci.example.org:99999/" }, "the URL's port must be from 1 to 65535" },
    { { { url = JSON }, { url = JSON, format = "xml" } }, 'notify%[2%]: option "format" must be "json", "slack"' },
    { {}, 'notify: option "url" is missing' },
    { { url = JSON, secret = "short" }, 'option "secret" must have at least 16 bytes' },
    { { url = JSON, secret = "whsec_no Base64 at all!" }, 'must be Base64 after "whsec_"' },
    { { url = JSON, sekret = "x" }, 'unknown option "sekret" %(did you mean "secret"%?%)' },
    { { "https://x" }, "options must be a table, not a string" },
  }
  for _, row in ipairs(refused) do
    it("refuses: " .. row[2], function()
      assert.error_matches(function() notify.read("openresty.handler", row[1]) end, row[2])
    end)
  end

  it("keeps a message that does not hold the path of the address", function()
    open({ url = "https://ci.example.org:8443" })
    replies = { { kind = "transport", message = "no /route/ to it" } }
    notify.add(hook, web, ENTRY)
    run(1)
    assert.same({ "ci.example.org:8443", "no /route/ to it" },
      { notify.list(hook, web)[1].to, notify.list(hook, web)[1].message })
    assert.same({}, notify.read("x", nil))
  end)
end)
