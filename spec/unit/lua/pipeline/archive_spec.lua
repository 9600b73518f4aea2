-- The archive of a template: one JSON file, never over anything else.
local archive = require("ecs_pipeline.pipeline.archive")
local cjson = require("cjson").new()
local core = require("ecs_pipeline.core")
local platform = require("ecs_pipeline.platform")
local scratch = require("spec.support.scratch")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local NAME = "pipeline.ensure"
local NOW = 1795491843.7

local folder, path

local function write(text)
  shell.write(path, text)
end

local function read()
  return shell.read(path)
end

-- What is in the folder beside the archive.
local function others()
  return shell.line("ls -A " .. folder .. " | grep -v '^archive$'")
end

scratch.each(before_each, after_each, function(made)
  folder, path = made, made .. "/archive"
end)

describe("archive.path", function()
  it("puts the id in the place of {id}, whatever characters it has", function()
    assert.equal("/a/ip-1.json", archive.path("/a/{id}.json", "ip-1"))
    assert.equal("/ip-%1/ip-%1", archive.path("/{id}/{id}", "ip-%1"))
    assert.equal("/a/b.json", archive.path("/a/b.json", "ip-1"))
  end)
end)

describe("archive.write", function()
  it("writes the template, its executions and the time", function()
    local template = { id = "ip-1", name = "web", tags = {}, image_options = { image_tags = {} } }
    assert.is_true(archive.write(NAME, path, template, { { id = "exec-1", status = "SUCCESS" }, { id = "exec-2" } },
      NOW))
    assert.same({ format = 1, archived_at = "2026-11-24T03:44:03Z", pipeline = { id = "ip-1", name = "web" },
      executions = { { id = "exec-1", status = "SUCCESS" }, { id = "exec-2" } } }, cjson.decode(read()))
    assert.is_nil(others())
  end)

  it("writes a list of no executions", function()
    assert.is_true(archive.write(NAME, path, { id = "ip-1" }, {}, NOW))
    assert.same({}, cjson.decode(read()).executions)
    assert.matches("\"executions\": %[%]", read())
  end)

  it("replaces an earlier archive of the same template, and nothing else", function()
    assert.is_true(archive.write(NAME, path, { id = "ip-1" }, {}, NOW))
    assert.is_true(archive.write(NAME, path, { id = "ip-1", name = "later" }, {}, NOW))
    assert.equal("later", cjson.decode(read()).pipeline.name)
    for _, text in ipairs({ read(), "", "notes", "{\"pipeline\":1}", "[]" }) do
      write(text)
      local done, message, err = archive.write(NAME, path, { id = "ip-2" }, {}, NOW)
      assert.is_nil(done)
      assert.same({ "storage", "archive", false, NAME }, { err.kind, err.param, err.sent, err.operation })
      assert.matches(path .. " exists and is not the archive of ip-2", message, nil, true)
      assert.matches("{id}", err.hint, nil, true)
      assert.equal(text, read())
    end
  end)

  it("is for its owner: build contents are in it", function()
    assert.is_true(archive.write(NAME, path, { id = "ip-1" }, {}, NOW))
    assert.equal(384, core.file_status(path).mode) -- 0600
  end)

  it("is written beside the target of a link", function()
    assert.is_true(shell.run(("mkdir %s/real && ln -s real/archive %s"):format(folder, path)))
    assert.is_true(archive.write(NAME, path, { id = "ip-1" }, {}, NOW))
    assert.equal("real/archive", shell.line("readlink " .. path))
    assert.equal("ip-1", cjson.decode(shell.read(folder .. "/real/archive")).pipeline.id)
  end)

  it("says why it cannot be written, and leaves nothing behind", function()
    assert.is_true(archive.write(NAME, path, { id = "ip-1" }, {}, NOW))
    local before, lock, time = read(), assert(core.durable_file(path, true)), 0
    local host = platform.with({ clock = function() return time end, sleep = function() time = time + 10 end })
    for place, why in pairs({ [path] = "locked by process %d+ for 10 seconds", [folder] = "not a plain file",
      [folder .. "/none/archive"] = "none/archive: ." }) do
      local done, message, err = archive.write(NAME, place, { id = "ip-1", name = "later" }, {}, NOW, host)
      assert.is_nil(done)
      assert.same({ "storage", "archive", false, NAME }, { err.kind, err.param, err.sent, err.operation })
      assert.matches("cannot write the archive: " .. folder .. ".*" .. why, message)
    end
    lock:close()
    assert.equal(before, read())
    assert.is_nil(others())
  end)
end)

describe("archive.check", function()
  it("says whether it could be written, and writes nothing", function()
    assert.is_true(archive.check(NAME, path, "ip-1"))
    assert.is_nil(read())
    assert.is_nil(others())
    local done, message = archive.check(NAME, "/nowhere/at/all.json", "ip-1")
    assert.is_nil(done)
    assert.matches("cannot write the archive: /nowhere/at/all.json: ", message, nil, true)
    done, message = archive.check(NAME, folder, "ip-1")
    assert.is_nil(done)
    assert.matches("cannot write the archive: " .. folder .. " is not a plain file", message, nil, true)
    write("notes")
    done, message = archive.check(NAME, path, "ip-1")
    assert.is_nil(done)
    assert.matches("is not the archive of ip-1", message, nil, true)
  end)

  it("touches no other file, and waits for no FIFO", function()
    assert.is_true(shell.run(("echo precious >%s/precious && ln -s precious %s.new"):format(folder, path)))
    assert.is_true(archive.check(NAME, path, "ip-1"))
    assert.is_true(archive.write(NAME, path, { id = "ip-1" }, {}, NOW))
    assert.equal("precious\n", shell.read(folder .. "/precious"))
    assert.is_true(shell.run(("rm %s.new && mkfifo %s.new %s/fifo"):format(path, path, folder)))
    assert.is_true(archive.check(NAME, path, "ip-1"))
    assert.is_true(archive.write(NAME, path, { id = "ip-1" }, {}, NOW))
    assert.is_nil((archive.check(NAME, folder .. "/fifo", "ip-1")))
  end)
end)
