-- What is loaded in init_by_lua is all there is: no worker loads a module while a request waits, whatever is called.
local curl = require("ecs_pipeline.transport.curl")
local dns_server = require("spec.support.dns_server")
local emulator = require("ecs_pipeline.emulator.nginx.server")
local fake_request = require("spec.support.fake_request")
local nginx = require("spec.support.openresty_nginx.server")
local ports = require("ecs_pipeline.emulator.nginx.ports")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local started

local function keep(server, why)
  started[#started + 1] = assert(server, why)
  return server
end

before_each(function()
  started = {}
end)

after_each(function()
  for index = #started, 1, -1 do
    started[index].stop()
  end
end)

local HTTP = [[
  lua_shared_dict ecs_pipeline 1m;
  init_by_lua_block {
    local openresty = require("ecs_pipeline.openresty")
    ecs = require("ecs_pipeline")
    client = ecs.new{ region = "cn-hangzhou", proxy = false, log = "off", retry = false, endpoint = "%s",
      credentials = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" } }
    flight = openresty.single_flight{ client = client }
    handler = openresty.handler{ client = client, secret = "%s", pipelines = { web = "ip-bp1example" } }
    watch = openresty.watch
    loaded = {}
    for name in pairs(package.loaded) do loaded[name] = true end
  }
  init_worker_by_lua_block { watcher = watch{ client = client } handler() }
  server {
    listen 127.0.0.1:%d;
    location /bakes/ { content_by_lua_block { handler() } }
    location = /work { content_by_lua_block { %s } }
    location = /new {
      content_by_lua_block {
        local new = {}
        for name in pairs(package.loaded) do
          if not loaded[name] then new[#new + 1] = name end
        end
        ngx.say(table.concat(new, " "))
      }
    }
  }]]

-- Every function of the library once, if only to be refused; what goes further with what it needs for that.
local WORK = [[
  local template = { base_image = "m-bp1example", base_image_type = "IMAGE", name = "web", build_content = "RUN true" }
  local made = assert(client.pipeline.ensure(template)).id
  assert(client.pipeline.plan(template).action == "none")
  assert(client.pipeline.import(made))
  assert(client.bake(template, { dry_run = true }))
  assert(client.doctor().checks)
  assert(client.policy{ operations = { "pipeline.create" } })
  assert(client.render("pipeline.create", template))
  local keyless = client.with{ credentials = ecs.credentials.chain{
    sources = { ecs.credentials.env(), ecs.credentials.profile{ path = "/nowhere" } } } }
  local _, _, err = keyless.pipeline.describe(made)
  assert(err.kind == "credentials")
  assert(client.with{ rate_limit = { per_second = 10 } }.pipeline.describe(made))
  local mapped = ecs.map({ made, made }, client.pipeline.describe)
  assert(#mapped == 2 and mapped[2].value.id == made and ecs.info(mapped[2].value).raw == nil)
  assert(client.execution.cancel(assert(flight.start(made, { wait = 2 })).id))
  client.pipeline.delete(made) -- what was cancelled takes a while to end
  local functions = 0
  for _, group in pairs(client) do
    for _, fn in pairs(type(group) == "table" and group or {}) do
      functions = functions + 1
      pcall(fn, {}, { timeout = 1 })
    end
  end
  ngx.say(functions)]]

describe("after init_by_lua", function()
  it("no module is loaded by a call, a hook or a webhook", function()
    local dns, service, port = keep(dns_server.start()), keep(emulator.start()), ports.free()
    local server = keep(nginx.start({ resolver = dns.port, ca_file = service.ca_file, verify_depth = 3,
      http = HTTP:format(("https://localhost:%d"):format(service.https_port), fake_request.SECRET, port, WORK) }))

    local function ask(method, path, headers, body)
      return assert(curl.new({}).send({ method = method, headers = headers or {}, body = body or "",
        url = ("http://127.0.0.1:%d%s"):format(port, path) }))
    end
    assert.equal("\n", ask("GET", "/new").body)
    local functions = tonumber(ask("GET", "/work").body)
    assert.is_true(functions ~= nil and functions > 50, server.log())
    for _, page in ipairs({ "", "status.json", "metrics" }) do
      assert.equal(200, ask("GET", "/bakes/" .. page).status)
    end
    for _, action in ipairs({ "start", "show", "cancel" }) do
      local body = ('{"action":"%s","pipeline":"web"}'):format(action)
      local headers = require("ecs_pipeline.openresty").sign(fake_request.SECRET, body)
      headers["Content-Type"] = "application/json"
      assert.is_true(ask("POST", "/bakes/webhook", headers, body).status ~= 401)
    end
    assert.is_true(shell.wait(2, function() return #server.workers() == 1 end))
    assert.equal("\n", ask("GET", "/new").body)
  end)
end)
