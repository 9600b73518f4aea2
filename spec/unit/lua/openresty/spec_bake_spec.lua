-- A handler whose pipeline is given as arguments: plan, ensure, compare, start; unchanged; replace and retire.
local ecs = require("ecs_pipeline")
local fake_request = require("spec.support.fake_request")
local handler_harness = require("spec.support.handler_harness")

local open, ask, refused = handler_harness.open, handler_harness.ask, handler_harness.refused

local SPEC = { name = "shop", base_image = "m-bp1example", base_image_type = "IMAGE", build_content = "RUN make" }

local function spec(content)
  return { name = SPEC.name, base_image = SPEC.base_image, base_image_type = SPEC.base_image_type,
    build_content = content or SPEC.build_content }
end

-- → host, handler, emulator, client
local function baking(entry, more)
  entry.spec = entry.spec or spec()
  local options = { pipelines = { web = entry } }
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  local host, handler, emulator, client = open(options)
  handler_harness.begin(host, handler)
  return host, handler, emulator, client
end

local function status(host, handler)
  return fake_request.serve(host, handler, { uri = "/bakes/status.json" }).json.bakes[1]
end

-- The state of the emulator without the pipeline that the harness creates.
local function pipelines(emulator)
  local ids = {}
  for _, pipeline in ipairs(emulator:state().pipelines) do
    ids[#ids + 1] = pipeline.Name == SPEC.name and pipeline.ImagePipelineId or nil
  end
  return ids
end

local function count(emulator, action)
  return emulator:state().count[action] or 0
end

describe("a pipeline that is given as arguments", function()
  it("is created and built by the first start; the next is adopted, later ones are unchanged", function()
    local host, handler, emulator = baking({})
    assert.same({ "idle" }, { status(host, handler).state, status(host, handler).pipeline_id })
    local answer = ask(host, handler, "start")
    assert.equal(202, answer.status, answer.body)
    local id = pipelines(emulator)[1]
    assert.same({ id, false, "there is no good build yet" },
      { answer.json.created, answer.json.adopted, answer.json.why })
    local again = ask(host, handler, "start")
    assert.same({ 202, true, answer.json.execution_id }, { again.status, again.json.adopted, again.json.execution_id })
    host.run_timers(60)
    assert.same({ "running", id }, { status(host, handler).state, status(host, handler).pipeline_id })
    emulator:advance(86400)
    host.run_timers(120)
    local bake = status(host, handler)
    assert.same({ "ended", "success" }, { bake.state, bake.outcome })
    local third = ask(host, handler, "start")
    assert.same({ 200, "unchanged", bake.image_id, bake.execution_id, "nothing changed since the last good build" },
      { third.status, third.json.state, third.json.image_id, third.json.execution_id, third.json.why })
    assert.same({ 1, 1 }, { #pipelines(emulator), count(emulator, "StartImagePipelineExecution") })
  end)

  it("is built in any case with build = \"always\", and once for each key", function()
    local host, handler, emulator = baking({ build = "always" })
    local first = ask(host, handler, "start", nil, { key = "3f2a91c" }).json
    emulator:advance(86400)
    host.run_timers(120)
    assert.equal(first.execution_id, ask(host, handler, "start", nil, { key = "3f2a91c" }).json.execution_id)
    local second = ask(host, handler, "start", nil, { key = "77aa001" })
    assert.equal(202, second.status, second.body)
    assert.not_equal(first.execution_id, second.json.execution_id)
    emulator:advance(86400)
    host.run_timers(120)
    assert.not_equal(second.json.execution_id, ask(host, handler, "start").json.execution_id)
    assert.equal(3, count(emulator, "StartImagePipelineExecution"))
  end)

  it("replaces what differs, follows the new one, and retires the old one after a good build", function()
    local _, _, emulator, client = open()
    local old = assert(client.bake(spec("RUN old"))).pipeline_id
    local host, handler
    host, handler = handler_harness.around(client, emulator, { pipelines = { web = { spec = spec(), replace = "retire",
      archive = false } } })
    handler_harness.begin(host, handler)
    host.run_timers(10)
    assert.equal(old, status(host, handler).pipeline_id) -- found without a request
    local answer = ask(host, handler, "start")
    assert.equal(202, answer.status, answer.body)
    local new = answer.json.created
    assert.same({ new, "running" }, { status(host, handler).pipeline_id, status(host, handler).state })
    assert.same({ old, new }, pipelines(emulator))
    host.run_timers(600)
    assert.same({ old, new }, pipelines(emulator))
    emulator:advance(86400)
    host.run_timers(120)
    assert.same({ new }, pipelines(emulator))
    assert.same({ new, "success" }, { status(host, handler).pipeline_id, status(host, handler).outcome })
  end)

  it("keeps what it replaced while that is building, and after a bad build", function()
    local _, _, emulator, client = open()
    emulator:script_build({ outcome = "FAILED" })
    local old = assert(client.pipeline.create(spec("RUN old"))).id
    local host, handler = handler_harness.around(client, emulator, { pipelines = { web = { spec = spec(),
      replace = "retire", archive = false } } })
    ask(host, handler, "start")
    emulator:advance(86400)
    host.run_timers(120)
    assert.equal("failed", status(host, handler).outcome)
    assert.equal(2, #pipelines(emulator))
    ask(host, handler, "start") -- a good one
    emulator:advance(3000)
    assert(client.execution.start(old))
    host.run_timers(120)
    assert.equal("success", status(host, handler).outcome)
    assert.equal(2, #pipelines(emulator))
    assert.matches("what ip%-%w+ replaced is not deleted yet; the next try is in 60 s", handler_harness.logged(host))
    emulator:advance(86400)
    host.run_timers(180)
    assert.equal(1, #pipelines(emulator))
  end)

  it("deletes nothing while it cannot be asked, or when the arguments are others than those that were built", function()
    local _, _, emulator, client = open()
    assert(client.pipeline.create(spec("RUN old")))
    local args = spec()
    local host, handler = handler_harness.around(client, emulator, { pipelines = { web = { spec = args,
      replace = "retire", archive = false } } })
    ask(host, handler, "start")
    emulator:advance(86400)
    local plan = client.pipeline.plan
    client.pipeline.plan = function() return nil, "not now", { kind = "transport", message = "not now" } end
    host.run_timers(30)
    assert.equal(2, #pipelines(emulator))
    assert.matches("is not deleted yet; the next try is in 60 s: not now", handler_harness.logged(host))
    client.pipeline.plan = plan
    args.build_content = "RUN something else" -- as after a reload
    host.run_timers(600)
    assert.equal(2, #pipelines(emulator))
    assert.equal(2, count(emulator, "CreateImagePipeline") - 1) -- one is the harness's
  end)

  it("may be in another region, be written with the builder, and be named by its id", function()
    local _, _, emulator, client = open()
    local args = spec(ecs.build_content.new():run("make"))
    args.region_id = "cn-beijing"
    local id = assert(client.pipeline.create(args)).id
    args.id, args.name = { image_pipeline_id = id, region_id = "cn-beijing" }, nil
    local host, handler = handler_harness.around(client, emulator, { pipelines = { web = { spec = args } } })
    local answer = ask(host, handler, "start")
    assert.equal(202, answer.status, answer.body)
    emulator:advance(86400)
    host.run_timers(120)
    assert.same({ "success", id, "cn-beijing" }, { status(host, handler).outcome, status(host, handler).pipeline_id,
      status(host, handler).region })
    local entry = fake_request.serve(host, handler, { uri = "/bakes/manifest.json" }).json.pipelines.web
    assert.same({ id, status(host, handler).image_id }, { entry.pipeline.id, entry.images["cn-beijing"] })
    assert.equal("unchanged", ask(host, handler, "start").json.state)
  end)

  it("is not told of a lost build of another one while nothing is known of it", function()
    local host, handler, _, client = open({ pipelines = { web = { spec = spec() },
      api = { spec = { name = "api", base_image = "m-bp1example", base_image_type = "IMAGE" } } } })
    client.execution.describe = function()
      return nil, "gone", { kind = "not_found", code = "Gone", message = "gone" }
    end
    ask(host, handler, "start")
    host.run_timers(60)
    local bakes = fake_request.serve(host, handler, { uri = "/bakes/status.json" }).json.bakes
    assert.same({ "api", "idle", nil }, { bakes[1].pipeline, bakes[1].state, bakes[1].builds })
    assert.same({ "web", "lost" }, { bakes[2].pipeline, bakes[2].outcome })
  end)

  it("says why the executions could not be listed", function()
    local host, handler, emulator, client = baking({})
    client.execution.list = function()
      return nil, "no list", { kind = "throttled", code = "Throttling", message = "no list" }
    end
    refused(429, "Throttling", ask(host, handler, "start"))
    assert.equal(0, count(emulator, "StartImagePipelineExecution"))
  end)

  it("refuses to replace with \"never\", and says so", function()
    local _, _, emulator, client = open()
    assert(client.pipeline.create(spec("RUN old")))
    local host, handler = handler_harness.around(client, emulator, { pipelines = { web = { spec = spec(),
      replace = "never" } } })
    local answer = ask(host, handler, "start")
    assert.same({ 409, "conflict" }, { answer.status, answer.json.error.kind })
    assert.matches("cannot be changed, only replaced %(build_content%)", answer.json.error.message)
    assert.equal(0, count(emulator, "StartImagePipelineExecution"))
  end)

  it("is created again after somebody deleted it", function()
    local host, handler, emulator, client = baking({})
    ask(host, handler, "start")
    emulator:advance(86400)
    host.run_timers(120)
    local id = pipelines(emulator)[1]
    assert(client.pipeline.delete(id))
    refused(404, "InvalidImagePipeline.NotFound", ask(host, handler, "cancel"))
    assert.is_nil(status(host, handler).pipeline_id)
    local answer = ask(host, handler, "start")
    assert.equal(202, answer.status, answer.body)
    assert.not_equal(id, answer.json.created)
    assert.same({ answer.json.created }, pipelines(emulator))
  end)

  it("cannot be cancelled before it is known, and not when nothing of it is there", function()
    local host, handler = baking({})
    local answer = ask(host, handler, "cancel")
    refused(503, "NOT_KNOWN_YET", answer)
    assert.equal("10", answer.headers["retry-after"])
    assert.equal("idle", ask(host, handler, "show").json.bake.state)
    host.run_timers(10)
    refused(409, "NOTHING_RUNNING", ask(host, handler, "cancel"))
    local id = ask(host, handler, "start").json.execution_id
    assert.equal(id, ask(host, handler, "cancel").json.execution_id)
  end)

  it("goes on in the background when the service is slow, and shows what came of it", function()
    local host, handler, emulator, client = baking({})
    local bake, at = client.bake, host.timer.at
    client.bake = function(...)
      host.sleep(5)
      return bake(...)
    end
    local late
    host.timer.at = function(_, fn) late = fn return true end
    assert.same({ 202, "starting" }, { ask(host, handler, "start").status, status(host, handler).state })
    host.timer.at = at
    late(false)
    host.run_timers(10)
    assert.equal("running", status(host, handler).state)
    assert.equal(1, count(emulator, "StartImagePipelineExecution"))
  end)

  it("is carried out by another worker when the timer of the promised start is gone", function()
    local host, handler, emulator, client = baking({})
    local bake = client.bake
    client.bake = function(...)
      host.sleep(5)
      return bake(...)
    end
    local at = host.timer.at
    host.timer.at = function() return true end -- nginx drops it without a word
    assert.equal("starting", ask(host, handler, "start").json.state)
    host.timer.at, client.bake = at, bake
    host.run_timers(15)
    assert.same({ "running", 1, 1 }, { status(host, handler).state, #pipelines(emulator),
      count(emulator, "StartImagePipelineExecution") })
  end)

  -- Two machines share nothing. The second one stops after it has compared, for as long as the whole build of the
  -- first one takes.
  it("is started once by two machines, also if one of them stops in the middle: both derive one token", function()
    local _, _, emulator, client = open()
    local entry = { web = { spec = spec(), build = "always" } }
    local first, first_handler = handler_harness.around(client, emulator, { pipelines = entry })
    local second, second_handler = handler_harness.around(client, emulator, { pipelines = entry })
    local tokens, bake = {}, client.bake
    client.bake = function(args, options)
      local derive, mine = options.client_token, {}
      for name, value in pairs(options) do
        mine[name] = value
      end
      mine.client_token = function(ref)
        local token = derive(ref)
        tokens[#tokens + 1] = token
        if #tokens == 1 then
          assert.equal(202, ask(first, first_handler, "start").status)
          emulator:advance(86400)
        end
        return token
      end
      return bake(args, mine)
    end
    local answer = ask(second, second_handler, "start")
    assert.equal(202, answer.status, answer.body)
    assert.same({ 2, tokens[1] }, { #tokens, tokens[2] })
    assert.same({ 1, 1 }, { #pipelines(emulator), #emulator:state().executions })
    assert.equal(64, #tokens[1])
  end)

  it("names what is wrong with its arguments, and keeps the id of what a failed start left", function()
    local host, handler = baking({ spec = spec("RUN make\nRUM install") })
    local answer = ask(host, handler, "start")
    assert.same({ 503, "validation" }, { answer.status, answer.json.error.kind })
    assert.matches("line 2", answer.json.error.message)
    local emulator
    host, handler, emulator = baking({})
    emulator:fault({ kind = "error", code = "ServiceUnavailable", action = "StartImagePipelineExecution" })
    refused(503, "ServiceUnavailable", ask(host, handler, "start"))
    assert.equal(pipelines(emulator)[1], status(host, handler).pipeline_id)
  end)

  it("tells why the service could not be asked for it", function()
    local host, _, emulator = baking({})
    emulator:fault({ kind = "error", code = "Forbidden.RAM", action = "DescribeImagePipelines" })
    host.run_timers(10)
    assert.matches("web: .*Forbidden%.RAM", handler_harness.logged(host))
  end)
end)
