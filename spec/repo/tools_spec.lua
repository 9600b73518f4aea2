-- The counters can be trusted: whatever goes wrong with a run is a failure in its last line, never a silence.
local repo = require("spec.support.repo")

local folder

local function write(name, text)
  local file = assert(io.open(folder .. "/" .. name, "w"))
  file:write(text)
  file:close()
  return folder .. "/" .. name
end

local function last(lines)
  return lines[#lines]
end

describe("run_specs.sh", function()
  setup(function()
    folder = repo.run("mktemp -d")[1]
  end)

  teardown(function()
    repo.run("rm -r " .. folder)
  end)

  local function run(text, environment)
    local path = write("some_spec.lua", text)
    local lines, ok = repo.run(("%s spec/tools/run_specs.sh %s %s 2>&1")
      :format(environment or "", repo.lua_name(), path))
    return last(lines), ok, table.concat(lines, "\n")
  end

  it("counts what passes and what fails", function()
    local line, ok, output = run([[
      it("a", function() end)
      it("b", function() assert.equal(1, 2) end)
      it("c", function() error("boom") end)
      it("d", function() end)
    ]])
    assert.equal("2 passed, 2 failed", line)
    assert.is_false(ok)
    assert.truthy(output:find("boom", 1, true))
  end)

  it("says when all is well", function()
    local line, ok = run([[it("a", function() end)]])
    assert.equal("1 passed, 0 failed", line)
    assert.is_true(ok)
  end)

  it("counts a pending test as failed", function()
    local line, ok = run([[
      it("a", function() end)
      pending("not now", function() end)
    ]])
    assert.equal("1 passed, 1 failed", line)
    assert.is_false(ok)
  end)

  it("counts a test that calls pending() as failed", function()
    assert.equal("0 passed, 1 failed", (run([[it("a", function() pending("later") end)]])))
  end)

  it("counts a file without tests as failed", function()
    local line, ok = run([[local nothing]])
    assert.equal("0 passed, 1 failed", line)
    assert.is_false(ok)
  end)

  it("counts a file that does not compile as failed", function()
    assert.equal("0 passed, 1 failed", (run([[it("a" function() end)]])))
  end)

  it("counts an error outside of tests as failed", function()
    assert.equal("1 passed, 1 failed", (run([[
      it("a", function() end)
      describe("x", function() error("in describe") end)
    ]])))
  end)

  it("counts an error in teardown as failed", function()
    local line, ok = run([[
      describe("x", function()
        teardown(function() error("late") end)
        it("a", function() end)
      end)
    ]])
    assert.equal("1 passed, 1 failed", line)
    assert.is_false(ok)
  end)

  it("counts a crash as failed", function()
    local line, ok, output = run([[it("a", function()
      local pid = io.open("/proc/self/stat"):read("*n")
      os.execute("kill -SEGV " .. pid)
      io.popen("sleep 1"):read("*a")
    end)]])
    assert.equal("0 passed, 1 failed", line, output)
    assert.is_false(ok)
  end)

  it("counts an exit in the middle as failed, whatever its code", function()
    assert.equal("0 passed, 1 failed", (run([[
      it("a", function() end)
      it("b", function() os.exit(0) end)
    ]])))
  end)

  it("counts 256 failures as failures, which busted's exit code does not", function()
    local line, ok = run([[for i = 1, 256 do it("t" .. i, function() error("x") end) end]])
    assert.equal("0 passed, 256 failed", line)
    assert.is_false(ok)
  end)

  it("stops a hang and counts it", function()
    local line, ok, output = run([[it("a", function() while true do end end)]], "SPEC_TIMEOUT=1")
    assert.equal("0 passed, 1 failed", line)
    assert.is_false(ok)
    assert.truthy(output:find("stopped after 1 s", 1, true))
  end)

  -- Files that share a process: name → text. → last line, all lines as a text, seen as one row a file
  local function share(files, environment)
    local shared = folder .. "/spec/unit"
    repo.run(("rm -rf %s && mkdir -p %s"):format(shared, shared))
    for name, text in pairs(files) do
      write("spec/unit/" .. name .. "_spec.lua", text)
    end
    local lines = repo.run(("%s spec/tools/run_specs.sh %s %s 2>&1")
      :format(environment or "", repo.lua_name(), shared))
    local rows = {}
    for _, line in ipairs(lines) do
      local name, passed, failed = line:match("^  %S*/spec/unit/(%w+)_spec%.lua +(%d+) passed +(%d+) failed")
      if name then
        assert.is_nil(rows[name], "a second row: " .. line)
        rows[name] = passed .. "/" .. failed
      end
    end
    return last(lines), table.concat(lines, "\n"), rows
  end

  local GOOD = [[it("a", function() end)]]
  local PID = [[local stat = io.open("/proc/self/stat") local pid = stat:read("*n") stat:close() ]]
  local CRASH = PID .. [[os.execute("kill -SEGV " .. pid) io.popen("sleep 1"):read("*a")]]

  it("tells files that share a process apart", function()
    local line, output, rows = share({ a = GOOD .. GOOD, b = [[
      it("b", function() end)
      it("c", function() assert.equal(1, 2) end)
    ]], c = [[local nothing]], d = [[it("a" function() end)]], e = [[pending("later", function() end)]], f = GOOD })
    assert.equal("4 passed, 4 failed", line, output)
    assert.same({ a = "2/0", b = "1/1", c = "0/1", d = "0/1", e = "0/1", f = "1/0" }, rows)
    local _, explained = output:gsub("FAILED: c  %(", "")
    assert.equal(1, explained)
  end)

  it("gives them their own globals, modules and search paths", function()
    local meddles = PID .. [[it("a", function()
      assert.is_nil(rawget(_G, "meddled"))
      assert.is_nil(package.loaded.meddled)
      assert.is_nil(package.path:find("meddled", 1, true) or package.cpath:find("meddled", 1, true))
      rawset(_G, "meddled", 1)
      package.loaded.meddled = 1
      package.path, package.cpath = package.path .. ";meddled", package.cpath .. ";meddled"
      print("process " .. pid .. ".")
    end)]]
    local line, output = share({ a = meddles, b = meddles }, "V=1")
    assert.equal("2 passed, 0 failed", line, output)
    local first, second = output:match("process (%d+)%..*process (%d+)%.")
    assert.equal(first, second) -- or it was no test
  end)

  it("lets a crash cost one row", function()
    local line, output, rows = share({ a = GOOD, b = "it('b', function() " .. CRASH .. " end)", c = GOOD })
    assert.equal("2 passed, 1 failed", line, output)
    assert.same({ a = "1/0", b = "0/1", c = "1/0" }, rows)
    assert.truthy(output:find("died of signal 11", 1, true), output)
  end)

  it("lets a hang cost one row", function()
    local line, output, rows = share({ a = GOOD, b = [[it("b", function() while true do end end)]], c = GOOD },
      "SPEC_TIMEOUT=1")
    assert.equal("2 passed, 1 failed", line, output)
    assert.same({ a = "1/0", b = "0/1", c = "1/0" }, rows)
  end)

  it("does not forget a crash that does not come again", function()
    local once = ([[it("b", function()
      local mark = io.open("%s/crashed")
      if not mark then
        io.open("%s/crashed", "w"):close()
        %s
      end
    end)]]):format(folder, folder, CRASH)
    local line, output = share({ a = GOOD, b = once })
    assert.equal("2 passed, 1 failed", line, output)
    assert.truthy(output:find("b_spec%.lua and what ran with it +0 passed +1 failed "), output)
    assert.truthy(output:find("died of signal 11; not when alone", 1, true), output)
  end)

  it("does not forget what goes wrong after the last test", function()
    local line, output, rows = share({ a = GOOD, b = GOOD .. [[
      require("busted").subscribe({ "exit" }, function() os.exit(9) end)
    ]] })
    assert.equal("2 passed, 1 failed", line, output)
    assert.same({ a = "1/0", b = "1/1" }, rows)
  end)

  it("gives a process of its own to a file that says so, and to each with SPEC_BATCH=1", function()
    local says = PID .. [[it("a", function() print("process " .. pid .. ".") end)]]
    for _, how in ipairs({ { "\n-- Runs alone: it says so\n", "" }, { "", "SPEC_BATCH=1" } }) do
      local line, output = share({ a = says .. how[1], b = says .. how[1] }, "V=1 " .. how[2])
      assert.equal("2 passed, 0 failed", line, output)
      local first, second = output:match("process (%d+)%..*process (%d+)%.")
      assert.are_not.equal(first, second)
    end
  end)

  it("leaves out what one Lua is enough for when told so, and nothing that is not there", function()
    local list = repo.read("spec/tools/run_specs.sh"):match("\nonce=%(\n(.-)\n%)\n")
    local count = 0
    for path in list:gmatch("spec/%S+") do
      assert(io.open(path), path):close()
      count = count + 1
    end
    assert.is_true(count > 0)
    local lines, ok = repo.run("SPEC_ONCE=no spec/tools/run_specs.sh " .. repo.lua_name() .. " "
      .. list:match("spec/%S+") .. " 2>&1")
    assert.equal("0 passed, 1 failed", last(lines))
    assert.is_false(ok)
  end)

  it("counts a folder without specs as failed", function()
    local lines, ok = repo.run("spec/tools/run_specs.sh " .. repo.lua_name() .. " spec/tools 2>&1")
    assert.equal("0 passed, 1 failed", last(lines))
    assert.is_false(ok)
  end)

  it("counts a Lua that is not there as failed", function()
    local path = write("some_spec.lua", [[it("a", function() end)]])
    local lines, ok = repo.run("spec/tools/run_specs.sh lua9.9 " .. path .. " 2>&1")
    assert.equal("0 passed, 1 failed", last(lines))
    assert.is_false(ok)
  end)

  it("keeps the caller's cloud settings and proxies out", function()
    local line, _, output = run([[it("a", function()
      for _, name in ipairs({ "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALICLOUD_REGION", "https_proxy", "NO_PROXY",
        "ECS_PIPELINE_LOG", "SSL_CERT_FILE" }) do
        assert.is_nil(os.getenv(name), name)
      end
    end)]], "ALIBABA_CLOUD_ACCESS_KEY_ID=x ALICLOUD_REGION=y https_proxy=z NO_PROXY=q ECS_PIPELINE_LOG=debug "
      .. "SSL_CERT_FILE=none")
    assert.equal("1 passed, 0 failed", line, output)
  end)
end)

describe("tally.sh", function()
  local function tally(...)
    local words = {}
    for i, word in ipairs({ ... }) do
      words[i] = "'" .. word .. "'"
    end
    local lines, ok = repo.run("spec/tools/tally.sh title " .. table.concat(words, " ") .. " 2>&1")
    return last(lines), ok
  end

  it("adds up", function()
    local line, ok = tally("a", "echo 3 passed, 0 failed", "b", "echo 4 passed, 0 failed")
    assert.equal("7 passed, 0 failed", line)
    assert.is_true(ok)
  end)

  it("adds up failures", function()
    local line, ok = tally("a", "echo skipped: Debian 13: no mirror", "b", "echo 4 passed, 0 failed")
    assert.equal("4 passed, 0 failed", line)
    assert.is_true(ok)
    line, ok = tally("a", "echo skipped: Debian 13: no mirror")
    assert.equal("skipped: Debian 13: no mirror", line)
    assert.is_true(ok)
    line, ok = tally("a", "echo skipped: all of it; exit 1")
    assert.equal("0 passed, 1 failed", line)
    assert.is_false(ok)
  end)

  it("sums failures", function()
    local line, ok = tally("a", "echo 3 passed, 2 failed; exit 1", "b", "echo 4 passed, 1 failed")
    assert.equal("7 passed, 3 failed", line)
    assert.is_false(ok)
  end)

  it("takes silence, a bad exit and an empty count as failures", function()
    assert.equal("0 passed, 1 failed", (tally("a", "true")))
    assert.equal("0 passed, 1 failed", (tally("a", "false")))
    assert.equal("3 passed, 1 failed", (tally("a", "echo 3 passed, 0 failed; exit 9")))
    assert.equal("0 passed, 1 failed", (tally("a", "echo 0 passed, 0 failed")))
    assert.equal("0 passed, 1 failed", (tally("a", "echo 3 passed, 0 failed; echo and more")))
  end)

  it("begins the next command when any has ended, and prints them in their order", function()
    local file = os.tmpname()
    os.remove(file)
    local lines = repo.run(("TALLY_JOBS=2 spec/tools/tally.sh title "
      .. "first 'for _ in $(seq 100); do [ -e %s ] && break; sleep 0.1; done; [ -e %s ] && echo 1 passed, 0 failed' "
      .. "second 'echo 2 passed, 0 failed' third 'touch %s; echo 4 passed, 0 failed'"):format(file, file, file))
    os.remove(file)
    assert.equal("7 passed, 0 failed", last(lines))
    assert.same({ "--- title: first", "--- title: second", "--- title: third" }, { lines[1], lines[3], lines[5] })
  end)

  it("takes a finished command as one pass only when told so, and only its own", function()
    local lines = repo.run("TALLY_COMMANDS=1 spec/tools/tally.sh title lint true inner "
      .. "'spec/tools/tally.sh inner silent true' 2>&1")
    assert.equal("1 passed, 1 failed", last(lines))
  end)

  it("says at the end once more what failed, and why", function()
    local name = os.tmpname()
    local file = assert(io.open(name, "w"))
    file:write("    FAILED: one\n        why\n  one_spec.lua  1 passed  2 failed\n    noise\n",
      "  two_spec.lua  3 passed  0 failed\n4 passed, 2 failed\n")
    file:close()
    local inner = ('spec/tools/tally.sh inner a "cat %s"'):format(name)
    local lines = repo.run(("spec/tools/tally.sh title outer '%s' 2>&1"):format(inner))
    os.remove(name)
    local at = #lines
    while lines[at] ~= "--- failed in title: outer" do
      at = at - 1
      assert.is_true(at > 0, table.concat(lines, "\n"))
    end
    assert.same({ "    FAILED: one", "        why", "  one_spec.lua  1 passed  2 failed" },
      { lines[at + 1], lines[at + 2], lines[at + 3] })
    assert.matches("^  a +4 passed +2 failed", lines[at + 4])
    assert.equal("=== title", lines[at + 5])
  end)

  it("reads past make's own line about a failure", function()
    local line = tally("a", "echo 3 passed, 2 failed; echo make[1]: \\*\\*\\* [Makefile:1: x] Error 1; exit 2")
    assert.equal("3 passed, 2 failed", line)
  end)
end)
