-- What on_event and the log are told of a call.
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")

local CREATED = fake.reply(200, { RequestId = "R-1", ImagePipelineId = "ip-1" })
local ARGS = { base_image = "m-1", base_image_type = "IMAGE", name = "bake" }

describe("events and log", function()
  it("tell the story of a call in order", function()
    local types = {}
    local client = fake.client({ fake.refusal(400, "Throttling"), CREATED },
      { on_event = function(event)
        types[#types + 1] = event.type
        assert.equal("pipeline.create", event.operation)
      end })
    assert(client.pipeline.create(ARGS))
    assert.same({ "attempt", "retry", "attempt", "result" }, types)
  end)

  it("report failures and warnings", function()
    local seen = {}
    local client = fake.client({ fake.refusal(403, "NoPermission") },
      { validate = "warn", on_event = function(event) seen[event.type] = event end })
    client.pipeline.create({ base_image = "m-1", base_image_type = "IMAGE", system_disk_size = 7 })
    assert.equal("denied", seen.error.kind)
    assert.equal("system_disk_size", seen.warning.param)
  end)

  it("go to listeners too, which replace nothing", function()
    local seen, host = {}, fake.platform()
    local function note(name)
      return function(event) seen[#seen + 1] = name .. " " .. event.type end
    end
    local client = fake.client({ CREATED, CREATED, CREATED }, { platform = host, log = "warn", validate = "warn" })
    local args = { base_image = "m-1", base_image_type = "IMAGE", system_disk_size = 7 }
    client.listen(note("a"))
    assert(client.pipeline.create(args))
    assert.same({ "a attempt", "a warning", "a result" }, seen)
    assert.equal(1, #host.lines) -- the warning is logged all the same
    seen = {}
    local derived = client.with({ on_event = note("handler") })
    derived.listen(note("b"))
    derived.listen(note("c"))
    assert(derived.pipeline.create(ARGS))
    assert.same({ "b attempt", "c attempt", "handler attempt", "b result", "c result", "handler result" }, seen)
    assert.error_matches(function() client.listen("fn") end, "listener must be a function, not a string", 1, true)
    client.close()
    assert.error_matches(function() client.listen(print) end, "closed", 1, true)
  end)

  it("go to listeners of the default client also after it is configured anew", function()
    local seen = 0
    ecs.configure({ region = "cn-hangzhou", credentials = fake.KEYS, platform = fake.platform(), log = "off",
      transport = fake.transport({ CREATED, CREATED }) })
    ecs.listen(function() seen = seen + 1 end)
    ecs.configure({ region = "cn-qingdao" })
    assert(ecs.pipeline.create(ARGS))
    assert.equal(2, seen)
  end)

  it("do not let an error in a handler or a log function break the call", function()
    local client = fake.client({ CREATED }, {
      on_event = function() error("handler is broken") end,
      log = function() error("log is broken") end,
    })
    client.listen(function() error("listener is broken") end)
    assert(client.pipeline.create(ARGS))
  end)

  it("log warnings when nobody listens, and everything on debug", function()
    local host = fake.platform()
    local client = fake.client({ CREATED }, { platform = host, log = "warn", validate = "warn" })
    local args = { base_image = "m-1", base_image_type = "IMAGE", system_disk_size = 7 }
    assert(client.pipeline.create(args))
    assert.equal(1, #host.lines)
    assert.matches("^warn ecs_pipeline: pipeline.create warning param=system_disk_size",
      host.lines[1])
    assert(client.with({ on_event = function() end }).pipeline.create(args))
    assert.equal(1, #host.lines)
    assert(client.with({ log = "debug" }).pipeline.create(args))
    assert.is_true(#host.lines > 3)
  end)

  it("take the level from ECS_PIPELINE_LOG unless the option says otherwise", function()
    local host = fake.platform({ ECS_PIPELINE_LOG = "debug" })
    local lines = {}
    local transport = fake.transport({ CREATED })
    local base = { region = "cn-hangzhou", credentials = fake.KEYS, transport = transport,
      platform = host }
    assert(ecs.new(base).pipeline.create(ARGS))
    assert.is_true(#host.lines >= 2)
    base.log = function(level, text) lines[#lines + 1] = level .. text end
    local before = #host.lines
    assert(ecs.new(base).pipeline.create(ARGS))
    assert.equal(before, #host.lines)
    assert.is_true(#lines >= 2)
  end)

  it("never hold a secret, whatever the service writes", function()
    local collected = {}
    local function keep(value)
      collected[#collected + 1] = type(value) == "table" and require("cjson").encode(value)
        or tostring(value)
    end
    local refusal = fake.refusal(400, "SignatureDoesNotMatch", nil,
      "server string to sign is:POST&%2F&SecurityToken%3DCANARY-token and SecurityToken=CANARY-token")
    local throttled = fake.refusal(400, "Throttling", nil, "SecurityToken=CANARY-token is busy")
    local client = fake.client({ throttled, refusal }, {
      credentials = { access_key_id = "LTAI5tFakeKey00wxyz", access_key_secret = "CANARY-secret",
        security_token = "CANARY-token" },
      on_event = keep, log = function(_, text) keep(text) end,
    })
    local args = { base_image = "m-1", base_image_type = "IMAGE",
      build_content = "RUN echo CANARY-content" }
    local _, message, err = client.pipeline.create(args)
    keep(message)
    keep(err.message)
    keep(err.raw)
    keep(tostring(err))
    local rendered = assert(client.render("pipeline.create", args))
    keep(rendered)
    assert.is_true(#collected > 8)
    for _, text in ipairs(collected) do
      assert.is_nil(text:find("CANARY", 1, true), text)
      assert.is_nil(text:find("LTAI5tFakeKey00wxyz", 1, true), text)
    end
  end)

  it("of a call that goes well are not built without a listener, and no warning is searched for secrets", function()
    local client = fake.client({ CREATED }, { log = "off", validate = "warn" })
    local events, redact = require("ecs_pipeline.call.events"), require("ecs_pipeline.redact")
    local searched, emitted, text, emit = 0, {}, redact.text, events.emit
    finally(function() redact.text, events.emit = text, emit end)
    redact.text = function(...)
      searched = searched + 1
      return text(...)
    end
    events.emit = function(to, event)
      emitted[#emitted + 1] = event.type
      return emit(to, event)
    end
    assert(client.pipeline.create({ base_image = "m-1", base_image_type = "IMAGE", system_disk_size = 7 }))
    assert.same({ "warning" }, emitted)
    assert.equal(0, searched)
  end)
end)
