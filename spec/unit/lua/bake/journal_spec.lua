-- The journal: what is written to an object of the user's, and what is said when it fails.
local journal = require("ecs_pipeline.bake.journal")

local CLIENT = { log = "off" }

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
