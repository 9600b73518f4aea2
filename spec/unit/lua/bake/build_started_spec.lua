-- `wait = false`: a build, a build_if_changed, a bake that return when the execution runs; and a token that is derived
-- from the pipeline.
local cjson = require("cjson").new()
local virtual = require("spec.support.virtual")

local SPEC = { name = "web", base_image = "m-bp1example", base_image_type = "IMAGE", build_content = "RUN make" }
local NOW = { wait = false }

local client, emulator

before_each(function()
  client, emulator = virtual.client()
end)

local function changed(fields)
  local args = {}
  for _, source in ipairs({ SPEC, fields }) do
    for name, value in pairs(source) do
      args[name] = value
    end
  end
  return args
end

describe("wait = false", function()
  it("returns at once, and the same call without it waits for that build", function()
    local id = assert(client.pipeline.create(SPEC)).id
    local before = emulator:now()
    local result = assert(client.execution.build(id, { wait = false, client_token = "nightly-7" }))
    assert.same({ true, "started", id, "nightly-7", false, false }, { result.ok, result.outcome, result.pipeline_id,
      result.client_token, result.resumed, result.adopted })
    assert.is_true(emulator:now() - before < 5)
    assert.equal("PREPARING", assert(client.execution.describe(result)).status)
    local again = assert(client.execution.build(id, { wait = false, client_token = "nightly-7" }))
    assert.same({ result.execution_id, true }, { again.execution_id, again.resumed })
    local ended = assert(client.execution.build(id, { client_token = "nightly-7" }))
    assert.same({ "success", result.execution_id, true }, { ended.outcome, ended.execution_id, ended.resumed })
    assert.equal(0, client.exit_code(result))
  end)

  it("is resumed through a journal", function()
    local entries = {}
    local journal = { get = function(_, key) return entries[key] end,
      put = function(_, key, text) entries[key] = text return true end }
    local id = assert(client.pipeline.create(SPEC)).id
    local first = assert(client.execution.build(id, { wait = false, journal = journal }))
    local second = assert(client.execution.build(id, { journal = journal }))
    assert.same({ first.execution_id, true, "success" }, { second.execution_id, second.resumed, second.outcome })
    assert.is_true(cjson.decode(entries[next(entries)]).reported)
  end)

  it("adopts what runs, and says what is unchanged", function()
    local started = assert(client.bake(SPEC, NOW))
    assert.same({ "started", "first", true }, { started.outcome, started.reason, started.created })
    local other = assert(client.bake(SPEC, { wait = false, when_running = "adopt" }))
    assert.same({ started.execution_id, true }, { other.execution_id, other.adopted })
    emulator:advance(86400)
    local third = assert(client.bake(SPEC, NOW))
    assert.same({ "unchanged", started.execution_id }, { third.outcome, third.execution_id })
    assert.matches("^m%-", third.image_id)
  end)

  it("deletes nothing: a later call retires the replaced pipeline", function()
    local old = assert(client.bake(SPEC))
    local newer = changed({ build_content = "RUN make install" })
    local options = { replace = "retire", archive = false, wait = false }
    local result = assert(client.bake(newer, options))
    assert.same({ "started", {} }, { result.outcome, result.retired })
    emulator:advance(86400)
    assert.equal("unchanged", assert(client.bake(newer, options)).outcome)
    assert.equal(2, #emulator:state().pipelines)
    options.wait = nil
    assert.equal(old.pipeline_id, assert(client.bake(newer, options)).retired[1].id)
    assert.equal(1, #emulator:state().pipelines)
  end)
end)

describe("a client_token that is a function", function()
  it("gets the pipeline, also one that the call creates", function()
    local seen
    local result = assert(client.bake(SPEC, { wait = false, client_token = function(pipeline)
      seen = pipeline
      return "first-of-" .. pipeline.id
    end }))
    assert.same({ result.pipeline_id, "cn-hangzhou", "first-of-" .. result.pipeline_id },
      { seen.id, seen.region_id, result.client_token })
  end)

  it("may leave it to the library, fail, and not return anything else", function()
    local id = assert(client.pipeline.create(SPEC)).id
    assert.equal(32, #assert(client.execution.build(id, { wait = false, client_token = function() end })).client_token)
    local none, message, err = client.execution.build(id, { client_token = function()
      return nil, "no list", { kind = "transport", message = "no list" }
    end })
    assert.same({ "no list", "transport" }, { message, none == nil and err.kind })
    for _, wrong in ipairs({ "", 7, false }) do
      assert.error_matches(function()
        client.execution.build(id, { client_token = function() return wrong end })
      end, "execution.build: the function client_token must return a text")
    end
  end)
end)
