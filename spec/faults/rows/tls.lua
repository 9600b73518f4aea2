-- TLS that fails, hangs, or is combined with the faults of the other families; servers that do not exist.
local raw_server_tls = require("spec.support.raw_server_tls")
local socket = require("socket")
local tls_server = require("spec.support.tls_server")

local rows = {}

local function certificates(harness)
  return harness:helper("tls", tls_server.start)
end

local function front(harness, name, options)
  local key = "front " .. name .. (options and options.key or "")
  return harness:helper(key, function()
    local folder = certificates(harness).ca_file:match("^(.*)/")
    return raw_server_tls.start(folder, name, harness.server.port, options)
  end)
end

local function trusting(harness)
  return { ca_file = certificates(harness).ca_file }
end

local function row(fault, play, class, kind, code, more)
  local new = { fault = fault, play = play, class = class, kind = kind, code = code, options = trusting }
  for name, value in pairs(more or {}) do
    new[name] = value
  end
  rows[#rows + 1] = new
end

-- A fault of the raw server, met through TLS.
local function through(fault, play, class, kind, code, more)
  local new = { endpoint = function(harness) return front(harness, "good").url end }
  for name, value in pairs(more or {}) do
    new[name] = value
  end
  row("TLS, " .. fault, play, class, kind, code, new)
end

through("no fault", {}, "ok")
for _, where in ipairs({ "before", "in_headers", "in_body", "in_chunk" }) do
  through("reset " .. where:gsub("_", " "), "reset/" .. where, "lost", "transport", "RESET")
  through("close " .. where:gsub("_", " "), "close/" .. where, "lost", "transport", "RESET")
end
through("hangs in body", "hang/in_body", "lost", "timeout", "TIMEOUT", { total = 0.5, attempts = 2, slow = true })
through("drips, below the deadline", "drip/0.0005", "ok", nil, nil, { total = 20, slow = true })
through("17 MiB in chunks", "big_chunked", "final", "protocol", "TOO_LARGE", { uncertain = true, slow = true })
through("gzip bomb", "gzip_bomb/20", "final", "protocol", "TOO_LARGE", { uncertain = true, slow = true,
  cosocket = { class = "lost", kind = "protocol", code = "PROTOCOL", uncertain = false } })
through("garbage", "instead/zeros", "lost", "protocol", "PROTOCOL")
through("a stray reply on the idle connection", "stray_later", "ok", nil, nil, { pause = 0.3 })
through("the answer is lost", "emulator/lost_answer", "lost", "transport", "RESET")
through("a kept connection closes on our request", "close/before", "lost", "transport", "RESET",
  { warm = true, modes = { "once" } })
-- Anybody could have cut such a body; the JSON says that nobody has, and below, that somebody has.
row("TLS, ends without close_notify", "close_delimited", "ok", nil, nil,
  { endpoint = function(harness) return front(harness, "good", { rude = true, key = "rude" }).url end })
row("TLS, cut without close_notify", "close/in_open_body", "lost", "protocol", "BAD_REPLY",
  { endpoint = function(harness) return front(harness, "good", { rude = true, key = "rude" }).url end })

-- The handshake. Nothing of the request has left yet, so a write may be repeated as well.
local function shaking(fault, play, class, kind, code, more)
  local new = { modes = { "always" } } -- once is enough: no later handshake goes well here
  new.endpoint = function(harness) return (harness.server.url(""):gsub("^http", "https")) end
  for name, value in pairs(more or {}) do
    new[name] = value
  end
  row(fault, play, class, kind, code, new)
end

shaking("handshake: closed", "accept_read_close", "unsent", "transport", "RESET")
shaking("handshake: reset", "accept_read_reset", "unsent", "transport", "RESET")
shaking("handshake: never answered", "accept_hang", "unsent", "timeout", "TIMEOUT",
  { connect = 0.3, attempts = 2, slow = true })
shaking("handshake: endless", "accept_endless_hello", "unsent", "timeout", "TIMEOUT",
  { connect = 0.3, attempts = 2, slow = true })
-- nginx has one word, "handshake failed", for these and for a connection that broke: repeated, since nothing was sent.
local one_word = { cosocket = { class = "unsent", kind = "transport", code = "RESET" } }
shaking("handshake: noise", "accept_noise", "final", "transport", "TLS", one_word)
shaking("handshake: an alert", "accept_alert", "final", "transport", "TLS", one_word)
shaking("handshake: an alert of an internal error", "accept_alert/80", "unsent", "transport", "RESET")
shaking("handshake: a banner of SSH", "accept_banner", "final", "transport", "TLS", one_word)
-- TLS 1.3 says so when the handshake is over for the client; nothing was read of what it has sent by then.
shaking("handshake: a client certificate is wanted, TLS 1.2", {}, "final", "transport", "TLS", {
  message = "certificate",
  endpoint = function(harness) return front(harness, "good", { wants = 12, key = "wants 12" }).url end,
  cosocket = one_word.cosocket })
shaking("handshake: a client certificate is wanted, TLS 1.3", {}, "final", "transport", "TLS", {
  message = "certificate",
  endpoint = function(harness) return front(harness, "good", { wants = 13, key = "wants 13" }).url end,
  cosocket = { uncertain = true } }) -- the alert is in nginx's log only
row("handshake: slow, below the limit", {}, "ok", nil, nil, { slow = true, connect = 10,
  endpoint = function(harness) return front(harness, "good", { delay = 0.2, key = "slow" }).url end })
row("handshake: slow, above the limit", {}, "unsent", "timeout", "TIMEOUT", {
  slow = true, modes = { "always" }, connect = 0.2, attempts = 2,
  endpoint = function(harness) return front(harness, "good", { delay = 3, key = "slower" }).url end,
})

local function refused(fault, name, more)
  local new = { modes = { "always" }, message = "certificate" }
  new.endpoint = function(harness) return certificates(harness).url(name, "") end
  for field, value in pairs(more or {}) do
    new[field] = value
  end
  row(fault, {}, "final", "transport", "TLS", new)
end

refused("certificate for another name", "other")
refused("certificate of a stranger", "stranger")
-- Inside nginx its configuration says whom to trust; spec/openresty/run_configurations.lua is about that.
refused("certificate of an unknown authority", "good", { options = function() return {} end, cosocket = false })
refused("certificate has expired", "expired", { message = "expired" })
refused("TLS 1.1 at most", "old", { message = "TLS", cosocket = one_word.cosocket })
refused("a CA file that is not there", "good", { options = function() return { ca_file = "/nonexistent.pem" } end,
  message = "/nonexistent%.pem", cosocket = false })

-- Nobody there.
local function absent(fault, kind, code, endpoint, more)
  local new = { modes = { "always" }, options = function() return {} end, endpoint = endpoint }
  for name, value in pairs(more or {}) do
    new[name] = value
  end
  row(fault, {}, "unsent", kind, code, new)
end

absent("connection refused", "transport", "CONNECT", function(harness)
  return harness:helper("closed port", function()
    local listener = assert(socket.bind("127.0.0.1", 0))
    local port = select(2, listener:getsockname())
    listener:close()
    return { url = ("http://127.0.0.1:%d"):format(port), stop = function() end }
  end).url
end)
absent("connection refused, TLS", "transport", "CONNECT", function() return "https://127.0.0.1:1" end)
absent("no such host", "transport", "DNS", function() return "http://no-such-host.invalid" end, { total = 20 })
absent("a proxy that is not there", "transport", "PROXY", function() return "https://service.test" end,
  { options = function() return { proxy = "http://127.0.0.1:1" } end })
row("a proxy of an unknown kind", {}, "final", "transport", "PROXY", {
  modes = { "always" }, message = "Unsupported proxy", endpoint = function() return "https://service.test" end,
  options = function() return { proxy = "gopher://127.0.0.1:1" } end, cosocket = false })
absent("a proxy that has no address", "transport", "PROXY", function() return "https://service.test" end,
  { options = function() return { proxy = "http://no-such-host.invalid:1" } end, total = 20 })

for _, case in ipairs({ { "no_method", "final" }, { "rejected", "final" }, { "ruleset", "final" },
  { "unreachable", "unsent" } }) do
  row("a SOCKS proxy: " .. case[1], "accept_socks/" .. case[1], case[2], "transport", "PROXY", {
    modes = { "always" }, endpoint = function() return "https://service.test" end, cosocket = false,
    options = function(harness)
      return { proxy = (harness.server.url(""):gsub("^http://", "socks5h://user:secret@")) }
    end,
  })
end

-- What a proxy answers to CONNECT: a refusal stays one, an error may pass.
for _, status in ipairs({ 302, 403, 405, 407, 408, 429, 500, 502, 503, 504 }) do
  local class = (status == 408 or status == 429 or status >= 500) and "unsent" or "final"
  row(("a proxy that answers CONNECT with %d"):format(status), {}, class, "transport", "PROXY", {
    modes = { "always" }, message = ("status %d"):format(status),
    endpoint = function() return ("https://status-%d.test"):format(status) end,
    options = function(harness) return { proxy = harness.server.url("") } end,
  })
end

return rows
