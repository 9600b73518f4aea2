--- Found by LeakSanitizer on Lua 5.4: a finalizer that ran while its state closed called core.percent_encode, and the
--- buffer behind the answer was never freed. Lua 5.4 does not finalize objects made by the finalizers of a closing
--- state, so memory that belongs to such a userdata is lost. The same buffers (a refused check's script, the secret of
--- core.sign.v1) also lay in memory, unwiped, until the collector came. Calls that return no trace now free what they
--- worked with before they return; this spec sees it because the collector is stopped.

local child = require("spec.support.child_lua")

--- KiB that 1,500 rounds with scripts of this size leave behind. A process of its own: freed memory is used again.
local function growth(size)
  local ok, output = child.run(([[
    local core = require("ecs_pipeline.core")
    local fixture = require("spec.support.core_fixture")
    local session, attempt = fixture.session(), fixture.attempt()
    local text = ("x"):rep(%d)
    local refused = fixture.create_args({ build_content = text, name = 1 })
    local accepted = fixture.create_args({ build_content = text })
    local function resident()
      for line in io.lines("/proc/self/status") do
        local kib = line:match("VmRSS:%%s*(%%d+)")
        if kib then return tonumber(kib) end
      end
    end
    local function rounds(count)
      for _ = 1, count do
        assert(not core.check("pipeline.create", refused, attempt))
        assert(core.check("pipeline.create", accepted, attempt))
        assert(not core.prepare(session, "pipeline.create", refused, attempt))
        core.sign.canonical_query({ a = "b" })
        core.percent_encode("a")
        core.sign.sha256_hex(text)
      end
    end
    rounds(20)
    collectgarbage()
    collectgarbage("stop")
    local before = resident()
    rounds(1500)
    print(resident() - before)
  ]]):format(size), "ASAN_OPTIONS=quarantine_size_mb=0 ")
  assert.is_true(ok, output)
  return tonumber(output)
end

describe("calls that hand out no trace", function()
  it("free their buffers before they return", function()
    local more = growth(16000) - growth(10) -- the buffers of 4,500 scripts are 46 MiB
    assert.is_true(more < 32 * 1024, ("grew by %d KiB"):format(more))
  end)
end)
