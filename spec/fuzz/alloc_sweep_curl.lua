--- Exchanges over libcurl that alloc_sweep.c starves of memory: a list of { name, outcome with enough memory, function,
-- function for the exchange after it, which has enough }. Environment: SWEEP_PLAIN and SWEEP_TLS, URLs of a server that
-- answers with 200 and keeps the connection; SWEEP_CA, the certificate of its authority.
local _, _, curl = ...

local plain, tls = os.getenv("SWEEP_PLAIN"), os.getenv("SWEEP_TLS")
local options = { ca_file = os.getenv("SWEEP_CA"), verify = true }
local by_proxy = { proxy = (plain:gsub("//", "//user:password@")) } -- the server takes a whole URL, too

local function outcome(reply, err)
  if reply then
    return reply.status == 200 and reply.body:find("tls", 1, true) and "ok" or "another reply"
  end
  return type(err) == "table" and err.kind .. " " .. err.code or "no typed error"
end

local function request(url)
  return { method = "POST", url = url, body = "a=b", headers = { ["x-acs-a"] = "b" } }
end

-- The outcome of `send(transport)` on a transport of its own: every time a new connection.
local function on_its_own(transport, send)
  local done, reply, err = pcall(send, transport)
  transport.close()
  if not done then
    error(reply, 0)
  end
  return outcome(reply, err)
end

local function new(url, other_options)
  return function()
    return on_its_own(curl.transport(other_options or options), function(transport)
      return transport.send(request(url))
    end)
  end
end

-- One transport for all exchanges: a kept connection, and handles that are used again.
local function kept(url)
  local transport
  return function()
    transport = transport or curl.transport(options)
    return outcome(transport.send(request(url)))
  end
end

-- Two transports by turns: each time the handle gets other options.
local function by_turns(url)
  local turn, transports = 0, nil
  return function()
    transports = transports or { curl.transport(options), curl.transport({}) }
    turn = turn + 1
    return outcome(transports[turn % 2 + 1].send(request(url)))
  end
end

-- As a scheduler does it.
local function carry(transport, multi, url)
  local id, err = transport.start(multi, request(url))
  if not id then
    return nil, err
  end
  while multi:step(1) > 0 do end
  local over, reply, why
  repeat -- one that Lua had no memory to take is first
    over, reply, why = multi:next()
  until over == id
  return reply, why
end

local function on_a_multi(url)
  local transport, multi
  return function()
    transport, multi = transport or curl.transport(options), multi or curl.multi()
    return outcome(carry(transport, multi, url))
  end
end

local function on_a_new_multi(url)
  return function()
    return on_its_own(curl.transport(options), function(transport)
      local multi = curl.multi()
      local reply, err = carry(transport, multi, url)
      multi:close()
      return reply, err
    end)
  end
end

local function scenario(name, call)
  return { name, "ok", call, call }
end

return {
  scenario("new connection", new(plain)),
  scenario("host with a name", new((plain:gsub("127%.0%.0%.1", "sweep.example")))),
  scenario("by a proxy", new(plain, by_proxy)),
  scenario("kept connection", kept(plain)),
  scenario("two transports by turns", by_turns(plain)),
  scenario("on a multi", on_a_multi(plain)),
  scenario("on a new multi", on_a_new_multi(plain)),
  scenario("kept TLS connection", kept(tls)),
  scenario("TLS on a multi", on_a_multi(tls)),
  scenario("new TLS connection", new(tls)),
}
