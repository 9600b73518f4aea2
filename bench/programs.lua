--- The programs that the benches run, as rows for turns.lua: each `row.run()` gives a sample, in microseconds a call or
-- in thousands of instructions a call. What this machine does not have makes a row with `missing`, the reason.
local cjson = require("cjson").new()
local requests = require("bench.requests")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local programs = {}

local TMP = assert(os.getenv("BENCH_TMP"), "BENCH_TMP must name a folder: use bench/run.sh")
local BUILT = assert(os.getenv("BENCH_BUILT"), "BENCH_BUILT must name the folder of the compiled C programs")
-- A part of the calls that are made otherwise: figures of fewer calls are rougher and sooner there.
local SHARE = tonumber(os.getenv("BENCH_SHARE") or 1)

function programs.share(calls)
  return math.max(1, math.floor(calls * SHARE))
end

local function words(list)
  local quoted = {}
  for index, word in ipairs(list) do
    quoted[index] = shell.quote(word)
  end
  return table.concat(quoted, " ")
end

-- The standard output of a command that succeeds.
local function output(command)
  local said = TMP .. "/stderr"
  local pipe = assert(io.popen(("{ %s; } 2>%s; echo \"exit $?\""):format(command, shell.quote(said))))
  local text = pipe:read("*a")
  pipe:close()
  local out, code = text:match("^(.-)exit (%d+)\n$")
  if code ~= "0" then
    error(("%s\nended with %s: %s"):format(command, tostring(code), shell.read(said)), 0)
  end
  return out
end

-- What a client of the benches prints.
local function read(text)
  local wall, cpu = text:match("^([%d.]+) ([%d.]+)%s*$")
  return { wall = tonumber(wall), cpu = tonumber(cpu) }
end

-- A client: { command = function(calls, warm) → text for the shell, missing = reason or nil }.

local keys = requests.KEYS

--- Bare C. `concurrency` 0: one call after another.
function programs.bare(base, ca_file, concurrency, action, query)
  return { command = function(calls, warm)
    return words({ BUILT .. "/bare", calls, warm, base, ca_file or "-", concurrency, action, query,
      keys.access_key_id, keys.access_key_secret })
  end }
end

local function lua_command(lua, list)
  return ("LUA_CPATH='build/%s/?.so;;' %s "):format(lua, lua) .. words(list)
end

--- The library under one Lua; clients/ours.lua says what `what` and `number` are.
function programs.ours(lua, what, base, ca_file, number)
  return { command = function(calls, warm)
    return lua_command(lua, { "bench/clients/ours.lua", calls, warm, what, base or "-", ca_file or "-", number or 0 })
  end }
end

-- Looked for once: does `command` succeed?
local found = {}
local function lacks(command, what)
  if found[command] == nil then
    found[command] = shell.run(command .. " >/dev/null 2>&1 </dev/null")
  end
  return not found[command] and what .. " is not here" or nil
end

local MODULES = { luasocket = "socket", ["lua-curl"] = "curl" }

--- A hand-written loop under LuaJIT: `way` is "luasocket" or "lua-curl".
function programs.hand(way, base, ca_file, query)
  local missing = lacks("luajit -e 'require(\"openssl.hmac\")'", "luaossl")
    or lacks(("luajit -e 'require(%q)'"):format(MODULES[way]), way)
  if base:find("^https:") and way == "luasocket" then
    missing = missing or lacks("luajit -e 'require(\"ssl\")'", "luasec")
  end
  return { missing = missing, command = function(calls, warm)
    return lua_command("luajit", { "bench/clients/hand.lua", calls, warm, way, base, ca_file or "-", query,
      keys.access_key_id, keys.access_key_secret })
  end }
end

--- cjson alone, on a reply with so many templates.
function programs.cjson(lua, templates)
  return { command = function(calls, warm)
    return lua_command(lua, { "bench/clients/hand.lua", calls, warm, "cjson", templates })
  end }
end

