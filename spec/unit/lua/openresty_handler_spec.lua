-- The handler for a location on a fake nginx, with an emulator behind it, all on one virtual clock.
local fake_ngx = require("fake_ngx")
local fake_request = require("fake_request")
local openresty = require("ecs_pipeline.openresty")
local virtual = require("virtual")

local SECRET = fake_request.SECRET

-- → host, handler, emulator, client, id of the pipeline
local function open(options, emulator_options, host_options)
  local client, emulator = virtual.client({ retry = false }, emulator_options)
  local settings = { now = emulator:now(), on_advance = function(seconds) emulator:advance(seconds) end }
  for name, value in pairs(host_options or {}) do
    settings[name] = value
  end
  local host = fake_ngx.new(settings)
  host.get_phase = function() return "content" end
  local made = assert(client.pipeline.create(virtual.TEMPLATE))
  local all = { secret = SECRET, pipelines = { web = made.id }, client = client, host = host }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  if all.secret == "" then
    all.secret = nil
  end
  return host, openresty.handler(all), emulator, client, made.id
end

local nonces = 0
local function ask(host, handler, action, more, fields)
  nonces = nonces + 1
  local message = { action = action, pipeline = "web", nonce = ("%d"):format(nonces) }
  for name, value in pairs(fields or {}) do
    message[name] = value
  end
  return fake_request.webhook(host, handler, message, more)
end

local function refused(status, code, answer)
  assert.same({ status, code }, { answer.status, answer.json and answer.json.error and answer.json.error.code },
    answer.body)
  assert.is_nil(answer.body:find(SECRET, 1, true))
  return answer.json.error.message
end

