local span = require("ecs_pipeline.hints.span")

describe("hints.span", function()
  it("is in the unit that people would take", function()
    local told = {}
    for index, seconds in ipairs({ 0, 90, -119, 120, 1800, 7200, -9000, 172799, 172800, 86400 * 40.4 }) do
      told[index] = (span(seconds):gsub(",", ".")) -- people of the host's locale
    end
    assert.same({ "0 s", "90 s", "119 s", "2 min", "30 min", "2.0 h", "2.5 h", "48.0 h", "2 days", "40 days" }, told)
  end)
end)
