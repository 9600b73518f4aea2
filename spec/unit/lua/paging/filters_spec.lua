-- Filters of listings: what is sent to the service, and what is compared once more on our side.
local filters = require("ecs_pipeline.paging.filters")

local NAME = "pipeline.list"

describe("filters.open", function()
  it("takes nothing for an empty filter, and gives back what it was given", function()
    assert.same({}, filters.open(NAME, nil))
    local filter = { name = "web" }
    assert.equal(filter, filters.open(NAME, filter))
  end)

  it("rejects paging by hand", function()
    for _, param in ipairs({ "next_token", "page_number" }) do
      local result, message, err = filters.open(NAME, { [param] = 1 })
      assert.is_nil(result)
      assert.same({ "validation", param, false, NAME }, { err.kind, err.param, err.sent, err.operation })
      assert.matches(param .. ": all pages are fetched; leave it out", message, nil, true)
    end
  end)

  it("raises on anything but a table", function()
    assert.error_matches(function() filters.open(NAME, "web") end,
      "pipeline.list: the filter must be a table, not a string", nil, true)
  end)
end)

describe("filters.reject", function()
  it("names the parameter", function()
    local result, message, err = filters.reject(NAME, "current", "no region is set")
    assert.is_nil(result)
    assert.matches("^pipeline%.list: .*current: no region is set", message)
    assert.same({ "validation", "current", false }, { err.kind, err.param, err.sent })
  end)
end)

describe("filters.set", function()
  it("has the values of a list; nothing stays nothing", function()
    assert.same({ a = true, b = true }, filters.set({ "a", "b", "a" }))
    assert.same({}, filters.set({}))
    assert.is_nil(filters.set(nil))
  end)
end)

describe("filters.text", function()
  it("writes whole numbers in digits, and leaves everything else alone", function()
    assert.equal("1234567890123456", filters.text(1234567890123456))
    assert.equal("7", filters.text(7.0))
    assert.equal(1.5, filters.text(1.5))
    assert.equal("web", filters.text("web"))
    assert.is_nil(filters.text(nil))
    assert.is_true(filters.text(true))
  end)
end)

describe("filters.tags", function()
  local function kept(given, item)
    local _, keep = filters.tags(given)
    return keep(item)
  end

  it("asks for the keys in order, with a value where one will do", function()
    assert.same({ { key = "a", value = "1" }, { key = "b" }, { key = "c" }, { key = "d", value = "7" } },
      (filters.tags({ d = 7, b = true, a = "1", c = { "x", "y" }, e = false })))
    assert.same({ { key = "a", value = "1" }, { key = "b" } },
      (filters.tags({ { key = "b" }, { key = "a", value = "1" } })))
  end)

  it("compares with the tags of an item, the service's too", function()
    local item = { tags = { env = "prod", n = "7" }, system_tags = { ["acs:rm:rgId"] = "rg-1" } }
    for _, given in ipairs({ { env = "prod" }, { env = true }, { env = { "test", "prod" } }, { gone = false },
      { n = 7 }, { ["acs:rm:rgId"] = "rg-1" }, { { key = "env" } } }) do
      assert.is_true(kept(given, item))
    end
    for _, given in ipairs({ { env = "test" }, { gone = true }, { env = false }, { env = { "test" } },
      { env = "prod", n = "8" } }) do
      assert.is_false(kept(given, item))
    end
  end)

  it("keeps everything without tags, and leaves a wrong type to the C module", function()
    for _, given in ipairs({ {}, "a=1", 7 }) do
      local sent, keep = filters.tags(given)
      assert.equal(given, sent)
      assert.is_true(keep({}))
    end
    assert.is_nil((filters.tags(nil)))
  end)
end)

describe("filters.regex", function()
  it("is a POSIX extended expression, or nothing", function()
    assert.is_nil((filters.regex(NAME, nil)))
    local regex = filters.regex(NAME, "^(web|db)$")
    assert.is_true(regex:match("db"))
    assert.is_false(regex:match("dbs"))
  end)

  it("rejects what is none", function()
    for pattern, why in pairs({ ["("] = "name_regex: ", ["\\d+"] = "write [0-9]" }) do
      local regex, message, err = filters.regex(NAME, pattern)
      assert.is_nil(regex)
      assert.matches(why, message, nil, true)
      assert.equal("name_regex", err.param)
    end
    local _, message = filters.regex(NAME, 7)
    assert.matches("name_regex: wants a POSIX extended expression, not a number", message, nil, true)
  end)
end)
