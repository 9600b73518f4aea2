--- Found by LeakSanitizer on Lua 5.4: a finalizer that ran while its state closed called core.percent_encode, and the
--- buffer behind the answer was never freed. Lua 5.4 does not finalize objects made by the finalizers of a closing
--- state, so whatever hangs on a userdata by then is lost. The same buffers (a refused check's script, the secret of
--- core.sign.v1) also lay in memory, unwiped, until the collector came. Calls that return no trace now free what they
--- worked with before they return; this spec sees it because the collector is stopped.

local child = require("child_lua")

describe("calls that hand out no trace", function()
  it("free their buffers before they return", function()
    local ok, output = child.run([[
      local core = require("ecs_pipeline.core")
      local fixture = require("core_fixture")
      local session, attempt = fixture.session(), fixture.attempt()
      local refused = fixture.create_args({ build_content = ("x"):rep(16000), name = 1 })
      local accepted = fixture.create_args({ build_content = ("x"):rep(16000) })
      local text = ("x"):rep(16000)
      local function resident()
        for line in io.lines("/proc/self/status") do
          local kib = line:match("VmRSS:%s*(%d+)")
          if kib then return tonumber(kib) end
        end
      end
      local function calls(count)
        for _ = 1, count do
          assert(not core.check("pipeline.create", refused, attempt))
          assert(core.check("pipeline.create", accepted, attempt))
          assert(not core.prepare(session, "pipeline.create", refused, attempt))
          core.sign.canonical_query({ a = "b" })
          core.percent_encode("a")
          core.sign.sha256_hex(text)
        end
      end
      calls(20)
      collectgarbage()
      collectgarbage("stop")
      local before = resident()
      calls(2000)
      local grown = resident() - before -- the buffers of 6,000 scripts would be 96 MiB and more
      print(grown < 64 * 1024 and "freed" or ("grew by " .. grown .. " KiB"))
    ]], "ASAN_OPTIONS=quarantine_size_mb=0 ")
    assert.is_true(ok, output)
    assert.equal("freed\n", output)
  end)
end)
