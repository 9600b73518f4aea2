-- The handler for a location: what it does with a bake, and with a service in trouble.
local fake_request = require("spec.support.fake_request")
local handler_harness = require("spec.support.handler_harness")
local openresty = require("ecs_pipeline.openresty")

local SECRET = fake_request.SECRET
local open, ask = handler_harness.open, handler_harness.ask
local refused, logged = handler_harness.refused, handler_harness.logged

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

  it("finds what runs when nginx was started anew, by one worker", function()
    local host, handler, emulator, client, pipeline = open()
    local id = assert(client.execution.start(pipeline)).id
    local asked = #emulator:state().requests
    host.get_phase = function() return "init_worker" end
    handler()
    handler() -- the other worker
    host.run_timers(0)
    assert.equal(asked + 1, #emulator:state().requests)
    assert.equal(id, fake_request.serve(host, handler, { uri = "/bakes/status.json" }).json.bakes[1].execution_id)
    assert.equal("", logged(host))
  end)

  it("logs when the service does not say what runs", function()
    local host, handler, emulator = open()
    host.get_phase = function() return "init_worker" end
    emulator:fault({ kind = "error", code = "ServiceUnavailable" })
    handler()
    host.is_exiting = true
    host.run_timers(0)
    assert.equal("", logged(host)) -- this worker ends
    host.is_exiting = false
    handler()
    host.run_timers(0)
    assert.truthy(logged(host):find("web: execution.each: ", 1, true))
    local other, begin, _, client = open()
    other.get_phase = function() return "init_worker" end
    client.close()
    begin()
    other.run_timers(0)
    assert.truthy(logged(other):find("closed", 1, true))
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
