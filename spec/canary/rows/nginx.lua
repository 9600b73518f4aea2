-- nginx's error log, with the cosocket transport and everything logged at debug level.
local harness = require("spec.canary.harness")
local canaries = require("spec.canary.canaries")
local dns_server = require("spec.support.dns_server")
local nginx = require("spec.support.openresty_nginx.server")
local remote_client = require("spec.support.openresty_nginx.remote_client")
local tls_server = require("spec.support.tls_server")

local VALUES = canaries.VALUES

local function start()
  local certificates = harness.helper("tls", tls_server.start)
  local dns = dns_server.start()
  local server = assert(nginx.start({ resolver = dns.port, ca_file = certificates.ca_file, verify_depth = 3,
    main = "error_log error.log debug;" }))
  return { server = server, stop = function()
    server.stop()
    dns.stop()
  end }
end

local rows = {}

local function row(what, says, more)
  rows[#rows + 1] = { what, says = says, run = function(see)
    local server = harness.helper("nginx", start).server
    local options = { region = "cn-hangzhou", credentials = harness.KEYS, log = "debug", proxy = false,
      retry = { attempts = 2, deadline = 5 }, timeout = { connect = 1, total = 2 } }
    for name, value in pairs(more()) do
      options[name] = value
    end
    for _, phase in ipairs({ "content", "timer" }) do
      local remote = remote_client.new(server.port, phase)
      local ran, why = pcall(function()
        local client = remote:client(options)
        see(client.pipeline.create(harness.arguments()))
        see(client.pipeline.describe("ip-1"))
      end)
      see(ran, why)
    end
    see(server.log())
  end }
end

local function url(name, host)
  return (harness.helper("tls", tls_server.start).url(name, ""):gsub("127%.0%.0%.1", host or "localhost"))
end

for _, name in ipairs({ "good", "stranger", "other", "expired", "plain" }) do
  row("cosocket: " .. name, "pipeline%.create", function() return { endpoint = url(name) } end)
end
row("cosocket: nobody listens", "pipeline%.create", function() return { endpoint = "https://localhost:9" } end)
row("cosocket: a proxy with a password", "pipeline%.create", function()
  return { endpoint = url("good"), proxy = "http://u:" .. VALUES.proxy:gsub("+", "%%2B") .. "@localhost:9" }
end)
row("cosocket: an address", "host names only", function() return { endpoint = url("good", "127.0.0.1") } end)
row("cosocket: a blank in the secret", "white space", function()
  return { endpoint = url("good"), credentials = { access_key_id = VALUES.key_id,
    access_key_secret = VALUES.secret .. " ", security_token = VALUES.token } }
end)

return { name = "nginx", rows = rows }
