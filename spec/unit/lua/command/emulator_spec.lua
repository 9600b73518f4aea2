-- Runs alone: starts nginx, and sends signals to processes that it started.
local child_lua = require("spec.support.child_lua")
local cjson = require("cjson").new()
local curl = require("ecs_pipeline.transport.curl")
local ecs = require("ecs_pipeline")
local emulator = require("ecs_pipeline.command.emulator")
local ports = require("ecs_pipeline.emulator.nginx.ports")
local scratch = require("spec.support.scratch")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local folder, started

scratch.each(before_each, after_each, function(path)
  folder, started = path .. "/", {}
end)

after_each(function()
  for _, pid in ipairs(started) do
    shell.run("kill -KILL " .. pid .. " 2>/dev/null")
  end
end)

-- A Lua that finds the library as this one does.
local LUA = ("LUA_PATH=%s LUA_CPATH=%s %s"):format(shell.quote(package.path), shell.quote(package.cpath),
  child_lua.interpreter)

-- Starts the command in the background: → what it printed as JSON, its pid.
local function start(options, after)
  local command = ("%s bin/ecs-pipeline emulator %s >%sout 2>%serr </dev/null & echo $! >%spid; %s"):format(
    child_lua.interpreter, options, folder, folder, folder, after or "")
  os.execute(command)
  local found
  shell.wait(10, function()
    local ok, value = pcall(cjson.decode, shell.read(folder .. "out") or "")
    found = ok and value
    return found
  end)
  local pid = shell.read(folder .. "pid"):match("%d+")
  started[#started + 1] = pid
  assert.is_table(found, shell.read(folder .. "err"))
  return found, pid
end

local function ask(found, method, path, body)
  local transport = curl.new({})
  local reply = assert(transport.send({ method = method, headers = {}, body = body or "",
    url = found.control .. path }))
  transport.close()
  assert.equal(200, reply.status, reply.body)
  return cjson.decode(reply.body)
end

local function client(found)
  return ecs.new({ region = found.region_id, endpoint = found.endpoint, ca_file = found.ca_file, proxy = false,
    log = "off", retry = { base = 0.01, cap = 0.02 },
    credentials = { access_key_id = found.access_key_id, access_key_secret = found.access_key_secret } })
end

-- The processes and the folder of the emulator are gone within two seconds.
local function gone(found, pid)
  local prefix = found.ca_file and found.ca_file:match("^(.*)/")
  assert.is_true(shell.wait(3, function()
    return not shell.alive(pid) and not (prefix and shell.read(prefix .. "/nginx.conf"))
  end))
  local port = found.control:match(":(%d+)/")
  assert.is_true(shell.wait(3, function()
    return not (shell.read("/proc/net/tcp") or ""):find((":%04X 00000000:0000 0A"):format(port), 1, true)
  end))
end

-- What the C library says in the language of the locale.
local ABSENT = select(2, io.open("/nowhere/none")):match(": (.*)$")

describe("ecs-pipeline emulator", function()
  it("is the service over TLS, with scripted builds and faults, until Ctrl-C", function()
    shell.write(folder .. "builds.yaml", "- outcome: FAILED\n  error_code: OperationDenied.NoStock\n")
    shell.write(folder .. "faults.json", '{ "kind": "throttle", "action": "CreateImagePipeline" }')
    local port = ports.free()
    local found, pid = start(("--tls --clock virtual --output json --port %d --builds %sbuilds.yaml --faults "
      .. "%sfaults.json")
      :format(port, folder, folder))
    assert.same({ ("https://localhost:%d"):format(port), "cn-hangzhou", "emulator-key", "emulator-secret" },
      { found.endpoint, found.region_id, found.access_key_id, found.access_key_secret })
    -- What it says for a shell is what the library needs there, also for VPCs.
    local note = shell.read(folder .. "err"):match("for product.*ca%.pem'\n")
    local printed = shell.output(note .. LUA .. " -e 'local ecs = require(\"ecs_pipeline\") "
      .. "print(#assert(ecs.pipeline.list({})) + #assert(ecs.vpc.list({})))' 2>&1")
    assert.equal("0\n", printed)
    local c = client(found)
    local pipeline = assert(c.pipeline.create({ base_image = "web", base_image_type = "IMAGE_FAMILY", name = "web" }))
    assert.equal(2, ecs.info(pipeline).attempts) -- after the throttle
    local first = assert(c.execution.start(pipeline))
    assert.equal("PREPARING", c.execution.describe(first).status)
    ask(found, "POST", "advance?seconds=7200")
    local failed = assert(c.execution.describe(first))
    assert.equal(1, ecs.info(failed).attempts) -- its date is as the service's, which judges by the host's clock
    assert.same({ "FAILED", "OperationDenied.NoStock" }, { failed.status, failed.error_code })
    local second = assert(c.execution.start(pipeline)) -- its 40 minutes pass by the line that it prints
    local advance = shell.read(folder .. "err"):match("\n(curl %-X POST '[^\n]*')\n")
    assert.equal("{}", shell.output("LD_PRELOAD= " .. advance .. " -s -m 20 --noproxy '*'")) -- of a sanitizer's run
    assert.equal("SUCCESS", c.execution.describe(second).status)
    local state = ask(found, "GET", "state")
    assert.same({ 1, 2, 1 }, { #state.pipelines, #state.executions, #state.images })
    c.close()
    shell.run("kill -INT " .. pid)
    gone(found, pid)
    assert.falsy(shell.read(folder .. "err"):find("traceback", 1, true))
  end)

  it("runs on a free port without TLS, and goes on for long", function()
    local found, pid = start("--output json")
    assert.matches("^http://127%.0%.0%.1:%d+$", found.endpoint)
    assert.is_nil(found.ca_file)
    assert.same({}, client(found).pipeline.list({}))
    local prefix = shell.line("ls -d /proc/" .. pid)
    assert.truthy(prefix)
    shell.run("sleep 1.5")
    shell.run("kill -INT " .. pid)
    gone(found, pid)
  end)

  it("ends with the process that started it, and when it is killed", function()
    os.execute(("sh -c '%s bin/ecs-pipeline emulator --tls --output json >%sout 2>%serr </dev/null & echo $! >%spid; "
      .. "exec sleep 60' >/dev/null 2>&1 & echo $! >%sparent"):format(child_lua.interpreter, folder, folder, folder,
      folder))
    shell.wait(10, function() return (shell.read(folder .. "out") or ""):find("}\n", 1, true) end)
    local found, pid = cjson.decode(shell.read(folder .. "out")), shell.read(folder .. "pid"):match("%d+")
    started[1] = shell.read(folder .. "parent"):match("%d+")
    assert.is_true(shell.alive(pid))
    shell.run("kill " .. started[1])
    gone(found, pid)
    found, pid = start("--tls --output json")
    shell.run("kill -KILL " .. pid)
    gone(found, pid)
  end)

  it("says so when nginx ends", function()
    local found, pid = start("--tls --output json")
    local prefix = found.ca_file:match("^(.*)/")
    shell.run("kill -TERM " .. shell.read(prefix .. "/nginx.pid"):match("%d+"))
    gone(found, pid)
    assert.matches("nginx has ended, and the emulator with it", shell.read(folder .. "err"))
  end)
end)

describe("the function behind it", function()
  local written

  local function context(format, env)
    written = { notes = "", text = "" }
    local output = { format = format, silent = format == nil }
    function output.note(_, text) written.notes = written.notes .. text end
    function output.text(_, text) written.text = written.text .. text end
    -- Whoever reads the end of the announcement may interrupt the emulator.
    local stdout = { flush = function() error("interrupted!", 0) end }
    return { output = output, host = { stdout = stdout, env = function(name) return (env or {})[name] end } }
  end

  it("prints what a client needs, for people or as an address alone", function()
    assert.equal("", emulator.emulator(context("table"), {}))
    assert.matches("^endpoint           http://127%.0%.0%.1:%d+\ncontrol            "
      .. "http://127%.0%.0%.1:%d+/_emulator/\n"
      .. "access_key_id      emulator%-key\naccess_key_secret  emulator%-secret\nregion_id          cn%-hangzhou\n$",
      written.text)
    assert.equal("", emulator.emulator(context("id"), {}))
    assert.matches("^http://127%.0%.0%.1:%d+\n$", written.text)
    assert.equal("", emulator.emulator(context(nil), {}))
    assert.equal("", written.text)
  end)

  it("lets other errors through, and still stops nginx", function()
    local broken = context("table")
    broken.host.stdout.flush = function() error("no space", 0) end
    assert.has_error(function() emulator.emulator(broken, { tls = true }) end, "no space")
    local port = written.text:match("localhost:(%d+)")
    assert.falsy((shell.read("/proc/net/tcp") or ""):find((":%04X 00000000:0000 0A"):format(port), 1, true))
  end)

  local function refused(wanted, kind, options, env)
    local result, message, err = emulator.emulator(context("table", env), options)
    assert.is_nil(result)
    assert.equal(wanted, (message:gsub(folder:gsub("%p", "%%%0"), "")))
    assert.equal(kind, err.kind)
  end

  it("names what is missing or wrong", function()
    refused("emulator: /nowhere/nginx is not installed; on Debian: apt install nginx-light "
      .. "libnginx-mod-http-lua lua-cjson",
      "transport", {}, { ECS_PIPELINE_NGINX = "/nowhere/nginx" })
    for name, kind in pairs({ faults = "flood", builds = "SUCCES" }) do
      shell.write(folder .. "x.json", name == "faults" and '[{"kind":"throttle"},{"kind":"flood"}]'
        or '[{},{"outcome":"SUCCES"}]')
      local _, message, err = emulator.emulator(context("table"), { [name] = folder .. "x.json" })
      assert.matches("x%.json: item 2: arguments refused: .*" .. kind, message)
      assert.equal("validation", err.kind)
      refused("none.json: storage failed: " .. ABSENT, "storage",
        { [name] = folder .. "none.json" })
    end
    for _, port in ipairs({ 0, 65536, 80.5 }) do
      assert.has_error(function() emulator.emulator(context("table"), { port = port }) end)
    end
  end)
end)
