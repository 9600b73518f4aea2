-- The service's clock was 3,099 s ahead. Of eight describes in ecs.map one succeeded and seven failed for good: each
-- compared the offset that it had learnt with what a sibling had written into the client meanwhile, found no
-- difference, and took the refusal as final. The kind: state that is read again after a yield. What an attempt was
-- signed with, and where it went, is compared as it was sent. Each spec below lets other tasks run between the sending
-- and the reply.
local core = require("ecs_pipeline.core")
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")
local http_date = require("ecs_pipeline.emulator.clock").http_date
local platform = require("ecs_pipeline.platform")
local raw_server = require("spec.support.raw_server")

local DESCRIBED = { RequestId = "R-1", TotalCount = 1, PageNumber = 1, PageSize = 10, ImagePipeline = {
  ImagePipelineSet = { { ImagePipelineId = "ip-1", Name = "web" } } } }

-- A client whose transport lets other tasks run before it answers.
local function client_with(answer, options)
  local transport = { requests = {} }
  function transport.send(request)
    transport.requests[#transport.requests + 1] = request
    platform.sleep(0.005)
    return answer(request, #transport.requests)
  end
  local all = { region = "cn-hangzhou", credentials = fake.KEYS, transport = transport, log = "off" }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return ecs.new(all), transport
end

local function describe_eight(client)
  local ids = {}
  for index = 1, 8 do
    ids[index] = "ip-1"
  end
  local results = ecs.map(ids, function(id) return client.pipeline.describe(id) end)
  for _, result in ipairs(results) do
    assert.is_true(result.ok, tostring(result.message))
  end
end

local function seconds_of(request)
  local dates = require("ecs_pipeline.dates")
  return dates.utc(request.headers["x-acs-date"])
end

-- A service whose clock is so many seconds ahead.
local function judge_time(request, ahead)
  local now = core.wall() + ahead
  if math.abs(seconds_of(request) - now) > 900 then
    return fake.refusal(400, "InvalidTimeStamp.Expired", { date = http_date(now) })
  end
  return fake.reply(200, DESCRIBED)
end

describe("state that another task changes between sending and reply", function()
  it("clock: each of many calls corrects it, and it is reported once", function()
    local reported = 0
    local client, transport = client_with(function(request) return judge_time(request, 3099) end, {
      on_event = function(event) reported = reported + (event.type == "skew" and 1 or 0) end })
    describe_eight(client)
    assert.same({ 16, 1 }, { #transport.requests, reported })
    assert(client.pipeline.describe("ip-1"))
    assert.equal(17, #transport.requests)
  end)

  it("clock: a call keeps to what its own service said, where two have different clocks", function()
    local client = client_with(function(request)
      return judge_time(request, request.url:find("cn-qingdao", 1, true) and -5000 or 5000)
    end)
    local there = client.with({ region = "cn-qingdao" })
    local results = ecs.map({ client, there, client, there }, function(one) return one.pipeline.describe("ip-1") end)
    for _, result in ipairs(results) do
      assert.is_true(result.ok, tostring(result.message))
    end
  end)

  it("credentials: a call that was refused with the old ones gets the new ones, which are fetched once", function()
    local function keys(id)
      return assert(core.credentials({ access_key_id = id, access_key_secret = "CANARY-secret" }))
    end
    local fetched, current = 0, keys("LTAI5tOld")
    local provider = {
      get = function() return current end,
      expire = function(_, credentials)
        if credentials == current then
          fetched, current = fetched + 1, keys("LTAI5tNew")
        end
      end,
    }
    local client, transport = client_with(function(request)
      if request.headers.authorization:find("LTAI5tOld", 1, true) then
        return fake.refusal(400, "InvalidSecurityToken.Expired")
      end
      return fake.reply(200, DESCRIBED)
    end, { credentials = provider })
    describe_eight(client)
    assert.same({ 16, 1 }, { #transport.requests, fetched })
  end)

  it("endpoint and arguments: all attempts of a call have those that it began with", function()
    local variables = { ALIBABA_CLOUD_ENDPOINT_ECS = "https://one.test" }
    local args = { base_image = "m-1", base_image_type = "IMAGE", name = "one",
      image_options = { image_family = "one" } }
    local client, transport = client_with(function(_, number)
      variables.ALIBABA_CLOUD_ENDPOINT_ECS = "https://two.test"
      args.name, args.image_options.image_family = "two", "two"
      return number == 1 and fake.refusal(500, "InternalError")
        or fake.reply(200, { RequestId = "R-1", ImagePipelineId = "ip-1" })
    end, { platform = { env = function(name) return variables[name] end }, retry = { base = 0.001 } })
    assert.is_true(ecs.map({ 1 }, function() return client.pipeline.create(args) end)[1].ok)
    for number = 1, 2 do
      local request = transport.requests[number]
      local sent = fake.parameters(request)
      assert.same({ "one", "one" }, { sent.Name, sent["ImageOptions.ImageFamily"] })
      assert.matches("^https://one%.test", request.url)
    end
    assert.equal("two", args.name)
  end)

  it("limiter: a token goes back to the region and action that it was taken for", function()
    local taken, given_back = {}, {}
    local client = client_with(function() return fake.reply(200, DESCRIBED) end, { rate_limit = {
      take = function(_, _, region, action)
        platform.sleep(0.005)
        taken[#taken + 1] = region .. " " .. action
        return region == "cn-qingdao" and 1000 or 0
      end,
      give_back = function(_, region, action) given_back[#given_back + 1] = region .. " " .. action end,
    } })
    local results = ecs.map({ "cn-hangzhou", "cn-qingdao", "cn-beijing" }, function(region)
      return client.pipeline.describe("ip-1", { region = region })
    end)
    assert.same({ true, false, true }, { results[1].ok, results[2].ok, results[3].ok })
    assert.equal("LOCAL_RATE_LIMIT", results[2].err.code)
    assert.equal(3, #taken)
    assert.same({ "cn-qingdao DescribeImagePipelines" }, given_back)
  end)

  it("kept connection: what a sibling's reply does to it does not reach the others", function()
    local server = raw_server.start(60)
    local transport = require("ecs_pipeline.transport.curl").new()
    local transports = require("ecs_pipeline.call.transports")
    local paths = { "/ok/11", "/reset", "/ok/12", "/hang", "/ok/13" }
    for _ = 1, 3 do -- the second and third round find connections that are kept
      local results = ecs.map(paths, function(path)
        local request = { method = "POST", url = server.url(path), headers = {}, body = "" }
        local reply, err = transports.send(transport, request, core.clock() + (path == "/hang" and 0.3 or 30))
        return reply or err
      end)
      assert.same({ "RESET", "TIMEOUT" }, { results[2].value.code, results[4].value.code })
      for index = 1, 5, 2 do
        assert.equal(paths[index]:match("%d+"), tostring(#results[index].value.body))
      end
    end
    transport.close()
    server.stop()
  end)

  it("client: one that was closed meanwhile opens no connection for the next attempt", function()
    local client, opened, closed = nil, 0, 0
    client = client_with(nil, { transport = "curl", platform = { curl = function()
      opened = opened + 1
      return { close = function() closed = closed + 1 end, send = function()
        platform.sleep(0.005)
        client.close()
        return fake.refusal(500, "InternalError")
      end }
    end }, retry = { base = 0.001 } })
    local _, message, err = client.pipeline.describe("ip-1")
    assert.same({ "NO_TRANSPORT", 1, 1 }, { err.code, opened, closed })
    assert.matches("the client has been closed", message, 1, true)
  end)
end)
