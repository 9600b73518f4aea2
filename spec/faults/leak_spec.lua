-- Many faults in a row: memory, Lua objects and open files do not grow with them.
local child = require("spec.support.child_lua")

describe("faults in bulk", function()
  it("leave nothing behind", function()
    -- A process of its own: busted and a sanitizer's quarantine would blur the numbers.
    local ok, output = child.run([[
      local harness = require("spec.faults.harness")
      local open = harness.open()
      local rows = {}
      for _, family in ipairs(require("spec.faults.rows")) do
        for _, row in ipairs(family.rows) do
          if not row.slow and not row.calls and not row.endpoint and not row.modes and not row.pause then
            rows[#rows + 1] = row
          end
        end
      end

      local function resident()
        local status = io.open("/proc/self/status")
        local kib = status:read("*a"):match("VmRSS:%s*(%d+)")
        status:close()
        return tonumber(kib)
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
        for _, row in ipairs(rows) do
          local problems = open:run(row, call, "always").problems
          assert(#problems == 0, row.fault .. ": " .. table.concat(problems, "; "))
        end
      end

      -- A leak grows in every round; a cache, a compiled trace or a torn heap in some.
      local function grow()
        round("create")
        local lines = {}
        local objects, memory, open_files = measure()
        for n = 1, 5 do
          round(n % 2 == 1 and "describe" or "create")
          local objects_now, memory_now, open_files_now = measure()
          lines[#lines + 1] = ("round %d grew by %.0f KiB of objects, %.0f KiB of memory, %.0f files"):format(n,
            objects_now - objects, memory_now - memory, open_files_now - open_files)
          if objects_now - objects < 200 and memory_now - memory < 1024 and open_files_now <= open_files then
            return "nothing grows"
          end
          objects, memory, open_files = objects_now, memory_now, open_files_now
        end
        return table.concat(lines, "; ")
      end

      local done, said = pcall(grow)
      open:close() -- in any case: the server would keep our output open
      print(#rows > 100, done, said)
    ]], "ASAN_OPTIONS=quarantine_size_mb=0 ")
    assert.is_true(ok, output)
    assert.is_truthy(output:find("true\ttrue\tnothing grows\n", 1, true), output)
  end)
end)
