-- GET /bakes/manifest.json: the last good build of each pipeline.
local ecs = require("ecs_pipeline")
local fake_request = require("spec.support.fake_request")
local handler_harness = require("spec.support.handler_harness")

local open, ask = handler_harness.open, handler_harness.ask

local function manifest(host, handler)
  local answer = fake_request.serve(host, handler, { uri = "/bakes/manifest.json" })
  assert.same({ 200, "application/json" }, { answer.status, answer.headers["content-type"] })
  return answer.json, answer.body
end

local function finish(host, emulator)
  emulator:advance(86400)
  host.run_timers(120)
end

describe("manifest.json", function()
  it("has no entry before there is a good build", function()
    local host, handler, emulator = open()
    local all, body = manifest(host, handler)
    assert.same({ format = 1, version = ecs._VERSION, pipelines = {} }, all)
    assert.truthy(body:find('"pipelines": {}', 1, true))
    emulator:script_build({ outcome = "FAILED" })
    ask(host, handler, "start")
    finish(host, emulator)
    assert.same({}, manifest(host, handler).pipelines)
  end)

  it("has image, regions, execution, hash and times of the last good one, also after a bad one", function()
    local _, _, emulator, client = open()
    local id = assert(client.pipeline.create({ name = "shop", base_image = "m-bp1example", base_image_type = "IMAGE",
      build_content = "RUN make" })).id
    local host, handler = handler_harness.around(client, emulator, { pipelines = { web = id } })
    local execution = ask(host, handler, "start").json.execution_id
    finish(host, emulator)
    local entry = manifest(host, handler).pipelines.web
    assert.same({ 1, "success", true, execution, { id = id, name = "shop" } }, { entry.format, entry.outcome,
      entry.ok, entry.execution_id, entry.pipeline })
    assert.equal(client.execution.describe(execution).image_id, entry.image_id)
    assert.equal(entry.image_id, entry.images["cn-hangzhou"])
    assert.equal(ecs.build_content.hash("RUN make"), entry.content_hash)
    assert.matches("^%d+%-%d%d%-%d%dT%d%d:%d%d:%d%dZ$", entry.times.ended)
    emulator:script_build({ outcome = "FAILED" })
    ask(host, handler, "start")
    finish(host, emulator)
    assert.equal(execution, manifest(host, handler).pipelines.web.execution_id)
  end)

  it("is there after nginx was started anew, with the images of all regions; what fails is tried again", function()
    local _, _, emulator, client = open()
    local id = assert(client.pipeline.create({ name = "two", base_image = "m-bp1example", base_image_type = "IMAGE",
      build_content = "RUN make", to_region_id = { "cn-hangzhou", "cn-beijing" } })).id
    local execution = assert(client.execution.start(id)).id
    emulator:advance(86400)
    local host, handler = handler_harness.around(client, emulator, { pipelines = { web = id } })
    local wait = client.execution.wait
    client.execution.wait = function() return nil, "not now", { kind = "transport", message = "not now" } end
    handler_harness.begin(host, handler)
    host.run_timers(20)
    assert.same({}, manifest(host, handler).pipelines)
    assert.matches("web: the manifest of " .. execution:gsub("%-", "%%-") .. " is not complete yet: not now",
      handler_harness.logged(host))
    client.execution.wait = wait
    host.run_timers(70)
    local entry = manifest(host, handler).pipelines.web
    assert.equal(execution, entry.execution_id)
    assert.matches("^m%-", entry.images["cn-beijing"])
  end)

  it("says so when it cannot be stored, and goes without the content of a pipeline that is gone", function()
    local host, handler, emulator, client, id = open()
    ask(host, handler, "start")
    emulator:advance(86400)
    local room = handler_harness.no_room(host, ":manifest:")
    host.run_timers(120)
    assert.matches("the shared dictionary is full", handler_harness.logged(host))
    room()
    assert(client.pipeline.delete(id))
    host.run_timers(120)
    local entry = manifest(host, handler).pipelines.web
    assert.same({ id, nil, nil }, { entry.pipeline.id, entry.pipeline.name, entry.content_hash })
  end)
end)
