-- The archive of a template: one JSON file, written whole or not at all, never over anything else.
local archive = require("ecs_pipeline.pipeline.archive")
local cjson = require("cjson").new()

local NAME = "pipeline.ensure"
local NOW = 1795491843.7

local path

local function write(text)
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
end

local function read(name)
  local file = io.open(name or path, "r")
  local text = file and file:read("*a")
  return text, file and file:close()
end

before_each(function()
  path = os.tmpname()
  os.remove(path)
end)

after_each(function()
  os.remove(path)
  os.remove(path .. ".new")
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
      executions = { { id = "exec-1", status = "SUCCESS" }, { id = "exec-2" } } }, cjson.decode((read())))
    assert.is_nil((read(path .. ".new")))
  end)

  it("writes a list of no executions", function()
    assert.is_true(archive.write(NAME, path, { id = "ip-1" }, {}, NOW))
    assert.same({}, cjson.decode((read())).executions)
    assert.matches("\"executions\": %[%]", (read()))
  end)

  it("replaces an earlier archive of the same template, and nothing else", function()
    assert.is_true(archive.write(NAME, path, { id = "ip-1" }, {}, NOW))
    assert.is_true(archive.write(NAME, path, { id = "ip-1", name = "later" }, {}, NOW))
    assert.equal("later", cjson.decode((read())).pipeline.name)
    for _, text in ipairs({ (read()), "", "notes", "{\"pipeline\":1}", "[]" }) do
      write(text)
      local done, message, err = archive.write(NAME, path, { id = "ip-2" }, {}, NOW)
      assert.is_nil(done)
      assert.same({ "storage", "archive", false, NAME }, { err.kind, err.param, err.sent, err.operation })
      assert.matches(path .. " exists and is not the archive of ip-2", message, nil, true)
      assert.matches("{id}", err.hint, nil, true)
      assert.equal(text, (read()))
    end
  end)

  it("leaves nothing behind when the disk is full", function()
    assert(os.execute("ln -s /dev/full " .. path .. ".new"))
    local done, message, err = archive.write(NAME, path, { id = "ip-1" }, {}, NOW)
    assert.is_nil(done)
    assert.equal("storage", err.kind)
    assert.matches("cannot write the archive: .", message)
    assert.is_nil((read()))
    assert.is_nil((read(path .. ".new")))
  end)

  it("leaves nothing behind when it cannot get its name", function()
    local rename = os.rename
    os.rename = function() return nil, "no such luck" end -- luacheck: ignore 122
    local done, message = archive.write(NAME, path, { id = "ip-1" }, {}, NOW)
    os.rename = rename -- luacheck: ignore 122
    assert.is_nil(done)
    assert.matches("cannot write the archive: no such luck", message, nil, true)
    assert.is_nil((read(path .. ".new")))
  end)
end)

describe("archive.check", function()
  it("says whether it could be written, and writes nothing", function()
    assert.is_true(archive.check(NAME, path, "ip-1"))
    assert.is_nil((read()))
    assert.is_nil((read(path .. ".new")))
    local done, message = archive.check(NAME, "/nowhere/at/all.json", "ip-1")
    assert.is_nil(done)
    assert.matches("cannot write the archive: /nowhere/at/all.json.new", message, nil, true)
    write("notes")
    done, message = archive.check(NAME, path, "ip-1")
    assert.is_nil(done)
    assert.matches("is not the archive of ip-1", message, nil, true)
  end)
end)
