-- Credentials inside nginx: light threads of one worker that need a session at once ask STS once between them.
local cjson = require("cjson").new()
local curl = require("ecs_pipeline.transport.curl")
local dns_server = require("spec.support.dns_server")
local emulator = require("ecs_pipeline.emulator.nginx.server")
local nginx = require("spec.support.openresty_nginx.server")
local remote_client = require("spec.support.openresty_nginx.remote_client")

local control, dns, server, service

setup(function()
  dns, control = dns_server.start(), curl.new()
  service = assert(emulator.start({ emulator = { metadata = { role = "web" } } }))
  server = assert(nginx.start({ resolver = dns.port, ca_file = service.ca_file }))
end)

teardown(function()
  server.stop()
  service.stop()
  control.close()
  dns.stop()
end)

local function ask(method, path, value)
  local reply = assert(control.send({ method = method, headers = {}, body = value and cjson.encode(value) or "",
    url = "http://127.0.0.1:" .. service.http_port .. "/_emulator/" .. path }))
  assert(reply.status == 200, reply.body)
  return cjson.decode(reply.body)
end

-- How often each action has reached the service.
local function count()
  local counts = {}
  for _, request in ipairs(ask("GET", "state").requests) do
    local action = request.action or "none"
    counts[action] = (counts[action] or 0) + 1
  end
  return counts
end

-- 20 light threads that list pipelines, twice; what did not succeed.
local SOURCE = [[
  local ecs = require("ecs_pipeline")
  local client = ecs.new({ region = "cn-hangzhou", endpoint = "https://localhost:%d",
    credentials = ecs.credentials.assume_role({ role_arn = "acs:ram::1511928242963727:role/web",
      credentials = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" } }) })
  local wrong = {}
  for _ = 1, 2 do
    local threads = {}
    for index = 1, 20 do
      threads[index] = ngx.thread.spawn(client.pipeline.list, {})
    end
    for index = 1, 20 do
      local _, listed, message = ngx.thread.wait(threads[index])
      wrong[#wrong + 1] = not listed and message or nil
    end
  end
  return table.concat(wrong, "; ")
]]

local function run(phase)
  return remote_client.new(server.port, phase):run(SOURCE:format(service.https_port))
end

describe("credentials of light threads", function()
  before_each(function()
    ask("POST", "reset")
  end)

  for _, phase in ipairs({ "content", "access", "timer" }) do
    it("are asked for once, in the " .. phase .. " phase", function()
      ask("POST", "fault", { { kind = "slow", action = "AssumeRole", delay = 0.3 } })
      assert.equal("", run(phase))
      assert.same({ AssumeRole = 1, DescribeImagePipelines = 40 }, count())
    end)
  end

  it("are renewed once when the service calls them expired", function()
    ask("POST", "fault", { { kind = "expired_token", action = "DescribeImagePipelines" },
      { kind = "slow", action = "AssumeRole", skip = 1, delay = 0.3 } })
    assert.equal("", run("content"))
    assert.same({ AssumeRole = 2, DescribeImagePipelines = 41 }, count())
  end)

  it("that cannot be got fail for all who wait, after one try", function()
    ask("POST", "fault", { { kind = "error", code = "NoPermission", action = "AssumeRole", times = 100 } })
    local _, failed = run("content"):gsub("%[NoPermission, ", "")
    assert.equal(40, failed)
    assert.same({ AssumeRole = 2 }, count()) -- one for each time
  end)
end)

describe("sources of credentials over cosockets", function()
  it("are the metadata service, with a token first, and a sidecar", function()
    for _, source in ipairs({ "ecs_ram_role({ endpoint = http })",
      "uri({ uri = http .. '/latest/meta-data/ram/security-credentials/web' })" }) do
      assert.equal("acs:sts::1511928242963727:assumed-role/web/i-bp1emulator", remote_client.new(server.port, "content")
        :run(([[
          local ecs, http = require("ecs_pipeline"), "http://127.0.0.1:%d"
          local client = ecs.new({ region = "cn-hangzhou", endpoint = "https://localhost:%d",
            credentials = ecs.credentials.%s })
          return assert(client.account.describe()).arn
        ]]):format(service.http_port, service.https_port, source)))
    end
  end)
end)
