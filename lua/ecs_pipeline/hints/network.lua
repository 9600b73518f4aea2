--- Hints about names, connections, proxies and TLS: failures before anything reached the service.
local error_codes = require("ecs_pipeline.error_codes")
local keys = require("ecs_pipeline.hints.keys")

local network = {}

local VPC = "; inside a VPC without internet use endpoint_type = \"vpc\""

local function host(err)
  return (err.endpoint or ""):match("^%a+://([^/]+)$") or "the endpoint"
end

local function name_hint(err)
  if err.suggestion then
    return "there may be no such region: did you mean \"" .. err.suggestion .. "\"? "
      .. "Otherwise check the endpoint and the name server"
  end
  return "check that this machine resolves names at all (getent hosts "
    .. host(err):gsub(":%d+$", "") .. "), the region and the endpoint" .. VPC
end

local function connect_hint(err)
  return "nothing answers at " .. host(err) .. ": check firewall and routes, whether a proxy is "
    .. "needed (HTTPS_PROXY or the proxy option)" .. VPC
end

local function proxy_hint(err)
  if err.reason == "credentials" then
    return "the proxy wants a user and a password: proxy = \"http://user:password@host:port\" "
      .. "(percent-encode @ : / in them)"
  elseif err.reason == "refused" then
    return "the proxy does not let this host through: ask for " .. host(err)
      .. ", or name it in NO_PROXY if it can be reached directly"
  elseif err.reason == "unsupported" then
    return "give the proxy as http://host:port; this libcurl knows no proxy of that kind"
  end
  return "check the proxy option, HTTPS_PROXY and NO_PROXY (proxy = false uses none)"
end

local TLS = {
  expired = "the server's operator has to renew the certificate; if all certificates seem to have "
    .. "expired, the clock of this machine is ahead",
  not_yet_valid = "the clock of this machine is behind, or the certificate was made for later",
  wrong_host = "the endpoint names another host than the certificate: use the name that the "
    .. "certificate is for, or correct the endpoint",
  untrusted = "trust its authority: give the authority's certificate (PEM) with ca_file, or "
    .. "install ca-certificates; a proxy that opens TLS has an authority of its own",
  self_signed = "give that certificate (PEM) itself with ca_file, if it is the right server",
  revoked = "the certificate is no longer valid: the server's operator has to replace it",
  old_protocol = "the server, or a proxy in front of it, has to offer TLS 1.2",
  no_cipher = "the server, or a proxy in front of it, has to offer a cipher that OpenSSL accepts "
    .. "(openssl ciphers -v) and must not want a client certificate",
  client_certificate = "this library sends no client certificate, and the public endpoints of the "
    .. "service want none: check the endpoint, or the proxy or gateway in front of it",
  not_tls = "check the port of the endpoint: what answers there speaks something else than TLS",
  ended = "what answers at the endpoint, or a gateway in front of it, refuses this client: its "
    .. "log says why",
  openssl = keys.OPENSSL .. "; it must allow TLS 1.2 or later too",
  ca_file = "name a PEM file that this process may read, or leave ca_file out",
}

local function tls_hint(err)
  if err.outcome == "unknown" then
    return nil -- what to do about that comes first
  end
  if (err.message or ""):find("lua_ssl_trusted_certificate", 1, true) then -- on cosockets
    return "add the lines named there to the http block of nginx.conf and reload it; an authority "
      .. "of your own goes into that file"
  end
  return TLS[err.reason] or "give the authority's certificate with ca_file if it is not a public "
    .. "one; do not switch verification off"
end

local HINTS = { DNS = name_hint, CONNECT = connect_hint, PROXY = proxy_hint, TLS = tls_hint }

--- The hint for an answer that cannot be understood.
-- @tparam table err `code`, `status`
-- @treturn ?string
function network.answer_hint(err)
  if err.code ~= "BAD_REPLY" then
    return nil
  elseif not err.status then
    return "the service may have changed meanwhile: call again"
  elseif err.status >= 500 then
    return "the service or a gateway before it does not work now: try again; if it stays so, check "
      .. "endpoint and proxy"
  end
  return "something between this program and the service answered: check endpoint and proxy"
end

--- The hint for a region that does not exist, where it is known which argument names it.
-- @tparam table err `code`, `param`, `suggestion`
-- @treturn ?string
function network.region_hint(err)
  if not err.param or not error_codes.names_region(err.code) then
    return nil
  elseif err.suggestion then
    return ("%s names a region that is not known: did you mean \"%s\"?"):format(err.param,
      err.suggestion)
  end
  return err.param ~= "region" and err.param
    .. " names a region that is not known: region.list() shows those that exist" or nil
end

--- @tparam table err `kind`, `code`, `message`, `reason`, `endpoint`, `sent`, `suggestion`
-- @treturn ?string
function network.hint(err)
  if err.kind == "transport" and HINTS[err.code] then
    return HINTS[err.code](err)
  elseif err.kind == "timeout" and err.code == "TIMEOUT" and err.sent == false then
    return connect_hint(err)
  end
  return nil
end

return network
