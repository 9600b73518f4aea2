-- What was: a host whose handler of a signal runs Lua code and returns (luaposix, a watchdog, a profiler) ended each
-- request in flight as INTERRUPTED: reads were repeated until the attempts were used up, a create ended as "unknown".
-- A pending hook now runs between two waits, and only what it raises ends the request.
local child_lua = require("spec.support.child_lua")
local fault_server = require("spec.faults.server")

local old_lua = _VERSION == "Lua 5.1" and not rawget(_G, "jit")

local PROLOGUE = [[
  local signals = require("signals")
  local ecs = require("ecs_pipeline")
  local client = ecs.new({ region = "cn-hangzhou",
    credentials = { access_key_id = "key", access_key_secret = "secret" },
    log = "off", transport = "curl", proxy = false, endpoint = %q, retry = { attempts = 1 } })
  local other = client.with({ timeout = 20 })
  local ARGS = { name = "web", base_image = "m-1", base_image_type = "IMAGE" }
  local count = 0
]]

describe("a signal", function()
  local server

  setup(function()
    child_lua.build_module("signals")
    server = fault_server.start()
  end)

  teardown(function()
    server.stop()
  end)

  local function run(body, ...)
    server.play({ ... }, true)
    return child_lua.run(PROLOGUE:format(server.url("")) .. body)
  end

  -- Each byte of the reply comes 2 ms after the one before: about a second.
  local DRIP = "drip/0.002"

  -- before: what sets a hook of its own. A signal that came in between would be forgotten with its hook.
  local function assert_goes_on(body, before)
    local ended, output = run((before or "") .. ([[
      signals.every(0.03, function() count = count + 1 end)
      %s
      signals.every(0, function() end)
      assert(count > 0, count)
      print("good")]]):format(body), DRIP)
    assert.is_true(ended, output)
    assert.equal("good\n", output)
    assert.equal(1, server.tally("").requests)
  end

  it("whose handler returns does not end a call", function()
    assert_goes_on("assert(client.pipeline.create(ARGS))")
    assert_goes_on("assert(client.pipeline.list({}))")
  end)

  it("does not in a task", function()
    assert_goes_on("assert(ecs.map({ 1 }, function() return client.pipeline.list({}) end)[1].ok)")
  end)

  if not old_lua then
    it("does not in a coroutine, and the main thread's own hook is back afterwards", function()
      assert_goes_on([[
        assert(coroutine.wrap(function() return client.pipeline.list({}) end)())
        signals.every(0, function() end)
        assert(debug.gethook() == own)
        debug.sethook()]], [[
        local function own() end
        debug.sethook(own, "c")
      ]])
    end)
  end

  -- The hook of the next signal was taken for one of the host's own, and no signal ran any more.
  it("may come while the handler of the one before runs", function()
    for _, start in ipairs(old_lua and { "pcall" } or { "pcall", "run" }) do
      local ended, output = run(([[
        local core = require("ecs_pipeline.core")
        local function run(body) return coroutine.wrap(body)() end
        signals.every(0.02, function()
          count = count + 1
          local ends = core.clock() + (count < 4 and 0.05 or 0)
          while core.clock() < ends do end
        end)
        local last = core.clock() + 60
        repeat
          assert(%s(function() return client.pipeline.list({}) end))
        until count > 5 or core.clock() > last
        signals.every(0, function() end)
        assert(count > 5, count)
        print("good")]]):format(start), DRIP)
      assert.is_true(ended, output)
      assert.equal("good\n", output)
    end
  end)

  it("shortens a sleep only if its handler raises", function()
    local ended, output = run([[
      local core = require("ecs_pipeline.core")
      local before = core.clock()
      signals.every(0.03, function() count = count + 1 end)
      core.sleep(0.3)
      print(core.clock() - before >= 0.3, count > 0)
      signals.every(0.03, function() error("enough", 0) end)
      print(pcall(core.sleep, 60))]])
    assert.is_true(ended, output)
    assert.equal("true\ttrue\nfalse\tenough\n", output)
  end)

  it("whose handler raises ends it, with that error", function()
    local ended, output = run([[
      signals.every(0.1, function() error("enough", 0) end)
      print(pcall(client.pipeline.create, ARGS))]], DRIP)
    assert.is_true(ended, output)
    assert.equal("false\tenough\n", output)
  end)

  it("whose handler sends on the same connections is served", function()
    local ended, output = run([[
      local inner
      signals.every(0.1, function()
        signals.every(0, function() end)
        inner = client.pipeline.list({})
      end)
      local outer = client.pipeline.list({})
      print(type(outer), type(inner))]], DRIP)
    assert.is_true(ended, output)
    assert.equal("table\ttable\n", output)
  end)

  it("whose handler closes the client lets the call end", function()
    local ended, output = run([[
      signals.every(0.1, function()
        signals.every(0, function() end)
        other.close()
        client.close()
        collectgarbage()
      end)
      print(type((client.pipeline.list({}))))
      print(pcall(client.pipeline.list, {}))]], DRIP)
    assert.is_true(ended, output)
    assert.matches("^table\nfalse\t.*the client has been closed\n$", output)
  end)

  it("whose handler ends the process leaves no process that hangs", function()
    local _, output = run([[signals.every(0.1, function() print("bye") os.exit(0, true) end) client.pipeline.list({})]],
      DRIP)
    assert.equal("bye\n", output)
  end)
end)
