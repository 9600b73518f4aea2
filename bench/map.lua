--- `make bench-map`: describes by `ecs.map` against a bare C loop on curl_multi (multi_loop.c) that sends the same
-- request as often to the same server, in turns, and throws the replies away. The server is a plain nginx with a
-- fixed answer: at once (then everything is our own work: signing, Lua, decoding), and after 20 ms (a service
-- nearby). Prints each round, and the ratio of the medians.
--   lua5.4 bench/map.lua [count] [concurrency] [rounds]
local core = require("ecs_pipeline.core")
local ecs = require("ecs_pipeline")
local measure = require("bench.measure")
local nginx = require("spec.support.openresty_nginx.server")
local reply = require("bench.reply")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local COUNT, CONCURRENCY = tonumber(arg[1]) or 1000, tonumber(arg[2]) or 64
local ROUNDS = tonumber(arg[3]) or 5

local KEYS = { access_key_id = "LTAI5tBenchKey00wxyz", access_key_secret = "secret" }

-- The request as the client sends it, for the C loop.
local function write_request(endpoint, path)
  local session = core.session({ decode = require("cjson").new().decode, user_agent = "bench" })
  local request = assert(core.prepare(session, "pipeline.describe", { ids = { "ip-bench" } },
    { credentials = assert(core.credentials(KEYS)), endpoint = endpoint, region = "cn-hangzhou" }))
  local lines = { request.url }
  for name, value in pairs(request.headers) do
    lines[#lines + 1] = name .. ": " .. value
  end
  lines[#lines + 1] = "Expect:"
  shell.write(path, table.concat(lines, "\n") .. "\n\n" .. request.body)
end

local function bare(program, path)
  return assert(tonumber(shell.line(("%s %s %d %d"):format(program, path, COUNT, CONCURRENCY))),
    "the bare loop failed")
end

local function ours(endpoint)
  local client = ecs.new({ region = "cn-hangzhou", credentials = KEYS, proxy = false, log = "off",
    endpoint = endpoint, retry = false })
  local items = {}
  for index = 1, COUNT do
    items[index] = "ip-bench"
  end
  collectgarbage()
  local began = core.clock()
  local results = ecs.map(items, client.pipeline.describe, { concurrency = CONCURRENCY })
  local seconds = core.clock() - began
  for _, one in ipairs(results) do
    assert(one.ok, one.message)
    assert(one.value.name == "web")
  end
  client.close()
  return seconds
end

local function compare(title, server, program)
  local request = os.tmpname()
  local endpoint = ("http://127.0.0.1:%d"):format(server.port)
  write_request(endpoint, request)
  bare(program, request) -- both have been there once
  ours(endpoint)
  local theirs, own = {}, {}
  for round = 1, ROUNDS do
    theirs[round] = bare(program, request)
    own[round] = ours(endpoint)
    print(("  %-22s round %d: bare loop %7.1f ms, ecs.map %7.1f ms"):format(title, round, theirs[round] * 1000,
      own[round] * 1000))
  end
  os.remove(request)
  local low, high = measure.median(theirs), measure.median(own)
  print(("  %-22s median:  bare loop %7.1f ms, ecs.map %7.1f ms: ratio %.2f, %.0f us a call beyond the loop's"):format(
    title, low * 1000, high * 1000, high / low, (high - low) / COUNT * 1e6))
end

local program = assert(os.getenv("MULTI_LOOP"), "MULTI_LOOP must name the compiled multi_loop.c")
print(("%d describes, %d at a time, %s, %s"):format(COUNT, CONCURRENCY, rawget(_G, "jit") and "LuaJIT" or _VERSION,
  (require("ecs_pipeline.curl").version():match("^%S+"))))
for _, case in ipairs({ { "answered at once", "return 200 '%s';" },
    { "answered after 20 ms", "content_by_lua_block { ngx.sleep(0.02) ngx.print([=[%s]=]) }" } }) do
  local server = assert(nginx.start({ server = ("    location = / { default_type application/json; " .. case[2]
    .. " }"):format(reply.DESCRIBE) }))
  local ran, why = pcall(compare, case[1], server, program)
  server.stop()
  assert(ran, why)
end
