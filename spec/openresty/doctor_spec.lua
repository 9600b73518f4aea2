-- ecs.doctor inside nginx: it yields like any call, says what nginx.conf lacks, and maps no libcurl.
local dns_server = require("spec.support.dns_server")
local emulator = require("ecs_pipeline.emulator.nginx.server")
local nginx = require("spec.support.openresty_nginx.server")
local remote_client = require("spec.support.openresty_nginx.remote_client")

local dns, service, servers

setup(function()
  dns = dns_server.start()
  service = assert(emulator.start())
  servers = {
    whole = assert(nginx.start({ resolver = dns.port, ca_file = service.ca_file })),
    bare = assert(nginx.start({ resolver = dns.port })),
  }
end)

teardown(function()
  for _, server in pairs(servers) do
    server.stop()
  end
  service.stop()
  dns.stop()
end)

-- The report as text, as a phase of this nginx makes it.
local function doctor(server, phase, endpoint)
  return remote_client.new(servers[server].port, phase):run(([[
    local client = require("ecs_pipeline").new({ region = "cn-hangzhou", endpoint = "%s",
      credentials = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" } })
    local report = tostring(client.doctor())
    for line in io.lines("/proc/self/maps") do
      assert(not line:find("libcurl", 1, true), line)
    end
    return report
  ]]):format(endpoint or "https://localhost:" .. service.https_port))
end

describe("ecs.doctor inside nginx", function()
  for _, phase in ipairs({ "content", "access", "rewrite", "timer" }) do
    it("finds nothing wrong in the " .. phase .. " phase", function()
      local report = doctor("whole", phase)
      assert.matches("^ecs_pipeline 0.1.0: %d+ passed, 0 failed", report)
      assert.matches("\n  ok +lua +LuaJIT [^\n]*, inside nginx\n", report)
      assert.matches("\n  ok +transport +cosockets of nginx; libcurl is not loaded\n", report)
      assert.matches("\n  ok +certificates +lua_ssl_trusted_certificate of nginx.conf\n", report)
      assert.matches("\n  ok +signature +accepted\n", report)
    end)
  end

  it("says what nginx.conf lacks", function()
    local report = doctor("bare", "content")
    assert.matches("\n  FAILED  tls [^\n]*lua_ssl_trusted_certificate [^\n]*\n"
      .. " +%-> add the lines named there to the http block", report)
  end)
end)
