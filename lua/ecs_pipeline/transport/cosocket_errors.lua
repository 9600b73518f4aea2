--- Error tables for cosockets that cannot be used or that fail, from nginx's own messages. They
-- name the directive and the line to add. Pure. Checked against lua-nginx-module 0.10.23.
local failures = {}

-- Where cosockets work; elsewhere nginx raises "API disabled".
local ALLOWED = {
  rewrite = true, access = true, content = true, timer = true, server_rewrite = true,
  ssl_cert = true, ssl_session_fetch = true, ssl_client_hello = true, preread = true,
}

local WHERE = "; calls work in rewrite_by_lua*, access_by_lua*, content_by_lua* and in timers"
local BLOCK = ", or block the worker knowingly with transport = \"curl\""
local TIMER = ": start it with ngx.timer.at(0, function() … end)" .. BLOCK

-- Phase → what to do instead.
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

--- A call from where nginx cannot yield.
-- @treturn table err
function failures.cannot_yield()
  return misconfigured("this call would have to yield where Lua cannot: call it from a handler's "
    .. "own code, not while a module is being loaded, nor inside sort, gsub or an iterator")
end

--- A call that raised.
-- @tparam string raised the message
-- @treturn table err
function failures.raised(raised)
  if raised:find("yield across", 1, true) or raised:find("outside a coroutine", 1, true) then
    return failures.cannot_yield()
  end
  return { kind = "transport", code = "OTHER", message = "nginx raised: " .. raised, sent = true }
end

--- A connection that could not be made.
-- @tparam string reason by `connect`
-- @tparam string host
-- @tparam boolean proxied the host is a proxy
-- @treturn table err
function failures.connect(reason, host, proxied)
  local function failed(code, message)
    message = proxied and "the proxy cannot be reached: " .. message or message
    return failures.unsent("transport", proxied and "PROXY" or code, message)
  end
  if reason:find("no resolver defined", 1, true) then
    return misconfigured("nginx cannot look up " .. host .. ", for it reads neither "
      .. "/etc/resolv.conf nor /etc/hosts: add \"resolver <address of your name server> "
      .. "ipv6=off;\" to the http block of nginx.conf")
  elseif reason:find("timeout", 1, true) then
    return failures.unsent("timeout", "TIMEOUT", "before the request was sent: connecting to "
      .. host .. " took too long")
  elseif reason:find("too many open files", 1, true) then
    return failures.unsent("transport", "TOO_MANY_OPEN_FILES", "too many open files: close some, "
      .. "or raise worker_rlimit_nofile in nginx.conf (connecting to " .. host .. ")")
  elseif reason:find("could not be resolved", 1, true) or reason:find("resolve", 1, true)
    or reason:find("host not found", 1, true) then
    return failed("DNS", reason)
  end
  return failed("CONNECT", "cannot connect to " .. host .. ": " .. reason)
end

--- A proxy that answered CONNECT with another status than 2xx. A refusal stays one; an error of the
-- proxy, or of what is behind it, may pass.
-- @tparam integer status
-- @treturn table err; `reason` as csrc/curl/failure.c has it
function failures.tunnel_refused(status)
  local err = failures.unsent("transport", "PROXY",
    ("the proxy answered CONNECT with status %d"):format(status))
  if status == 407 then
    err.reason = "credentials"
  elseif status < 500 and status ~= 408 and status ~= 429 then
    err.reason = "refused"
  end
  return err
end

local TRUST = " (nginx trusts what nginx.conf says, so its http block needs "
  .. "\"lua_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;\", and "
  .. "\"lua_ssl_verify_depth 3;\" because the default of 1 ends at the first intermediate)"

-- Reasons that do not come from checking the certificate.
local BROKEN = {
  ["handshake failed"] = true, ["closed"] = true, ["connection reset by peer"] = true,
  ["broken pipe"] = true, ["ssl connection failed"] = true,
}

-- Part of OpenSSL's message → `err.reason` and our words, as csrc/curl/tls_reason.c has them. First
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

local function refused(reason)
  for _, row in ipairs(REASONS) do
    if reason:find(row[1]) then
      local err = failures.unsent("transport", "TLS",
        "the certificate was refused: " .. row[3] .. ": " .. reason .. TRUST)
      err.reason = row[2]
      return err
    end
  end
  return failures.unsent("transport", "TLS", "the certificate was refused: " .. reason .. TRUST)
end

--- A TLS handshake that failed.
-- @tparam string reason by `sslhandshake`, "" when it cannot be known
-- @tparam string host
-- @treturn table err; RESET may be repeated, TLS not
function failures.handshake(reason, host)
  if reason:find("timeout", 1, true) then
    return failures.unsent("timeout", "TIMEOUT", "before the request was sent: the TLS handshake "
      .. "with " .. host .. " took too long")
  elseif reason:find("host mismatch", 1, true) then
    local err = failures.unsent("transport", "TLS", "the certificate was refused: it is not for "
      .. host)
    err.reason = "wrong_host"
    return err
  elseif reason == "" then
    return failures.unsent("transport", "TLS", "the TLS handshake with " .. host
      .. " failed, perhaps for the certificate; nginx's error log says why" .. TRUST)
  elseif not BROKEN[reason:match("^%d+: (.*)$") or reason] then -- the number may be an older one
    return refused(reason)
  end
  -- nginx has one message for a connection that broke and a peer that is too old or speaks no TLS.
  return failures.unsent("transport", "RESET", "the TLS handshake with " .. host .. " did not end: "
    .. reason .. " (nginx's error log says more: the connection broke, or the server has no TLS "
    .. "1.2, no common cipher or no TLS on this port, or wants a client certificate)")
end

--- Did TLS itself fail on an established connection? nginx says "error" if no system call failed.
-- @tparam ?string reason of `send` or `receive` on a connection with TLS
-- @treturn boolean
function failures.is_alert(reason)
  return reason == "error"
end

--- TLS that the server ended after the handshake.
-- @treturn table err; whether the server has read the request cannot be known here
function failures.alert()
  return { kind = "transport", code = "TLS", reason = "ended", sent = true,
    message = "the server ended TLS: nginx's error log says why (\"certificate required\" means "
      .. "that it wants a client certificate)" }
end

--- Verification of an address: nginx compares names only, so it could never succeed.
-- @tparam string host
-- @treturn table err
function failures.address(host)
  return misconfigured("nginx verifies certificates for host names only, not for the address "
    .. host .. ": use a name in endpoint")
end

return failures
