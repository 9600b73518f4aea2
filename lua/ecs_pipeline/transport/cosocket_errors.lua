--- What nginx says when a cosocket cannot be used or fails → error tables that name the directive
-- and the line to add. Pure. Checked against lua-nginx-module 0.10.23.
local failures = {}

-- Where cosockets work; elsewhere nginx raises "API disabled".
local ALLOWED = {
  rewrite = true, access = true, content = true, timer = true, server_rewrite = true,
  ssl_cert = true, ssl_session_fetch = true, ssl_client_hello = true, preread = true,
}

local WHERE = "; calls work in rewrite_by_lua*, access_by_lua*, content_by_lua* and in timers"
local BLOCK = ", or block the worker knowingly with transport = \"curl\""
local TIMER = ": start it with ngx.timer.at(0, function() … end)" .. BLOCK

-- Phase → what to do there.
local INSTEAD = {
  init = ": no event loop runs yet; start it from init_worker_by_lua* with ngx.timer.at(0, …)"
    .. BLOCK,
  exit_worker = ": no event loop runs any more" .. BLOCK,
  balancer = ": call earlier, in access_by_lua*" .. BLOCK,
}

--- An error table of the send contract; nothing was sent.
function failures.unsent(kind, code, message)
  return { kind = kind, code = code, message = message, sent = false }
end

local function misconfigured(message)
  return failures.unsent("transport", "NO_TRANSPORT", message)
end

--- May a cosocket be used in this phase?
-- @tparam string phase `ngx.get_phase()`
-- @treturn ?table err, nil = yes
function failures.phase(phase)
  if ALLOWED[phase] then
    return nil
  end
  return misconfigured("cosockets do not work in the " .. phase .. " phase of nginx"
    .. (INSTEAD[phase] or TIMER) .. WHERE)
end

--- A call from where nginx cannot yield, by what Lua said when it raised.
-- @tparam string raised
-- @treturn table err
function failures.raised(raised)
  if raised:find("yield across", 1, true) or raised:find("outside a coroutine", 1, true) then
    return misconfigured("this call would have to yield where Lua cannot: call it from a handler's "
      .. "own code, not while a module is being loaded, nor inside sort, gsub or an iterator")
  end
  return { kind = "transport", code = "OTHER", message = "nginx raised: " .. raised, sent = true }
end

--- A connection that could not be made.
-- @tparam string said by `connect`
-- @tparam string host
-- @tparam boolean proxied the host is a proxy
-- @treturn table err
function failures.connect(said, host, proxied)
  local function failed(code, message)
    message = proxied and "the proxy cannot be reached: " .. message or message
    return failures.unsent("transport", proxied and "PROXY" or code, message)
  end
  if said:find("no resolver defined", 1, true) then
    return misconfigured("nginx cannot look up " .. host .. ", for it reads neither "
      .. "/etc/resolv.conf nor /etc/hosts: add \"resolver <address of your name server> "
      .. "ipv6=off;\" to the http block of nginx.conf")
  elseif said:find("timeout", 1, true) then
    return failures.unsent("timeout", "TIMEOUT", "before the request was sent: connecting to "
      .. host .. " took too long")
  elseif said:find("could not be resolved", 1, true) or said:find("resolve", 1, true)
    or said:find("host not found", 1, true) then
    return failed("DNS", said)
  end
  return failed("CONNECT", "cannot connect to " .. host .. ": " .. said)
end

local TRUST = " (nginx trusts what nginx.conf says, so its http block needs "
  .. "\"lua_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;\", and "
  .. "\"lua_ssl_verify_depth 3;\" because the default of 1 ends at the first intermediate)"

-- What does not come from looking at the certificate.
local BROKEN = {
  ["handshake failed"] = true, ["closed"] = true, ["connection reset by peer"] = true,
  ["broken pipe"] = true, ["ssl connection failed"] = true,
}

-- Part of what OpenSSL says → `err.reason` and our words, as csrc/curl/tls_reason.c has them. First
-- match wins: "self-signed certificate in certificate chain" is about an authority.
local REASONS = {
  { "has expired", "expired", "it has expired" },
  { "not yet valid", "not_yet_valid", "it is not valid yet" },
  { "in certificate chain", "untrusted", "it is of an unknown authority" },
  { "issuer certificate", "untrusted", "it is of an unknown authority" },
  { "verify the first certificate", "untrusted", "it is of an unknown authority" },
  { "self%-signed certificate", "self_signed", "it is signed by itself" },
  { "self signed certificate", "self_signed", "it is signed by itself" },
  { "revoked", "revoked", "it has been revoked" },
}

local function refused(said)
  for _, row in ipairs(REASONS) do
    if said:find(row[1]) then
      local err = failures.unsent("transport", "TLS",
        "the certificate was refused: " .. row[3] .. ": " .. said .. TRUST)
      err.reason = row[2]
      return err
    end
  end
  return failures.unsent("transport", "TLS", "the certificate was refused: " .. said .. TRUST)
end

--- A TLS handshake that failed.
-- @tparam string said by `sslhandshake`, "" when its reason cannot be known
-- @tparam string host
-- @treturn table err; RESET may be repeated, TLS not
function failures.handshake(said, host)
  if said:find("timeout", 1, true) then
    return failures.unsent("timeout", "TIMEOUT", "before the request was sent: the TLS handshake "
      .. "with " .. host .. " took too long")
  elseif said:find("host mismatch", 1, true) then
    local err = failures.unsent("transport", "TLS", "the certificate was refused: it is not for "
      .. host)
    err.reason = "wrong_host"
    return err
  elseif said == "" then
    return failures.unsent("transport", "TLS", "the TLS handshake with " .. host
      .. " failed, perhaps for the certificate; nginx's error log says why" .. TRUST)
  elseif not BROKEN[said:match("^%d+: (.*)$") or said] then -- the number may be an older failure's
    return refused(said)
  end
  -- One word for a connection that broke and for a peer that is too old or speaks no TLS.
  return failures.unsent("transport", "RESET", "the TLS handshake with " .. host .. " did not end: "
    .. said .. " (nginx's error log says more: the connection broke, or the server has no TLS 1.2, "
    .. "no common cipher, or no TLS on this port)")
end

--- Verification of an address: nginx compares names only, so that it could never succeed.
-- @tparam string host
-- @treturn table err
function failures.address(host)
  return misconfigured("nginx verifies certificates for host names only, not for the address "
    .. host .. ": use a name in endpoint")
end

return failures
