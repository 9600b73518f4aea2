-- core.read_file, core.working_folder, core.real_path and core.durable_file, for misuse; what they do for the library
-- is in spec/unit/lua/durable_file_spec.lua.
local child = require("spec.support.child_lua")
local core = require("ecs_pipeline.core")
local scratch = require("spec.support.scratch")
local shell = require("ecs_pipeline.emulator.nginx.shell")

describe("the files of the core", function()
  local folder, path

  scratch.each(before_each, after_each, function(made)
    folder, path = made, made .. "/file"
  end)

  it("refuse paths with a zero byte, and what is no path", function()
    for _, wrong in ipairs({ "a\0b", {}, false }) do
      for _, name in ipairs({ "read_file", "file_status", "durable_file" }) do
        assert.has_error(function() core[name](wrong, 10) end)
      end
    end
  end)

  it("are read up to a limit", function()
    shell.write(path, ("x"):rep(20000))
    assert.equal(20000, #core.read_file(path, 20000))
    assert.same({ nil, "larger than 19999 bytes" }, { core.read_file(path, 19999) })
    assert.same({ nil, "larger than 10 bytes" }, { core.durable_file(path):read(10) })
    local text, why, absent = core.read_file(path .. "/below", 10)
    assert.same({ nil, "string", true }, { text, type(why), absent })
  end)

  it("say where relative paths begin, unless that folder is gone", function()
    assert.equal(shell.line("pwd -P"), core.working_folder())
    local ok, output = child.run("print(require('ecs_pipeline.core').working_folder())",
      ("cd %s && rmdir ../%s && "):format(folder, folder:match("[^/]*$")))
    assert.is_true(ok, output)
    assert.matches("^nil\t.", output)
  end)

  it("say where a path leads, without links and dots", function()
    shell.run(("touch %s; ln -s %s %s/link"):format(path, path, folder))
    local real = shell.line(("cd %s && pwd -P"):format(folder)) .. "/file"
    assert.same({ real, real }, { core.real_path(folder .. "/./link"), core.real_path(path) })
    shell.run(("mkdir -m 0777 %s/open; ln -s %s %s/open/mid; ln -s %s/open/mid %s/chain"):format(folder, path, folder,
      folder, folder))
    assert.same({ real, "mid" }, { core.real_path(folder .. "/chain") }) -- others can make `mid` lead elsewhere
    shell.run(("chmod 0755 %s/open"):format(folder))
    assert.same({ real }, { core.real_path(folder .. "/chain") })
    local none, why, absent = core.real_path(folder .. "/none")
    -- what the C library says in the language of the locale
    local missing = select(2, io.open("/nowhere/none")):match(": (.*)$")
    assert.same({ "nil", missing, true }, { tostring(none), why, absent })
    assert.has_error(function() core.real_path("a\0b") end)
  end)

  it("are of no use when they are closed, or another value", function()
    local file = assert(core.durable_file(path))
    local read, close = file.read, file.close
    file:close()
    file:close()
    for _, name in ipairs({ "read", "replace", "check" }) do
      local ok, why = pcall(file[name], file, name == "replace" and "text" or 10)
      assert.is_false(ok)
      assert.matches("the file is closed", why, nil, true)
    end
    for _, other in ipairs({ {}, io.stdout, core.regex("a") }) do
      assert.has_error(function() read(other, 10) end)
      assert.has_error(function() close(other) end)
    end
    assert.is_false(getmetatable(file))
  end)

  it("are unlocked, and leave no temporary file, when they are collected", function()
    shell.write(path, "text")
    assert(core.durable_file(path, true))
    collectgarbage()
    collectgarbage()
    local file = assert(core.durable_file(path, true))
    assert.is_false((core.durable_file(path, true)))
    assert.is_true(file:replace("new"))
    file:close()
    assert.same({ "new", "file" }, { shell.read(path), shell.line("ls -A " .. folder) })
  end)

  it("are not locked when another file has their name by then", function()
    shell.write(path, "text")
    local first = assert(core.durable_file(path, true))
    assert.is_true(first:replace("new")) -- its lock is on the old file
    local second = assert(core.durable_file(path, true))
    assert.equal("new", second:read(10))
    first:close()
    second:close()
  end)

  it("can be replaced by one who may not write them, but may write the folder", function()
    shell.write(path, "text")
    assert.is_true(shell.run("chmod 400 " .. path))
    local file = assert(core.durable_file(path, true))
    assert.is_true(file:replace("new"))
    file:close()
    assert.same({ "new", 256 }, { shell.read(path), core.file_status(path).mode }) -- 0400
  end)
end)
