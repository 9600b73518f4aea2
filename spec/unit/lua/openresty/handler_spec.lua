-- The handler for a location: what it does with a bake, and with a service in trouble.
local fake_request = require("spec.support.fake_request")
local handler_harness = require("spec.support.handler_harness")
local openresty = require("ecs_pipeline.openresty")
local scope = require("ecs_pipeline.openresty.scope")
local store_file = require("ecs_pipeline.openresty.store")
local virtual = require("spec.support.virtual")
local watch_list = require("ecs_pipeline.openresty.watch_list")

local SECRET = fake_request.SECRET
local open, ask = handler_harness.open, handler_harness.ask
local refused, logged, slow = handler_harness.refused, handler_harness.logged, handler_harness.slow

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
    local store, keys = store_file.find("spec", host), scope.of("handler", "/bakes/", client)
    local id = "exec-bp1gone000000000000"
    store:put(keys .. "current:cn-hangzhou/" .. pipeline .. ":web", id)
    watch_list.new(store_file.clocks(host), store, keys .. "watch:"):add({ id = id })
    host.run_timers(120)
    assert.equal("ended", fake_request.serve(host, handler, { uri = "/bakes/status.json" }).json.bakes[1].state)
    host.run_timers(300)
    local bake = fake_request.serve(host, handler, { uri = "/bakes/status.json" }).json.bakes[1]
    assert.same({ "not_found", "lost", "not_found" }, { bake.state, bake.outcome, bake.error and bake.error.kind })
    assert.same({ id, "lost" }, { bake.builds[1].execution_id, bake.builds[1].outcome })
    assert.truthy(fake_request.serve(host, handler, { uri = "/bakes/metrics" }).body
      :find('ecs_pipeline_bakes_total{pipeline="web",outcome="lost"} 1\n', 1, true)) -- although it was never read
  end)

  it("knows the last builds, also those from before it, those that others start, and after it has let go of them",
    function()
      local host, handler, emulator, client, pipeline = open({ keep = 60 })
      local function bake()
        return fake_request.serve(host, handler, { uri = "/bakes/status.json" }).json.bakes[1]
      end
      local ids = {}
      local function build()
        ids[#ids + 1] = assert(client.execution.start(pipeline)).id
        emulator:advance(86400)
      end
      for _ = 1, 3 do
        build()
      end
      assert.equal("idle", bake().state) -- the worker's first request
      host.run_timers(60)
      assert.same({ "ended", ids[3], ids[3], ids[2], ids[1] }, { bake().state, bake().execution_id,
        bake().builds[1].execution_id, bake().builds[2].execution_id, bake().builds[3].execution_id })
      local metrics = fake_request.serve(host, handler, { uri = "/bakes/metrics" }).body
      assert.truthy(metrics:find('bakes_total{pipeline="web",outcome="success"} 0\n', 1, true)) -- it saw none of them
      assert.truthy(metrics:find('last_good_image_age_seconds{pipeline="web"} %d+'))
      host.run_timers(3600) -- the watch has let go of it
      assert.same({ "ended", "success", ids[3] }, { bake().state, bake().outcome, bake().execution_id })
      build()
      host.run_timers(400)
      assert.same({ ids[4], ids[4], 4 }, { bake().execution_id, bake().builds[1].execution_id, #bake().builds })
    end)

  local function bake_of(host, handler)
    return fake_request.serve(host, handler, { uri = "/bakes/status.json" }).json.bakes[1]
  end

  it("answers within 3 seconds, and a start that takes longer goes on and is shown", function()
    local host, handler, emulator, client = open()
    slow(host, client, 10)
    for _ = 1, 3 do
      local before = host.now()
      local answer = ask(host, handler, "start")
      assert.same({ 202, "starting" }, { answer.status, answer.json.state })
      assert.is_true(host.now() - before < 3)
    end
    assert.same({ "starting", true }, { bake_of(host, handler).state, bake_of(host, handler).waiting })
    host.run_timers(60)
    assert.equal(1, #emulator:state().executions)
    local bake = bake_of(host, handler)
    assert.same({ emulator:state().executions[1].ExecutionId, "preparing" }, { bake.execution_id, bake.phase })
    assert.is_nil(bake.waiting)
  end)

  it("shows a late start under each name of its pipeline", function()
    local host, _, _, client, pipeline = open()
    local handler = openresty.handler({ secret = SECRET, pipelines = { web = pipeline, again = pipeline },
      client = client, host = host, name = "both" })
    slow(host, client, 10)
    assert.equal("starting", ask(host, handler, "start", { name = "both" }).json.state)
    host.run_timers(20)
    local bakes = fake_request.serve(host, handler, { uri = "/bakes/status.json" }).json.bakes
    assert.same({ "running", "running" }, { bakes[1].state, bakes[2].state })
    assert.equal(bakes[1].execution_id, bakes[2].execution_id)
  end)

  it("shows a start that was promised and failed, counts and logs it", function()
    local host, handler, emulator, client = open()
    slow(host, client, 10)
    emulator:fault({ kind = "error", code = "Forbidden.RAM", status = 403, action = "StartImagePipelineExecution" })
    assert.equal("starting", ask(host, handler, "start").json.state)
    host.run_timers(60)
    local bake = bake_of(host, handler)
    assert.same({ "idle", "Forbidden.RAM" }, { bake.state, bake.lost.code })
    assert.truthy(bake.message:find("The last start failed: ", 1, true))
    assert.truthy(fake_request.serve(host, handler, {}).body:find("The last start failed: ", 1, true))
    assert.truthy(fake_request.serve(host, handler, { uri = "/bakes/metrics" }).body:find(
      'ecs_pipeline_starts_lost_total{pipeline="web"} 1\n', 1, true))
    assert.truthy(logged(host):find("the start of web that was promised failed: ", 1, true))
  end)

  it("carries out a promise whose timer nginx has dropped, also after a page view", function()
    for _, by in ipairs({ "timer", "page" }) do
      local host, handler, emulator = open()
      local phase, at = host.get_phase, host.timer.at
      ask(host, handler, "show") -- the timers of this worker are there
      host.timer.at = function() return true end
      local spawn = host.thread.spawn
      host.thread.spawn = function(body) -- and the request ends before its thread does anything
        return emulator:state().executions[1] and spawn(body) or { body = coroutine.create(body) }
      end
      assert.equal("starting", ask(host, handler, "start").json.state)
      host.thread.spawn, host.get_phase = spawn, phase
      local timers = host.timers
      host.timers = by == "timer" and timers or {}
      host.run_timers(6)
      assert.equal(by == "timer" and 1 or 0, #emulator:state().executions)
      local page = fake_request.serve(host, handler, {})
      assert.equal(by == "page" or nil, page.ended)
      host.run_timers(5)
      assert.equal(1, #emulator:state().executions)
      assert.equal("running", bake_of(host, handler).state)
      assert.truthy(fake_request.serve(host, handler, { uri = "/bakes/metrics" }).body:find(
        'ecs_pipeline_starts_resumed_total{pipeline="web"} 1\n', 1, true))
      host.timer.at = at
    end
  end)

  it("logs when nothing comes of what it carries out after a page view", function()
    local host, handler, _, client, pipeline = open()
    local keys = scope.of("handler", "/bakes/", client)
    local store = store_file.find("spec", host)
    store:put(keys .. "flight:promised", store_file.encode({ d = { digest = "d", found = { id = pipeline } },
      e = { digest = "e", found = { id = "ip-of-an-old-nginx-conf" } } }))
    client.execution.list = function() return {} end
    client.execution.start = function() error("broken", 0) end
    fake_request.serve(host, handler, {})
    assert.is_nil(store:get(keys .. "flight:promised"))
    store:put(keys .. "flight:promised", store_file.encode({ d = { digest = "d" } }))
    fake_request.serve(host, handler, {})
    assert.truthy(logged(host):find("a nil value", 1, true))
  end)

  it("goes on in a new worker after a reload, before anybody asks", function()
    local host, handler, _, client, pipeline = open()
    ask(host, handler, "start")
    host.timers = {} -- the worker is gone, and its timers
    local told, worker = {}, host.another_worker()
    worker.get_phase = function() return "init_worker" end
    local begin = openresty.handler({ secret = SECRET, pipelines = { other = "ip-2", again = pipeline, web = pipeline },
      client = client, host = worker, on_change = function(report, name)
        told[#told + 1] = name .. " " .. report.status
      end })
    begin()
    host.run_timers(60)
    assert.same({ "again PREPARING" }, told)
  end)

  it("is the same one for the same options, and refuses others of that name and those credentials", function()
    local host, handler, _, client, pipeline = open()
    local function again(more)
      local options = { secret = SECRET, pipelines = { web = pipeline }, client = client, host = host }
      for name, value in pairs(more or {}) do
        options[name] = value
      end
      return openresty.handler(options)
    end
    for _, phase in ipairs({ "init", "init_worker", "content" }) do
      host.get_phase = function() return phase end
      assert.equal(handler, again())
      assert.error_matches(function() again({ pipelines = { web = "ip-other" }, window = 60 }) end,
        'with other options %(pipelines, window%): give one of the two another name')
    end
    assert.not_equal(handler, again({ name = "other", window = 60 }))
    assert.not_equal(handler, again({ prefix = "/images/" }))
    -- with lua_code_cache off, each request has a Lua of its own
    local fresh = { shared = host.shared, get_phase = host.get_phase, log = host.log, now = host.now,
      monotonic = host.monotonic, wall = host.wall, started = host.started }
    assert.is_function(again({ host = fresh }))
    fresh = setmetatable({}, { __index = fresh })
    assert.error_matches(function() again({ host = fresh, window = 60 }) end, "just changed them: wait 10 s")
    host.sleep(10)
    assert.is_function(again({ host = fresh, window = 60 }))
  end)

  it("keeps apart what handlers of two accounts do at the same prefix", function()
    local host, handler, _, client = open()
    local other_client, other = virtual.client({ retry = false, credentials = { access_key_id = "another-key",
      access_key_secret = "another-secret" } }, { credentials = { ["another-key"] = {
      secret = "another-secret" } } })
    local theirs = assert(other_client.pipeline.create(virtual.TEMPLATE)).id
    local stranger = openresty.handler({ secret = SECRET, pipelines = { web = theirs }, client = other_client,
      host = host })
    local ours = ask(host, handler, "start").json.execution_id
    assert.equal("idle", ask(host, stranger, "show").json.bake.state)
    local answer = ask(host, stranger, "start")
    assert.is_false(answer.json.adopted)
    host.run_timers(20)
    assert.same({ ours, "running" }, { bake_of(host, handler).execution_id, bake_of(host, handler).state })
    assert.equal(answer.json.execution_id, bake_of(host, stranger).execution_id)
    assert.equal(1, #other:state().executions)
    assert.is_truthy(client)
  end)

  it("finds what runs when nginx was started anew, by one worker", function()
    local host, handler, emulator, client, pipeline = open()
    local id = assert(client.execution.start(pipeline)).id
    local asked = #emulator:state().requests
    host.get_phase = function() return "init_worker" end
    handler()
    handler() -- the other worker
    host.run_timers(1)
    assert.equal(asked + 1, #emulator:state().requests)
    assert.equal(id, bake_of(host, handler).execution_id)
    assert.equal("", logged(host))
  end)

  it("shows a pipeline that does not exist as not found, and finds it when it does", function()
    local host, handler, emulator, client, pipeline = open()
    local describe = client.pipeline.describe
    client.pipeline.describe = function()
      return nil, "none", { kind = "not_found", message = "pipeline.describe: there is none" }
    end
    host.get_phase = function() return "init_worker" end
    handler()
    host.run_timers(1)
    assert.equal("not_found", bake_of(host, handler).state)
    client.pipeline.describe = describe
    host.run_timers(60)
    assert.equal("idle", bake_of(host, handler).state)
    assert(client.pipeline.delete(pipeline))
    host.run_timers(301)
    local bake = bake_of(host, handler)
    assert.equal("not_found", bake.state)
    assert.truthy(bake.message:find("InvalidImagePipeline.NotFound", 1, true), bake.message)
    assert.truthy(fake_request.serve(host, handler, {}).body:find('<span class="word">not found</span>', 1, true))
    assert.truthy(fake_request.serve(host, handler, { uri = "/bakes/metrics" }).body:find(
      'ecs_pipeline_not_found{pipeline="web"} 1\n', 1, true))
    local asked = #emulator:state().requests
    host.run_timers(61)
    assert.equal(asked + 1, #emulator:state().requests)
    assert.equal("InvalidImagePipeline.NotFound", ask(host, handler, "show").json.error.code)
    assert.equal("InvalidImagePipeline.NotFound", ask(host, handler, "start").json.error.code)
    assert.equal("not_found", bake_of(host, handler).state)
  end)

  it("leads from the prefix without its slash to the page", function()
    local host, handler = open({ prefix = "/images/" })
    for method, status in pairs({ GET = 301, HEAD = 301, POST = 405 }) do
      local answer = fake_request.serve(host, handler, { uri = "/images", method = method })
      assert.same({ status, status == 301 and "/images/" or nil }, { answer.status, answer.headers.location })
    end
    assert.equal(503, fake_request.serve(host, handler, { uri = "/image" }).status)
  end)

  it("logs when the service does not say what runs", function()
    local host, handler, emulator = open()
    host.get_phase = function() return "init_worker" end
    emulator:fault({ kind = "error", code = "ServiceUnavailable" })
    handler()
    host.run_timers(1)
    assert.truthy(logged(host):find("web: execution.each: ", 1, true))
    local other, begin, _, client = open()
    other.get_phase = function() return "init_worker" end
    client.close()
    begin()
    other.run_timers(1)
    assert.truthy(logged(other):find("closed", 1, true))
  end)

  it("answers also when nginx has no timer left", function()
    local host, handler = open()
    host.no_timers = "too many pending timers"
    assert.equal(202, ask(host, handler, "start").status)
    assert.equal("running", bake_of(host, handler).state)
    assert.truthy(logged(host):find("nginx cannot create a timer: too many pending timers", 1, true))
    host.no_timers = nil
    bake_of(host, handler)
    host.run_timers(2)
    assert.equal("preparing", bake_of(host, handler).phase)
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
    local bake = ask(host, handler, "show").json.bake
    assert.same({ id, "running", "preparing" }, { bake.execution_id, bake.state, bake.phase })
    host.run_timers(2)
    assert.equal("preparing", ask(host, handler, "show").json.bake.phase)
    host.run_timers(3000)
    id = assert(client.execution.start(pipeline)).id
    host.run_timers(3000) -- nobody here knows of it
    bake = ask(host, handler, "show").json.bake
    assert.same({ id, "ended", "success", 1 }, { bake.execution_id, bake.state, bake.outcome, bake.progress })
    assert.truthy(bake.image_id)
  end)
end)
