--- Many calls at once over HTTPS: one process, one thread, the emulator in nginx.

local cjson = require("cjson").new()
local curl = require("ecs_pipeline.transport.curl")
local ecs = require("ecs_pipeline")
local raw_server = require("spec.support.raw_server")
local server = require("ecs_pipeline.emulator.nginx.server")

local SHORT = { PREPARING = 0, BUILDING = 1, RELEASING = 0 } -- seconds

local running, control, client

local function ask(method, path, value)
  local reply = assert(control.send({ method = method, headers = {}, body = value and cjson.encode(value) or "",
    url = "http://127.0.0.1:" .. running.http_port .. "/_emulator/" .. path }))
  assert(reply.status == 200, reply.body)
  return cjson.decode(reply.body)
end

local function client_of(more)
  local options = { region = "cn-hangzhou", proxy = false, log = "off", ca_file = running.ca_file,
    endpoint = "https://localhost:" .. running.https_port, retry = { base = 0.01, cap = 0.05 },
    credentials = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" } }
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  return ecs.new(options)
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
  client = client_of()
end)

after_each(function()
  client.close()
end)

local function create(name)
  return client.pipeline.create({ base_image = "m-1", base_image_type = "IMAGE", name = name })
end

local function names(count)
  local list = {}
  for index = 1, count do
    list[index] = ("web-%03d"):format(index)
  end
  return list
end

describe("ecs.map over https", function()
  it("creates, describes and lists, each result with its item", function()
    local wanted = names(60)
    local made = ecs.map(wanted, create, { concurrency = 20 })
    for index, one in ipairs(made) do
      assert.is_true(one.ok, one.message)
      made[index] = one.value
    end
    for index, one in ipairs(ecs.map(made, client.pipeline.describe, { concurrency = 20 })) do
      assert.is_true(one.ok, one.message)
      assert.equal(wanted[index], one.value.name)
    end
    local lists = ecs.map({ 1, 2, 3 }, function() return client.pipeline.list({ max_results = 7 }) end)
    for _, list in ipairs(lists) do
      assert.equal(60, #list.value)
    end
  end)

  it("retries what is throttled or lost, and nothing is made twice", function()
    ask("POST", "fault", {
      { kind = "throttle", action = "CreateImagePipeline" }, { kind = "throttle", action = "CreateImagePipeline" },
      { kind = "lost_answer", action = "CreateImagePipeline" },
      { kind = "lost_answer", action = "CreateImagePipeline" },
    })
    for _, one in ipairs(ecs.map(names(12), create)) do
      assert.is_true(one.ok, one.message)
    end
    assert.equal(12, #client.pipeline.list())
  end)

  it("waits for 200 builds in one process and thread", function()
    local builds = {}
    for index = 1, 200 do
      builds[index] = { durations = SHORT }
    end
    ask("POST", "build", builds)
    local templates = ecs.map(names(200), create, { concurrency = 32 })
    local at_once, most = 0, 0
    local results = ecs.map(templates, function(template)
      local started = assert(client.execution.start(template.value))
      at_once = at_once + 1
      most = math.max(most, at_once)
      local result, message, err = client.execution.wait(started, { poll = 1 })
      at_once = at_once - 1
      return result, message, err
    end, { concurrency = 200 })
    for _, one in ipairs(results) do
      assert.is_true(one.ok, one.message)
      assert.equal("success", one.value.outcome)
    end
    assert.is_true(most > 100, "only " .. most .. " at once")
  end)
end)

describe("a client that is closed in mid-flight", function()
  it("ends its calls with kind cancelled, and no others", function()
    local hanging = raw_server.start(60)
    local other = client_of({ endpoint = "https://hang.test", proxy = (hanging.url("")) })
    local results = ecs.concurrently({
      function()
        -- as a proxy it keeps silent about this host: nothing but closing ends the call
        return other.call("Ecs", "2014-05-26", "DescribeRegions", {},
          { timeout = { connect = 50, total = 50 } })
      end,
      function()
        require("ecs_pipeline.platform").sleep(0.3)
        other.close()
        return create("unharmed")
      end,
    })
    hanging.stop()
    assert.is_false(results[1].ok)
    assert.equal("cancelled", results[1].err.kind)
    assert.is_true(results[2].ok, results[2].message)
  end)
end)
