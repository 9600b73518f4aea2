-- Files that must survive. Failing system calls and killed processes are in spec/kill/failing_calls_spec.lua, the rules
-- for links in spec/c/place_test.c.
local core = require("ecs_pipeline.core")
local durable_file = require("ecs_pipeline.durable_file")
local platform = require("ecs_pipeline.platform")
local scheduler = require("ecs_pipeline.transport.scheduler")
local scratch = require("spec.support.scratch")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local folder, path

local function to(text)
  return function() return text end
end

local function names()
  return shell.line("ls -A " .. folder .. " | sort | tr '\\n' ' '")
end

local function inode()
  return shell.line("stat -c %i " .. path)
end

-- A host whose clock stands still but for its sleeps; `sleep` is called with their number.
local function host(sleep)
  local self = { time = 0, sleeps = 0 }
  return platform.with({ clock = function() return self.time end, sleep = function(seconds)
    self.time, self.sleeps = self.time + seconds, self.sleeps + 1
    if sleep then
      sleep(self.sleeps)
    end
  end }), self
end

scratch.each(before_each, after_each, function(made)
  folder, path = made, made .. "/file"
end)

describe("durable_file.read", function()
  it("gives the text, also an empty one, and false for what is not there", function()
    assert.is_false(durable_file.read(path))
    shell.write(path, "")
    assert.equal("", durable_file.read(path))
    shell.write(path, ("0123456789"):rep(10000) .. "\0\n")
    assert.equal(100002, #durable_file.read(path))
  end)

  it("refuses what is no plain file, and does not wait for it", function()
    assert.is_true(shell.run("mkfifo " .. path))
    for _, special in ipairs({ path, folder, folder .. "/", "/dev/null", "/dev/full" }) do
      for _, result in ipairs({ { durable_file.read(special) }, { durable_file.check(special) },
        { durable_file.update(nil, special, to("x")) } }) do
        assert.same({ nil, special .. " is not a plain file: give the path of one" }, result)
      end
    end
    assert.equal("file ", names())
  end)

  it("says why not, with the path", function()
    for _, wrong in ipairs({ "/nowhere/file", path .. "/below", folder .. "/" .. ("n"):rep(256), "" }) do
      shell.write(path, "plain")
      local text, why = durable_file.read(wrong)
      assert.is_nil(text)
      assert.equal(1, (why:find(wrong .. ": ", 1, true)), why)
      assert.is_nil((durable_file.update(nil, wrong, to("x"))))
      assert.is_nil((durable_file.check(wrong)))
    end
    local text, why = durable_file.read("/proc/self/mem") -- its first byte cannot be read
    assert.is_nil(text)
    assert.matches("^/proc/self/mem: .", why)
    assert.same({ nil, why }, { durable_file.update(nil, "/proc/self/mem", to("x")) })
    assert.has_error(function() durable_file.read("a\0b") end)
  end)
end)

describe("durable_file.update", function()
  it("creates a file for its owner, and keeps mode and link of one that is there", function()
    assert.is_true(durable_file.update(nil, path, function(text) return text == nil and "one" or "wrong" end))
    assert.same({ "one", 384 }, { durable_file.read(path), core.file_status(path).mode }) -- 0600
    assert.is_true(shell.run(("cd %s && chmod 640 file && ln -s file link && ln -s link chain"):format(folder)))
    local before = inode()
    assert.is_true(durable_file.update(nil, folder .. "/chain", function(text) return text .. " two" end))
    assert.same({ "one two", 416 }, { durable_file.read(path), core.file_status(path).mode })
    assert.are_not.equal(before, inode())
    assert.equal("link", shell.line("readlink " .. folder .. "/chain"))
    assert.equal("chain file link ", names())
  end)

  it("creates the target of a link that leads to nothing", function()
    assert.is_true(shell.run(("mkdir %s/real && ln -s real/file %s"):format(folder, path)))
    assert.is_true(durable_file.check(path))
    assert.is_true(durable_file.update(nil, path, to("new")))
    assert.same({ "real/file", "new" }, { shell.line("readlink " .. path), shell.read(folder .. "/real/file") })
  end)

  it("refuses a link that others can exchange, and names it", function()
    assert.is_true(shell.run(("mkdir -m 777 %s/open && ln -s ../file %s/open/link"):format(folder, folder)))
    for _, result in ipairs({ { durable_file.read(folder .. "/open/link") },
      { durable_file.update(nil, folder .. "/open/link", to("x")) } }) do
      assert.same({ nil, folder .. "/open/link: the link link is not followed: it belongs to another user, or "
        .. "others can write its folder: give the path of the file itself" }, result)
    end
    assert.is_false(durable_file.read(path))
    assert.is_true(durable_file.update(nil, folder .. "/open/file", to("x"))) -- no link
  end)

  it("writes nothing when nothing changes, and passes a refusal on", function()
    assert.is_true(durable_file.update(nil, path, to(nil)))
    assert.is_false(durable_file.read(path))
    shell.write(path, "text")
    local before = inode()
    assert.is_true(durable_file.update(nil, path, to("text")))
    assert.same({ nil, "not this one" }, { durable_file.update(nil, path, function() return nil, "not this one" end) })
    assert.equal(before, inode())
  end)

  it("is free again when the function raises", function()
    shell.write(path, "text")
    assert.has_error(function() durable_file.update(nil, path, function() error("broken", 0) end) end, "broken")
    assert.is_true(durable_file.update(nil, path, to("more")))
  end)

  it("begins anew when another process has created the file meanwhile", function()
    local calls = 0
    assert.is_true(durable_file.update(nil, path, function(text)
      calls = calls + 1
      if not text then
        assert.is_true(durable_file.update(nil, path, to("theirs")))
      end
      return (text or "") .. " ours"
    end))
    assert.same({ 2, "theirs ours", "file " }, { calls, durable_file.read(path), names() })
  end)

  it("waits while somebody else changes it", function()
    shell.write(path, "text")
    local lock = assert(core.durable_file(path, true))
    local waiting, self = host(function(number)
      if number == 3 then
        lock:close()
      end
    end)
    assert.is_true(durable_file.update(waiting, path, to("after")))
    assert.same({ 3, "after" }, { self.sleeps, durable_file.read(path) })
  end)

  it("gives up after ten seconds and names the process; readers do not wait", function()
    shell.write(path, "text")
    local lock = assert(core.durable_file(path, true))
    local waiting, self = host()
    local done, why = durable_file.update(waiting, path, to("after"))
    local pid = shell.read("/proc/self/stat"):match("^%d+")
    assert.is_nil(done)
    assert.equal(path .. ": locked by process " .. pid .. " for 10 seconds: call again when it has finished", why)
    assert.is_true(self.time >= 10 and self.time < 10.1)
    assert.equal("text", durable_file.read(path))
    waiting.clock = function() return 0 end -- and on a host whose clock stands
    assert.equal(why, select(2, durable_file.update(waiting, path, to("after"))))
    lock:close()
    assert.is_true(durable_file.update(waiting, path, to("after")))
  end)

  it("gives up, too, when others are always faster", function()
    local waiting = host(function() os.remove(path) end)
    waiting.random = function() return 100 end -- seconds instead of milliseconds
    local done, why = durable_file.update(waiting, path, function(text)
      shell.write(path, "theirs")
      return (text or "") .. "ours"
    end)
    assert.is_nil(done)
    assert.equal(path .. ": locked by another process for 10 seconds: call again when it has finished", why)
  end)

  it("does not wait in a task that is cancelled", function()
    shell.write(path, "text")
    local lock = assert(core.durable_file(path, true))
    local waiting = host()
    waiting.current_task = function() return { cancelled = "the timeout of 1 s has passed" } end
    local done, why = durable_file.update(waiting, path, to("after"))
    assert.is_nil(done)
    assert.matches("^" .. path .. ": locked by process %d+, and the timeout of 1 s has passed$", why)
    lock:close()
  end)

  it("lets the other tasks of a scheduler run meanwhile", function()
    shell.write(path, "")
    local loop, order, left = scheduler.new(), {}, 0
    local lock = assert(core.durable_file(path, true))
    local function spawn(body)
      left = left + 1
      loop:spawn(body, function(ok, why)
        left = left - 1
        assert(ok, why)
      end)
    end
    spawn(function()
      assert(durable_file.update(nil, path, function(text) return text .. "a" end))
      order[#order + 1] = "changed"
    end)
    spawn(function()
      platform.sleep(0.05)
      order[#order + 1] = "other"
      lock:close()
    end)
    for _ = 1, 20 do
      spawn(function() assert(durable_file.update(nil, path, function(text) return text .. "b" end)) end)
    end
    repeat
      loop:step(1)
    until left == 0
    loop:close()
    assert.same({ "other", "changed", 21 }, { order[1], order[2], #durable_file.read(path) })
  end)
end)

describe("durable_file.check", function()
  it("leaves the folder as it was", function()
    assert.is_true(durable_file.check(path))
    assert.is_nil(names())
    shell.write(path, "text")
    assert.is_true(durable_file.check(path))
    assert.same({ "file ", "text" }, { names(), shell.read(path) })
  end)
end)
