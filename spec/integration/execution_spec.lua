--- Builds over HTTPS through libcurl, on the real clock: the emulator builds in a second. Then the example, as a
--- user runs it.

local cjson = require("cjson").new()
local curl = require("ecs_pipeline.transport.curl")
local ecs = require("ecs_pipeline")
local server = require("emulator_nginx.server")
local shell = require("emulator_nginx.shell")

local lua = type(rawget(_G, "jit")) == "table" and "luajit" or "lua" .. _VERSION:match("%d%.%d")
local SHORT = { PREPARING = 0, BUILDING = 1, RELEASING = 0, CANCELLING = 1 } -- seconds

local running, control, client

local function ask(method, path, value)
  local reply = assert(control.send({ method = method, headers = {}, body = value and cjson.encode(value) or "",
    url = "http://127.0.0.1:" .. running.http_port .. "/_emulator/" .. path }))
  assert(reply.status == 200, reply.body)
  return cjson.decode(reply.body)
end

setup(function()
  running = assert(server.start())
  control = curl.new({})
end)

teardown(function()
  control.close()
  running.stop()
end)

before_each(function()
  ask("POST", "reset")
  client = ecs.new({ region = "cn-hangzhou", proxy = false, log = "off", ca_file = running.ca_file,
    endpoint = "https://localhost:" .. running.https_port, retry = { base = 0.01, cap = 0.05 },
    credentials = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" } })
end)

after_each(function()
  client.close()
end)

local function build(script)
  script.durations = SHORT
  ask("POST", "build", script)
  local made = assert(client.pipeline.create({ base_image = "m-1", base_image_type = "IMAGE", name = "web" }))
  return made, assert(client.execution.start(made))
end

describe("over https", function()
  it("starts, follows and lists a build, through throttling and lost answers", function()
    local made, started = build({})
    ask("POST", "fault", {
      { kind = "throttle", action = "DescribeImagePipelineExecutions", skip = 1 },
      { kind = "lost_answer", action = "DescribeImagePipelineExecutions", skip = 2 },
    })
    local phases = {}
    local result = assert(client.execution.wait(started, { poll = 0.2, on_progress = function(report)
      phases[report.phase] = true
    end }))
    assert.same({ "success", true, "SUCCESS", made.id }, { result.outcome, result.ok, result.status,
      result.pipeline_id })
    assert.same({ ["cn-hangzhou"] = result.image_id }, result.images)
    assert.is_true(phases.building and phases.ended)
    assert.equal(started.id, assert(client.execution.list({ status = "SUCCESS" }))[1].id)
    assert.is_true(assert(client.pipeline.delete(made)).deleted)
  end)

  it("names what runs, cancels it and deletes", function()
    local made, started = build({ stall = 3600 })
    local _, _, err = client.execution.start(made)
    assert.same({ "conflict", started.id }, { err.kind, err.execution_id })
    local deleted = assert(client.pipeline.delete(made, { when_running = "cancel", poll = 0.2 }))
    assert.same({ true, { started.id } }, { deleted.deleted, deleted.cancelled })
    assert.equal(0, #assert(client.pipeline.list()))
  end)

  it("lists over pages, by name", function()
    for index = 1, 5 do
      assert(client.pipeline.create({ base_image = "m-1", base_image_type = "IMAGE", name = "web-" .. index }))
    end
    local names = {}
    for pipeline in client.pipeline.each({ max_results = 2, name_regex = "-[2-4]$" }) do
      names[#names + 1] = pipeline.name
    end
    assert.same({ "web-2", "web-3", "web-4" }, names)
  end)
end)

describe("examples/build_image.lua", function()
  -- → everything it printed, and its exit code
  local function run()
    local log = running.prefix .. "/build_image.log"
    shell.run(table.concat({
      "env -i PATH=\"$PATH\" LUA_PATH='lua/?.lua;lua/?/init.lua;;' LUA_CPATH='build/" .. lua .. "/?.so;;'",
      "ALIBABA_CLOUD_ACCESS_KEY_ID=emulator-key ALIBABA_CLOUD_ACCESS_KEY_SECRET=emulator-secret",
      "ALIBABA_CLOUD_ENDPOINT_ECS=https://localhost:" .. running.https_port,
      "ECS_PIPELINE_CA_FILE=" .. shell.quote(running.ca_file), "POLL_SECONDS=0.2",
      lua, ("examples/build_image.lua >%s 2>&1; echo exit $? >>%s"):format(shell.quote(log), shell.quote(log)),
    }, " "))
    return shell.read(log)
  end

  it("builds an image and leaves nothing behind", function()
    ask("POST", "build", { durations = SHORT })
    local said = run()
    assert.is_truthy(said:find("exit 0\n$"), said)
    assert.is_truthy(said:find("success after", 1, true), said)
    assert.is_truthy(said:find("image m%-%w+ in cn%-hangzhou"), said)
    assert.is_truthy(said:find("building +Running the commands"), said)
    assert.is_truthy(said:find("Deleted ip-", 1, true), said)
    assert.equal(0, #ask("GET", "state").pipelines)
  end)

  it("says what went wrong with a build, and cleans up", function()
    ask("POST", "build", { outcome = "FAILED", error_code = "BuildFailed", error_info = "exit code 1",
      durations = SHORT })
    local said = run()
    assert.is_truthy(said:find("exit 2\n$"), said)
    assert.is_truthy(said:find("failed after", 1, true), said)
    assert.is_truthy(said:find("BuildFailed: exit code 1", 1, true), said)
    assert.is_truthy(said:find("it went wrong while building", 1, true), said)
    assert.equal(0, #ask("GET", "state").pipelines)
  end)
end)
