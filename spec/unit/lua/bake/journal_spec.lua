-- The journal: one JSON file that is whole at any time, or an object of the user's.
local cjson = require("cjson").new()
local journal = require("ecs_pipeline.bake.journal")
local journal_file = require("ecs_pipeline.bake.journal_file")

local CLIENT = { log = "off" }

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
      assert.matches("is no journal of this library; give another path", why:gsub("is a damaged journal",
        "is no journal of this library; give another path"), nil, true)
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
end)

describe("a journal", function()
  local function book(object)
    return journal.open(CLIENT, "execution.build", object)
  end

  local function object(get, put)
    return { get = get, put = put or function() return true end }
  end

  it("keeps nothing when none is given", function()
    local none = book(nil)
    assert.is_true(none:write("key", { token = "t" }))
    assert.is_false(none:read("key"))
  end)

  it("passes itself, the key and one line of JSON", function()
    local seen = {}
    local mine = object(function(self, key) return self.kept[key] end, function(self, key, text)
      seen[#seen + 1] = text
      self.kept[key] = text
      return true
    end)
    mine.kept = {}
    assert.is_true(book(mine):write("key", { token = "t", tags = { a = "line\nbreak" } }))
    assert.same({ token = "t", tags = { a = "line\nbreak" } }, book(mine):read("key"))
    assert.is_nil(seen[1]:find("\n", 1, true))
  end)

  it("says why it cannot be read or written", function()
    local _, message, err = book(object(function() return nil, "no such host" end)):read("key")
    assert.equal("execution.build: storage failed: the journal cannot be read: no such host", message)
    assert.same({ "storage", "journal", false }, { err.kind, err.param, err.sent })
    _, message, err = book(object(function() end, function() return nil, "full" end)):write("key", {})
    assert.equal("execution.build: storage failed: the journal cannot be written: full", message)
    assert.equal("storage", err.kind)
    _, message = book(object(function() end, function() end)):write("key", {})
    assert.matches("the journal cannot be written: no reason given", message, nil, true)
  end)

  it("refuses an entry that somebody else wrote", function()
    for _, text in ipairs({ "", "mine", "3", 4, false, {} }) do
      local _, message, err = book(object(function() return text end)):read("key")
      assert.equal("storage", err.kind)
      assert.matches("its entry \"key\" is not one of this library", message, nil, true)
    end
  end)

  it("only warns when the service can be asked for what it would have said", function()
    local events = {}
    local warned = journal.open({ log = "off", on_event = function(event) events[#events + 1] = event end },
      "execution.build", object(function() end, function() return nil, "full" end))
    warned:note("key", {})
    assert.same({ "warning" }, { events[1].type })
    assert.matches("the journal cannot be written: full", events[1].message, nil, true)
  end)
end)
