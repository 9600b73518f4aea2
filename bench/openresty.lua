--- `make bench-openresty`: 100 describes in flight inside one nginx worker, on an upstream that takes 300 ms, by
-- `ecs.map` and by a hand-written cosocket loop in turns; an unrelated location of the same worker is asked all the
-- while. Prints each round, and whether the medians keep to what is promised: at most 1.05 of the loop's total, and
-- /ping within 5 ms at the 99th percentile.
--   lua5.4 bench/openresty.lua [count] [rounds]
local core = require("ecs_pipeline.core")
local measure = require("bench.measure")
local nginx = require("spec.support.openresty_nginx.server")
local reply = require("bench.reply")
local socket = require("socket")

local COUNT, ROUNDS = tonumber(arg[1]) or 100, tonumber(arg[2]) or 5
local DELAY = 0.3
local WARM = 10 -- rounds of each before the first that counts: workers live long
local MOST, PING = 1.05, 0.005
local PAUSE = 0.002 -- between two pings

local function connect(port)
  local client = assert(socket.connect("127.0.0.1", port))
  client:setoption("tcp-nodelay", true)
  return client
end

local function ask(client, path)
  assert(client:send("GET " .. path .. " HTTP/1.1\r\nHost: bench\r\n\r\n"))
end

local function answer(client)
  client:settimeout(60)
  assert(assert(client:receive("*l")):find(" 200 "), "the worker failed: see its error log")
  local length, chunked
  repeat
    local line = assert(client:receive("*l"))
    length = tonumber(line:match("^[Cc]ontent%-[Ll]ength: (%d+)")) or length
    chunked = chunked or line:lower():find("^transfer%-encoding: chunked") ~= nil
  until line == ""
  if not chunked then
    return assert(client:receive(length))
  end
  local body = ""
  while true do
    local size = tonumber(assert(client:receive("*l")), 16)
    body = body .. assert(client:receive(size))
    client:receive("*l")
    if size == 0 then
      return body
    end
  end
end

-- → seconds of the whole, 99th percentile of the pings meanwhile
local function round(server, upstream, way)
  local busy, pinger, pings = connect(server.port), connect(server.port), {}
  ask(pinger, "/ping")
  answer(pinger)
  ask(busy, ("/bench?way=%s&port=%d&count=%d"):format(way, upstream.port, COUNT))
  while #socket.select({ busy }, nil, PAUSE) == 0 do
    local began = core.clock()
    ask(pinger, "/ping")
    answer(pinger)
    pings[#pings + 1] = core.clock() - began
  end
  local seconds = assert(tonumber(answer(busy)))
  busy:close()
  pinger:close()
  return seconds, measure.percentile(pings, 0.99)
end

local function verdict(holds, text)
  print((holds and "  PASS  " or "  FAIL  ") .. text)
  return holds and 1 or 0
end

local function compare(server, upstream)
  for _ = 1, WARM do -- fills the pools, and LuaJIT has seen the code
    round(server, upstream, "hand")
    round(server, upstream, "ours")
  end
  local hand, ours, ratios, slow = {}, {}, {}, {}
  for index = 1, ROUNDS do
    local hand_ping
    hand[index], hand_ping = round(server, upstream, "hand")
    ours[index], slow[index] = round(server, upstream, "ours")
    ratios[index] = ours[index] / hand[index]
    print(("  round %d: by hand %6.1f ms (ping %4.1f ms), ecs.map %6.1f ms (ping %4.1f ms): ratio %.3f"):format(index,
      hand[index] * 1000, hand_ping * 1000, ours[index] * 1000, slow[index] * 1000, ratios[index]))
  end
  local ratio, ping = measure.median(ratios), measure.median(slow)
  local passed = verdict(ratio <= MOST, ("total %.3f of the hand-written loop's, %.2f at most"):format(ratio, MOST))
    + verdict(ping <= PING, ("/ping within %.1f ms at p99, %.0f ms at most"):format(ping * 1000, PING * 1000))
  print(("%d passed, %d failed"):format(passed, 2 - passed))
  return passed == 2
end

local upstream = assert(nginx.start({ server = ("    location = / { default_type application/json; "
  .. "content_by_lua_block { ngx.sleep(%g) ngx.header['Content-Length'] = %d ngx.print([=[%s]=]) } }"):format(DELAY,
  #reply.DESCRIBE, reply.DESCRIBE) }))
local server = assert(nginx.start({
  server = [[
    location = /bench { content_by_lua_block { require("bench.openresty_worker").answer() } }
    location = /ping { return 200 "pong"; } ]],
}))
print(("%d calls in flight on an upstream of %.0f ms, one worker"):format(COUNT, DELAY * 1000))
local ran, kept = pcall(compare, server, upstream)
local log = server.log()
server.stop()
upstream.stop()
if not ran then
  print(kept, log:sub(-2000))
end
os.exit(ran and kept and 0 or 1)
