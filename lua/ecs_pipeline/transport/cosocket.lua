--- The transport for OpenResty: HTTP/1.1 over `ngx.socket.tcp`, which yields to nginx instead of
-- blocking the worker. Connections are kept in nginx's pools, one for each combination of what
-- makes two connections different. Loading this file needs no nginx; `new` does.
-- @module ecs_pipeline.transport.cosocket
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local failures = require("ecs_pipeline.transport.cosocket_errors")
local platform = require("ecs_pipeline.platform")
local replies = require("ecs_pipeline.transport.http1.reply")
local requests = require("ecs_pipeline.transport.http1.request")
local tables = require("ecs_pipeline.tables")

local ngx = rawget(_G, "ngx")

local M = {}

local IDLE_SECONDS = 30 -- in the pool; the service closes later
-- A connection that was put into its pool less than this ago (seconds) has not idled.
local JUST_NOW = 0.001
local POOL_SIZE = 256 -- connections kept for one target by one worker, as csrc/curl/multi.h
local MAX_SECONDS = 86400 * 20 -- nginx counts milliseconds in 31 bits
-- The deadline is checked between pieces, for nginx's send timeout starts again with each progress.
local SEND_PIECE = 65536
local RECEIVE_PIECE = 65536

-- --- options -----------------------------------------------------------------------------------

local DEFAULTS = {
  verify = true, proxy = "", connect_timeout = 5,
  max_reply_bytes = 16 * 1024 * 1024, max_header_bytes = 64 * 1024,
}

-- Without a position, as transport/curl.lua: the client shows the message as it stands.
local function refuse(message)
  error(message, 0)
end

local function check_options(given)
  local options = tables.copy(DEFAULTS)
  for name, value in pairs(given or {}) do
    if name == "ca_file" then
      refuse("ca_file has no effect on cosockets: nginx trusts what nginx.conf says. Add "
        .. "\"lua_ssl_trusted_certificate " .. tostring(value) .. ";\" to its http block and leave "
        .. "ca_file out, or use transport = \"curl\", which blocks the worker")
    elseif DEFAULTS[name] == nil then
      refuse("cosocket: unknown option '" .. tostring(name) .. "'")
    elseif type(value) ~= type(DEFAULTS[name]) or (type(value) == "number"
      and not (value > 0 and value < math.huge)) then
      refuse("cosocket: option '" .. name .. "' must be a "
        .. (type(DEFAULTS[name]) == "number" and "number above 0" or type(DEFAULTS[name])))
    end
    options[name] = value
  end
  return options
end