local function logged(host)
  local texts = {}
  for _, line in ipairs(host.lines) do
    texts[#texts + 1] = line.text
  end
  return table.concat(texts, "\n")
end

describe("openresty.handler", function()
  it("starts a bake, follows it to its end and shows it", function()
    local told = {}
    local host, handler, emulator = open({ on_change = function(report, name)
      told[#told + 1] = name .. " " .. report.status
    end })
    assert.equal("idle", fake_request.serve(host, handler, { uri = "/bakes/status.json" }).json.bakes[1].state)
    local answer = ask(host, handler, "start")
    assert.equal(202, answer.status, answer.body)
    local id = answer.json.execution_id
    assert.same({ true, "start", "web", false, "running", id },
      { answer.json.ok, answer.json.action, answer.json.pipeline, answer.json.adopted, answer.json.bake.state,
        answer.json.bake.execution_id })
    local again = ask(host, handler, "start")
    assert.same({ 202, id, true }, { again.status, again.json.execution_id, again.json.adopted })
    assert.equal(1, #emulator:state().executions)

    local before = -1
    for _ = 1, 5 do
      host.run_timers(400)
      local bake = fake_request.serve(host, handler, { uri = "/bakes/status.json" }).json.bakes[1]
      assert.is_true(bake.progress > before, bake.phase)
      assert.is_true(bake.elapsed >= 400)
      before = bake.progress
    end
    host.run_timers(2400)
    local shown = ask(host, handler, "show")
    assert.same({ 200, "ended", "success", 1 }, { shown.status, shown.json.bake.state, shown.json.bake.outcome,
      shown.json.bake.progress })
    assert.truthy(shown.json.bake.image_id)
    assert.equal(202, ask(host, handler, "start").status) -- now it is known how long one takes
    host.run_timers(600)
    local bake = fake_request.serve(host, handler, { uri = "/bakes/status.json" }).json.bakes[1]
    assert.is_true(bake.progress > 0.2 and bake.progress < 0.3, bake.progress)
    assert.equal(2400, bake.elapsed + bake.estimate)
    local count = #told
    host.run_timers(86400)
    assert.equal("web PREPARING", told[1])
    assert.equal("web SUCCESS", told[#told])
    assert.is_true(#told > count)
  end)

  it("starts a new one as soon as the last one is seen to have ended", function()
    local host, handler, emulator = open({ poll = 0.1 })
    local first = ask(host, handler, "start").json.execution_id
    host.run_timers(0.5)
    emulator:advance(86400)
    host.run_timers(1.2) -- the answer "it runs" is younger than 2 s
    local second = ask(host, handler, "start")
    assert.is_false(second.json.adopted)
    assert.not_equal(first, second.json.execution_id)
  end)

  it("says when one cannot be seen any more", function()
    local host, handler, _, client, pipeline = open()
    ask(host, handler, "start")
    host.run_timers(10)
    client.execution.cancel(assert(client.execution.list(pipeline))[1])
    host.run_timers(60)
    assert(client.pipeline.delete(pipeline))
    local id = "exec-bp1gone000000000000"
    require("ecs_pipeline.openresty.bake_state").remember({ keys = "hook:/bakes/:", dict = host.shared.ecs_pipeline,
      host = host, watcher = function() return { follow = function() return true end } end }, { name = "web" }, id)
    assert.equal("running", fake_request.serve(host, handler, { uri = "/bakes/status.json" }).json.bakes[1].state)
    local watcher = openresty.watch({ client = client, host = host, name = "handler /bakes/" })
    watcher.follow(id)
    host.run_timers(120)
    local bake = fake_request.serve(host, handler, { uri = "/bakes/status.json" }).json.bakes[1]
    assert.same({ "ended", "lost", "not_found" }, { bake.state, bake.outcome, bake.error and bake.error.kind })
    local page = fake_request.serve(host, handler, {}).body
    assert.truthy(page:find("<td>lost</td>", 1, true))
    assert.truthy(page:find("not found", 1, true))
  end)

  it("answers within 3 seconds, and sees to a start that takes longer", function()
    local host, handler, emulator = open()
    local at = host.timer.at
    host.timer.at = function(delay, ...) return at(delay + 10, ...) end -- every start is slow now
    local before = host.now()
    for _ = 1, 3 do
      local answer = ask(host, handler, "start")
      assert.same({ 202, "starting" }, { answer.status, answer.json.state })
    end
    assert.is_true(host.now() - before < 9)
    host.run_timers(60)
    assert.equal(1, #emulator:state().executions)
    host.timer.at = at
    host.run_timers(10)
    local bake = fake_request.serve(host, handler, { uri = "/bakes/status.json" }).json.bakes[1]
    assert.same({ emulator:state().executions[1].ExecutionId, "preparing" }, { bake.execution_id, bake.phase })
  end)

  it("says in the log that nobody sees to a start, when nginx has no timer", function()
    local host, handler = open()
    local at = host.timer.at
    local count = 0
    host.timer.at = function(delay, ...)
      count = count + 1
      if count == 1 then
        return at(delay + 10, ...)
      end
      return nil, "too many pending timers"
    end
    assert.equal("starting", ask(host, handler, "start").json.state)
    assert.truthy(logged(host):find("too many pending timers", 1, true))
  end)

  it("logs when nothing comes of a start that takes longer", function()
    local host, handler = open({ pipelines = { web = "ip-bp1nothing0000000000" } })
    local at = host.timer.at
    host.timer.at = function(delay, ...) return at(delay + 10, ...) end
    assert.equal("starting", ask(host, handler, "start").json.state)
    host.run_timers(60)
    assert.truthy(logged(host):find("start of web: ", 1, true))
  end)

  it("goes on in a new worker after a reload, before anybody asks", function()
    local host, handler, _, client, pipeline = open()
    ask(host, handler, "start")
    host.timers = {} -- the worker is gone, and its timers
    local told = {}
    host.get_phase = function() return "init_worker" end
    local begin = openresty.handler({ secret = SECRET, pipelines = { other = "ip-2", again = pipeline, web = pipeline },
      client = client, host = host, on_change = function(report, name)
        told[#told + 1] = name .. " " .. report.status
      end })
    begin()
    host.run_timers(60)
    assert.same({ "again PREPARING" }, told)
  end)

  it("answers also when it breaks, and logs why", function()
    local host, handler, _, client = open()
    client.close()
    refused(503, "BROKEN", ask(host, handler, "show"))
    assert.truthy(logged(host):find("closed", 1, true))
  end)

  it("cancels what runs, and only that", function()
    local host, handler, _, client, pipeline = open()
    assert.truthy(refused(409, "NOTHING_RUNNING", ask(host, handler, "cancel")):find("nothing to cancel", 1, true))
    local id = ask(host, handler, "start").json.execution_id
    refused(409, "ANOTHER_ONE_RUNS", ask(host, handler, "cancel", nil, { execution_id = "exec-other" }))
    local answer = ask(host, handler, "cancel", nil, { execution_id = id })
    assert.same({ 202, true, id }, { answer.status, answer.json.cancelled, answer.json.execution_id })
    host.run_timers(120)
    assert.equal("CANCELLED", client.execution.describe(id).status)
    local bake = ask(host, handler, "show").json.bake
    assert.same({ "ended", "cancelled" }, { bake.state, bake.outcome })
    refused(409, "NOTHING_RUNNING", ask(host, handler, "cancel"))
    assert.equal(202, ask(host, handler, "start").status)
    assert.equal(2, #client.execution.list(pipeline))
    assert.equal(202, ask(host, handler, "cancel").status) -- the one of the two that runs
    host.run_timers(120)
    assert.equal("ended", ask(host, handler, "show").json.bake.state)
    host.run_timers(1)
    local third = assert(client.execution.start(pipeline)).id
    assert.equal(third, ask(host, handler, "show").json.bake.execution_id)
  end)

  it("shows what was started elsewhere", function()
    local host, handler, _, client, pipeline = open()
    assert.equal("idle", ask(host, handler, "show").json.bake.state)
    local id = assert(client.execution.start(pipeline)).id
    assert.equal(id, ask(host, handler, "show").json.bake.execution_id)
    host.run_timers(2)
    assert.equal("preparing", ask(host, handler, "show").json.bake.phase)
  end)

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

  it("tells an address that guesses to stop, and no other", function()
    local host, handler = open({ refusals = 3 })
    local function wrong(more)
      local asked = { secret = "wrong wrong wrong" }
      for name, value in pairs(more or {}) do
        asked[name] = value
      end
      return ask(host, handler, "start", asked)
    end
    for _ = 1, 3 do
      refused(401, "BAD_SIGNATURE", wrong())
    end
    local answer = wrong()
    assert.truthy(refused(429, "TOO_MANY_REFUSED", answer):find("the signature does not fit", 1, true))
    assert.equal("60", answer.headers["retry-after"])
    assert.equal(200, ask(host, handler, "show").status) -- nobody is shut out by what others send
    refused(401, "BAD_SIGNATURE", wrong({ address = "192.0.2.2" }))
    host.sleep(61)
    refused(401, "BAD_SIGNATURE", wrong())
  end)

  it("keeps no more addresses than it has room for", function()
    local host, handler = open()
    for index = 1, 1500 do
      refused(401, "NOT_SIGNED", fake_request.serve(host, handler, { method = "POST", uri = "/bakes/webhook",
        address = "2001:db8::" .. index }))
    end
    assert.is_true(#host.shared.ecs_pipeline:get_keys() < 1010)
    assert.equal(200, ask(host, handler, "show").status)
  end)

  it("refuses bodies that are too long, before or after they are read", function()
    local host, handler = open({ max_body = 100 })
    local long = ask(host, handler, "show", { headers = { ["content-length"] = "101" } })
    refused(413, "TOO_LARGE", long)
    assert.is_nil(long.read)
    refused(413, "TOO_LARGE", ask(host, handler, "show", nil, { key = ("k"):rep(100) }))
    local path = os.tmpname()
    local function in_file(text)
      local file = assert(io.open(path, "wb"))
      file:write(text)
      file:close()
      return fake_request.serve(host, handler, { method = "POST", uri = "/bakes/webhook", body_file = path,
        headers = openresty.sign(SECRET, text, host.now()) })
    end
    refused(413, "TOO_LARGE", in_file(("x"):rep(101)))
    assert.equal(200, in_file('{"action":"show","pipeline":"web"}').status)
    os.remove(path)
    refused(400, "NOT_JSON", fake_request.serve(host, handler, { method = "POST", uri = "/bakes/webhook",
      headers = openresty.sign(SECRET, "", host.now()) }))
  end)

  it("says what is wrong with a message", function()
    local host, handler = open({ pipelines = { web = { id = "ip-1", actions = "show" }, api = { id = "ip-2" } } })
    refused(400, "NOT_JSON", fake_request.webhook(host, handler, "action=start"))
    refused(400, "UNKNOWN_FIELD", ask(host, handler, "start", nil, { branch = "main" }))
    refused(400, "WRONG_FIELD", ask(host, handler, "start", nil, { key = true }))
    refused(400, "UNKNOWN_ACTION", ask(host, handler, "delete"))
    refused(400, "NO_PIPELINE", fake_request.webhook(host, handler, { action = "start" }))
    local message = refused(404, "UNKNOWN_PIPELINE", ask(host, handler, "start", nil, { pipeline = "wbe" }))
    assert.truthy(message:find("[\"wbe\"] = \"ip-…\"", 1, true))
    assert.truthy(message:find("name one of: api, web", 1, true))
    refused(403, "NOT_PERMITTED", ask(host, handler, "start"))
  end)

  it("answers other methods and addresses", function()
    local host, handler = open()
    local answer = fake_request.serve(host, handler, { method = "PUT" })
    refused(405, "NO_SUCH_METHOD", answer)
    assert.equal("GET, HEAD", answer.headers.allow)
    answer = fake_request.serve(host, handler, { uri = "/bakes/webhook" })
    refused(405, "NO_SUCH_METHOD", answer)
    assert.equal("POST", answer.headers.allow)
    refused(404, "NO_SUCH_PAGE", fake_request.serve(host, handler, { uri = "/bakes/other" }))
    local message = refused(503, "WRONG_PREFIX", fake_request.serve(host, handler, { uri = "/images/" }))
    assert.truthy(message:find("location /bakes/ { … }", 1, true))
    assert.equal(200, fake_request.serve(host, handler, { method = "HEAD", uri = "/bakes/metrics" }).status)
  end)
end)

describe("openresty.handler and what nginx.conf lacks:", function()
  it("the dictionary", function()
    local host, handler = open(nil, nil, { dicts = {} })
    local line = "add \"lua_shared_dict ecs_pipeline 1m;\" to the http block of nginx.conf"
    assert.truthy(logged(host):find(line, 1, true))
    assert.truthy(refused(503, "NO_SHARED_DICT", ask(host, handler, "start")):find(line, 1, true))
    host.get_phase = function() return "init_worker" end
    handler()
    assert.equal(3, #host.lines)
  end)

  it("the secret", function()
    for _, secret in ipairs({ "", " " }) do
      local host, handler = open({ secret = secret })
      assert.truthy(logged(host):find("add \"env NAME;\" to the top of nginx.conf", 1, true))
      assert.truthy(refused(503, "NO_SECRET", ask(host, handler, "start")):find("env NAME;", 1, true))
    end
  end)

  it("room in the dictionary", function()
    local host, handler = open(nil, nil, { most = 0 })
    assert.truthy(refused(503, "SHARED_DICT_FULL", ask(host, handler, "start")):find("a larger size", 1, true))
    assert.equal(200, fake_request.serve(host, handler, { uri = "/bakes/metrics" }).status)
    local full = 0
    for most = 1, 12 do -- full at every later point: an answer each time, and in the end it is done
      host, handler = open(nil, nil, { most = most })
      local answer = ask(host, handler, "start")
      if answer.status == 503 then
        refused(503, "SHARED_DICT_FULL", answer)
        full = full + 1
      else
        assert.equal(202, answer.status, answer.body)
      end
      answer = ask(host, handler, "show")
      if answer.status ~= 200 then
        refused(503, "SHARED_DICT_FULL", answer)
      end
    end
    assert.is_true(full > 0)
  end)
end)

describe("openresty.handler and a service in trouble:", function()
  it("one that does not answer: there is an answer within 3 seconds all the same", function()
    local host, handler, _, client = open()
    local each = client.execution.each
    local function slow(deadline)
      host.sleep(deadline)
      return nil, "too late", { kind = "timeout", message = "too late" }
    end
    client.execution.each = function(_, given)
      return function()
        local _, message, err = slow(given.deadline)
        return false, message, err
      end
    end
    client.execution.cancel = function(_, given)
      slow(given.deadline)
      return slow(given.deadline) -- the look after a refusal
    end
    for _, action in ipairs({ "show", "cancel" }) do
      local before = host.now()
      refused(503, "timeout", ask(host, handler, action))
      assert.is_true(host.now() - before < 3)
    end
    client.execution.each = each
    ask(host, handler, "start")
    client.execution.each = function(filter, ...) -- the last moment
      local steps = each(filter, ...)
      host.sleep(filter.pipeline and 1.25 or 0) -- of the handler, not of the watch
      return steps
    end
    local before = host.now()
    refused(503, "timeout", ask(host, handler, "cancel"))
    assert.is_true(host.now() - before < 3)
  end)

  it("no further page when half of the time is over", function()
    local host, handler, _, client = open()
    local steps = 0
    client.execution.each = function()
      return function()
        steps = steps + 1
        host.sleep(0.3)
        return { id = "exec-" .. steps, status = "FAILED",
          creation_time = ("2026-11-24T00:00:%02dZ"):format(steps % 7) }
      end
    end
    assert.equal("exec-5", ask(host, handler, "show").json.bake.execution_id)
    assert.equal(5, steps)
  end)

  it("room for what it found", function()
    local host, handler, _, client, pipeline = open()
    local dict = host.shared.ecs_pipeline
    assert(client.execution.start(pipeline))
    dict.most = #dict:get_keys() + 1 -- for the signature
    refused(503, "SHARED_DICT_FULL", ask(host, handler, "show"))
    dict.most = dict.most + 1
    refused(503, "SHARED_DICT_FULL", ask(host, handler, "cancel"))
  end)

  it("a cancel that comes too late, or is refused", function()
    local host, handler, emulator, client = open()
    ask(host, handler, "start")
    emulator:fault({ kind = "error", code = "ServiceUnavailable", action = "CancelImagePipelineExecution" })
    refused(503, "ServiceUnavailable", ask(host, handler, "cancel"))
    local each = client.execution.each
    client.execution.each = function(...)
      local found = each(...)()
      emulator:advance(86400) -- it ends between look and cancel
      return function()
        local one = found
        found = nil
        return one
      end
    end
    refused(409, "NOTHING_RUNNING", ask(host, handler, "cancel"))
  end)

  it("a pipeline that is not there, throttling, refusals", function()
    local host, handler = open({ pipelines = { web = "ip-bp1nothing0000000000" } })
    local answer = ask(host, handler, "start")
    refused(404, "InvalidImagePipeline.NotFound", answer)
    assert.truthy(answer.json.error.hint:find('web = "ip-bp1nothing0000000000"', 1, true))
    local emulator
    host, handler, emulator = open()
    emulator:fault({ kind = "error", code = "Throttling.User" })
    answer = ask(host, handler, "start")
    refused(429, "Throttling.User", answer)
    assert.equal("30", answer.headers["retry-after"])
    for _, action in ipairs({ "cancel", "show" }) do
      emulator:fault({ kind = "error", code = "ServiceUnavailable" })
      refused(503, "ServiceUnavailable", ask(host, handler, action))
    end
  end)
end)

describe("the options of openresty.handler", function()
  local function raises(text, change)
    local options = { secret = SECRET, pipelines = { web = "ip-1" }, host = fake_ngx.new() }
    for name, value in pairs(change) do
      options[name] = value or nil
    end
    assert.error_matches(function() openresty.handler(options) end, text, 1, true)
  end

  it("are checked", function()
    assert.error_matches(function() openresty.handler() end, "options must be a table", 1, true)
    raises("unknown option \"pipeline\" (did you mean \"pipelines\"?)", { pipeline = "ip-1" })
    raises("option \"pipelines\" is missing", { pipelines = false })
    raises("option \"pipelines\" names none", { pipelines = {} })
    raises("a name must be a text", { pipelines = { "ip-1" } })
    raises("a name must be a text", { pipelines = { ["a\nb"] = "ip-1" } })
    raises("pipelines[\"web\"]: options must be a table, not a number", { pipelines = { web = 1 } })
    raises("option \"id\" is missing", { pipelines = { web = { region_id = "cn-qingdao" } } })
    raises("no id", { pipelines = { web = "" } })
    raises("must be \"start\", \"cancel\", \"show\"", { pipelines = { web = { id = "ip-1", actions = { "stop" } } } })
    raises("at least 16 bytes: openssl rand -hex 32", { secret = "short" })
    raises("must be a string, or a list of them", { secret = { 1 } })
    raises("must begin and end with \"/\"", { prefix = "/bakes" })
    raises("works inside nginx only", { host = false })
  end)
end)
