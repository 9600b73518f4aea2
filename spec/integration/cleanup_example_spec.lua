--- examples/cleanup.lua over HTTPS, as a user runs it: what it prints, and what it leaves.

local cjson = require("cjson").new()
local curl = require("ecs_pipeline.transport.curl")
local ecs = require("ecs_pipeline")
local server = require("emulator_nginx.server")
local shell = require("emulator_nginx.shell")

local lua = type(rawget(_G, "jit")) == "table" and "luajit" or "lua" .. _VERSION:match("%d%.%d")

local running, control, pipeline

local function ask(method, path, body)
  local reply = assert(control.send({ method = method, headers = {}, body = body and cjson.encode(body) or "",
    url = "http://127.0.0.1:" .. running.http_port .. "/_emulator/" .. path }))
  assert(reply.status == 200, reply.body)
  return cjson.decode(reply.body)
end

setup(function()
  running = assert(server.start())
  control = curl.new({})
end)

teardown(function()
  control.close()
  running.stop()
end)

-- A pipeline "web" whose images web_exec-1 (the oldest) … web_exec-5 exist; the first is in use, the second the base of
-- another pipeline, and one of somebody else's beside.
before_each(function()
  ask("POST", "reset")
  for number = 1, 5 do
    ask("POST", "image", { ImageId = "m-" .. number, ImageName = "web_exec-" .. number,
      CreationTime = ("2025-0%d-01T00:00:00Z"):format(number), Usage = number == 1 and "instance" or "none" })
  end
  ask("POST", "image", { ImageName = "database" })
  local client = ecs.new({ region = "cn-hangzhou", proxy = false, log = "off", ca_file = running.ca_file,
    endpoint = "https://localhost:" .. running.https_port,
    credentials = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" } })
  pipeline = assert(client.pipeline.create({ name = "web", base_image = "m-0", base_image_type = "IMAGE" })).id
  assert(client.pipeline.create({ name = "app", base_image = "m-2", base_image_type = "IMAGE" }))
  client.close()
end)

-- → everything it printed, with its exit code
local function run(variables)
  local log = running.prefix .. "/cleanup.log"
  shell.run(table.concat({
    "env -i PATH=\"$PATH\" LUA_PATH='lua/?.lua;lua/?/init.lua;;' LUA_CPATH='build/" .. lua .. "/?.so;;'",
    "ALIBABA_CLOUD_ACCESS_KEY_ID=emulator-key ALIBABA_CLOUD_ACCESS_KEY_SECRET=emulator-secret",
    "ALIBABA_CLOUD_ENDPOINT_ECS=https://localhost:" .. running.https_port,
    "ECS_PIPELINE_CA_FILE=" .. shell.quote(running.ca_file), variables,
    lua, ("examples/cleanup.lua >%s 2>&1; echo exit $? >>%s"):format(shell.quote(log), shell.quote(log)),
  }, " "))
  return (shell.read(log):gsub("%(ip%-bp%w+%)", "(ip)"))
end

local PLAN = [[
delete m-4 web_exec-4, 40 GiB, made 2025-04-01T00:00:00Z
delete m-3 web_exec-3, 40 GiB, made 2025-03-01T00:00:00Z
keep   m-5 web_exec-5: number 1 of the newest 1
keep   m-2 web_exec-2: base of the pipeline app (ip)
keep   m-1 web_exec-1: instances were made from it
]]

describe("examples/cleanup.lua", function()
  it("shows what it would delete, and deletes it when told to", function()
    local variables = "KEEP=1 PIPELINE=" .. pipeline
    assert.equal(PLAN .. "2 images would be deleted; APPLY=yes deletes them\nexit 0\n", run(variables))
    assert.equal(6, #ask("GET", "state").images)
    assert.equal(PLAN .. "2 images were deleted\nexit 0\n", run(variables .. " APPLY=yes"))
    local left = {}
    for index, image in ipairs(ask("GET", "state").images) do
      left[index] = image.ImageName
    end
    assert.same({ "web_exec-1", "web_exec-2", "web_exec-5", "database" }, left)
    assert.matches("\n0 images were deleted\nexit 0\n$", run(variables .. " APPLY=yes"))
  end)

  it("goes by age", function()
    assert.matches("\n0 images would be deleted; APPLY=yes deletes them\nexit 0\n$",
      run("KEEP=0 OLDER_THAN=100000 PIPELINE=" .. pipeline))
  end)

  it("says what it could not delete", function()
    ask("POST", "fault", { kind = "error", code = "ImageIsExporting", action = "DeleteImage" })
    local said = run("KEEP=1 APPLY=yes PIPELINE=" .. pipeline)
    assert.matches("\n1 images were deleted\n", said)
    assert.matches("m%-4 was not deleted: image.prune: .*ImageIsExporting", said)
    assert.matches("exit 2\n$", said)
  end)

  it("fails with a clear message", function()
    assert.matches("The example failed: .*PIPELINE is not set.*exit 1\n$", run(""))
    assert.matches("The example failed: .*image.prune: not found: .*exit 1\n$", run("PIPELINE=ip-none"))
  end)
end)
