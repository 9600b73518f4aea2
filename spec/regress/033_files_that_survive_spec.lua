-- Runs alone: it starts processes and kills one.
--
-- A journal was written to "<path>.new" and renamed. Two processes lost entries of each other, a journal behind a link
-- became a plain file beside it, an emptied one counted as new, and nothing was brought to the disk before the request
-- was sent: after a restart the same build was made twice. Whoever could create "<path>.new" first could have another
-- file overwritten, or let the library wait for a FIFO for ever. And a journal for its owner could be read by all.
-- Each system call that fails: spec/kill/failing_calls_spec.lua.
local cjson = require("cjson").new()
local child = require("spec.support.child_lua")
local core = require("ecs_pipeline.core")
local journal_file = require("ecs_pipeline.bake.journal_file")
local scratch = require("spec.support.scratch")
local shell = require("ecs_pipeline.emulator.nginx.shell")
local virtual = require("spec.support.virtual")

describe("a journal file", function()
  local folder, path

  local function names()
    return shell.line("ls -A " .. folder .. " | sort | tr '\\n' ' '")
  end

  local function entries()
    return cjson.decode(shell.read(path)).entries
  end

  scratch.each(before_each, after_each, function(made)
    folder, path = made, made .. "/journal"
  end)

  it("behind a link is found again after a restart, and one that was emptied starts nothing", function()
    local client, emulator = virtual.client()
    local id = assert(client.pipeline.create(virtual.TEMPLATE)).id
    shell.run(("cd %s && mkdir real && ln -s real/journal journal"):format(folder))
    local first = assert(client.execution.build(id, { journal = path, timeout = 30, poll = 15 }))
    assert.same({ "timeout", "real/journal" }, { first.outcome, shell.line("readlink " .. path) })
    assert(shell.run(("rm %s && ln -s real/journal %s"):format(path, path)))
    shell.write(folder .. "/kept", shell.read(path))
    shell.write(path, "")
    local _, message, err = client.execution.build(id, { journal = path })
    assert.same({ "storage", false }, { err.kind, err.sent })
    assert.matches("is empty: lost, or never written? remove it to begin anew", message, nil, true)
    shell.write(path, shell.read(folder .. "/kept"))
    local second = assert(client.execution.build(id, { journal = path }))
    assert.same({ first.execution_id, true, 1 }, { second.execution_id, second.resumed,
      #emulator:state().executions })
    assert.equal("journal kept real ", names())
  end)

  it("is written past a file of a name that others can guess", function()
    shell.write(folder .. "/precious", "precious")
    shell.run(("cd %s && ln -s precious journal.new"):format(folder))
    assert.is_true(journal_file.new(path):put("a", "one"))
    assert.equal("precious", shell.read(folder .. "/precious"))
    shell.run(("cd %s && rm journal.new && mkfifo journal.new"):format(folder))
    assert.is_true(journal_file.new(path):put("b", "two"))
    assert.same({ a = "one", b = "two" }, entries())
    assert.equal(384, core.file_status(path).mode) -- 0600
  end)

  it("keeps each of 2 x 200 puts of two processes", function()
    local source = [[local file = require("ecs_pipeline.bake.journal_file").new(arg[1])
      for number = 1, 200 do assert(file:put(arg[2] .. number, "x")) end]]
    local script = folder .. "/script"
    shell.write(script, source)
    local one = ("LUA_PATH=%s LUA_CPATH=%s %s %s %s"):format(shell.quote(package.path), shell.quote(package.cpath),
      child.interpreter, script, path)
    assert.is_true(shell.run(("%s a & %s b && wait $!"):format(one, one)))
    local count = 0
    for _ in pairs(entries()) do
      count = count + 1
    end
    assert.same({ 400, "journal script " }, { count, names() })
  end)

  it("is free when the process that had locked it is killed", function()
    assert.is_true(journal_file.new(path):put("a", "one"))
    local source = [[local lock = require("ecs_pipeline.core").durable_file(arg[1], true)
      print(io.open("/proc/self/stat"):read("*a"):match("^%d+"))
      io.stdout:flush()
      require("ecs_pipeline.core").sleep(60)
      lock:close()]]
    local script = folder .. "/script"
    shell.write(script, source)
    local holder = assert(io.popen(("LUA_PATH=%s LUA_CPATH=%s exec %s %s %s"):format(shell.quote(package.path),
      shell.quote(package.cpath), child.interpreter, script, path)))
    local pid = holder:read("*l")
    local free, name = core.durable_file(path, true)
    assert.same({ false, "string" }, { free, type(name) })
    assert.is_true(shell.run("kill -9 " .. pid))
    holder:close()
    assert.is_true(journal_file.new(path):put("b", "two"))
  end)
end)
