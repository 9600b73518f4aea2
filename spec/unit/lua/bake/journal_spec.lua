-- The journal: what is written to an object of the user's, and what is said when it fails.
local cjson = require("cjson").new()
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

  describe("claims an entry", function()
    local function claim(kept, entry, joins)
      local text = kept and cjson.encode(kept)
      local mine = object(function() return text end, function(_, _, new)
        text = new
        return true
      end)
      local other, message, err = book(mine):claim("key", entry, joins or function() return true end)
      return other, text and cjson.decode(text), message, err
    end

    it("and writes it if there is none, or none to join", function()
      assert.same({ false, { token = "t" } }, { claim(nil, { token = "t" }) })
      assert.same({ false, { token = "t" } }, { claim({ token = "u" }, { token = "t" }, function(other)
        assert.equal("u", other.token)
        return false
      end) })
    end)

    it("and leaves the one that it joins", function()
      assert.same({ { token = "u" }, { token = "u" } }, { claim({ token = "u" }, { token = "t" }) })
    end)

    it("and says why not", function()
      for _, mine in ipairs({ object(function() return nil, "locked" end),
        object(function() end, function() return nil, "full" end), object(function() return "not JSON" end) }) do
        local other, message, err = book(mine):claim("key", {}, function() return true end)
        assert.is_nil(other)
        assert.same({ "storage", "journal" }, { err.kind, err.param })
        assert.matches("the journal cannot be written: ", message, nil, true)
      end
    end)
  end)

  it("notes nothing over the entry of a build that began later", function()
    local kept, puts = { a = "{\"token\":\"later\"}", b = "{\"token\":\"t\"}" }, 0
    local mine = book(object(function(_, key) return kept[key] end, function(_, key, text)
      kept[key], puts = text, puts + 1
      return true
    end))
    for _, key in ipairs({ "a", "b", "c" }) do
      mine:note(key, { token = "t", reported = true })
    end
    mine:note("b", { token = "t", reported = true }) -- is there already
    assert.same({ "later", true, 2 }, { cjson.decode(kept.a).token, cjson.decode(kept.c).reported, puts })
  end)

  it("is opened for a path with the host of the client", function()
    local host = {}
    local opened = journal.open({ log = "off", platform = host }, "execution.build", "/nowhere/journal")
    assert.same({ "/nowhere/journal", host }, { opened.store.path, opened.store.host })
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
