--- examples/import.lua and examples/replace.lua over HTTPS, as a user runs them: what they print, and what they leave.

local cjson = require("cjson").new()
local curl = require("ecs_pipeline.transport.curl")
local ecs = require("ecs_pipeline")
local server = require("emulator_nginx.server")
local shell = require("emulator_nginx.shell")

local lua = type(rawget(_G, "jit")) == "table" and "luajit" or "lua" .. _VERSION:match("%d%.%d")

local running, control, client

local function ask(method, path)
  local reply = assert(control.send({ method = method, headers = {}, body = "",
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

before_each(function()
  ask("POST", "reset")
  client = ecs.new({ region = "cn-hangzhou", proxy = false, log = "off", ca_file = running.ca_file,
    endpoint = "https://localhost:" .. running.https_port,
    credentials = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" } })
end)

after_each(function()
  client.close()
end)

-- → everything it printed, with its exit code, ids numbered as they come; map from id to number
local function run(example)
  local log = running.prefix .. "/plan_example.log"
  shell.run(table.concat({
    "env -i PATH=\"$PATH\" LUA_PATH='lua/?.lua;lua/?/init.lua;;' LUA_CPATH='build/" .. lua .. "/?.so;;'",
    "ALIBABA_CLOUD_ACCESS_KEY_ID=emulator-key ALIBABA_CLOUD_ACCESS_KEY_SECRET=emulator-secret",
    "ALIBABA_CLOUD_ENDPOINT_ECS=https://localhost:" .. running.https_port,
    "ECS_PIPELINE_CA_FILE=" .. shell.quote(running.ca_file),
    "ARCHIVE=" .. shell.quote(running.prefix .. "/{id}.json"),
    lua, ("examples/%s >%s 2>&1; echo exit $? >>%s"):format(example, shell.quote(log), shell.quote(log)),
  }, " "))
  local ids, count = {}, 0
  local said = shell.read(log):gsub("ip%-bp%w+", function(id)
    if not ids[id] then
      count = count + 1
      ids[id] = "ip-" .. count
    end
    return ids[id]
  end)
  return (said:gsub(running.prefix:gsub("%p", "%%%0"), "PREFIX")), ids
end

describe("examples/import.lua", function()
  it("prints a pipeline as arguments, which plan to nothing", function()
    local made = assert(client.pipeline.create({ name = "by-hand", base_image = "m-bp1example",
      base_image_type = "IMAGE", build_content = "RUN echo \"a\"\r\nRUN b", image_name = "golden",
      add_account = { 1234567890123456 }, delete_instance_on_failure = false,
      tags = { team = "web", ["cost centre"] = "7" } })).id
    local said = run("import.lua " .. made)
    assert.equal([[
local args = {
  add_account = {
    "1234567890123456",
  },
  base_image = "m-bp1example",
  base_image_type = "IMAGE",
  build_content = "RUN echo \"a\"\r\nRUN b",
  delete_instance_on_failure = false,
  image_options = {
    image_name = "golden",
  },
  internet_max_bandwidth_out = 0,
  name = "by-hand",
  resource_group_id = "rg-acfmxazb4ph6aiy",
  system_disk_size = 40,
  tags = {
    ["cost centre"] = "7",
    team = "web",
  },
}
-- plan: none, 0 changes
exit 0
]], said)
    assert.same({ 1, "by-hand" }, { #ask("GET", "state").pipelines, ask("GET", "state").pipelines[1].Name })
    -- what it prints is Lua
    assert.is_function(assert((loadstring or load)(said:gsub("exit 0\n$", "")))) -- luacheck: ignore
  end)

  it("says what is wrong", function()
    assert.matches("The example failed: .*pipeline.import: not found.*exit 1\n$", (run("import.lua ip-bp1nowhere")))
    assert.matches("usage: lua examples/import.lua ip%-….*exit 1\n$", (run("import.lua")))
  end)
end)

describe("examples/replace.lua", function()
  it("replaces, archives and cleans up", function()
    local said, ids = run("replace.lua")
    assert.equal([[
ensure: ip-1, created: true
ensure: ip-1, created: false
plan: replace ip-1
  system_disk_size: 40 -> 60
  why: the API has no call that changes an image pipeline, so this takes a new one
  loses: nothing: it has no executions
refused: pipeline.ensure: in conflict with the present state: ip-1 cannot be changed, only replaced (]]
      .. [[system_disk_size); deleting it loses nothing: it has no executions
hint: replace = "side_by_side" makes a new one beside it, "retire" deletes the old one after that
ensure: ip-2, created: true
retired: ip-1, 0 executions, in PREFIX/ip-1.json
Deleted ip-2
exit 0
]], said)
    assert.equal(0, #ask("GET", "state").pipelines)
    for id, short in pairs(ids) do
      if short == "ip-1" then
        local archive = cjson.decode(shell.read(running.prefix .. "/" .. id .. ".json"))
        assert.same({ id, "replace-example", 40 }, { archive.pipeline.id, archive.pipeline.name,
          archive.pipeline.system_disk_size })
      end
    end
  end)
end)