-- The arguments of create under the names of the vendor's SDK.
local function vendor_arguments()
  local given = {}
  for name, value in pairs(requests.CREATE) do
    given[name:gsub("_(%l)", string.upper):gsub("^vswitchId$", "vSwitchId")] = value
  end
  given.regionId, given.tags, given.tag = requests.REGION, nil, {}
  for key, value in pairs(requests.CREATE.tags) do
    table.insert(given.tag, { key = key, value = value })
  end
  return given
end

--- The vendor's Node SDK: `verb` is "describe" or "create".
function programs.sdk(verb, base, ca_file, concurrency)
  local folder = os.getenv("VENDOR_PACKAGES") or ""
  local given = verb == "create" and vendor_arguments()
    or { regionId = requests.REGION, imagePipelineId = { requests.ID } }
  return {
    missing = lacks("node --version", "node")
      or lacks("test -e " .. shell.quote(folder .. "/installed"), "the vendor's packages: npm could not install them"),
    command = function(calls, warm)
      return words({ "node", "bench/clients/sdk.js", calls, warm, verb, base, ca_file or "-", concurrency or 0,
        cjson.encode(given), keys.access_key_id, keys.access_key_secret })
    end,
  }
end

--- The curl command, which signs nothing.
function programs.curl(base, ca_file)
  return { command = function()
    return words({ "curl", "-sS", "-o", "/dev/null", "--data", "", "--cacert", ca_file, base .. "/" })
  end }
end

--- A row of the time of a call, of `calls` after `warm`.
function programs.timed(name, client, calls, warm)
  return { name = name, missing = client.missing, run = function()
    return read(output(client.command(programs.share(calls), programs.share(warm))))
  end }
end

-- A command that another program starts, not the shell.
local function environment_by_env(command)
  return (command:gsub("^LUA_CPATH=", "env %0"))
end

--- A row of the time of one call in a process of its own, from its start to its end; the mean of `times`.
function programs.started(name, client, times)
  return { name = name, missing = client.missing, run = function()
    return read(output(("%s %d %s"):format(shell.quote(BUILT .. "/start"), programs.share(times),
      environment_by_env(client.command(1, 0)))))
  end }
end

local CALLGRIND = "valgrind -q --tool=callgrind --trace-children=yes --callgrind-out-file="

-- Instructions of all processes that wrote `prefix`.<pid>, which are removed.
local function instructions(prefix)
  local sum = 0
  local pipe = assert(io.popen("cat " .. shell.quote(prefix) .. ".*"))
  for line in pipe:lines() do
    sum = sum + tonumber(line:match("^totals: (%d+)") or 0)
  end
  pipe:close()
  shell.run("rm -f " .. shell.quote(prefix) .. ".*")
  return assert(sum > 0 and sum, "callgrind counted nothing")
end

-- Counts `run(under, calls)` twice; what the calls more cost is theirs.
local function counted(name, missing, calls, run, per)
  return { name = name, missing = missing or lacks("valgrind --version", "valgrind"), run = function()
    local prefix, few, many = TMP .. "/callgrind", programs.share(calls), 5 * programs.share(calls)
    local counts = {}
    for index, count in ipairs({ few, many }) do
      run(CALLGRIND .. prefix .. ".%p", count)
      counts[index] = instructions(prefix)
    end
    return { instructions = (counts[2] - counts[1]) / (many - few) / (per or 1) / 1000 }
  end }
end

--- A row of the instructions of a call in user space.
function programs.counted(name, client, calls, warm)
  return counted(name, client.missing, calls, function(under, count)
    output(under .. " " .. environment_by_env(client.command(count, programs.share(warm))))
  end)
end

--- The same of calls inside an nginx that `start(under)` starts: `ask(server, times)` makes `times` times `per`.
function programs.counted_nginx(name, start, ask, times, per)
  return counted(name, nil, times, function(under, count)
    local server = start(under)
    local asked, why = pcall(ask, server, count)
    server.stop()
    assert(asked, why)
  end, per)
end

return programs
