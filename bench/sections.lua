--- What `make bench` compares: sections of rows, the first of each the floor. A section is made when its turn comes:
-- it returns one or several `{ title =, metrics =, rows =, stop = }`, where `stop` ends what the rows need.
local by_hand = require("bench.clients.by_hand")
local core = require("ecs_pipeline.core")
local programs = require("bench.programs")
local requests = require("bench.requests")
local servers = require("bench.servers")
local socket = require("socket")

local timed, counted = programs.timed, programs.counted
local DESCRIBE = requests.query("pipeline.describe", { ids = { requests.ID } })
local CREATE = requests.query("pipeline.create", requests.CREATE)
local TIMES = { "cpu", "wall" }

-- A row of the library: the first of a section takes the floor's place under SELF=1.
local function ours(row)
  row.ours = true
  return row
end

local function describes(title, base, ca_file)
  return { title = title, metrics = TIMES, rows = {
    timed("bare C, libcurl easy", programs.bare(base, ca_file, 0, "DescribeImagePipelines", DESCRIBE), 3000, 300),
    ours(timed("ecs_pipeline, lua5.4", programs.ours("lua5.4", "describe", base, ca_file), 1500, 200)),
    ours(timed("ecs_pipeline, luajit", programs.ours("luajit", "describe", base, ca_file), 1500, 300)),
    timed("by hand: luajit, luasocket, luaossl", programs.hand("luasocket", base, ca_file, DESCRIBE), 1500, 300),
    timed("by hand: luajit, lua-curl, luaossl", programs.hand("lua-curl", base, ca_file, DESCRIBE), 1500, 300),
    timed("vendor's SDK, node", programs.sdk("describe", base, ca_file), 300, 200),
  } }
end

local function creates(service)
  return { title = "pipeline.create with terraform's arguments, HTTP, kept connection", metrics = TIMES, rows = {
    timed("bare C, libcurl easy", programs.bare(service.http, nil, 0, "CreateImagePipeline", CREATE), 3000, 300),
    ours(timed("ecs_pipeline, lua5.4", programs.ours("lua5.4", "create", service.http), 1500, 200)),
    ours(timed("ecs_pipeline, luajit", programs.ours("luajit", "create", service.http), 1500, 300)),
    timed("vendor's SDK, node", programs.sdk("create", service.http), 300, 200),
  } }
end

local function in_flight(service, count)
  return { title = ("%d describes in flight, HTTP"):format(count), metrics = TIMES, rows = {
    timed("bare C, libcurl multi",
      programs.bare(service.http, nil, count, "DescribeImagePipelines", DESCRIBE), 4000, 1000),
    ours(timed("ecs.map, lua5.4", programs.ours("lua5.4", "map", service.http, nil, count), 2000, 500)),
    ours(timed("ecs.map, luajit", programs.ours("luajit", "map", service.http, nil, count), 2000, 1000)),
    timed("vendor's SDK, node", programs.sdk("describe", service.http, nil, count), 600, 300),
  } }
end

local function cold(service)
  local base, ca_file = service.https, service.ca_file
  return { title = "One describe in a fresh process, HTTPS", metrics = TIMES, rows = {
    programs.started("the curl command", programs.curl(base, ca_file), 10),
    ours(programs.started("ecs_pipeline, lua5.4", programs.ours("lua5.4", "describe", base, ca_file), 10)),
    ours(programs.started("ecs_pipeline, luajit", programs.ours("luajit", "describe", base, ca_file), 10)),
    programs.started("bare C, libcurl easy",
      programs.bare(base, ca_file, 0, "DescribeImagePipelines", DESCRIBE), 10),
    programs.started("by hand: luajit, luasec, luaossl", programs.hand("luasocket", base, ca_file, DESCRIBE), 10),
    programs.started("vendor's SDK, node", programs.sdk("describe", base, ca_file), 3),
  } }
end

-- --- inside nginx ------------------------------------------------------------------------------------------------
-- Calls at once. Fewer are lost in what a start of nginx costs more or less.
local IN_NGINX = math.max(20, programs.share(100))

local function connect(server)
  local connection = assert(socket.connect("127.0.0.1", server.port))
  connection:setoption("tcp-nodelay", true)
  connection:settimeout(60)
  return connection
end

local function send(connection, path)
  assert(connection:send("GET " .. path .. " HTTP/1.1\r\nHost: bench\r\n\r\n"))
end

local function path_of(way, base, times)
  return ("/bench?way=%s&port=%s&query=%s&id=%s&secret=%s&count=%d&times=%d"):format(way, base:match("(%d+)$"),
    DESCRIBE:gsub("[=&]", { ["="] = "%3D", ["&"] = "%26" }), requests.KEYS.access_key_id,
    requests.KEYS.access_key_secret, IN_NGINX, times)
