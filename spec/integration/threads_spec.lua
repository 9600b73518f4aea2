-- A host with many threads, each with a Lua state of its own: every state has its own clients, and nothing of ours is
-- shared that two of them write. `make tsan` runs this with ThreadSanitizer in the host and in both modules: it found
-- that libcurl's version functions, which each state called, write static buffers.
local child_lua = require("spec.support.child_lua")
local fault_server = require("spec.faults.server")

local WORK = [[
  local ecs = require("ecs_pipeline")
  local client = ecs.new({ region = "cn-hangzhou",
    credentials = { access_key_id = "key", access_key_secret = "secret" },
    log = "off", transport = "curl", proxy = false, endpoint = %q })
  assert(require("ecs_pipeline.curl").version():find("^libcurl/"))
  for i = 1, 3 do
    assert(client.pipeline.list({}))
    local _, _, err = client.pipeline.describe("ip-none")
    assert(err.kind == "not_found")
    for _, each in ipairs(ecs.map({ 1, 2, 3 }, function() return client.pipeline.list({}) end)) do
      assert(each.ok, each.message)
    end
    assert(#require("ecs_pipeline.core").token() > 0)
  end
  client.close()
]]

describe("states in threads", function()
  local build = os.getenv("THREADS_BUILD") or os.getenv("ECSP_BUILD")
  local server, host, script

  setup(function()
    host = child_lua.build_host("threads", os.getenv("THREADS_CC") or "cc", build)
    server = fault_server.start()
    server.play({})
    script = os.tmpname()
    local file = assert(io.open(script, "w"))
    assert(file:write((WORK:format(server.url("")))))
    file:close()
  end)

  teardown(function()
    server.stop()
    os.remove(script)
  end)

  for _, count in ipairs({ 4, 8 }) do
    it(count .. " at once", function()
      local command = ("LUA_PATH='%s' LUA_CPATH='%s/?.so;%s' %s %s %d %s 2>&1; echo \"exit code $?\""):format(
        package.path, build, package.cpath, os.getenv("THREADS_PREFIX") or "", host, count, script)
      local pipe = assert(io.popen(command))
      local said = pipe:read("*a")
      pipe:close()
      assert.equal("exit code 0\n", said)
    end)
  end
end)
