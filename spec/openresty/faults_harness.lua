--- The fault harness with its client inside nginx: everything else stays outside.
local harness = require("spec.faults.harness")
local dns_server = require("spec.support.dns_server")
local nginx = require("spec.support.openresty_nginx.server")
local remote_client = require("spec.support.openresty_nginx.remote_client")
local tls_server = require("spec.support.tls_server")

local M = {}

-- What only libcurl can be told; an address, whose certificate nginx does not verify.
local function translated(options)
  local copy = {}
  for name, value in pairs(options) do
    copy[name] = value
  end
  copy.transport, copy.ca_file = nil, nil
  copy.endpoint = copy.endpoint:gsub("https://127%.0%.0%.1", "https://localhost")
  return copy
end

local function face(client)
  local with = client.with
  client.with = function(options)
    return face(with(translated(options)))
  end
  return client
end

--- @tparam string phase of nginx
-- @treturn table as `harness.open`; `close` stops everything
function M.open(phase)
  local dns = dns_server.start()
  local remote
  local open = harness.open("cosocket", function(options, platform, wall)
    return face(remote:client(translated(options), platform, wall))
  end)
  local certificates = open:helper("tls", tls_server.start)
  local server = assert(nginx.start({ resolver = dns.port, ca_file = certificates.ca_file, verify_depth = 3 }))
  remote = remote_client.new(server.port, phase)
  open:helper("nginx", function() return server end)
  open:helper("dns", function() return dns end)
  return open
end

return M
