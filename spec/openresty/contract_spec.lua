-- The cosocket transport keeps the send contract, in every phase where it may be used.
local core = require("ecs_pipeline.core")
local dns_server = require("spec.support.dns_server")
local nginx = require("spec.support.openresty_nginx.server")
local remote_client = require("spec.support.openresty_nginx.remote_client")

local dns, server

setup(function()
  dns = dns_server.start()
  server = assert(nginx.start({ resolver = dns.port }))
end)

teardown(function()
  server.stop()
  dns.stop()
end)

for _, phase in ipairs({ "content", "access", "rewrite", "timer" }) do
  local remote
  require("spec.contract.send_contract")("the cosocket transport, " .. phase .. " phase,", function(options)
    if not remote or remote.port ~= server.port then
      remote = remote_client.new(server.port, phase)
    end
    return remote:transport(options)
  end, { clock = core.clock })
end
