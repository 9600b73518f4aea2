-- The emulator behind a real nginx: what libcurl sends arrives unchanged, over HTTP and TLS, and nothing is left.

local cjson = require("cjson").new()
local curl = require("ecs_pipeline.transport.curl")
local emulators = require("ecs_pipeline.emulator")
local server = require("ecs_pipeline.emulator.nginx.server")
local ports = require("ecs_pipeline.emulator.nginx.ports")
local shell = require("ecs_pipeline.emulator.nginx.shell")
local caller = require("spec.support.emulator_caller")

local SECONDS = "seconds must be a number from -1000000000 to 1000000000, as in /_emulator/advance?seconds=60; "
local KINDS = "error, expired_token, lost_answer, lost_request, nonce_used, refused, skew, slow, status, throttle, "
  .. "timeout"

local running, transport

setup(function()
  running = assert(server.start())
  transport = curl.new({ ca_file = running.ca_file })
end)

teardown(function()
  transport.close()
  running.stop()
end)

local function control(method, path, body)
  local reply = assert(transport.send({ method = method, headers = {}, body = body or "",
    url = "http://127.0.0.1:" .. running.http_port .. "/_emulator/" .. path }))
  assert(reply.status == 200, reply.body)
  return cjson.decode(reply.body)
end

-- An emulator as `caller` sees it, with the wire in between.
local function remote(scheme)
  local origin = scheme == "https" and "https://localhost:" .. running.https_port
    or "http://127.0.0.1:" .. running.http_port
  local clock = emulators.new({ clock = "real" })
  local object = { host = origin:match("//(.*)$") }
  function object.now()
    return clock:now()
  end
  function object.handle(_, method, uri, headers, body)
    headers.host = nil
    local reply, err = transport.send({ method = method, url = origin .. uri, headers = headers, body = body })
    if not reply then
      return nil, nil, nil, err
    end
    return reply.status, reply.headers, reply.body
  end
  return object
end

local function client_for(scheme, options)
  local emulator = remote(scheme)
  local client = caller.new(emulator, options)
  local call = client.call
  function client:call(action, params, more)
    more = more or {}
    more.headers = more.headers or {}
    more.headers.host = emulator.host
    return call(self, action, params, more)
  end
  return client
end