local function unescape(text)
  return (text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

-- A proxy's URL → { host, port, literal, authorization }; nil for none. Secrets stay out of
-- messages.
local function read_proxy(text)
  if text == "" then
    return nil
  end
  local scheme, rest = text:match("^(%a[%w+.-]*)://(.*)$")
  local user, address = (rest or text):match("^(.*)@(.*)$")
  local url = requests.url("http://" .. (address or rest or text))
  if (scheme and scheme:lower() ~= "http") or not url then
    refuse("cosocket: option 'proxy' must be a URL such as http://user:password@host:port, "
      .. "with a port from 1 to 65535, or \"\" for none; proxies of other kinds need "
      .. "transport = \"curl\"")
  end
  -- The port that libcurl takes when none is written.
  url.port = url.authority:find(":%d+$") and url.port or 1080
  url.authorization = user and "Proxy-Authorization: Basic " .. ngx.encode_base64(unescape(user))
    .. "\r\n" or ""
  return url
end

-- --- time --------------------------------------------------------------------------------------

local function milliseconds(until_)
  local left = until_ - core.clock()
  return math.max(1, math.ceil(math.min(left, MAX_SECONDS) * 1000))
end

local function set_timeouts(connection, until_)
  local left = milliseconds(until_)
  if connection.timeout ~= left then
    connection.timeout = left
    connection.socket:settimeouts(left, left, left)
  end
end

-- `connect` within its time also where nginx would not hold it: a name server that says nothing
-- would take resolver_timeout, 30 s unless nginx.conf says otherwise.
local function connect_in_time(socket, until_, to, options)
  if to.literal then
    return socket:connect(to.host, to.port, options)
  end
  local outcome
  local connecting = ngx.thread.spawn(function()
    outcome = { socket:connect(to.host, to.port, options) }
  end)
  if outcome then -- a pooled one, or refused at once
    ngx.thread.wait(connecting)
    return outcome[1], outcome[2]
  end
  local alarm = ngx.thread.spawn(function() ngx.sleep(milliseconds(until_) / 1000) end)
  ngx.thread.wait(connecting, alarm)
  ngx.thread.kill(alarm)
  if not outcome then
    ngx.thread.kill(connecting)
    return nil, "timeout"
  end
  return outcome[1], outcome[2]
end

-- --- one connection ----------------------------------------------------------------------------

local function reader(connection, until_)
  return function()
    if core.clock() >= until_ then
      return nil, "timeout"
    end
    set_timeouts(connection, until_)
    return connection.socket:receiveany(RECEIVE_PIECE)
  end
end

-- nil, or nginx's words for why not everything was sent.
local function send_all(connection, bytes, until_)
  for from = 1, #bytes, SEND_PIECE do
    if core.clock() >= until_ then
      return "timeout"
    end
    set_timeouts(connection, until_)
    local piece = #bytes <= SEND_PIECE and bytes or bytes:sub(from, from + SEND_PIECE - 1)
    local sent, err = connection.socket:send(piece)
    if not sent then
      return err
    end
  end
end

-- A tunnel through the proxy: nil, or an error table.
local function open_tunnel(self, connection, url, until_)
  local function failed(text)
    return failures.unsent("transport", "PROXY", "no tunnel through the proxy: " .. text)
  end
  local err = send_all(connection, requests.connect(url, self.proxy), until_)
  local reply, problem
  if not err then
    reply, problem = replies.read(reader(connection, until_), self.limits, true)
  end
  if err == "timeout" or (not reply and problem and problem.kind == "timeout") then
    return failures.unsent("timeout", "TIMEOUT",
      "before the request was sent: the proxy did not answer")
  elseif not reply then
    return failed(err or problem.message)
  elseif reply.status >= 300 then
    return failures.tunnel_refused(reply.status)
  end
end

-- resty.core 0.1.25 raises an assertion instead of giving the reason when a handshake fails without
-- having waited; the reason then still stands where nginx wrote it. "" when it cannot be read.
local function reason_behind_assertion()
  local ran, reason = pcall(function()
    return require("ffi").string(require("resty.core.base").get_errmsg_ptr()[0])
  end)
  return ran and reason or ""
end

-- The session must not be switched off with `false`: resty.core then takes a handshake that failed
-- without having waited for one that went well, whatever the certificate.
local function shake_hands(self, connection, url, until_)
  set_timeouts(connection, until_)
  local socket = connection.socket
  local name = not url.literal and url.host or nil
  local ran, session, err = pcall(socket.sslhandshake, socket, nil, name, self.verify)
  if not ran then
    local raised = tostring(session)
    if not raised:find("assertion failed", 1, true) then
      error(session, 0)
    end
    err = reason_behind_assertion()
  elseif session == nil and err == nil and type(session) == "nil" then
    err = "" -- neither a session nor a reason: not verified, as far as anybody knows
  end
  return err and failures.handshake(err, url.host)
end

-- What makes two connections different.
local function pool_name(self, url)
  local proxy = self.proxy
  local tunnel = proxy and core.sign.sha256_hex(proxy.host .. ":" .. proxy.port .. ":"
    .. proxy.authorization) or "direct"
  if proxy and not url.tls then
    return "ecs_pipeline:proxy:" .. tunnel
  end
  return table.concat({ "ecs_pipeline", url.tls and "tls" or "plain", url.host, url.port,
    url.tls and (self.verify and "verified" or "unverified") or "-", tunnel }, ":")
end

local function drop(connection)
  connection.socket:close()
end

-- Pool → when a call put its connection into it; 0 if one has been taken since, nil if none was
-- ever put. nginx gives out the one that was put in last. The pools are the worker's, so this is
-- too.
local put_at = {}

local function put(connection)
  if connection.socket:setkeepalive(IDLE_SECONDS * 1000, POOL_SIZE) then
    put_at[connection.pool] = core.clock()
  end
end

-- A connection from the pool, or a new one. Where it may be one that has idled, it is taken after a
-- turn of the event loop: what happened to idle connections while Lua ran (closed, or spoken to out
-- of turn) then takes them out of the pool. A sleep of 0 would come back before nginx has asked the
-- kernel. → connection; nil and nginx's reason
local function take(to, until_, pool)
  local put_last = put_at[pool]
  if put_last and core.clock() - put_last > JUST_NOW then
    ngx.sleep(0.001)
  end
  local connection = { socket = ngx.socket.tcp(), pool = pool }
  set_timeouts(connection, until_)
  put_at[pool] = put_last and 0
  local ok, reason = connect_in_time(connection.socket, until_, to,
    { pool = pool, pool_size = POOL_SIZE })
  if not ok then
    return nil, reason
  end
  connection.reused = connection.socket:getreusedtimes() > 0
  return connection
end

-- A connection to the service, from the pool or new; with `fresh` always new, and then it is not
-- put into the pool, from which it could be taken as any other one.
local function open(self, url, until_, fresh)
  local to = self.proxy or url
  if url.tls and self.verify and url.literal then
    return nil, failures.address(url.host)
  end
  local pool = pool_name(self, url) .. (fresh and ":fresh" or "")
  local connection, reason = take(to, until_, pool)
  if not connection then
    return nil, failures.connect(tostring(reason), to.host, self.proxy ~= nil)
  end
  connection.keep, connection.tls = not fresh, url.tls
  if connection.reused or not url.tls then
    return connection
  end
  local err = self.proxy and open_tunnel(self, connection, url, until_)
    or shake_hands(self, connection, url, until_)
  if err then
    drop(connection)
    return nil, err
  end
  return connection
end

-- One request and its reply.
local function converse(self, connection, bytes, until_)
  local err = send_all(connection, bytes, until_)
  if connection.tls and failures.is_alert(err) then
    drop(connection)
    return nil, failures.alert()
  elseif err == "timeout" then
    drop(connection)
    return nil, { kind = "timeout", code = "TIMEOUT", message = "the request was not sent in time" }
  elseif err then
    drop(connection)
    return nil, { kind = "transport", code = "RESET", nothing = true,
      message = "the connection broke while the request was sent: " .. tostring(err) }
  end
  local reply, more = replies.read(reader(connection, until_), self.limits)
  if reply and more and connection.keep then
    put(connection)
  else
    drop(connection)
  end
  if not reply then
    return nil, connection.tls and failures.is_alert(more.said) and failures.alert() or more
  end
  return reply
end

-- --- the transport -----------------------------------------------------------------------------

local function exchange(self, parts, deadline)
  local url = parts.url
  local bytes = requests.bytes(parts, not url.tls and self.proxy or nil)
  local connection, err, reply
  for attempt = 1, 2 do
    local until_ = math.min(deadline, core.clock() + self.connect_timeout)
    connection, err = open(self, url, until_, attempt == 2)
    if not connection then
      if attempt == 2 then
        err.sent = true -- the first copy was
      end
      return nil, err
    end
    reply, err = converse(self, connection, bytes, deadline)
    -- Closed while it was idle, as far as anybody can tell: once more, as libcurl does.
    if reply or not (connection.reused and err.nothing) then
      break
    end
  end
  if not reply then
    err = { kind = err.kind, code = err.code, message = err.message, sent = true }
  end
  return reply, err
end

local function send(self, request, deadline)
  if deadline ~= nil and (type(deadline) ~= "number" or deadline ~= deadline) then
    errors.raise("send: the deadline must be a number, not " .. type(deadline))
  end
  local parts, why = requests.read(request)
  if self.closed then
    errors.raise("send: the transport is closed")
  elseif not parts then
    return nil, failures.unsent("protocol", "REQUEST", why)
  end
  local forbidden = failures.phase(ngx.get_phase())
  if forbidden then
    return nil, forbidden
  elseif deadline and core.clock() >= deadline then
    return nil, failures.unsent("timeout", "DEADLINE",
      "the deadline passed before anything was sent")
  elseif not core.can_yield() then
    return nil, failures.cannot_yield()
  end
  local ran, reply, err = pcall(exchange, self, parts, deadline or math.huge)
  if not ran then
    return nil, failures.raised(tostring(reply))
  end
  platform.give_way() -- many replies may have come in one turn, and decoding each takes time
  return reply, err
end

--- Makes a transport. No I/O happens here.
-- @tparam[opt] table options `verify` (true), `proxy` (an `http://` URL; "" = none, the default),
--   `connect_timeout` (seconds for name, connection, proxy and TLS together, 5), `max_reply_bytes`
--   (16 MiB), `max_header_bytes` (64 KiB). Which authorities are trusted is nginx.conf's to say.
-- @treturn table `{ send, close, name = "cosocket" }`; `send(request, deadline)` yields, and
--   returns `{ status, headers, body }`, or nil and `{ kind, code, message, sent }` as
--   `transport/curl.lua` does; kind "transport" with code "NO_TRANSPORT" for a phase without
--   cosockets and for a missing directive. When a pooled connection closes before a byte of the
--   reply, the same bytes are sent once more on a new one.
-- @raise unknown options, wrong types, no nginx
function M.new(options)
  if not ngx then
    refuse("cosockets exist inside nginx only (lua-nginx-module); elsewhere leave transport "
      .. "out, or say \"curl\"")
  end
  local checked = check_options(options)
  local self = {
    closed = false, verify = checked.verify, proxy = read_proxy(checked.proxy),
    connect_timeout = checked.connect_timeout,
    limits = { max_reply_bytes = checked.max_reply_bytes,
      max_header_bytes = checked.max_header_bytes },
  }
  return {
    name = "cosocket",
    send = function(request, deadline) return send(self, request, deadline) end,
    close = function() self.closed = true end, -- the pools are the worker's
  }
end

return M
