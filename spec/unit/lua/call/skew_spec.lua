local skew = require("ecs_pipeline.call.skew")

describe("skew", function()
  it("reads HTTP dates, leap days and the turn of centuries included", function()
    assert.equal(0, skew.parse_date("Thu, 01 Jan 1970 00:00:00 GMT"))
    assert.equal(951782400, skew.parse_date("Tue, 29 Feb 2000 00:00:00 GMT"))
    assert.equal(951868799, skew.parse_date("Tue, 29 Feb 2000 23:59:59 GMT"))
    assert.equal(1795491843, skew.parse_date("Tue, 24 Nov 2026 03:44:03 GMT"))
    assert.equal(4107542400, skew.parse_date("Mon, 01 Mar 2100 00:00:00 GMT"))
  end)

  it("takes nothing else for a date", function()
    for _, text in ipairs({ "", "2026-11-24T03:44:03Z", "Tue, 24 Foo 2026 03:44:03 GMT",
      "1795491843" }) do
      assert.is_nil(skew.parse_date(text))
    end
    assert.is_nil(skew.parse_date(nil))
  end)

  it("is how far the service is ahead", function()
    assert.equal(43, skew.offset({ date = "Thu, 01 Jan 1970 00:01:00 GMT" }, 17))
    assert.is_nil(skew.offset({}, 17))
    assert.is_nil(skew.offset(nil, 17))
  end)
end)
