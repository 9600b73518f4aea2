-- "Several machines" of docs/webhooks.md: what each of two nginx shows that have only the service in common, and what
-- a message can do that is sent again to the other one.
local hooks_harness = require("spec.openresty.hooks_harness")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local harness

setup(function()
  harness = hooks_harness.open({ machines = 2,
    pipelines = { "idle", "page", "start", "key", "cancel", "named", "new" },
    options = function(self)
      return { client = self.options, secret = self.secret, pipelines = self.pipelines, poll = 0.2 }
    end })
end)

teardown(function()
  harness:close()
end)

-- A webhook to a machine.
local function ask(machine, action, pipeline, more)
  more = more or {}
  more.port, more.pipeline = harness.ports[machine], pipeline
  return harness:webhook("test", action, more)
end

-- The same message, byte for byte, to a machine: status, and what was answered.
local function again(machine, answer)
  local repeated = harness:webhook("test", nil, { port = harness.ports[machine], body = answer.again.body,
    headers = answer.again.headers })
  return repeated.status, repeated.json.error and repeated.json.error.code or repeated.json.execution_id,
    repeated.json.adopted
end

local function bake(machine, pipeline)
  local status = harness:send("test", "GET", "/bakes/status.json", nil, nil, harness.ports[machine])
  for _, shown in ipairs(status.json.bakes) do
    if shown.pipeline == pipeline then
      return shown
    end
  end
end

local function wait_until(machine, pipeline, state)
  assert.is_true(shell.wait(20, function() return bake(machine, pipeline).state == state end),
    bake(machine, pipeline).state)
  return bake(machine, pipeline)
end

-- A build that a machine started, and that has ended.
local function ended(machine, pipeline, more)
  harness:durations(0, 0.5, 0)
  local answer = ask(machine, "start", pipeline, more)
  assert.equal(202, answer.status, answer.body)
  wait_until(machine, pipeline, "ended")
  return answer
end

local function executions(pipeline)
  local count = 0
  for _, execution in ipairs(harness:ask("GET", "state").executions) do
    count = count + (execution.ImagePipelineId == harness.pipelines[pipeline] and 1 or 0)
  end
  return count
end

local function counted(machine, pipeline)
  local text = harness:send("test", "GET", "/bakes/metrics", nil, nil, harness.ports[machine]).body
  return tonumber(text:match(('\necs_pipeline_bakes_total{pipeline="%s",outcome="success"} (%%d+)'):format(pipeline)))
end

describe("two machines", function()
  it("have clocks that did not begin together", function()
    local seconds = {}
    for index, server in ipairs(harness.servers) do
      seconds[index] = harness:run("return require('ecs_pipeline.platform').clock()", server)
    end
    assert.near(hooks_harness.APART, seconds[2] - seconds[1], 60)
  end)

  it("show the same execution: one as soon as it is asked about that pipeline", function()
    wait_until(2, "page", "idle")
    harness:durations(0, 4, 0)
    local id = ask(1, "start", "page").json.execution_id
    assert.equal(id, wait_until(1, "page", "running").execution_id)
    assert.equal("idle", bake(2, "page").state)
    assert.equal(id, ask(2, "show", "page").json.bake.execution_id)
    local shown = {}
    for machine = 1, 2 do
      shown[machine] = wait_until(machine, "page", "ended")
    end
    for _, name in ipairs({ "execution_id", "state", "phase", "outcome", "image_id", "progress" }) do
      assert.is_not_nil(shown[1][name], name)
      assert.equal(shown[1][name], shown[2][name], name)
    end
    assert.near(shown[1].elapsed, shown[2].elapsed, 2)
    assert.same({ 1, 1 }, { counted(1, "page"), counted(2, "page") }) -- one execution, on each machine
  end)
end)

describe("a message that is sent again", function()
  it("to the same machine is refused; to the other one it is accepted once, and adopts what runs", function()
    local first = ask(1, "start", "start")
    local id = first.json.execution_id
    assert.same({ 409, "REPLAYED" }, { again(1, first) })
    assert.same({ 202, id, true }, { again(2, first) })
    assert.same({ 409, "REPLAYED" }, { again(2, first) })
    assert.equal(1, executions("start"))
  end)

  it("starts another build if that has ended, unless it has a key", function()
    local first = ended(1, "new")
    local status, id = again(2, first)
    assert.equal(202, status)
    assert.not_equal(first.json.execution_id, id)
    assert.equal(2, executions("new"))

    first = ended(1, "key", { key = "3f2a91c" })
    assert.same({ 202, first.json.execution_id, true }, { again(2, first) })
    assert.equal(1, executions("key"))
  end)

  it("cancels what runs then, or only the execution that it names", function()
    harness:ask("POST", "build", { { durations = { CANCELLING = 0.2 } }, { durations = { CANCELLING = 0.2 } },
      { durations = { CANCELLING = 0.2 } } }) -- the next three builds
    local id = ask(1, "start", "cancel").json.execution_id
    local plain = ask(1, "cancel", "cancel")
    assert.equal(202, plain.status, plain.body)
    wait_until(1, "cancel", "ended")
    local other = ask(1, "start", "cancel").json.execution_id
    assert.not_equal(id, other)
    assert.equal(202, (again(2, plain)))
    wait_until(1, "cancel", "ended")

    id = ask(1, "start", "named").json.execution_id
    local named = ask(1, "cancel", "named", { execution_id = id })
    assert.equal(202, named.status, named.body)
    wait_until(1, "named", "ended")
    other = ask(1, "start", "named").json.execution_id
    assert.equal(409, (again(2, named)))
    assert.equal(other, bake(1, "named").execution_id)
    assert.equal("running", bake(1, "named").state)
  end)

  it("goes through the balancer to the machine that knows it; and other messages to both", function()
    local both = {}
    for _ = 1, 20 do
      local answer = harness:webhook("test", "show", { pipeline = "idle", port = harness.balancer })
      assert.equal(200, answer.status, answer.body)
      assert.equal(409, harness:webhook("test", nil, answer.again).status)
      local elsewhere = again(1, answer)
      both[elsewhere] = true
    end
    assert.same({ [409] = true, [200] = true }, both)
  end)

  it("is refused by a machine that started after it was signed", function()
    local first = ask(1, "show", "idle")
    harness.servers[2].restart()
    assert.same({ 403, "BEFORE_MEMORY" }, { again(2, first) })
    assert.equal(200, ask(2, "show", "idle").status)
  end)
end)

describe("a machine that is down", function()
  it("keeps no message and no page from the other one", function()
    harness.servers[2].stop()
    for _ = 1, 10 do
      assert.equal(200, harness:webhook("test", "show", { pipeline = "idle", port = harness.balancer }).status)
      assert.equal(200, harness:send("test", "GET", "/bakes/", nil, nil, harness.balancer).status)
    end
  end)
end)
