-- What nginx.conf must say, and what a call says when it does not: each misconfiguration with its message, as a table.
local dns_server = require("dns_server")
local emulator = require("emulator_nginx.server")
local literal = require("openresty_nginx.literal")
local nginx = require("openresty_nginx.server")
local remote_client = require("openresty_nginx.remote_client")
local shell = require("emulator_nginx.shell")

local dns, service, depth

-- A chain of two intermediates: the default lua_ssl_verify_depth of 1 does not reach its root.
local function deep_chain()
  local folder = assert(shell.line("mktemp -d -t ecs_pipeline.XXXXXX"))
  local script = [[cd %s && exec >log 2>&1 && set -e
printf '[v]\nbasicConstraints=critical,CA:true\n' > ca.ext
printf '[v]\nbasicConstraints=critical,CA:false\nsubjectAltName=DNS:localhost\n' > leaf.ext
key() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" -keyout $1.key "${@:2}"; }
key root -x509 -days 2 -out root.pem
issuer=root
for name in one two leaf; do
  ext=ca; [ $name = leaf ] && ext=leaf
  key $name -out $name.csr
  openssl x509 -req -in $name.csr -CA $issuer.pem -CAkey $issuer.key -CAcreateserial -days 2 -extfile $ext.ext \
    -extensions v -out $name.pem
  issuer=$name
done
cat leaf.pem two.pem one.pem > chain.pem]]
  shell.write(folder .. "/make.sh", script:format(folder))
  assert(shell.run("bash " .. folder .. "/make.sh"), shell.read(folder .. "/log"))
  local port = require("emulator_nginx.ports").free()
  local server = assert(nginx.start({ server = ([[
    listen 127.0.0.1:%d ssl;
    ssl_certificate %s/chain.pem;
    ssl_certificate_key %s/leaf.key;]]):format(port, folder, folder) }))
  return { url = ("https://localhost:%d"):format(port), ca_file = folder .. "/root.pem", stop = function()
    server.stop()
    shell.run("rm -rf " .. folder)
  end }
end

setup(function()
  dns = dns_server.start()
  service = assert(emulator.start())
  depth = deep_chain()
end)

teardown(function()
  depth.stop()
  service.stop()
  dns.stop()
end)

local KEYS = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" }

local function options_of(row)
  local options = { region = "cn-hangzhou", credentials = KEYS, log = "off", proxy = false, retry = false,
    endpoint = ("https://localhost:%d"):format(service.https_port) }
  for name, value in pairs(row.options and row.options() or {}) do
    options[name] = value or nil
  end
  return options
end

-- What must be in nginx.conf; a row leaves one of it out.
local function good()
  return { resolver = dns.port, ca_file = service.ca_file, verify_depth = 3, workers = 1,
    environment = "env -u ALIBABA_CLOUD_ACCESS_KEY_ID -u ALIBABA_CLOUD_ACCESS_KEY_SECRET -u ALIBABA_CLOUD_REGION_ID" }
end

-- A phase in which calls cannot be made: runs the call there and writes what it said into the log.
local IN_PHASE = [[
  local literal = require("openresty_nginx.literal")
  local ecs = require("ecs_pipeline").new(literal.read(io.open("@PREFIX@/options.lua"):read("*a")))
  local result, message, err = ecs.pipeline.describe("ip-1")
  ngx.log(ngx.ERR, "<<", err and err.kind .. " " .. tostring(err.code) .. " " .. message or "no error", ">>")
]]

local function phase(name, directive, where)
  return { name = name .. " phase", block = directive .. " {\n" .. IN_PHASE .. "\n}", where = where,
    says = { "transport NO_TRANSPORT", "cosockets do not work in the " .. name .. " phase of nginx",
      "content_by_lua%*", "transport = \"curl\"" } }
end

