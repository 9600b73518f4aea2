--- The hooks in an nginx with two workers; the service is the emulator in another nginx, over TLS.
local cjson = require("cjson").new()
local curl = require("ecs_pipeline.transport.curl")
local dns_server = require("spec.support.dns_server")
local docs_blocks = require("spec.support.openresty_nginx.docs_blocks")
local ecs = require("ecs_pipeline")
local emulator = require("ecs_pipeline.emulator.nginx.server")
local literal = require("spec.support.openresty_nginx.literal")
local openresty = require("ecs_pipeline.openresty")
local nginx = require("spec.support.openresty_nginx.server")
local ports = require("ecs_pipeline.emulator.nginx.ports")
local remote_client = require("spec.support.openresty_nginx.remote_client")
local shell = require("ecs_pipeline.emulator.nginx.shell")
local socket = require("socket")

local M = {}

local Harness = {}
Harness.__index = Harness

local HTTP = [[
  lua_shared_dict ecs_pipeline 1m;
  lua_shared_dict notes 1m;
  init_by_lua_block { require("spec.support.openresty_nginx.hooks").init("@PREFIX@/options.lua") }
  init_worker_by_lua_block { require("spec.support.openresty_nginx.hooks").init_worker() }
  server {
    listen 127.0.0.1:%d reuseport backlog=2048;
    add_header x-worker $pid always;
    location = /start {
      lua_check_client_abort on;
      content_by_lua_block {
        ngx.say((require("spec.support.openresty_nginx.hooks").flight.start(ngx.var.arg_id) or {}).id)
      }
    }
    location = /follow-in-log {
      return 200 ok;
      log_by_lua_block {
        assert(require("spec.support.openresty_nginx.hooks").watcher.follow(ngx.var.arg_id))
      }
    }
    location = /follow-in-set {
      set_by_lua_block $unused {
        assert(require("spec.support.openresty_nginx.hooks").watcher.follow(ngx.var.arg_id))
        return ""
      }
      return 200 ok;
    }
    location = /follow-in-header-filter {
      return 200 ok;
      header_filter_by_lua_block {
        assert(require("spec.support.openresty_nginx.hooks").watcher.follow(ngx.var.arg_id))
      }
    }
    location /bakes/ { content_by_lua_block { require("spec.support.openresty_nginx.hooks").handler() } }
  }]]

local TEMPLATE = { base_image = "m-bp1example", base_image_type = "IMAGE" }

local function make_pipelines(self, names)
  self.pipelines = {}
  for _, name in ipairs(names or {}) do
    self.pipelines[name] = assert(self.client.pipeline.create(TEMPLATE)).id
  end
end

-- Seconds by which the monotonic clocks of two machines differ, as they do between computers that were not switched on
-- together. With the root user's rights, or in a user namespace; a kernel that permits neither makes the spec fail.
M.APART = 100000

local function clock_of_its_own(machine)
  local user = shell.line("id -u") == "0" and "" or "--user --map-current-user "
  local seconds = ("%d"):format(machine * M.APART)
  return ("unshare %s--time --fork --monotonic %s --boottime %s"):format(user, seconds, seconds)
end

-- One machine: an nginx with two workers. Its second port shares connections out over them. One of several machines has
-- a time namespace of its own.
local function machine(self, given, index)
  local port = ports.free()
  local options = given.options and given.options(self, port)
    or { client = self.options, secret = self.secret, pipelines = self.pipelines }
  local http = (given.http or HTTP):gsub("%%d", ("%d"):format(port))
  local server, why = nginx.start({ workers = 2, resolver = self.dns.port, ca_file = self.service.ca_file,
    verify_depth = 3, http = http, environment = given.environment,
    under = given.machines and clock_of_its_own(index), files = { ["options.lua"] = literal.write(options) } })
  if not server and why:find("unshare", 1, true) then
    why = "machines need time namespaces (Linux 5.6, CONFIG_TIME_NS, util-linux 2.36, and in a container CAP_SYS_ADMIN "
      .. "and CAP_SYS_TIME): " .. why
  end
  return server, why, port
