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
  it("reads an IMF-fixdate and nothing else", function()
    assert.equal(1795491843, dates.http("Tue, 24 Nov 2026 03:44:03 GMT"))
    for _, text in ipairs({ "", "Tue, 24 Now 2026 03:44:03 GMT", "2026-11-24T03:44:03Z" }) do
      assert.is_nil(dates.http(text))
    end
    assert.is_nil(dates.http(nil))
  end)
end)

describe("dates.span", function()
  it("is in the unit that people would take", function()
    local told = {}
    for index, seconds in ipairs({ 0, 90, -119, 120, 1800, 7200, -9000, 172799, 172800, 86400 * 40.4 }) do
      told[index] = (dates.span(seconds):gsub(",", ".")) -- people of the host's locale
    end
    assert.same({ "0 s", "90 s", "119 s", "2 min", "30 min", "2.0 h", "2.5 h", "48.0 h", "2 days", "40 days" }, told)
  end)
end)
