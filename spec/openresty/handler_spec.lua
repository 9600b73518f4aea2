-- examples/openresty in a real nginx with two workers, the service behind another nginx over TLS.
local bakes_harness = require("spec.openresty.bakes_harness")
local forge_messages = require("spec.support.forge_messages")
local many_requests = require("spec.support.many_requests")
local shell = require("ecs_pipeline.emulator.nginx.shell")

-- A harness of a test's own, which ends with it however it ends.
local function open(options)
  local harness = bakes_harness.open(options)
  finally(function() assert.is_true(harness:close()) end)
  return harness
end

local function error_of(answer)
  return { answer.status, answer.json and answer.json.error and answer.json.error.code or answer.body }
end

describe("examples/openresty", function()
  local harness

  setup(function()
    harness = bakes_harness.open()
  end)

  teardown(function()
    assert.is_true(harness:close())
  end)

  it("starts a bake by a signed webhook, follows it to its end, shows it as JSON, metrics and a page", function()
    assert.equal("idle", harness:bake().state)
    local answer = harness:webhook({ action = "start", pipeline = "web" })
    assert.equal(202, answer.status, answer.body)
    local id = answer.json.execution_id
    assert.is_false(answer.json.adopted)
    local again = harness:webhook({ action = "start", pipeline = "web" })
    assert.same({ 202, id, true }, { again.status, again.json.execution_id, again.json.adopted })
    assert.equal(1, harness:starts())

    local phases = {}
    for _, seconds in ipairs({ 0, 400, 1800 }) do
      harness:advance(seconds)
      local last = phases[#phases]
      phases[#phases + 1] = harness:wait_for(function(bake) return bake.phase and bake.phase ~= "unknown"
        and bake.phase ~= last end).phase
    end
    assert.same({ "preparing", "building", "releasing" }, phases)
    harness:advance(400)
    local bake = harness:wait_for(function(seen) return seen.state == "ended" end)
    assert.same({ "success", 1, id }, { bake.outcome, bake.progress, bake.execution_id })
    assert.matches("^m%-", bake.image_id)

    local metrics = harness:get("metrics")
    assert.equal("text/plain; version=0.0.4; charset=utf-8", metrics.headers["content-type"])
    for _, line in ipairs({ 'ecs_pipeline_bakes_total{pipeline="web",outcome="success"} 1',
      'ecs_pipeline_webhooks_total{action="start",status="202"} 2', 'ecs_pipeline_bake_running{pipeline="web"} 0' }) do
      assert.truthy(metrics.body:find(line .. "\n", 1, true), metrics.body)
    end
    local page = harness:get("")
    assert.truthy(page.body:find('<span class="word">success</span>', 1, true))
    assert.truthy(page.headers["content-security-policy"]:find("default-src 'none'", 1, true))
    for _, text in ipairs({ metrics.body, page.body, answer.body, harness:get("status.json").body }) do
      for _, secret in ipairs({ bakes_harness.SECRET, "emulator-secret", "emulator-key" }) do
        assert.is_nil(text:find(secret, 1, true))
      end
    end
  end)

  it("cancels one", function()
    assert.equal(202, harness:webhook({ action = "start", pipeline = "web" }).status)
    local answer = harness:webhook({ action = "cancel", pipeline = "web" })
    assert.same({ 202, true }, { answer.status, answer.json.cancelled }, answer.body)
    harness:advance(120)
    assert.equal("cancelled", harness:wait_for(function(bake) return bake.state == "ended" end).outcome)
    assert.same({ 409, "NOTHING_RUNNING" }, error_of(harness:webhook({ action = "cancel", pipeline = "web" })))
  end)

  it("follows a bake through a reload, without being asked", function()
    assert.equal(202, harness:webhook({ action = "start", pipeline = "web" }).status)
    harness:wait_for(function(bake) return bake.phase == "preparing" end)
    harness.server.reload()
    harness:advance(86400)
    -- told by the shared dictionary: no worker of these made its watch because of a request
    assert.equal("success", harness:wait_for(function(bake) return bake.state == "ended" end).outcome)
  end)

  it("finds what runs when nginx was started anew", function()
    local other = open({ running = true })
    local id = other.client.execution.list(other.pipeline)[1].id
    local bake = other:wait_for(function(seen) return seen.phase == "preparing" end)
    assert.same({ "running", id }, { bake.state, bake.execution_id })
  end)

  it("refuses what is not signed, signed wrongly, old, or came before", function()
    local show = { action = "show", pipeline = "web" }
    assert.same({ 401, "NOT_SIGNED" }, error_of(harness:send("POST", "webhook", "{}")))
    assert.same({ 401, "BAD_SIGNATURE" }, error_of(harness:webhook(show, { secret = "another secret 123" })))
    assert.same({ 403, "TOO_OLD" }, error_of(harness:webhook(show, { timestamp = os.time() - 301 })))
    local body = '{"action":"show","pipeline":"web"}'
    local headers = require("ecs_pipeline.openresty").sign(bakes_harness.SECRET, body)
    assert.equal(200, harness:send("POST", "webhook", body, headers).status)
    for _ = 1, 6 do -- whichever worker is asked
      assert.same({ 409, "REPLAYED" }, error_of(harness:send("POST", "webhook", body, headers)))
    end
    assert.same({ 401, "BAD_SIGNATURE" }, error_of(harness:send("POST", "webhook", body .. " ", headers)))
  end)

  it("bounds bodies, also those that come in pieces", function()
    local long = { action = "show", pipeline = "web", key = ("k"):rep(1048576) }
    assert.equal(413, harness:webhook(long).status) -- nginx's own bound
    assert.same({ 400, "WRONG_FIELD" }, error_of(harness:webhook({ action = "show", pipeline = "web",
      key = ("k"):rep(40000) })))
    local command = "head -c 1100000 /dev/zero | curl -s -o /dev/null -w '%{http_code}' "
      .. "-H 'transfer-encoding: chunked' -H 'x-ecs-pipeline-timestamp: " .. os.time()
      .. "' -H 'x-ecs-pipeline-signature: v2=" .. ("0"):rep(64) .. "' --data-binary @- "
    assert.equal("413", shell.line(command .. harness.url .. "webhook"))
  end)

  it("takes the webhook of a forge, also one that nginx keeps in a file", function()
    local paths = {}
    for index = 1, 10000 do
      paths[index] = ("images/web/%d"):format(index)
    end
    local starts = harness:starts()
    assert.same({ 401, "BAD_SIGNATURE" }, error_of(harness:push("github", { paths = paths,
      secret = "a secret of somebody else" })))
    local answer, body, headers = harness:push("github", { paths = paths })
    assert.is_true(#body > 150000)
    assert.same({ 202, "started" }, { answer.status, answer.json.pipelines[1].state }, answer.body)
    for _ = 1, 4 do -- whichever worker is asked
      assert.equal("duplicate", harness:send("POST", "webhook", body, headers).json.outcome)
    end
    assert.equal(starts + 1, harness:starts())
    assert.equal(413, (harness:push("github", { paths = { ("x"):rep(1048576) } })).status)
    harness:webhook({ action = "cancel", pipeline = "web" })
    harness:advance(120)
    harness:wait_for(function(bake) return bake.state == "ended" end)
  end)

  it("starts one bake for a hundred deliveries of one push at the same moment", function()
    local body, headers = forge_messages.push("gitea", { after = ("d"):rep(40) })
    local lines, requests, starts = {}, {}, harness:starts()
    for name, value in pairs(headers) do
      lines[#lines + 1] = name .. ": " .. value .. "\r\n"
    end
    for index = 1, 100 do
      requests[index] = { port = harness.server.port, text = "POST /bakes/webhook HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        .. "Connection: close\r\n" .. table.concat(lines) .. "\r\n" .. body }
    end
    local ids = {}
    for _, answer in ipairs(many_requests.run(requests, 30)) do
      assert.is_true(answer.status == 202 or answer.status == 200, answer.broken or answer.body)
      ids[answer.body:match('"execution_id":"(exec%-%w+)"') or "duplicate"] = true
    end
    ids.duplicate = nil
    assert.is_string(next(ids))
    assert.is_nil(next(ids, (next(ids))))
    assert.equal(starts + 1, harness:starts())
    assert.equal("duplicate", harness:send("POST", "webhook", body, headers).json.outcome)
    harness:webhook({ action = "cancel", pipeline = "web" })
    harness:advance(120)
    harness:wait_for(function(bake) return bake.state == "ended" end)
  end)

  it("refuses other methods, addresses, pipelines", function()
    assert.same({ 405, "NO_SUCH_METHOD" }, error_of(harness:send("DELETE", "")))
    assert.same({ 404, "NO_SUCH_PAGE" }, error_of(harness:get("nothing")))
    assert.same({ 404, "UNKNOWN_PIPELINE" }, error_of(harness:webhook({ action = "start", pipeline = "other" })))
  end)

  it("answers within 3 seconds when the service does not, and the start comes about", function()
    local starts = harness:starts()
    harness:fault('{"kind":"slow","delay":4,"action":"StartImagePipelineExecution"}')
    local answer = harness:webhook({ action = "start", pipeline = "web" })
    assert.same({ 202, "starting" }, { answer.status, answer.json.state }, answer.body)
    local bake = harness:wait_for(function(seen) return seen.state == "running" end)
    assert.equal("running", bake.state)
    assert.equal(starts + 1, harness:starts())
    harness:webhook({ action = "cancel", pipeline = "web" })
  end)

  it("answers 503 with a reason when the service is away", function()
    local other = open({ environment = { ALIBABA_CLOUD_ENDPOINT_ECS = "http://127.0.0.1:1" } })
    local answer = other:webhook({ action = "show", pipeline = "web" })
    assert.equal(503, answer.status)
    assert.equal("transport", answer.json.error.kind)
  end)
end)

describe("a misconfiguration of it", function()
  local rows = {
    -- bakes.lua has a token bucket, which raises: the log says why
    { "no lua_shared_dict", { lines = { { "  lua_shared_dict ecs_pipeline 1m;", "  lua_shared_dict other 1m;" },
      } }, 500, "lua_shared_dict ecs_pipeline 1m;" },
    { "no env line of the secret", { lines = { { "env BAKES_SECRET;", "" } } }, 503, "env NAME;" },
    { "no id of the pipeline", { environment = { BAKES_PIPELINE = false } }, 404, "ip%-not%-configured" },
    { "another location", { lines = { { "    location /bakes/ {", "    location /images/ {" } }, path = "../images/" },
      503, "location /bakes/" },
    { "no env lines of the keys", { lines = { { "env ALIBABA_CLOUD_ACCESS_KEY_ID;", "env NO_PROXY;" },
      { "env ALIBABA_CLOUD_ACCESS_KEY_SECRET;", "env ALIBABA_CLOUD_ECS_METADATA_DISABLED;" } },
      environment = { ALIBABA_CLOUD_ECS_METADATA_DISABLED = "true" } }, 503,
      "env ALIBABA_CLOUD_ACCESS_KEY_ID;" },
  }
  for _, row in ipairs(rows) do
    it(row[1] .. ": the message names what to add", function()
      local harness = open(row[2])
      local answer
      if row[2].path then
        answer = harness:get(row[2].path)
      else
        answer = harness:webhook({ action = "start", pipeline = "web" })
      end
      assert.equal(row[3], answer.status, answer.body)
      local said = answer.json and answer.json.error.message .. (answer.json.error.hint or "")
      assert.matches(row[4], said or harness.server.log())
      assert.is_nil((answer.body .. harness.server.log()):find(bakes_harness.SECRET, 1, true))
    end)
  end
end)
