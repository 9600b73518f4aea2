-- A journal in one JSON file. That it survives: spec/regress/033_files_that_survive_spec.lua.
local child = require("spec.support.child_lua")
local cjson = require("cjson").new()
local core = require("ecs_pipeline.core")
local journal_file = require("ecs_pipeline.bake.journal_file")
local platform = require("ecs_pipeline.platform")
local scratch = require("spec.support.scratch")
local shell = require("ecs_pipeline.emulator.nginx.shell")

describe("a journal file", function()
  local folder, path

  local function write(text)
    shell.write(path, text)
  end

  local function read()
    return shell.read(path)
  end

  scratch.each(before_each, after_each, function(made)
    folder, path = made, made .. "/journal"
  end)

  it("is not there before the first put, and keeps every key", function()
    local file = journal_file.new(path)
    assert.is_nil(file:get("a"))
    assert.is_nil((read()))
    assert.is_true(file:put("b", "{\"two\":\n2}"))
    assert.is_true(file:put("a", "one"))
    assert.is_true(file:put("b", "three"))
    assert.same({ "one", "three" }, { journal_file.new(path):get("a"), journal_file.new(path):get("b") })
    assert.is_nil(file:get("c"))
    local text = assert(read())
    assert.same({ format = "ecs_pipeline journal 1", entries = { a = "one", b = "three" } }, cjson.decode(text))
    assert.is_true(text:find("\"a\"", 1, true) < text:find("\"b\"", 1, true))
  end)

  it("is refused when it is empty: nobody knows what was in it", function()
    write("")
    for _, result in ipairs({ { journal_file.new(path):get("a") }, { journal_file.new(path):put("a", "one") } }) do
      assert.same({ nil, path .. " is empty: lost, or never written? remove it to begin anew" }, result)
    end
    assert.equal("", read())
    os.remove(path)
    assert.is_true(journal_file.new(path):put("a", "one"))
  end)

  it("changes one entry in one step, or leaves it, or says why not", function()
    local file = journal_file.new(path)
    assert.is_true(file:update("a", function(entry) return entry end)) -- nothing, of nothing
    assert.is_nil(read())
    assert.is_true(file:put("a", "one"))
    assert.is_true(file:put("b", "two"))
    assert.is_true(file:update("a", function(entry) return entry .. "!" end))
    local before = shell.line("stat -c %i " .. path)
    assert.is_true(file:update("a", function(entry) return entry end))
    assert.same({ nil, "no" }, { file:update("a", function() return nil, "no" end) })
    assert.same({ nil, "no" }, { file:update("c", function() return nil, "no" end) })
    assert.equal(before, shell.line("stat -c %i " .. path))
    assert.same({ "one!", "two" }, { file:get("a"), file:get("b") })
  end)

  it("stays where it is when the program enters another folder", function()
    local ok, output = child.run(([[
      local journal_file = require("ecs_pipeline.bake.journal_file")
      print(journal_file.new("journal").path, journal_file.new("/journal").path)
    ]]), "cd " .. folder .. " &&")
    assert.is_true(ok, output)
    assert.equal(folder .. "/journal\t/journal\n", output)
  end)

  it("waits for its lock with the clock and the sleep of the client", function()
    write("{\"format\":\"ecs_pipeline journal 1\",\"entries\":{}}")
    local lock, time = assert(core.durable_file(path, true)), 0
    local host = platform.with({ clock = function() return time end, sleep = function() time = time + 6 end })
    local done, why = journal_file.new(path, host):put("a", "one")
    assert.is_nil(done)
    assert.matches("locked by process %d+ for 10 seconds: call again when it has finished$", why)
    assert.equal(12, time)
    lock:close()
  end)

  it("is never put in the place of a device, a pipe or a folder", function()
    assert.is_true(shell.run("mkfifo " .. path))
    for _, special in ipairs({ "/dev/full", "/tmp", path }) do
      local file = journal_file.new(special)
      for _, result in ipairs({ { file:get("a") }, { file:put("a", "1") } }) do
        assert.same({ nil, special .. " is not a plain file: give the path of one" }, result)
      end
    end
  end)

  it("leaves alone what is not its own", function()
    for _, text in ipairs({ "# notes", "{}", "[]", "3", "{\"format\":\"ecs_pipeline journal 2\",\"entries\":{}}",
      "{\"format\":\"ecs_pipeline journal 1\"}", "{\"format\":\"ecs_pipeline journal 1\",\"entries\":{\"a\":1}}",
      "{\"format\":\"ecs_pipeline journal 1\",\"entries\":[\"a\"]}" }) do
      write(text)
      local entry, why = journal_file.new(path):get("a")
      assert.is_nil(entry)
      assert.matches("is not a journal of this library; give another path", why:gsub("is a damaged journal",
        "is not a journal of this library; give another path"), nil, true)
      assert.is_nil((journal_file.new(path):put("a", "one")))
      assert.equal(text, (read()))
    end
  end)

  it("is not created where there is no folder", function()
    for _, place in ipairs({ "/nowhere/journal.json", "/" }) do
      local done, why = journal_file.new(place):put("a", "one")
      assert.is_nil(done)
      assert.equal(1, (why:find(place, 1, true)))
    end
  end)

  it("cannot be read below what is no folder", function()
    write("")
    local entry, why = journal_file.new(path .. "/journal"):get("a")
    assert.is_nil(entry)
    assert.matches(path .. "/journal: ", why, 1, true)
  end)
end)
