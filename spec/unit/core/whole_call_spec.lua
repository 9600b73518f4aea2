--- The whole call as one C function: prepare, attempt.send, finish. A coroutine's wrapper is a C function too, so a
--- send can be written here. It gets the request as curl.so does: a userdata with the methods of a trace.

local core = require("ecs_pipeline.core")
local ecs = require("ecs_pipeline")
local fixture = require("spec.support.core_fixture")

local function sender(script)
  local calls = {}
  local send = coroutine.wrap(function(request, deadline)
    while true do
      calls[#calls + 1] = { request = request, deadline = deadline, signed = request:canonical_request() }
      request, deadline = coroutine.yield(script(request))
    end
  end)
  return send, calls
end

local function answering(body, status)
  return sender(function()
    return { status = status or 200, headers = { ["x-acs-request-id"] = "H" }, body = body }
  end)
end

describe("core.pipeline", function()
  it("creates, describes and deletes in one C call each", function()
    local session = fixture.session()
    local send, calls = answering('{"ImagePipelineId":"ip-1","RequestId":"R"}')
    local result, info = core.pipeline.create(session, fixture.create_args(), fixture.attempt({ send = send }))
    assert.same({ id = "ip-1", image_pipeline_id = "ip-1", request_id = "R" }, result)
    assert.same({ 200, "H" }, { info.status, info.headers["x-acs-request-id"] })
    assert.matches("\nx%-acs%-action:CreateImagePipeline\n", calls[1].signed)
    assert.is_nil(calls[1].deadline)
    send = answering('{"ImagePipeline":{"ImagePipelineSet":[{"ImagePipelineId":"ip-1"}]},"RequestId":"R"}')
    assert.equal("ip-1", core.pipeline.describe(session, {}, fixture.attempt({ send = send })).pipelines[1].id)
    send = answering('{"RequestId":"R"}')
    result = core.pipeline.delete(session, { id = "ip-1" }, fixture.attempt({ send = send }))
    assert.same({ request_id = "R" }, result)
  end)

  it("wipes the request once a result is there, and keeps it for diagnosis when there is none", function()
    local send, calls = answering('{"ImagePipelineId":"ip-1","RequestId":"R"}')
    assert(core.pipeline.create(fixture.session(), fixture.create_args(), fixture.attempt({ send = send })))
    assert.equal("", calls[1].request:canonical_request())
    local refusing = answering('{"Code":"Forbidden","Message":"no"}', 403)
    local _, err = core.pipeline.create(fixture.session(), fixture.create_args(), fixture.attempt({ send = refusing }))
    assert.is_truthy(err.trace:canonical_request():find("x-acs-action:CreateImagePipeline", 1, true))
  end)

  it("uses one request object again and again, but another while it is lent out or belongs to an error", function()
    local session = fixture.session()
    local function described(send)
      return core.pipeline.describe(session, {}, fixture.attempt({ send = send }))
    end
    local EMPTY = '{"ImagePipeline":{"ImagePipelineSet":[]},"RequestId":"R"}'
    local send, calls = answering(EMPTY)
    assert(described(send))
    assert(described(send))
    assert.equal(calls[1].request, calls[2].request)

    local inner, nested = answering(EMPTY)
    assert(described((sender(function(request)
      assert(described(inner))
      assert.are_not.equal(nested[1].request, request)
      assert.matches("DescribeImagePipelines", request:canonical_request())
      return { status = 200, headers = {}, body = EMPTY }
    end))))

    local _, err = described((answering('{"Code":"Forbidden","Message":"no"}', 403)))
    assert(described(send))
    assert.are_not.equal(err.trace, calls[#calls].request)
    assert.matches("DescribeImagePipelines", err.trace:canonical_request())
  end)

  it("gives send a deadline on core.clock() when the attempt has a timeout", function()
    local send, calls = answering('{"ImagePipelineId":"ip-1","RequestId":"R"}')
    local before = core.clock()
    local attempt = fixture.attempt({ send = send, timeout = 5 })
    assert(core.pipeline.create(fixture.session(), fixture.create_args(), attempt))
    assert.is_true(calls[1].deadline >= before + 5 and calls[1].deadline <= core.clock() + 5)
  end)

  it("hands on what send reports, with the operation and the trace", function()
    local send = sender(function()
      return nil, { kind = "timeout", code = "TIMEOUT", message = "late", sent = true }
    end)
    local result, err = core.pipeline.delete(fixture.session(), { id = "ip-1" }, fixture.attempt({ send = send }))
    assert.is_nil(result)
    assert.same({ "timeout", "TIMEOUT", "late", true, "pipeline.delete" },
      { err.kind, err.code, err.message, err.sent, err.operation })
    assert.is_userdata(err.trace)
  end)

  it("lets what a send raises through, for it is a mistake in the program or Ctrl-C, and wipes the request", function()
    for _, raised in ipairs({ "boom", { any = "value" } }) do
      local send, calls = sender(function() error(raised, 0) end)
      local ok, got = pcall(core.pipeline.delete, fixture.session(), { id = "ip-1" }, fixture.attempt({ send = send }))
      assert.is_false(ok)
      assert.same(raised, got)
      assert.equal("", calls[1].request:canonical_request())
    end
  end)

  it("lets Ctrl-C through when it comes while a reply is decoded", function()
    local send = sender(function() return { status = 200, headers = {}, body = "{}" } end)
    local session = fixture.session({ decode = coroutine.wrap(function() error("interrupted!", 0) end) })
    local ok, raised = pcall(core.pipeline.delete, session, { id = "ip-1" }, fixture.attempt({ send = send }))
    assert.same({ false, "interrupted!" }, { ok, raised })
  end)

  it("makes a transport error of a send that answers nonsense; what was sent is unknown", function()
    for _, script in ipairs({ function() return nil end, function() return 7, 7 end }) do
      local _, err = core.pipeline.delete(fixture.session(), { id = "ip-1" },
        fixture.attempt({ send = sender(script) }))
      assert.same({ "transport", "SEND_FAILED" }, { err.kind, err.code })
      assert.is_nil(err.sent)
    end
  end)

  it("sends nothing when the arguments are refused", function()
    local send, calls = answering("{}")
    local _, err = core.pipeline.create(fixture.session(), {}, fixture.attempt({ send = send }))
    assert.equal("validation", err.kind)
    assert.same({}, calls)
  end)
end)

describe("core.call", function()
  it("does the same for any action, in the service's spelling", function()
    local send, calls = answering('{"RequestId":"R","Regions":{"Region":[{"RegionId":"cn-a"}]}}')
    local result = assert(core.call(fixture.session(), { product = "Ecs", version = "2014-05-26",
      action = "DescribeRegions" }, { AcceptLanguage = "en" }, fixture.attempt({ send = send })))
    assert.equal("cn-a", result.Regions.Region[1].RegionId)
    assert.matches("^POST\n/\nAcceptLanguage=en\n", calls[1].signed)
  end)
end)

describe("a client with a transport made in C", function()
  it("makes that one call, for the groups and for any action", function()
    local send, calls = answering('{"ImagePipelineId":"ip-1","RequestId":"R"}')
    local client = ecs.new({ region = "cn-hangzhou", transport = { send = send, native = true, name = "wrapped" },
      credentials = { access_key_id = "LTAI5tExampleKeyAb3d", access_key_secret = "s" } })
    assert.equal("ip-1", assert(client.pipeline.create(fixture.create_args())).id)
    assert.equal("R", assert(client.call("ecs", "2014-05-26", "DescribeRegions", {})).RequestId)
    assert.matches("\nx%-acs%-action:CreateImagePipeline\n", calls[1].signed)
    assert.matches("\nx%-acs%-action:DescribeRegions\n", calls[2].signed)
  end)
end)
