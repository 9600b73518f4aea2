-- make test-openresty: what nginx.conf must say, and what a call says when it does not. A line a misconfiguration; ends
-- with "N passed, N failed".
local dns_server = require("spec.support.dns_server")
local emulator = require("ecs_pipeline.emulator.nginx.server")
local literal = require("spec.support.openresty_nginx.literal")
local nginx = require("spec.support.openresty_nginx.server")
local remote_client = require("spec.support.openresty_nginx.remote_client")
local shell = require("ecs_pipeline.emulator.nginx.shell")

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
  local port = require("ecs_pipeline.emulator.nginx.ports").free()
  local server = assert(nginx.start({ server = ([[
    listen 127.0.0.1:%d ssl;
    ssl_certificate %s/chain.pem;
    ssl_certificate_key %s/leaf.key;]]):format(port, folder, folder) }))
  return { url = ("https://localhost:%d"):format(port), ca_file = folder .. "/root.pem", stop = function()
    server.stop()
    shell.run("rm -rf " .. folder)
  end }
end

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
  local literal = require("spec.support.openresty_nginx.literal")
  local ecs = require("ecs_pipeline").new(literal.read(io.open("@PREFIX@/options.lua"):read("*a")))
  local result, message, err = ecs.pipeline.describe("ip-1")
  local mapped = require("ecs_pipeline").map({ 1, 2 }, function() return ecs.pipeline.describe("ip-1") end)
  for _, item in ipairs(mapped) do
    assert(item.err.kind == err.kind and item.err.code == err.code, item.message)
  end
  ngx.log(ngx.ERR, "<<", err and err.kind .. " " .. tostring(err.code) .. " " .. message or "no error", ">>")
]]

local function phase(name, directive, where)
  return { name = name .. " phase", block = directive .. " {\n" .. IN_PHASE .. "\n}", where = where,
    says = { "transport NO_TRANSPORT", "cosockets do not work in the " .. name .. " phase of nginx",
      "content_by_lua%*", "transport = \"curl\"" } }
end

-- A hook without its dictionary: raised in init_by_lua it keeps nginx from starting, elsewhere it is logged.
local function hook(name, directive, options)
  return { name = "no lua_shared_dict, " .. name, http = ("%s { require('ecs_pipeline.openresty').%s{ %s } }")
    :format(directive, name, options or ""),
    says = { 'openresty%.' .. name .. ': .*add "lua_shared_dict ecs_pipeline 1m;" to the http block of nginx%.conf' } }
end

local by_curl = phase("init_worker", "init_worker_by_lua_block", "http")
by_curl.name, by_curl.says = "transport = \"curl\", in any phase", { "^not_found" }
by_curl.options = function() return { transport = "curl", ca_file = service.ca_file } end

local rows = {
  { name = "all of it: calls go through", says = { "^not_found" } },
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
        err = require("ecs_pipeline").map({ 1 }, function()
          return CLIENT.pipeline.describe("ip-1")
        end)[1].err
        return false
      end)
      ngx.sleep(0.05) -- nginx goes on
      return err.code .. " " .. message]], says = { "NO_TRANSPORT", "would have to yield" } },
  phase("init_worker", "init_worker_by_lua_block", "http"),
  phase("set", "set_by_lua_block $nothing", "location"),
  phase("header_filter", "header_filter_by_lua_block", "location"),
  phase("body_filter", "body_filter_by_lua_block", "location"),
  phase("log", "log_by_lua_block", "location"),
  phase("init", "init_by_lua_block", "http"),
  by_curl,
  hook("single_flight", "init_by_lua_block"),
  hook("token_bucket", "init_by_lua_block", "per_second = 10"),
  hook("watch", "init_worker_by_lua_block"),
  hook("handler", "init_by_lua_block", "secret = 'sixteen bytes or more', pipelines = { web = 'ip-1' }"),
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
      said = remote:run((row.source:gsub("CLIENT", "require('spec.support.openresty_nginx.remote').clients[1].client")))
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

local function provoke_hook(row)
  local settings = good()
  settings.http = row.http
  local server, said = nginx.start(settings)
  if server then
    shell.wait(5, function()
      said = server.log()
      return said:find("lua_shared_dict", 1, true)
    end)
    server.stop()
  end
  return (said:match("openresty%.[^\n]*nginx%.conf") or said)
end

-- → what was said, what is wrong with it
local function judge(row)
  local ran, said = pcall(row.http and provoke_hook or provoke, row)
  if not ran then
    return said, "it broke"
  end
  for _, part in ipairs(row.says) do
    if not said:find(part) then
      return said, "it does not say " .. part
    end
  end
  return said, said:find("s3cret", 1, true) and "it tells a secret"
end

local passed, failed = 0, 0
local started = {}
local ok, why = pcall(function()
  dns = dns_server.start()
  started[1] = dns
  service = assert(emulator.start())
  started[2] = service
  depth = deep_chain()
  started[3] = depth
  for _, row in ipairs(rows) do
    local said, wrong = judge(row)
    passed, failed = passed + (wrong and 0 or 1), failed + (wrong and 1 or 0)
    print(("%-38s %-6s %s"):format(row.name, wrong and "FAILED" or "ok", said))
    if wrong then
      print("    " .. wrong)
    end
  end
end)
for index = #started, 1, -1 do
  started[index].stop()
end
if not ok then
  print(tostring(why))
  failed = failed + 1
end
print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0 and passed > 0 and 0 or 1, true)
