-- The library against the emulator, in process: every way of signing and placing, and what the client makes of
-- the service's faults.

local ecs = require("ecs_pipeline")
local emulators = require("ecs_pipeline.emulator")

local emulator

local function client_for(options, more)
  emulator = emulators.new(options)
  local settings = {
    region = "cn-hangzhou", transport = emulator:transport(), log = "off",
    credentials = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" },
    retry = { attempts = 5, deadline = 20, base = 0.001, cap = 0.01 },
  }
  for name, value in pairs(more or {}) do
    settings[name] = value
  end
  return ecs.new(settings)
end

local function template(more)
  local args = { base_image = "m-bp1example", base_image_type = "IMAGE", name = "web" }
  for name, value in pairs(more or {}) do
    args[name] = value
  end
  return args
end

describe("the client and the emulator agree on", function()
  for _, version in ipairs({ "auto", "v3", "1.0" }) do
    for _, placement in ipairs({ "auto", "query", "form" }) do
      it("signature " .. version .. ", placement " .. placement, function()
        local client = client_for(nil, { signature_version = version, placement = placement })
        local args = template({
          description = "a+b c%20d/é镜'()*!~&=?#;\"<>", build_content = "RUN a && b\r\nRUN c", tags = { ["k é"] = "" },
          add_account = { "1234567890123456" }, delete_instance_on_failure = false, system_disk_size = 20,
        })
        local made = assert(client.pipeline.create(args))
        local pipeline = assert(client.pipeline.describe(made))
        for name, value in pairs(args) do
          assert.are.same(value, pipeline[name], name)
        end
        assert.is_true(assert(client.pipeline.delete(made)).deleted)
        local _, _, err = client.pipeline.describe(made)
        assert.are.equal("not_found", err.kind)
        for _, request in ipairs(emulator:state().requests) do
          assert.are.equal(200, request.status)
        end
      end)
    end
  end

  it("temporary keys", function()
    local keys = { access_key_id = "STS.key", access_key_secret = "s", security_token = "token+/=" }
    local client = client_for({ credentials = { ["STS.key"] = { secret = "s", token = "token+/=" } } },
      { credentials = keys })
    assert(client.pipeline.create(template()))
  end)

  it("16 KB of build content, sent as a form", function()
    local client = client_for()
    local content = "RUN x" .. ("\n"):rep(16379)
    local made = assert(client.pipeline.create(template({ build_content = content })))
    assert.are.equal(content, assert(client.pipeline.describe(made.id)).build_content)
    local request = emulator:state().requests[1]
    assert.are.same({ "1.0", "query+form" }, { request.scheme, request.placement })
  end)

  it("the service's defaults", function()
    local client = client_for()
    local made = assert(client.pipeline.create({ base_image = "f", base_image_type = "IMAGE_FAMILY" }))
    local pipeline = assert(client.pipeline.describe(made))
    assert.are.same({ made.id, 40, 0, true, "rg-acfmxazb4ph6aiy" }, { pipeline.name, pipeline.system_disk_size,
      pipeline.internet_max_bandwidth_out, pipeline.delete_instance_on_failure, pipeline.resource_group_id })
  end)
end)

describe("a fault of the service", function()
  local function create(faults, more)
    local client = client_for({ faults = faults }, more)
    local made, message, err = client.pipeline.create(template())
    return made, message, err, client
  end

  for _, row in ipairs({
    { "lost answer", { kind = "lost_answer" } }, { "lost request", { kind = "lost_request" } },
    { "connection refused", { kind = "refused" } },
    { "timeout after the work", { kind = "timeout", commit = true, delay = 5 } },
    { "resend by the transport", { kind = "nonce_used", commit = true } },
    { "throttling", { kind = "throttle", times = 2, headers = { ["x-acs-retry-after"] = 5 } } },
    { "busy service", { kind = "status", status = 503 } },
    { "gateway's own page", { kind = "status", status = 502, body = "<html>" } },
  }) do
    it("is survived, and makes one pipeline: " .. row[1], function()
      local made, message, _, client = create({ row[2] })
      assert.is_truthy(made, message)
      local state = emulator:state()
      assert.are.equal(1, #state.pipelines)
      assert.are.equal(made.id, state.pipelines[1].ImagePipelineId)
      assert.is_true(ecs.info(made).attempts >= 2)
      assert.is_truthy(client.pipeline.describe(made))
      local tokens = {}
      for _, request in ipairs(state.requests) do
        tokens[request.client_token] = true
      end
      assert.is_nil(next(tokens, next(tokens)))
    end)
  end

  it("that is a clock apart is corrected from the Date header", function()
    local made, message, _, client = create({ { kind = "skew", seconds = -7200 } })
    assert.is_truthy(made, message)
    assert.are.equal(2, #emulator:state().requests)
    assert.is_truthy(client.pipeline.describe(made))
    assert.are.equal(3, #emulator:state().requests)
  end)

  for _, row in ipairs({
    { "QuotaExceed.ImagePipeline" }, { "InvalidVSwitchId.NotFound", "not_found" }, { "Forbidden.RAM", "denied" },
  }) do
    it("is told with its code: " .. row[1], function()
      local made, message, err = create({ { kind = "error", code = row[1] } })
      assert.is_nil(made)
      assert.are.equal(row[1], err.code)
      assert.is_truthy(message:find(row[1], 1, true))
      assert.are.equal(row[2] or err.kind, err.kind)
      assert.are.equal(1, #emulator:state().requests)
    end)
  end

  it("while deleting counts as deleted", function()
    local client = client_for()
    local made = assert(client.pipeline.create(template()))
    emulator:fault({ kind = "lost_answer" })
    assert.is_true(assert(client.pipeline.delete(made)).deleted)
    assert.is_false(assert(client.pipeline.delete(made)).deleted)
  end)

  it("is a conflict when an execution runs", function()
    local client = client_for()
    local made = assert(client.pipeline.create(template()))
    emulator:put("executions", { ImagePipelineId = made.id, Status = "BUILDING" })
    local _, _, err = client.pipeline.delete(made)
    assert.are.equal("conflict", err.kind)
    assert.are.equal(2, #emulator:state().requests)
  end)

  it("is a wrong key's", function()
    local _, _, err = create(nil, { credentials = { access_key_id = "emulator-key", access_key_secret = "wrong" } })
    assert.are.same({ "credentials", "SignatureDoesNotMatch" }, { err.kind, err.code })
  end)
end)
