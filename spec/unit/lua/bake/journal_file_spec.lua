-- A journal in one JSON file, which is whole at any time.
local cjson = require("cjson").new()
local journal_file = require("ecs_pipeline.bake.journal_file")

describe("a journal file", function()
  local path

  local function write(text)
    local file = assert(io.open(path, "w"))
    file:write(text)
    file:close()
  end

  local function read()
    local file = io.open(path, "r")
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
    assert.is_nil(io.open(path .. ".new"))
  end)

  it("may be made beforehand, empty", function()
    write("")
    assert.is_true(journal_file.new(path):put("a", "one"))
    assert.equal("one", journal_file.new(path):get("a"))
  end)

  it("is never put in the place of a device, a pipe or a folder", function()
    for _, special in ipairs({ "/dev/full", "/tmp" }) do
      local done, why = journal_file.new(special):put("a", "one")
      assert.is_nil(done)
      assert.equal(special .. " is not a plain file: give the path of one", why)
      assert.is_nil(io.open(special .. ".new"))
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

  it("keeps what was there when the disk is full, or the folder is gone", function()
    local file = journal_file.new(path)
    assert.is_true(file:put("a", "one"))
    local before = read()
    local full = assert(io.open("/dev/full", "w"))
    full:write("x")
    local _, no_space = full:flush() -- in the language of the host's locale
    full:close()
    assert(os.execute("ln -s /dev/full " .. path .. ".new"))
    local done, why = file:put("a", "two")
    assert.is_nil(done)
    assert.equal(path .. ".new: " .. no_space, why)
    assert.equal(before, (read()))
    assert.is_nil(io.open(path .. ".new"))
    for _, place in ipairs({ "/nowhere/journal.json", "/" }) do
      done, why = journal_file.new(place):put("a", "one")
      assert.is_nil(done)
      assert.is_string(why)
    end
  end)

  it("is not read half: a directory, a file without permission", function()
    local entry, why = journal_file.new("/tmp"):get("a")
    assert.is_nil(entry)
    assert.matches("/tmp", why, nil, true)
    entry, why = journal_file.new("/proc/self/mem"):get("a") -- a plain file whose first byte cannot be read
    assert.is_nil(entry)
    assert.matches("^/proc/self/mem: .", why)
  end)

  it("cannot be read below what is no folder", function()
    write("")
    local entry, why = journal_file.new(path .. "/journal"):get("a")
    assert.is_nil(entry)
    assert.matches(path .. "/journal: ", why, 1, true)
  end)

  it("leaves no temporary file when it cannot get its name", function()
    local rename = os.rename
    os.rename = function() return nil, "no such luck" end -- luacheck: ignore 122
    local done, why = journal_file.new(path):put("a", "one")
    os.rename = rename -- luacheck: ignore 122
    assert.same({ false, "no such luck" }, { done or false, why })
    assert.is_nil(io.open(path .. ".new"))
  end)
end)
