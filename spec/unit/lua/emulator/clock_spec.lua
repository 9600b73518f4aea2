-- The emulator's clock and the two spellings of a date.
local clock = require("ecs_pipeline.emulator.clock")

describe("dates", function()
  it("go both ways", function()
    for _, seconds in ipairs({ 0, 951782400, 1709164800, 1767225599, 4102444800 }) do
      assert.are.equal(seconds, clock.parse_iso(clock.iso(seconds)))
    end
    assert.are.equal("Thu, 29 Feb 2024 00:00:00 GMT", clock.http_date(1709164800))
  end)

  it("are refused in any other shape", function()
    for _, value in ipairs({ "", "2026-01-01", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z",
      "2026-01-01T00:00:00+08:00", "2026-01-01T00:00:00.000Z" }) do
      assert.is_nil(clock.parse_iso(value))
    end
  end)

  it("stand still on a virtual clock and run on a real one", function()
    local virtual = clock.new({ now = 1000 })
    virtual:advance(0.5)
    assert.are.equal(1000.5, virtual:now())
    assert.are.equal(0.5, virtual:elapsed())
    local real = clock.new({ clock = "real" })
    assert.is_true(math.abs(real:now() - os.time()) <= 1)
    real:advance(100)
    assert.is_true(math.abs(real:now() - os.time() - 100) <= 1)
    assert.has_error(function()
      clock.new({ clock = "sundial" })
    end)
  end)
end)