describe("the emulator behind nginx", function()
  before_each(function()
    control("POST", "reset")
  end)

  for _, scheme in ipairs({ "http", "https" }) do
    for _, way in ipairs({ { "V3", "query" }, { "V3", "form" }, { "1.0", "query" }, { "1.0", "form" } }) do
      it("creates, describes and deletes over " .. scheme .. ", " .. way[1] .. " in the " .. way[2], function()
        local client = client_for(scheme, { scheme = way[1], placement = way[2] })
        local awkward = "a+b c%20d/é镜'()*!~&=?#;\"<>"
        local status, reply = client:create({ Name = "web", Description = awkward })
        assert.are.equal(200, status, reply and reply.Code)
        local id = reply.ImagePipelineId
        status, reply = client:describe({ ["ImagePipelineId.1"] = id })
        assert.are.same({ 200, awkward }, { status, reply.ImagePipeline.ImagePipelineSet[1].Description })
        assert.are.equal(200, (client:delete(id)))
        local headers
        status, reply, headers = client:delete(id)
        assert.are.same({ 404, "InvalidImagePipeline.NotFound" }, { status, reply.Code })
        assert.are.equal(reply.RequestId, headers["x-acs-request-id"])
        assert.is_truthy(headers.date)
        local log = control("GET", "state").requests
        assert.are.same({ 4, way[1] }, { #log, log[1].scheme })
      end)
    end
  end

  it("takes 16 KB of build content as 48 KB of query and as a form", function()
    local content = "RUN x" .. ("\n"):rep(16379)
    for _, placement in ipairs({ "query", "form" }) do
      local status, reply = client_for("https", { placement = placement }):create({ BuildContent = content })
      assert.are.equal(200, status, reply and reply.Code)
    end
    local log = control("GET", "state").requests
    assert.is_true(log[1].query_bytes > 48000)
    assert.is_true(log[2].body_bytes > 48000)
  end)

  it("closes the connection when an answer is to be lost, after the work is done", function()
    control("POST", "fault", cjson.encode({ { kind = "lost_answer" }, { kind = "throttle" } }))
    local client = client_for("http")
    local status, reply, _, err = client:create({ ClientToken = "t" })
    -- libcurl sends once more by itself when a pooled connection closes; the nonce is used by then.
    assert.are.equal(status and "SignatureNonceUsed" or "RESET", status and reply.Code or err.code)
    status, reply = client:create({ ClientToken = "t" })
    assert.are.same({ 400, "Throttling" }, { status, reply.Code })
    assert.are.equal(200, (client:create({ ClientToken = "t" })))
    assert.are.equal(1, #control("GET", "state").pipelines)
  end)

  it("moves its clock and takes executions when told to", function()
    control("POST", "advance?seconds=3600")
    local client = client_for("http")
    local _, reply = client:describe()
    assert.are.equal("InvalidTimeStamp.Expired", reply.Code)
    control("POST", "reset")
    _, reply = client:create()
    control("POST", "execution", cjson.encode({ ImagePipelineId = reply.ImagePipelineId, Status = "BUILDING" }))
    _, reply = client:delete(reply.ImagePipelineId)
    assert.are.equal("InvalidImagePipeline.HasRunningExecution", reply.Code)
  end)

  it("builds as it is told to", function()
    control("POST", "build", cjson.encode({ outcome = "FAILED", error_code = "Bad.Luck",
      durations = { PREPARING = 0, BUILDING = 0, RELEASING = 0 } }))
    local client = client_for("https")
    local _, reply = client:create()
    local id = reply.ImagePipelineId
    _, reply = client:start(id)
    local failed = client:execution(reply.ExecutionId)
    assert.are.same({ "FAILED", "Bad.Luck" }, { failed.Status, failed.ErrorCode })
    _, reply = client:start(id)
    assert.are.equal(200, (client:cancel(reply.ExecutionId)))
    control("POST", "advance?seconds=30")
    local state = control("GET", "state")
    assert.are.same({ "FAILED", "CANCELLED", 0 },
      { state.executions[1].Status, state.executions[2].Status, #state.images })
  end)

  it("says what is wrong in what is asked of the emulator itself", function()
    for asked, wrong in pairs({
      ["POST advance"] = SECONDS .. "it is missing",
      ["POST advance?seconds=1e"] = SECONDS .. "it is \"1e\"",
      ["POST advance?seconds=1000000001"] = SECONDS .. "it is \"1000000001\"",
      ["POST advance?seconds=-1000000000.5"] = SECONDS .. "it is \"-1000000000.5\"",
      ["POST hold?n="] = "n must be a whole number from 1, as in /_emulator/hold?n=3; it is missing",
      ["POST hold?n=0"] = "n must be a whole number from 1, as in /_emulator/hold?n=3; it is \"0\"",
      ["POST release?n=1.5"] = "n must be a whole number from 0, as in /_emulator/release?n=2; it is \"1.5\"",
      ["GET advance"] = "/_emulator/advance is asked for by POST, not by GET",
      ["POST nix"] = "no command nix; there are advance, build, calm, execution, fault, follow, held, hold, image, "
        .. "release, reset, state",
      ["POST image 5"] = "the body must be JSON, an object or a list: number",
      ["POST image [1]"] = "emulator: a record to be put has the API's names of fields, not a list",
      ["POST execution {\"ExecutionId\":7}"] = "emulator: ExecutionId of a record to be put must be a text, "
        .. "not a number",
      ["POST build [null]"] = "emulator: a scripted build is a table, not a userdata",
      ["POST fault {}"] = "emulator: a fault needs kind; known are " .. KINDS,
      ["POST fault [{\"kind\":{}}]"] = "emulator: kind of a fault must be a string; known are " .. KINDS,
      ["POST fault [5]"] = "emulator: a fault is a table with kind, not 5; known are " .. KINDS,
      ["POST build {\"outcome\":\"x\"}"] = "emulator: unknown outcome of a build: x",
      ["POST fault {\"kind\":\"x\"}"] = "emulator: unknown kind of fault: x; known are " .. KINDS,
    }) do
      local method, path, body = asked:match("^(%S+) (%S+) ?(.*)$")
      local reply = assert(transport.send({ method = method, headers = {}, body = body,
        url = "http://127.0.0.1:" .. running.http_port .. "/_emulator/" .. path }))
      assert.same({ 400, { error = wrong } }, { reply.status, cjson.decode(reply.body) }, asked)
    end
    control("POST", "advance?seconds=1.5")
  end)

  it("is not believed by a client without its authority", function()
    local reply, err = curl.new().send({ method = "POST", url = "https://localhost:" .. running.https_port .. "/",
      headers = {}, body = "" })
    assert.is_nil(reply)
    assert.are.equal("TLS", err.code)
  end)
end)

describe("starting and stopping", function()
  it("leaves no process, no folder", function()
    local other = assert(server.start({ tls = false }))
    assert.is_nil(other.https_port)
    assert.is_true(shell.alive(other.pid))
    assert.is_true(other.stop())
    assert.is_false(shell.alive(other.pid))
    assert.is_false(shell.run("test -e " .. other.prefix))
    assert.is_true(other.stop())
  end)

  it("ends by itself when its owner is gone", function()
    local owner = shell.line("sleep 60 >/dev/null 2>&1 & echo $!")
    local other = assert(server.start({ tls = false, owner = owner }))
    shell.run("sleep 1.2")
    assert.is_true(shell.alive(other.pid))
    shell.run("kill " .. owner)
    assert.is_true(shell.wait(5, function() return not shell.alive(other.pid) end))
    assert.is_false(shell.run("test -e " .. other.prefix))
  end)

  it("says what is missing", function()
    local other, why = server.start({ nginx = "/nowhere/nginx" })
    assert.is_nil(other)
    assert.is_truthy(why:find("/nowhere/nginx is not installed; on Debian: apt install nginx", 1, true), why)
  end)

  it("takes the Lua that is a part of OpenResty, and says what that does not find", function()
    local path = shell.line("mktemp")
    shell.write(path, "#!/bin/sh\necho 'nginx version: openresty --add-module=../ngx_lua-0.10'\n"
      .. "[ \"$1\" = -V ] || { echo \"module 'cjson' not found\"; exit 1; }\n")
    shell.run("chmod +x " .. path)
    assert.equal("", (server.modules(path)))
    local other, why = server.start({ nginx = path, tls = false })
    os.remove(path)
    assert.is_nil(other)
    assert.equal("nginx's Lua does not find cjson; on Debian: apt install nginx-light libnginx-mod-http-lua lua-cjson",
      why)
    other, why = server.modules("nginx", { "/nowhere/" })
    assert.is_nil(other)
    assert.truthy(why:find("the Lua module of nginx is not installed; on Debian: apt install", 1, true))
  end)

  it("takes the port that it is given, or says that it is in use", function()
    local port = ports.free()
    local first = assert(server.start({ port = port }))
    local second, why = server.start({ port = port, tls = false })
    assert.same({ port, true }, { first.https_port, first.http_port ~= port })
    first.stop()
    assert.is_nil(second)
    assert.equal(("port %d is in use: give another one"):format(port), why)
  end)

  it("says why when it cannot", function()
    local folder = shell.line("mktemp -d")
    local other, why = server.start({ prefix = folder, tls = false, emulator = { faults = { { kind = "flood" } } } })
    assert.is_nil(other)
    assert.is_truthy(why:find("unknown kind of fault: flood", 1, true), why)
    assert.is_false(shell.run("test -e " .. folder))
  end)
end)
