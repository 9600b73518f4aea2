-- Faults in bulk: neither memory, nor Lua objects, nor open files grow with them.
local child = require("child_lua")

describe("faults in bulk", function()
  it("leave nothing behind", function()
    -- A process of its own: busted and a sanitizer's quarantine would blur the numbers.
    local ok, output = child.run([[
      local bench = require("spec.faults.bench")
      local open = bench.open()
      local rows = {}
      for _, family in ipairs(require("spec.faults.rows")) do
        for _, row in ipairs(family.rows) do
          if not row.slow and not row.calls and not row.endpoint and not row.modes and not row.pause then
            rows[#rows + 1] = row
          end
        end
      end

      local function resident()
        for line in io.lines("/proc/self/status") do
          local kib = line:match("VmRSS:%s*(%d+)")
          if kib then return tonumber(kib) end
        end
      end
      local function files()
        local pipe = io.popen("ls /proc/$PPID/fd | wc -l")
        local count = tonumber(pipe:read("*a"))
        pipe:close()
        return count
      end
      local function measure()
        collectgarbage()
        collectgarbage()
        return collectgarbage("count"), resident(), files()
      end
      local function round(call)
        local failed = 0
        for _, row in ipairs(rows) do
          failed = failed + #open:run(row, call, "always").problems
        end
        return failed
      end

      assert(round("create") == 0)
      local objects, memory, open_files = measure()
      round("create")
      round("describe")
      local objects_now, memory_now, open_files_now = measure()
      open:close()
      print(#rows > 100, objects_now - objects < 200, memory_now - memory < 6 * 1024, open_files_now <= open_files + 2)
      io.stderr:write(("grew by %.0f KiB of objects, %.0f KiB of memory, %.0f files\n"):format(
        objects_now - objects, memory_now - memory, open_files_now - open_files))
    ]], "ASAN_OPTIONS=quarantine_size_mb=0 ")
    assert.is_true(ok, output)
    assert.is_truthy(output:find("true\ttrue\ttrue\ttrue\n", 1, true), output)
  end)
end)