end

-- The nginx in front of the machines, as docs/webhooks.md says.
local function balancer(self)
  local port, http = ports.free(), docs_blocks.inside(docs_blocks.block("Several machines"), "http")
  http = docs_blocks.with(http, "server 10.0.0.11:8080;", ("server 127.0.0.1:%d;"):format(self.ports[1]))
  http = docs_blocks.with(http, "server 10.0.0.12:8080;", ("server 127.0.0.1:%d;"):format(self.ports[2]))
  http = docs_blocks.with(http, "listen 80;", ("listen 127.0.0.1:%d backlog=2048;"):format(port))
  local server, why = nginx.start({ http = http })
  return server, why, port
end

--- given, all optional: machines (2: each with a clock of its own, and a balancer in front; without it there is one),
-- pipelines (names of those to make, for the handler), http (lines instead of those above; %d is the shared port),
-- options (function(harness, port) → what options.lua holds), emulator (its options), environment (of nginx), plain
-- (true: nginx speaks to the service over plain HTTP).
-- @treturn table `service`, `servers` (one a machine), `server` (the first), `ports` (of /bakes/, one a machine),
-- `balancer` (its port), `pipelines` (name → id), `client` (out here), `options` of clients in nginx, `secret`
function M.open(given)
  given = given or {}
  local self = setmetatable({ started = {}, servers = {}, ports = {}, secret = "a secret of the hooks' harness" },
    Harness)
  local function keep(server, why)
    self.started[#self.started + 1] = assert(server, why)
    return server
  end
  local ok, why = pcall(function()
    self.dns = keep(dns_server.start())
    self.service = keep(emulator.start({ emulator = given.emulator }))
    self.control = curl.new({})
    self.options = { region = "cn-hangzhou", proxy = false, log = "off", retry = { base = 0.05, cap = 0.2 },
      endpoint = given.plain and ("http://127.0.0.1:%d"):format(self.service.http_port)
        or ("https://localhost:%d"):format(self.service.https_port),
      credentials = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" } }
    self.client = ecs.new({ region = "cn-hangzhou", proxy = false, log = "off", credentials = self.options.credentials,
      endpoint = self.options.endpoint, ca_file = self.service.ca_file })
    make_pipelines(self, given.pipelines)
    for index = 1, given.machines or 1 do
      local server, why, port = machine(self, given, index)
      self.servers[index], self.ports[index] = keep(server, why), port
    end
    self.server = self.servers[1]
    if given.machines then
      local server, why, port = balancer(self)
      self.balancer = keep(server, why) and port
    end
  end)
  if not ok then
    self:close()
    error(why, 0)
  end
  return self
end

--- One harness for all tests of a file, which begin with an empty service and empty dictionaries.
-- `busted`: its `setup`, `teardown` and `before_each`, which only the file itself sees.
function M.shared(busted)
  local shared, harness = {}, nil
  busted.setup(function()
    harness = M.open()
    setmetatable(shared, { __index = harness })
  end)
  busted.teardown(function()
    harness:close()
  end)
  busted.before_each(function()
    harness:ask("POST", "reset")
    harness:run("for _, dict in pairs(ngx.shared) do dict:flush_all() end")
  end)
  return shared
end

function Harness:close()
  for index = #self.started, 1, -1 do
    self.started[index].stop()
  end
end

--- Asks the emulator itself: "state", "build", "hold?n=1" … as emulator/nginx/control.lua.
function Harness:ask(method, path, value)
  local reply = assert(self.control.send({ method = method, headers = {}, body = value and cjson.encode(value) or "",
    url = ("http://127.0.0.1:%d/_emulator/%s"):format(self.service.http_port, path) }))
  assert(reply.status == 200, reply.body)
  return cjson.decode(reply.body)
end

--- The next build: seconds of its states.
function Harness:durations(preparing, building, releasing)
  self:ask("POST", "build", { durations = { PREPARING = preparing, BUILDING = building, DISTRIBUTING = 0,
    RELEASING = releasing } })
end

--- How often an action was asked for.
function Harness:count(action)
  return self:ask("GET", "state").count[action] or 0
end

--- A GET of a path on the shared port; `hang_up`: nobody waits for the answer.
function Harness:get(path, hang_up)
  local connection = assert(socket.connect("127.0.0.1", self.ports[1]))
  connection:settimeout(30)
  assert(connection:send("GET " .. path .. " HTTP/1.0\r\n\r\n"))
  local answer = not hang_up and assert(connection:receive("*a")) or nil
  connection:close()
  return answer
end

--- One request on a connection of its own, to a virtual host: status, body, decoded body. `port`: by default the shared
-- one of the first machine.
function Harness:send(host, method, path, body, headers, port)
  local lines = { ("%s %s HTTP/1.0"):format(method, path), "Host: " .. host, "Content-Length: " .. #(body or "") }
  for name, value in pairs(headers or {}) do
    lines[#lines + 1] = name .. ": " .. value
  end
  local connection = assert(socket.connect("127.0.0.1", port or self.ports[1]))
  connection:settimeout(30)
  assert(connection:send(table.concat(lines, "\r\n") .. "\r\n\r\n" .. (body or "")))
  local status, length = tonumber(assert(connection:receive("*l")):match("^HTTP/%S+ (%d+)")), nil
  repeat
    local line = assert(connection:receive("*l"))
    length = tonumber(line:match("^[Cc]ontent%-[Ll]ength: (%d+)")) or length
  until line == ""
  local text = assert(connection:receive(length or "*a")) -- nginx may go on after its answer
  connection:close()
  local decoded, json = pcall(cjson.decode, text)
  return { status = status, body = text, json = decoded and json or nil }
end

local nonces = 0

--- A signed webhook for the pipeline "web" of a virtual host. `more`: pipeline, secret, name, key, execution_id, port,
-- headers and body (of a message that was sent before).
function Harness:webhook(host, action, more)
  more = more or {}
  nonces = nonces + 1
  local body = more.body or cjson.encode({ action = action, pipeline = more.pipeline or "web", key = more.key,
    execution_id = more.execution_id, nonce = ("%d"):format(nonces) })
  local headers = more.headers or openresty.sign(more.secret or self.secret, body, { name = more.name })
  local answer = self:send(host, "POST", more.path or "/bakes/webhook", body, headers, more.port)
  answer.again = { body = body, headers = headers, path = more.path, port = more.port }
  return answer
end

--- The bake of the pipeline "web", as the handler of a virtual host shows it.
function Harness:bake(host, port)
  return self:send(host, "GET", "/bakes/status.json", nil, nil, port).json.bakes[1]
end

--- A fresh connection to a worker: `remote_client` in a phase, content if none is given.
function Harness:remote(phase, server)
  return remote_client.new((server or self.server).port, phase or "content")
end

--- Lua in some worker, with `hooks`; what it returned.
function Harness:run(source, server)
  local remote = self:remote(nil, server)
  local result = remote:run("local hooks = require('spec.support.openresty_nginx.hooks'); " .. source)
  remote:close()
  return result
end

--- A connection to each of the two workers.
function Harness:both()
  local first = self:remote()
  local pid, second = first:pid(), nil
  assert(shell.wait(10, function()
    second = self:remote()
    if second:pid() ~= pid then
      return true
    end
    second:close()
  end), "all connections go to one worker")
  return first, second
end

--- Lines told by on_change, until `done(lines)` or for `seconds`.
function Harness:told(seconds, done)
  local lines
  shell.wait(seconds, function()
    lines = self:run("return hooks.told()")
    return done(lines)
  end)
  return lines
end

return M
