--- The rules of the house that nothing but a hostile collector, a fork or the end of a state can test. Each runs in a
-- process of its own; each fails when the rule it is about is broken.

local child = require("spec.support.child_lua")

local PRELUDE = [[
  local core = require("ecs_pipeline.core")
  local fixture = require("spec.support.core_fixture")
  local function finalizer(fn)
    if newproxy then
      local object = newproxy(true)
      getmetatable(object).__gc = fn
      return object
    end
    return setmetatable({}, { __gc = fn })
  end
]]

local function run(source, environment)
  local ok, output = child.run(PRELUDE .. source, environment)
  assert.is_true(ok, output)
  return output
end

describe("the core", function()
  it("keeps calls apart when a finalizer calls back in the middle of one", function()
    -- Compiled code off: with these settings of the collector LuaJIT 2.1.0-beta3 can stay for ever in a trace and its
    -- own collector, depending on what else is on the heap. The calls under test are C either way.
    assert.equal("0 wrong of 600, true\n", run([[
      if jit then jit.off() end
      require("spec.support.eager_collector")()
      local session, attempt = fixture.session(), fixture.attempt()
      local wrong, inner, depth = 0, 0, 0
      local function call(mark)
        local tags = {}
        for i = 1, 5 do tags["k" .. i] = mark .. i end
        local request = assert(core.prepare(session, "pipeline.create",
          fixture.create_args({ description = mark:rep(30), tags = tags }), attempt))
        local expected = {}
        for i = 1, 5 do expected[i] = ("Tag.%d.Key=k%d&Tag.%d.Value=%s%d"):format(i, i, i, mark, i) end
        if not request.url:find(mark:rep(30), 1, true) or not request.url:find(table.concat(expected, "&"), 1, true)
          or not request.trace:canonical_request():find(mark:rep(30), 1, true) then
          wrong = wrong + 1
        end
        local result = assert(core.finish(request, { status = 200, headers = {},
          body = '{"ImagePipelineId":"' .. mark .. '"}' }))
        if result.id ~= mark then wrong = wrong + 1 end
      end
      for i = 1, 600 do
        for _ = 1, 3 do
          finalizer(function()
            if depth == 0 then
              depth, inner = 1, inner + 1
              call(("i%05d"):format(inner))
              depth = 0
            end
          end)
        end
        call(("o%05d"):format(i))
      end
      depth = 1 -- 5.4 never finalizes what the finalizers of a closing state make
      print(wrong .. " wrong of 600, " .. tostring(inner > 100))
    ]]))
  end)

  it("gives a forked child other nonces than its parent", function()
    child.build_forking()
    assert.equal("different\n", run([[
      local forking = require("forking")
      local session, attempt = fixture.session(), fixture.attempt()
      attempt.nonce = nil
      local function nonce()
        return assert(core.prepare(session, "pipeline.delete", { id = "ip-1" },
          attempt)).headers["x-acs-signature-nonce"]
      end
      nonce() -- the pool is filled before the fork
      local path = os.tmpname()
      local pid = forking.fork()
      if pid == 0 then
        local file = io.open(path, "w")
        for _ = 1, 15 do file:write(nonce(), "\n") end
        file:close()
        forking.exit(0)
      end
      assert(forking.wait(pid) == 0)
      local seen = {}
      for line in io.lines(path) do seen[line] = true end
      os.remove(path)
      for _ = 1, 15 do assert(not seen[nonce()], "the child repeated a nonce") end
      print("different")
    ]]))
  end)

  it("answers a finalizer that runs while the state closes, with a result or an error, never a crash", function()
    local output = run([[
      local session, attempt, credentials
      held = finalizer(function() -- older than the session: finalized after it
        local ok, message = pcall(core.prepare, session, "pipeline.delete", { id = "ip-1" }, attempt)
        print("older", ok, not ok and tostring(message):match("closed") or "")
        print(tostring(credentials):match("^credentials"))
      end)
      credentials = fixture.credentials()
      session, attempt = fixture.session(), fixture.attempt({ credentials = credentials })
      assert(core.prepare(session, "pipeline.delete", { id = "ip-1" }, attempt))
    ]])
    assert.is_truthy(output:find("older", 1, true), output)
    assert.is_truthy(output:find("closed", 1, true) or output:find("older\ttrue", 1, true), output)
    assert.is_truthy(output:find("\ncredentials", 1, true), output)
  end)

  it("stays mapped for a finalizer older than require", function()
    local ok, output = child.run([[
      local core
      local function called() print("called", type(core.clock()), core.percent_encode("a b")) end
      if newproxy then
        held = newproxy(true)
        getmetatable(held).__gc = called
      else
        held = setmetatable({}, { __gc = called })
      end
      core = require("ecs_pipeline.core")
    ]])
    assert.is_true(ok, output)
    assert.equal("called\tnumber\ta%20b\n", output)
  end)

  it("runs no Lua function while it works", function()
    assert.equal("none\n", run([[
      local session, attempt = fixture.session(), fixture.attempt()
      local calls = 0
      local args = setmetatable({ base_image = "m-1", base_image_type = "IMAGE" }, {
        __index = function() calls = calls + 1 end, __newindex = function() calls = calls + 1 end })
      debug.sethook(function()
        local info = debug.getinfo(2, "S")
        if info and info.what == "Lua" then calls = calls + 1 end
      end, "c")
      local request = core.prepare(session, "pipeline.create", args, attempt)
      local reply = { status = 200, headers = {}, body = [=[{"ImagePipelineId":"ip-1"}]=] }
      local result = core.finish(request, reply)
      debug.sethook()
      assert(result)
      print(calls == 0 and "none" or calls)
    ]]))
  end)

  -- (AddressSanitizer would keep what is freed for a while, to catch whoever uses it.)
  it("keeps its memory constant over 20,000 calls", function()
    assert.equal("constant\n", run([[
      local session, attempt = fixture.session(), fixture.attempt()
      local function calls(count)
        for i = 1, count do
          local request = assert(core.prepare(session, "pipeline.create",
            fixture.create_args({ build_content = ("x"):rep(i % 3000), tags = { a = "b" } }), attempt))
          assert(core.finish(request, { status = 200, headers = {}, body = '{"ImagePipelineId":"ip-1"}' }))
          core.check("pipeline.create", { name = 1 })
        end
        request = nil
        collectgarbage()
        collectgarbage()
        for line in io.lines("/proc/self/status") do
          local kib = line:match("VmRSS:%s*(%d+)")
          if kib then return tonumber(kib) end
        end
      end
      calls(10000)
      local before = calls(5000)
      local after = calls(5000)
      print(after - before < 1024 and "constant" or ("grew by " .. after - before .. " KiB"))
    ]], "ASAN_OPTIONS=quarantine_size_mb=0 "))
  end)

  it("has no variable that two states could share", function()
    local found = {}
    local objects = ("build/%s/obj/"):format(child.interpreter)
    local pipe = assert(io.popen(("objdump -t %sapi/*.o %swire/*.o %sbinding/*.o"):format(objects, objects, objects)))
    local symbols = 0
    for line in pipe:lines() do
      local section, size, name = line:match("(%.%S+)%s+(%x+)%s+(%S+)$")
      symbols = symbols + (section and 1 or 0)
      local variable = section and (section:match("^%.data") or section:match("^%.bss")) and not section:match("%.ro")
      if variable and tonumber(size, 16) > 0 then
        found[#found + 1] = name
      end
    end
    pipe:close()
    assert.is_true(symbols > 100)
    assert.same({}, found)
  end)
end)
