-- examples/image_pipeline.lua against the emulator over TLS, as a user runs it.

local cjson = require("cjson").new()
local curl = require("ecs_pipeline.transport.curl")
local server = require("emulator_nginx.server")
local shell = require("emulator_nginx.shell")

local lua = type(rawget(_G, "jit")) == "table" and "luajit" or "lua" .. _VERSION:match("%d%.%d")

local running, transport

local function control(method, path, body)
  local reply = assert(transport.send({ method = method, headers = {}, body = body or "",
    url = "http://127.0.0.1:" .. running.http_port .. "/_emulator/" .. path }))
  assert(reply.status == 200, reply.body)
  return cjson.decode(reply.body)
end

-- → whether it exited with 0, everything it printed
local function run(secret, ca_file)
  local log = running.prefix .. "/example.log"
  local ok = shell.run(table.concat({
    "env -i PATH=\"$PATH\" LUA_PATH='lua/?.lua;lua/?/init.lua;;' LUA_CPATH='build/" .. lua .. "/?.so;;'",
    "ALIBABA_CLOUD_ACCESS_KEY_ID=emulator-key ALIBABA_CLOUD_ACCESS_KEY_SECRET=" .. (secret or "emulator-secret"),
    "ALIBABA_CLOUD_ENDPOINT_ECS=https://localhost:" .. running.https_port,
    "ECS_PIPELINE_CA_FILE=" .. shell.quote(ca_file or running.ca_file),
    lua, "examples/image_pipeline.lua >" .. shell.quote(log) .. " 2>&1",
  }, " "))
  return ok, shell.read(log)
end

describe("examples/image_pipeline.lua", function()
  setup(function()
    running = assert(server.start())
    transport = curl.new()
  end)

  teardown(function()
    transport.close()
    running.stop()
  end)

  before_each(function()
    control("POST", "reset")
  end)

  it("creates, reads back 15 of 15 arguments, deletes", function()
    local ok, said = run()
    assert.is_true(ok, said)
    assert.is_truthy(said:find("15 of 15 arguments read back as they were sent", 1, true), said)
    local state = control("GET", "state")
    assert.are.same({ 0, 4 }, { #state.pipelines, #state.requests })
  end)

  it("cleans up what it made when a later step fails, and says why", function()
    local denied = { kind = "error", code = "Forbidden.RAM", action = "DescribeImagePipelines" }
    control("POST", "fault", cjson.encode(denied))
    local ok, said = run()
    assert.is_false(ok)
    assert.is_truthy(said:find("The example failed: .*Forbidden%.RAM"), said)
    local state = control("GET", "state")
    assert.are.same({ 0, 3 }, { #state.pipelines, #state.requests })
  end)

  it("fails with a clear message on a wrong key or an unknown authority", function()
    local ok, said = run("wrong")
    assert.is_false(ok)
    assert.is_truthy(said:find("The example failed: .*SignatureDoesNotMatch"), said)
    assert.is_nil(said:find("wrong", 1, true))
    ok, said = run(nil, "/dev/null")
    assert.is_false(ok)
    assert.is_truthy(said:find("The example failed: .*TLS"), said)
  end)
end)