end

-- The wall and the CPU time that /bench answers with.
local function receive(server, connection)
  local read, text = pcall(by_hand.read, connection)
  connection:close()
  if not read then
    error("/bench failed: " .. server.log():sub(-2000), 0)
  end
  local wall, cpu = text:match("^(%S+) (%S+)$")
  return { wall = tonumber(wall), cpu = tonumber(cpu) }
end

local function ask(server, path)
  local connection = connect(server)
  send(connection, path)
  return receive(server, connection)
end

-- The same while /ping of the same worker is asked again and again: how long that waits at the 99th percentile.
local function ask_and_ping(server, path)
  local busy, pinger, waited = connect(server), connect(server), {}
  send(busy, path)
  repeat
    local began = core.clock()
    send(pinger, "/ping")
    by_hand.read(pinger)
    waited[#waited + 1] = core.clock() - began
  until #socket.select({ busy }, nil, 0.002) > 0
  pinger:close()
  table.sort(waited)
  return { total = receive(server, busy).wall * IN_NGINX / 1000, ping = waited[math.ceil(#waited * 0.99)] * 1000 }
end

local function in_nginx(service)
  local server = servers.worker()
  local function rows(base, times, how)
    local function row(name, way)
      ask(server, path_of(way, base, programs.share(20))) -- LuaJIT has seen the code, and the pools are filled
      return { name = name, run = function() return how(server, path_of(way, base, times)) end }
    end
    return { row("by hand: cosockets, libcrypto", "hand"), ours(row("ecs.map", "ours")) }
  end
  return { title = "100 describes in flight in one nginx worker", metrics = TIMES,
    rows = rows(service.http, programs.share(20), ask) },
  { title = "The same on a service that takes 300 ms", metrics = { "total", "ping" },
    rows = rows(service.slow, 1, ask_and_ping), stop = server.stop }
end

-- --- decoding, instructions --------------------------------------------------------------------------------------
local function decodes(lua, templates, calls)
  return { title = ("Decode a reply with %d template%s, %s"):format(templates, templates == 1 and "" or "s", lua),
    metrics = { "cpu" }, rows = {
      timed("cjson alone", programs.cjson(lua, templates), calls, calls / 10),
      ours(timed("core.finish", programs.ours(lua, "finish", nil, nil, templates), calls, calls / 10)),
    } }
end

local COUNT = { "instructions" }

-- `differ`: the order in which events come is another one each time, and so is the count.

local function instructions(service)
  local base = service.http
  local function nginx(name, way)
    return programs.counted_nginx(name, servers.worker, function(server, times)
      ask(server, path_of(way, base, programs.share(3))) -- warm, in both counts
      ask(server, path_of(way, base, times))
    end, 1, IN_NGINX)
  end
  return { title = "Instructions of a describe, HTTP, kept connection", metrics = COUNT, rows = {
    counted("bare C, libcurl easy", programs.bare(base, nil, 0, "DescribeImagePipelines", DESCRIBE), 100, 20),
    ours(counted("ecs_pipeline, lua5.4", programs.ours("lua5.4", "describe", base), 50, 20)),
    ours(counted("ecs_pipeline, luajit", programs.ours("luajit", "describe", base), 100, 200)),
    counted("by hand: luajit, luasocket, luaossl", programs.hand("luasocket", base, nil, DESCRIBE), 100, 200),
  } },
  { title = "Instructions of decoding a reply with 500 templates, lua5.4", metrics = COUNT, rows = {
    counted("cjson alone", programs.cjson("lua5.4", 500), 2, 1),
    ours(counted("core.finish", programs.ours("lua5.4", "finish", nil, nil, 500), 2, 1)),
  } },
  { title = "Instructions of a describe of 100 in flight in one nginx worker", metrics = COUNT, differ = true, rows = {
    nginx("by hand: cosockets, libcrypto", "hand"), ours(nginx("ecs.map", "ours")),
  } }
end

--- name → function(service), in the order in which they are run.
return {
  { "seq", function(service) return describes("Describe, HTTP, kept connection", service.http) end },
  { "https", function(service)
    return describes("Describe, HTTPS, kept connection", service.https, service.ca_file)
  end },
  { "create", creates },
  { "multi", function(service) return in_flight(service, 64) end },
  { "cold", cold },
  { "nginx", in_nginx },
  { "decode", function()
    return decodes("lua5.4", 1, 20000), decodes("lua5.4", 500, 100), decodes("luajit", 500, 100)
  end },
  { "instructions", instructions },
}
