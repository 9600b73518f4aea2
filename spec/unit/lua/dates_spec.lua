-- The two spellings of time on the wire.
local dates = require("ecs_pipeline.dates")

describe("dates.utc", function()
  for text, seconds in pairs({ ["1970-01-01T00:00:00Z"] = 0, ["2000-02-29T12:00:00Z"] = 951825600,
    ["2026-11-24T03:44:03Z"] = 1795491843, ["2026-11-24T03:44Z"] = 1795491840 }) do
    it("reads " .. text, function()
      assert.equal(seconds, dates.utc(text))
    end)
  end

  it("reads nothing else", function()
    for _, text in ipairs({ "", "2026-11-24", "2026-11-24T03:44:03", "2026-11-24 03:44:03Z",
      "x2026-11-24T03:44:03Z" }) do
      assert.is_nil(dates.utc(text))
    end
    assert.is_nil(dates.utc(nil))
    assert.is_nil(dates.utc(7))
  end)
end)

describe("dates.http", function()
  it("reads an IMF-fixdate, leap days and the turn of centuries included, and nothing else", function()
    assert.equal(0, dates.http("Thu, 01 Jan 1970 00:00:00 GMT"))
    assert.equal(951782400, dates.http("Tue, 29 Feb 2000 00:00:00 GMT"))
    assert.equal(951868799, dates.http("Tue, 29 Feb 2000 23:59:59 GMT"))
    assert.equal(1795491843, dates.http("Tue, 24 Nov 2026 03:44:03 GMT"))
    assert.equal(4107542400, dates.http("Mon, 01 Mar 2100 00:00:00 GMT"))
    for _, text in ipairs({ "", "Tue, 24 Now 2026 03:44:03 GMT", "2026-11-24T03:44:03Z", "1795491843" }) do
      assert.is_nil(dates.http(text))
    end
    assert.is_nil(dates.http(nil))
  end)
end)

describe("dates.clock_offset", function()
  it("is how far the service is ahead", function()
    assert.equal(43, dates.clock_offset({ date = "Thu, 01 Jan 1970 00:01:00 GMT" }, 17))
    assert.is_nil(dates.clock_offset({}, 17))
    assert.is_nil(dates.clock_offset({ date = "soon" }, 17))
    assert.is_nil(dates.clock_offset(nil, 17))
  end)
end)

describe("dates.text", function()
  it("is what dates.utc reads", function()
    for _, at in ipairs({ 0, 951782400, 1795491843, 4102444799 }) do
      assert.equal(at, dates.utc(dates.text(at)))
    end
    assert.equal("2026-11-24T03:44:03Z", dates.text(1795491843.9))
  end)
end)
