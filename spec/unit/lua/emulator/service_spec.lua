-- What stands between a parsed request and its action: which action it is, who may call it, and the form of the answer.
local emulators = require("ecs_pipeline.emulator")
local caller = require("spec.support.emulator_caller")

local emulator, client

before_each(function()
  emulator = emulators.new({ now = 1767225600 })
  client = caller.new(emulator)
end)

local function create(more)
  local status, reply = client:create(more)
  assert(status == 200, reply.Code)
  return reply.ImagePipelineId
end

describe("an unknown action or version", function()
  it("is refused", function()
    local status, reply = client:call("ExplodeImagePipeline", {})
    assert.are.same({ 404, "InvalidAction.NotFound" }, { status, reply.Code })
    status, reply = client:describe({}, { version = "2020-01-01" })
    assert.are.same({ 400, "InvalidVersion" }, { status, reply.Code })
  end)
end)

describe("the form of an answer", function()
  it("is JSON for V3, and for 1.0 when asked for, else XML", function()
    local id = create({ ["Tag.1.Key"] = "k<", ["Tag.1.Value"] = "v" })
    local old = caller.new(emulator, { scheme = "1.0" })
    local _, body, headers = old:call("DescribeImagePipelines", {}, { format = false })
    assert.are.equal("text/xml;charset=utf-8", headers["content-type"])
    assert.is_truthy(body:find("^<%?xml.-<DescribeImagePipelinesResponse>"))
    assert.is_truthy(body:find("<ImagePipelineId>" .. id .. "</ImagePipelineId>", 1, true))
    assert.is_truthy(body:find("<Tag><TagKey>k&lt;</TagKey><TagValue>v</TagValue></Tag>", 1, true))
    _, body = old:call("DeleteImagePipeline", {}, { format = "XML" })
    assert.is_truthy(body:find("<Error>.-<Code>MissingParameter.ImagePipelineId</Code>"))
    local status, reply = old:call("DescribeImagePipelines", {}, { format = "json" })
    assert.are.same({ 200, 1 }, { status, reply.TotalCount })
    status, reply = old:call("DescribeImagePipelines", {},
      { format = false, headers = { accept = "application/json" } })
    assert.are.same({ 200, 1 }, { status, reply.TotalCount })
  end)
end)

describe("the dates of requests", function()
  it("may be those of the host, however far the clock was moved", function()
    local moved = emulators.new({ clock = "virtual", dates = "host" })
    local host = caller.new({ now = function() return os.time() end,
      handle = function(_, ...) return moved:handle(...) end })
    local _, reply = host:create()
    _, reply = host:start(reply.ImagePipelineId)
    moved:advance(86400)
    assert.equal("SUCCESS", host:execution(reply.ExecutionId).Status)
    moved:fault({ kind = "skew", seconds = 3600 })
    _, reply = host:describe()
    assert.equal("InvalidTimeStamp.Expired", reply.Code)
  end)
end)
