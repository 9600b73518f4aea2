-- The nginx blocks of docs/openresty.md, put together as they stand: only the name server, the trusted authority, a
-- port and the pipeline's id are this machine's.
local curl = require("ecs_pipeline.transport.curl")
local dns_server = require("spec.support.dns_server")
local docs_blocks = require("spec.support.openresty_nginx.docs_blocks")
local ecs = require("ecs_pipeline")
local emulator = require("ecs_pipeline.emulator.nginx.server")
local nginx = require("spec.support.openresty_nginx.server")
local ports = require("ecs_pipeline.emulator.nginx.ports")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local block, inside, with = docs_blocks.block, docs_blocks.inside, docs_blocks.with

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

describe("docs/openresty.md", function()
  it("its nginx blocks work: one build, followed, under a rate", function()
    local dns, service, port = keep(dns_server.start()), keep(emulator.start()), ports.free()
    local endpoint = ("https://localhost:%d"):format(service.https_port)
    local pipeline = assert(ecs.new({ region = "cn-hangzhou", endpoint = endpoint, ca_file = service.ca_file,
      log = "off", proxy = false,
      credentials = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" } })
      .pipeline.create({ base_image = "m-bp1example", base_image_type = "IMAGE" })).id

    local first = block("")
    local main, settings = first:match("^(.-)http {"), inside(first, "http")
    settings = with(settings, "resolver 192.0.2.53 ipv6=off;", ("resolver 127.0.0.1:%d ipv6=off;"):format(dns.port))
    settings = with(settings, "/etc/ssl/certs/ca-certificates.crt", service.ca_file)
    settings = with(settings, "  lua_ssl_protocols TLSv1.2 TLSv1.3;\n", "") -- the nginx under test has that line
    local flight = inside(block("One build for many requests"), "http")
    flight = with(flight, "init_by_lua_block {", "init_by_lua_block {" .. inside(block("One rate for all workers"),
      "init_by_lua_block"))
    flight = with(flight, "server {", ("server {\n    listen 127.0.0.1:%d;"):format(port))
    flight = with(flight, "ip-bp1example", pipeline)
    local server = keep(nginx.start({ workers = 2,
      main = main .. "env ALIBABA_CLOUD_REGION_ID;\nenv ALIBABA_CLOUD_ENDPOINT_ECS;\n",
      http = settings .. flight .. block("Follow builds"),
      environment = "env ALIBABA_CLOUD_ACCESS_KEY_ID=emulator-key ALIBABA_CLOUD_ACCESS_KEY_SECRET=emulator-secret "
        .. "ALIBABA_CLOUD_REGION_ID=cn-hangzhou ALIBABA_CLOUD_ENDPOINT_ECS=" .. endpoint,
      server = "location = /follow { content_by_lua_block { ngx.say(watcher.follow(ngx.var.arg_id)) } }" }))

    local function get(number, path)
      return assert(curl.new({}).send({ method = "GET", headers = {}, body = "",
        url = ("http://127.0.0.1:%d%s"):format(number, path) })).body
    end
    local id = get(port, "/bake"):match("^(exec%-%w+)\n$")
    assert.is_string(id, server.log())
    for _ = 1, 5 do
      assert.equal(id .. "\n", get(port, "/bake"))
    end
    assert.equal("true\n", get(server.port, "/follow?id=" .. id))
    assert.is_true(shell.wait(20, function()
      return server.log():find(id .. " preparing ", 1, true) ~= nil
    end), server.log())
    for _, level in ipairs({ "[warn]", "[error]", "[alert]" }) do
      assert.is_nil(server.log():find(level, 1, true), server.log())
    end
  end)
end)
