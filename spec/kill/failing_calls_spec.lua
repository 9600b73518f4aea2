-- A journal whose writer fails, is killed or is stopped at each of its system calls. The story is told in
-- spec/regress/033_files_that_survive_spec.lua. A sanitizer's runtime does not bear the library that is preloaded here.
local cjson = require("cjson").new()
local child = require("spec.support.child_lua")
local journal_file = require("ecs_pipeline.bake.journal_file")
local points_library = require("spec.kill.points_library")
local scratch = require("spec.support.scratch")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local ENOSPC, EINTR, EPERM, EACCES, EROFS = 28, 4, 1, 13, 30

local PUT = [[
  local path = %q
  local done, why = require("ecs_pipeline.bake.journal_file").new(path):put("b", "two")
  print(done, why)
]]

describe("a journal file", function()
  local library = points_library.compile()
  local folder, path

  local function names()
    return shell.line("ls -A " .. folder .. " | sort | tr '\\n' ' '")
  end

  local function entries()
    local text = shell.read(path)
    return text and cjson.decode(text).entries
  end

  -- Runs Lua source, until the point `at` (0: to its end). → what it printed, list of points
  local function run(source, at, errno, more)
    local log = folder .. ".points"
    os.remove(log)
    local _, output = child.run(source:format(path), ("LD_PRELOAD=\"${LD_PRELOAD:+$LD_PRELOAD }%s\" KILL_FOLDER=%s "
      .. "KILL_LOG=%s KILL_AT=%d %s %s"):format(library, folder, log, at, errno and "KILL_FAIL=" .. errno or "",
      more or ""))
    local points = {}
    for what in (shell.read(log) or ""):gmatch("%d+ ([^\n]+)\n") do
      points[#points + 1] = what
    end
    os.remove(log)
    return output, points
  end

  -- A folder with a journal that has one entry, or with none.
  local function prepare(there)
    shell.run(("rm -rf %s; mkdir %s"):format(folder, folder))
    if there then
      assert(journal_file.new(path):put("a", "one"))
    end
    return { a = there and "one" or nil }
  end

  scratch.each(before_each, after_each, function(made)
    folder, path = made, made .. "/journal"
  end)

  it("is on the disk, and its folder too, before put returns", function()
    prepare(true)
    local output, points = run(PUT, 0)
    assert.equal("true\tnil\n", output)
    assert.same({ "the new journal is not created yet", "the new journal is open and empty",
      "the new journal is half written", "the new journal is on the disk", "journal does not have its name yet",
      "journal has its name", "the folder is on the disk" }, points)
    prepare(false)
    output, points = run(PUT, 0)
    assert.equal("true\tnil\n", output)
    assert.same({ "journal has its name", "the new journal is removed", "the folder is on the disk" },
      { points[6], points[7], points[8] })
  end)

  for _, there in ipairs({ true, false }) do
    it(there and "is untouched by a call that fails" or "is not created by a call that fails", function()
      local before, failures, installed = prepare(there), 0, there and 1 or 2
      local _, points = run(PUT, 0, ENOSPC)
      for at, what in ipairs(points) do
        prepare(there)
        local output = run(PUT, at, ENOSPC)
        local fails = what:find(" yet$") or what:find("half written$")
        assert.equal(fails and "nil\t" .. path .. ": No space left on device\n" or "true\tnil\n", output, what)
        failures = failures + (fails and 1 or 0)
        if what == "the folder is not on the disk yet" or what == "the new journal is not removed yet" then
          installed = installed - 1
          assert.equal("two", entries().b)
        elseif fails then
          assert.same(there and before or nil, entries(), what)
        end
        assert.equal(entries() and "journal " or nil, names(), what)
      end
      -- open, create, write, fsync, close, rename, fsync of the folder; one unlink more after a link
      assert.same({ there and 7 or 8, 0 }, { failures, installed }, table.concat(points, "\n"))
    end)
  end

  it("goes on after a signal", function()
    for _, there in ipairs({ true, false }) do
      prepare(there)
      local _, points = run(PUT, 0, EINTR)
      for at, what in ipairs(points) do
        if what:find("opened yet") or what:find("created yet") or what:find("half") or what:find("disk yet") then
          local before = prepare(there)
          assert.equal("true\tnil\n", (run(PUT, at, EINTR)), what)
          before.b = "two"
          assert.same(before, entries())
        end
      end
    end
  end)

  it("is changed where it may only be read, but its folder may be written", function()
    for _, errno in ipairs({ EACCES, EROFS }) do
      prepare(true)
      local output, points = run(PUT, 1, errno)
      assert.same({ "true\tnil\n", "journal is not opened yet" }, { output, points[1] })
      assert.same({ a = "one", b = "two" }, entries())
    end
  end)

  it("keeps what another process wrote between its being opened and being locked", function()
    prepare(true)
    local script = folder .. ".script"
    shell.write(script, ([[
      read_stat() { cut -d ' ' -f 3 /proc/$1/stat; }
      "$@" & pid=$!
      while [ "$(read_stat $pid)" != T ]; do sleep 0.02; done
      %s
      kill -CONT $pid
      wait $pid]]):format(("KILL_AT=0 KILL_LOG=/dev/null %s -e %s"):format(child.interpreter,
      shell.quote(("require('ecs_pipeline.bake.journal_file').new('%s'):put('c', 'three')"):format(path)))))
    local output = run(PUT, 1, nil, "KILL_SIGNAL=19 sh " .. script)
    os.remove(script)
    assert.equal("true\tnil\n", output)
    assert.same({ a = "one", b = "two", c = "three" }, entries())
  end)

  it("is created where a file system has no hard links", function()
    prepare(false)
    local _, points = run(PUT, 0, EPERM)
    for at, what in ipairs(points) do
      if what == "journal does not have its name yet" then
        prepare(false)
        assert.equal("true\tnil\n", (run(PUT, at, EPERM)))
        assert.same({ "two", "journal " }, { entries().b, names() })
      end
    end
  end)

  it("is whole wherever its writer was killed, and the next one removes what it left", function()
    local left = 0
    for _, there in ipairs({ true, false }) do
      prepare(there)
      local _, points = run(PUT, 0)
      for at = 1, #points do
        local before = prepare(there)
        local _, reached = run(PUT, at)
        assert.equal(at, #reached)
        left = left + (names() ~= (entries() and "journal " or nil) and 1 or 0)
        local now = entries() or {}
        assert.same(before.a, now.a)
        assert.is_true(now.b == nil or now.b == "two")
        assert(journal_file.new(path):put("c", "three"))
        assert.same({ "journal ", "three", now.b }, { names(), entries().c, entries().b })
      end
    end
    assert.is_true(left >= 8, "nothing was left behind: is this the right library?")
  end)

  it("is a typed error of the call when it cannot be written, and nothing was started", function()
    prepare(true)
    local source = [[
      local path = %q
      local virtual = require("spec.support.virtual")
      local client, emulator = virtual.client()
      local id = assert(client.pipeline.create(virtual.TEMPLATE)).id
      local result, message, err = client.execution.build(id, { journal = path })
      print(err.message, err.kind, err.param, err.sent, #emulator:state().executions,
        require("ecs_pipeline").exit_code(result, message, err))
    ]]
    local output = run(source, 4, ENOSPC)
    assert.equal(("execution.build: storage failed: the journal cannot be written: %s: No space left on device\t"
      .. "storage\tjournal\tfalse\t0\t12\n"):format(path), output)
    assert.equal("journal ", names())
  end)
end)
