-- What is known of a bake without asking the service.
local bake_state = require("ecs_pipeline.openresty.bake_state")
local builds = require("ecs_pipeline.openresty.builds")
local fake_ngx = require("spec.support.fake_ngx")
local store = require("ecs_pipeline.openresty.store")

describe("the state of a bake", function()
  local host, hook, report, followed, promised, web

  before_each(function()
    host, report, followed, promised = fake_ngx.new(), nil, {}, {}
    web = { name = "web", id = "ip-1", region_id = "cn-beijing", key = "cn-beijing/ip-1:web",
      found = { id = "ip-1", region_id = "cn-beijing" } }
    hook = { host = host, store = store.find("x", host), keys = "handler:", names = { "web" }, notify = {},
      wall = host.wall,
      pipelines = { web = web }, flight = function()
        return { promised = function() return promised end }
      end, watcher = function()
        return {
          state = function() return report end,
          follow = function(given) followed[#followed + 1] = given return true end,
        }
      end }
  end)

  it("is idle while nothing is remembered", function()
    assert.same({ { pipeline = "web", pipeline_id = "ip-1", region = "cn-beijing", state = "idle", progress = 0 } },
      bake_state.all(hook))
  end)

  it("is followed once it is remembered, and runs before anybody has looked", function()
    assert.is_true(bake_state.remember(hook, web, "exec-1"))
    assert.same({ { execution_id = "exec-1", region_id = "cn-beijing" } }, followed)
    report = { followed_at = host.now() }
    host.sleep(4)
    local shown = bake_state.get(hook, web)
    assert.same({ "running", "exec-1", 4, "Started; not polled yet." },
      { shown.state, shown.execution_id, shown.elapsed, shown.message })
  end)

  it("goes on by the clock between two looks", function()
    bake_state.remember(hook, web, "exec-1")
    report = { checked_at = host.now(), elapsed = 600, estimate = 1800, phase = "building", status = "BUILDING" }
    host.sleep(600)
    local shown = bake_state.get(hook, web)
    assert.same({ 1200, 1200, 0.5 }, { shown.elapsed, shown.estimate, shown.progress })
    host.sleep(6000)
    shown = bake_state.get(hook, web)
    assert.same({ 0, 0.99 }, { shown.estimate, shown.progress })
  end)

  it("is guessed from the phase when nothing tells how long it takes, and never full", function()
    bake_state.remember(hook, web, "exec-1")
    report = { checked_at = host.now(), elapsed = 0, phase = "testing", status = "TESTING" }
    assert.equal(0.5, bake_state.get(hook, web).progress)
    report.elapsed = 1e6
    assert.near(0.95, bake_state.get(hook, web).progress, 1e-9)
  end)

  it("has ended with its outcome, or is lost with what went wrong", function()
    bake_state.remember(hook, web, "exec-1")
    report = { checked_at = host.now(), ended = true, elapsed = 2400, outcome = "success", image_id = "m-1" }
    host.sleep(100)
    local shown = bake_state.get(hook, web)
    assert.same({ "ended", "success", "m-1", 1, 2400 },
      { shown.state, shown.outcome, shown.image_id, shown.progress, shown.elapsed })
    report = { ended = true, error = { message = "gone" } }
    shown = bake_state.get(hook, web)
    assert.same({ "ended", "lost", "gone" }, { shown.state, shown.outcome, shown.error.message })
  end)

  it("is known from the last builds once the watch has forgotten it, and idle if nothing knows it", function()
    bake_state.remember(hook, web, "exec-1")
    assert.same({ "idle" }, { bake_state.get(hook, web).state, bake_state.get(hook, web).execution_id })
    builds.add(hook, web, { { execution_id = "exec-1", outcome = "failed", ended_at = 5000, elapsed = 60,
      message = "exit code 1" } })
    local shown = bake_state.all(hook)[1]
    assert.same({ "ended", "failed", "exec-1", 60, 1, "exit code 1", 5000, 1 }, { shown.state, shown.outcome,
      shown.execution_id, shown.elapsed, shown.progress, shown.message, shown.changed_at, #shown.builds })
    report = { followed_at = host.now() } -- followed again, and not polled yet
    assert.equal("ended", bake_state.get(hook, web).state)
  end)

  it("is not remembered in a full dictionary", function()
    hook.store.dict.most = 0
    local none, message, err = bake_state.remember(hook, web, "exec-1")
    assert.is_nil(none)
    assert.matches("the shared dictionary is full", message)
    assert.same({ "storage", 0 }, { err.kind, #followed })
  end)

  it("is not found while the service has no such pipeline", function()
    bake_state.found(hook, web, { kind = "not_found", message = "no pipeline" })
    assert.same({ "not_found", "no pipeline" }, { bake_state.get(hook, web).state, bake_state.get(hook, web).message })
    bake_state.remember(hook, web, "exec-1")
    report = { followed_at = host.now() }
    assert.equal("running", bake_state.get(hook, web).state)
    report = { checked_at = host.now(), ended = true, elapsed = 1, outcome = "success" }
    assert.equal("ended", bake_state.get(hook, web).state)
    bake_state.found(hook, web, { kind = "not_found", message = "no pipeline" })
    assert.same({ "not_found", "no pipeline", "success" }, { bake_state.get(hook, web).state,
      bake_state.get(hook, web).message, bake_state.get(hook, web).outcome })
    bake_state.found(hook, web, nil)
    assert.equal("ended", bake_state.get(hook, web).state)
    hook.store:put("handler:current:" .. web.key, nil)
    assert.equal("idle", bake_state.get(hook, web).state)
  end)

  it("is starting while a start is promised, and says that the last one failed", function()
    promised = { { found = { id = "ip-1", region_id = "cn-beijing" } }, { told = true, found = { id = "ip-2" } } }
    assert.equal("idle", bake_state.get(hook, web).state)
    promised[1].told = true
    assert.same({ "starting", true }, { bake_state.get(hook, web).state, bake_state.get(hook, web).waiting })
    promised = {}
    bake_state.lose(hook, web, { kind = "denied", code = "Forbidden.RAM", message = "not permitted" })
    local shown = bake_state.get(hook, web)
    assert.same({ "idle", "The last start failed: not permitted", "Forbidden.RAM" },
      { shown.state, shown.message, shown.lost.code })
    bake_state.remember(hook, web, "exec-1")
    assert.is_nil(bake_state.get(hook, web).lost)
  end)

  it("is asked for by one worker at a time", function()
    assert.is_true(bake_state.may_ask(hook, web, 60))
    assert.is_false(bake_state.may_ask(hook, web, 60))
    host.sleep(60)
    assert.is_true(bake_state.may_ask(hook, web, 60))
  end)
end)