local rows = {
  { name = "no resolver", without = "resolver",
    says = { "NO_TRANSPORT", "localhost", "add \"resolver <address of your name server> ipv6=off;\"" } },
  { name = "no lua_ssl_trusted_certificate", without = "ca_file",
    says = { "TLS", "certificate was refused", "lua_ssl_trusted_certificate /etc/ssl/certs/ca%-certificates%.crt;" } },
  { name = "no lua_ssl_verify_depth, a deep chain", without = "verify_depth",
    options = function() return { endpoint = depth.url } end, ca_file = function() return depth.ca_file end,
    says = { "TLS", "certificate was refused", "lua_ssl_verify_depth 3;" } },
  { name = "no env: keys", options = function() return { credentials = false } end,
    says = { "credentials", "env ALIBABA_CLOUD_ACCESS_KEY_ID;", "env ALIBABA_CLOUD_ACCESS_KEY_SECRET;",
      "init_by_lua_block" } },
  { name = "no env: region", options = function() return { region = false, endpoint = false } end,
    says = { "validation", "no region", "env ALIBABA_CLOUD_REGION_ID;" } },
  { name = "ca_file", options = function() return { ca_file = service.ca_file } end,
    says = { "NO_TRANSPORT", "lua_ssl_trusted_certificate /", "leave ca_file out" } },
  { name = "an address for endpoint", options = function()
    return { endpoint = ("https://127.0.0.1:%d"):format(service.https_port) }
  end, says = { "NO_TRANSPORT", "host names only", "use a name in endpoint" } },
  { name = "a SOCKS proxy", options = function() return { proxy = "socks5h://user:s3cret@proxy.test:1080" } end,
    says = { "NO_TRANSPORT", "option 'proxy'", "transport = \"curl\"" } },
  { name = "where Lua cannot yield", source = [[
      local message, err
      table.sort({ 2, 1 }, function()
        local _; _, message, err = CLIENT.pipeline.describe("ip-1")
        return false
      end)
      return err.code .. " " .. message]], says = { "NO_TRANSPORT", "would have to yield" } },
  phase("init_worker", "init_worker_by_lua_block", "http"),
  phase("set", "set_by_lua_block $nothing", "location"),
  phase("header_filter", "header_filter_by_lua_block", "location"),
  phase("body_filter", "body_filter_by_lua_block", "location"),
  phase("log", "log_by_lua_block", "location"),
  phase("init", "init_by_lua_block", "http"),
}

local function logged(server)
  local text
  shell.wait(5, function()
    text = server.log():match("<<(.->>)")
    return text ~= nil
  end)
  return (text or "nothing in the log: " .. server.log()):gsub(">>$", "")
end

-- → what the call said
local function provoke(row)
  local settings = good()
  if row.without then
    settings[row.without] = nil
  end
  if row.ca_file then
    settings.ca_file = row.ca_file()
  end
  if row.block then
    if row.where == "http" then
      settings.http = row.block
    else
      settings.server = "location = /phase {\n" .. row.block .. "\nreturn 200 ok;\n}"
    end
    settings.files = { ["options.lua"] = literal.write(options_of(row)) }
  end
  local server = assert(nginx.start(settings))
  local said
  local ran, why = pcall(function()
    local remote = remote_client.new(server.port, "content")
    if row.block then
      if row.where == "location" then
        shell.run(("curl -s -o /dev/null http://127.0.0.1:%d/phase"):format(server.port))
      end
      said = logged(server)
    elseif row.source then
      remote:client(options_of(row))
      said = remote:run((row.source:gsub("CLIENT", "require('openresty_nginx.remote').clients[1].client")))
    else
      local client = remote:client(options_of(row))
      local _, message, err = client.pipeline.describe("ip-1")
      said = err and err.kind .. " " .. tostring(err.code) .. " " .. message or "no error"
    end
    remote:close()
  end)
  server.stop()
  assert(ran, why)
  return said
end

describe("nginx.conf", function()
  it("with all of it, calls go through", function()
    local said = provoke({})
    assert.is_truthy(said:find("^not_found"), said)
  end)

  for _, row in ipairs(rows) do
    it(row.name .. ": the message says what to do", function()
      local said = provoke(row)
      print(("%-38s %s"):format(row.name, said:gsub("^%S+ ", "", 1)))
      for _, part in ipairs(row.says) do
        assert.is_truthy(said:find(part), said)
      end
      assert.is_nil(said:find("s3cret", 1, true))
    end)
  end

  for hook, directive in pairs({ single_flight = "init_by_lua_block", token_bucket = "init_by_lua_block",
    watch = "init_worker_by_lua_block" }) do
    it("no lua_shared_dict, " .. hook .. ": the message says what to do", function()
      local settings = good()
      settings.http = ("%s { require('ecs_pipeline.openresty').%s{ %s } }"):format(directive, hook,
        hook == "token_bucket" and "per_second = 10" or "")
      local server, said = nginx.start(settings) -- what is raised in init_by_lua keeps nginx from starting
      if server then
        shell.wait(5, function()
          said = server.log():find("lua_shared_dict", 1, true) and server.log()
          return said
        end)
        server.stop()
      end
      said = (said or "nothing"):match("openresty%.[^\n]*") or said
      print(("%-38s %s"):format("no lua_shared_dict, " .. hook, said:match("^[^\n]*block of nginx.conf") or said))
      local line = 'add "lua_shared_dict ecs_pipeline 1m;" to the http block of nginx.conf'
      assert.is_truthy(said:find(line, 1, true), said)
    end)
  end

  it("transport = \"curl\" blocks knowingly, in any phase", function()
    local row = phase("init_worker", "init_worker_by_lua_block", "http")
    row.options = function() return { transport = "curl", ca_file = service.ca_file } end
    local said = provoke(row)
    assert.is_truthy(said:find("^not_found"), said)
  end)
end)
