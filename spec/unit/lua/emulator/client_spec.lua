-- The kit for tests of scripts: a client whose time is the service's.
local ecs = require("ecs_pipeline")
local emulator = require("ecs_pipeline.emulator")

local WEB = { name = "web", base_image = "m-bp1example", base_image_type = "IMAGE" }

describe("emulator.client", function()
  it("waits on the service's clock, in no time", function()
    local started = os.time()
    local client, service = emulator.client({ builds = { durations = { BUILDING = 3600 } } })
    assert.equal("success", assert(client.bake(WEB)).outcome)
    local elapsed = service:state().elapsed
    assert.is_true(elapsed >= 4200 and elapsed < 4800, elapsed)
    assert.is_true(os.time() - started <= 60)
  end)

  it("lets the client's deadlines pass on that clock", function()
    local client, service = emulator.client({ builds = { { stall = 5 * 3600 } } })
    local result = assert(client.bake(WEB, { timeout = 3600 }))
    assert.equal("timeout", result.outcome)
    assert.is_true(math.abs(service:state().elapsed - 3600) < 60)
    client, service = emulator.client({ faults = { { kind = "throttle", times = 1000 } } })
    local _, _, err = client.pipeline.create(WEB, { retry = { attempts = 1000, deadline = 90 } })
    assert.equal("throttled", err.kind)
    assert.is_true(err.elapsed > 30 and err.elapsed <= 90 and service:state().elapsed == err.elapsed)
  end)

  it("has no wait of any function that takes real time", function()
    local client, service = emulator.client()
    local started = os.time()
    local vpc = assert(client.vpc.create({ cidr_block = "172.16.0.0/12" }))
    assert(client.vpc.delete(vpc))
    service:put("images", { ImageId = "m-1", ImageName = "old" })
    local copy = assert(client.image.copy("m-1", { to_region_id = "cn-beijing", name = "new" }))
    assert(client.image.wait_available(copy, { region = "cn-beijing" }))
    local web = assert(client.pipeline.create(WEB))
    assert(client.execution.start(web))
    assert.is_true(assert(client.pipeline.delete(web, { when_running = "wait" })).deleted)
    assert.is_true(service:state().elapsed > 2700)
    assert.is_true(os.time() - started <= 60)
  end)

  it("goes the same way each time", function()
    local function ending()
      local client, service = emulator.client({ now = 1767225600, faults = {
        { kind = "throttle", times = 3 }, { kind = "lost_answer", action = "StartImagePipelineExecution" } } })
      return { assert(client.bake(WEB)).image_id, service:state().elapsed, #service:state().requests }
    end
    assert.same(ending(), ending())
  end)

  it("works in the region and with the first key of the service", function()
    local client, service = emulator.client({ region = "cn-new", credentials = {
      b = { secret = "2" }, a = { secret = "1", token = "t", deny = { "ecs:DeleteImagePipeline" } } } })
    local web = assert(client.pipeline.create(WEB))
    assert.same({ "cn-new", "a" }, { service:state().pipelines[1].RegionId,
      service:state().requests[1].access_key_id })
    assert.equal("denied", select(3, client.pipeline.delete(web)).kind)
    local other = client.with({ credentials = { access_key_id = "b", access_key_secret = "2" } })
    assert.is_true(assert(other.pipeline.delete(web)).deleted)
  end)

  it("gives the client the options of ecs.new", function()
    local seen = {}
    local client = emulator.client({ faults = { { kind = "throttle" } },
      client = { region = "cn-beijing", retry = false, on_event = function(event) seen[event.type] = event end } })
    local _, _, err = client.pipeline.create(WEB)
    assert.same({ "throttled", 1, "cn-beijing" }, { err.kind, err.attempts, seen.attempt.region })
  end)

  it("is real when it is to be", function()
    local client, service = emulator.client({ clock = "real" })
    assert(client.pipeline.create(WEB))
    assert.is_nil(service:transport().platform)
    assert.is_true(service:state().elapsed < 60)
  end)

  for wrong, message in pairs({
    [{ fualts = {} }] = "emulator: unknown option: fualts (did you mean faults?)",
    [{ client = { regoin = "x" } }] = 'ecs.new: unknown option "regoin" (did you mean "region"?)',
  }) do
    it("refuses, with the caller's line: " .. message, function()
      local ok, raised = pcall(function()
        local client = emulator.client(wrong)
        return client
      end)
      assert.is_false(ok)
      assert.matches("^[^\n]*client_spec%.lua:%d+: ", raised)
      assert.equal(message, (raised:gsub("^.-:%d+: ", "")))
    end)
  end
end)

describe("a client with the transport of an emulator", function()
  local KEYS = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" }

  it("is on the emulator's clock too", function()
    local service = emulator.new()
    local client = ecs.new({ region = "cn-hangzhou", transport = service:transport(), credentials = KEYS })
    assert.equal("success", assert(client.bake(WEB)).outcome)
    assert.is_true(service:state().elapsed >= 2400)
  end)

  it("is on its own clock if it was given one", function()
    local service, slept = emulator.new(), 0
    local client = ecs.new({ region = "cn-hangzhou", transport = service:transport(), credentials = KEYS, log = "off",
      platform = { sleep = function(seconds) slept = slept + seconds end } })
    service:advance(3600)
    service:fault({ kind = "throttle", times = 2 })
    assert(client.pipeline.create(WEB))
    assert.is_true(slept > 0)
    assert.equal(3600, service:state().elapsed)
  end)

  it("derived from one on the real clock, does not use that one's correction of the clock", function()
    local service = emulator.new()
    local real = ecs.new({ region = "cn-hangzhou", transport = { send = function() end }, credentials = KEYS })
    local there = real.with({ transport = service:transport() })
    service:advance(10 * 3600)
    assert(there.pipeline.create(WEB))
    assert.equal(1, #service:state().requests)
  end)
end)

describe("emulator.configure", function()
  it("lets the default client work on a new service, each time", function()
    local service = emulator.configure({ region = "cn-new", client = { default_tags = { team = "web" } } })
    local web = assert(ecs.pipeline.create(WEB))
    assert.same({ "cn-new", { team = "web" } }, { service:state().pipelines[1].RegionId,
      assert(ecs.pipeline.describe(web)).tags })
    assert.equal("success", assert(ecs.execution.build(web)).outcome)
    emulator.configure()
    assert.same({}, assert(ecs.pipeline.list()))
  end)

  it("raises as new does, with the position of its caller", function()
    local _, message = pcall(function() emulator.configure({ clok = "real" }) end)
    assert.matches("client_spec.lua:%d+: emulator: unknown option: clok %(did you mean clock%?%)", message)
  end)
end)
