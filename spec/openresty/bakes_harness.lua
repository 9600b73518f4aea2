--- examples/openresty as it is checked in, in an nginx of its own, with the emulator behind another nginx over TLS.
-- Of nginx.conf nothing is changed but where files, the name server, the trusted authority and the port are.
local bakes_harness = {}

local cjson = require("cjson").new()
local core = require("ecs_pipeline.core")
local curl = require("ecs_pipeline.transport.curl")
local dns_server = require("spec.support.dns_server")
local ecs = require("ecs_pipeline")
local emulator = require("ecs_pipeline.emulator.nginx.server")
local forge_messages = require("spec.support.forge_messages")
local nginx = require("spec.support.openresty_nginx.server")
local shell = require("ecs_pipeline.emulator.nginx.shell")

bakes_harness.EXAMPLE = "examples/openresty/"
bakes_harness.SECRET = "secret-of-the-example-0123456789"

local Harness = {}
Harness.__index = Harness

local function absolute(path)
  return shell.line("cd " .. shell.quote(path) .. " && pwd")
end

-- A line of nginx.conf → what it is here. @NAMES@ are filled in by openresty_nginx/server.lua.
local function changes(harness)
  local temporary = {}
  for index, name in ipairs({ "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }) do
    temporary[index] = "  " .. name .. "_temp_path @PREFIX@/tmp;"
  end
  return {
    { "load_module modules/ndk_http_module.so;", "" },
    { "load_module modules/ngx_http_lua_module.so;", "@MODULES@\n@USER@" },
    { "pid /run/nginx.pid;", "pid @PREFIX@/nginx.pid;" },
    { "error_log /var/log/nginx/error.log warn;", "error_log @PREFIX@/error.log warn;" },
    { '  lua_package_path "/etc/nginx/bakes/?.lua;;";', ('  lua_package_path "%s/?.lua;@LUA_DIR@/?.lua;'
      .. '@LUA_DIR@/?/init.lua;;";\n  lua_package_cpath "@SO_DIR@/?.so;;";\n  access_log off;\n%s')
      :format(absolute(harness.folder), table.concat(temporary, "\n")) },
    { "  resolver 100.100.2.136 100.100.2.138 ipv6=off;",
      ("  resolver 127.0.0.1:%d ipv6=off;"):format(harness.dns.port) },
    { "  lua_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;",
      "  lua_ssl_trusted_certificate " .. harness.service.ca_file .. ";" },
    { "    listen 127.0.0.1:8080;", "    listen 127.0.0.1:@PORT@;" },
  }
end

-- The checked-in text with those lines changed; each must be there.
local function configuration(harness, more)
  local text = assert(shell.read(bakes_harness.EXAMPLE .. "nginx.conf"))
  harness.changed = changes(harness)
  for _, change in ipairs(more or {}) do
    harness.changed[#harness.changed + 1] = change
  end
  for _, change in ipairs(harness.changed) do
    local from, to = ("\n" .. text):find("\n" .. change[1] .. "\n", 1, true)
    assert(from, "nginx.conf has no line: " .. change[1])
    text = text:sub(1, from - 1) .. change[2] .. text:sub(to - 1)
  end
  return text
end

-- Everything that the harness has started, last first.
function Harness:close()
  local gone = true
  for index = #self.started, 1, -1 do
    gone = self.started[index].stop() ~= false and gone
  end
  self.started = {}
  return gone
end

local function keep(harness, server, why)
  assert(server, why)
  harness.started[#harness.started + 1] = server
  return server
end

local function environment(values)
  local without, with = {}, {}
  for name, value in pairs(values) do
    if value then
      with[#with + 1] = name .. "=" .. shell.quote(value)
    else
      without[#without + 1] = "-u " .. name
    end
  end
  return ("env %s %s"):format(table.concat(without, " "), table.concat(with, " "))
end

--- options, all optional: folder (with another bakes.lua), builds (of the emulator), running (true: a build is, before
-- nginx starts), environment (name → value, or false for none), lines (list of { line of nginx.conf, what it is
-- instead }).
function bakes_harness.open(options)
  options = options or {}
  local harness = setmetatable({ started = {}, folder = options.folder or bakes_harness.EXAMPLE }, Harness)
  local ok, why = pcall(function()
    harness.dns = keep(harness, dns_server.start())
    harness.service = keep(harness, emulator.start({ emulator = { builds = options.builds } }))
    local service = harness.service
    harness.transport = curl.new({ proxy = "" })
    harness.endpoint = ("https://localhost:%d"):format(service.https_port)
    harness.client = ecs.new({ region = "cn-hangzhou", endpoint = harness.endpoint, ca_file = service.ca_file,
      credentials = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" }, log = "off",
      proxy = false })
    harness.pipeline = assert(harness.client.pipeline.create({ name = "web", base_image = "m-bp1example",
      base_image_type = "IMAGE" })).id
    if options.running then
      assert(harness.client.execution.start(harness.pipeline))
    end
    local variables = { BAKES_SECRET = bakes_harness.SECRET, BAKES_PIPELINE = harness.pipeline, BAKES_POLL = "0.2",
      ALIBABA_CLOUD_ACCESS_KEY_ID = "emulator-key", ALIBABA_CLOUD_ACCESS_KEY_SECRET = "emulator-secret",
      ALIBABA_CLOUD_REGION_ID = "cn-hangzhou", ALIBABA_CLOUD_ENDPOINT_ECS = harness.endpoint }
    for name, secret in pairs(forge_messages.SECRETS) do
      variables[name:upper() .. "_WEBHOOK_SECRET"] = secret
    end
    variables.BAKES_REPOSITORY = "acme/web"
    for name, value in pairs(options.environment or {}) do
      variables[name] = value
    end
    harness.server = keep(harness, nginx.start({ template = configuration(harness, options.lines), workers = 2,
      environment = environment(variables) }))
    harness.url = ("http://127.0.0.1:%d/bakes/"):format(harness.server.port)
  end)
  if not ok then
    harness:close()
    error(why, 0)
  end
  return harness
end

--- One HTTP request: status, headers, body, decoded body.
function Harness:send(method, path, body, headers)
  local reply = assert(self.transport.send({ method = method, url = self.url .. path, headers = headers or {},
    body = body or "" }, core.clock() + 20))
  local decoded, json = pcall(cjson.decode, reply.body)
  return { status = reply.status, headers = reply.headers, body = reply.body, json = decoded and json or nil }
end

function Harness:get(path)
  return self:send("GET", path)
end

local nonces = 0

--- A webhook, signed. `more`: secret, name, timestamp, headers.
function Harness:webhook(message, more)
  more = more or {}
  nonces = nonces + 1
  local fields = { nonce = ("%d"):format(nonces) }
  for name, value in pairs(message) do
    fields[name] = value
  end
  local body = cjson.encode(fields)
  local headers = require("ecs_pipeline.openresty").sign(more.secret or bakes_harness.SECRET, body,
    { name = more.name, timestamp = more.timestamp })
  headers["content-type"] = "application/json"
  for name, value in pairs(more.headers or {}) do
    headers[name] = value
  end
  return self:send("POST", "webhook", body, headers)
end

--- The webhook of a forge; `given` as of `forge_messages.push`.
function Harness:push(forge, given)
  local body, headers = forge_messages.push(forge, given)
  headers["content-length"] = nil -- the transport's
  return self:send("POST", "webhook", body, headers), body, headers
end

--- The next calls of the service go wrong.
function Harness:fault(json)
  assert(self.transport.send({ method = "POST", headers = {}, body = json,
    url = ("http://127.0.0.1:%d/_emulator/fault"):format(self.service.http_port) }, core.clock() + 20))
end

--- The one pipeline, as status.json says.
function Harness:bake()
  return self:get("status.json").json.bakes[1]
end

--- Moves the emulator's clock.
function Harness:advance(seconds)
  assert(self.transport.send({ method = "POST", headers = {}, body = "",
    url = ("http://127.0.0.1:%d/_emulator/advance?seconds=%d"):format(self.service.http_port, seconds) },
    core.clock() + 20))
end

--- Asks until `done(bake)`; the bake as it was last.
function Harness:wait_for(done)
  local bake
  shell.wait(40, function()
    bake = self:bake()
    return done(bake)
  end)
  return bake
end

--- How many executions the service has started.
function Harness:starts()
  return #assert(self.client.execution.list(self.pipeline))
end

return bakes_harness
