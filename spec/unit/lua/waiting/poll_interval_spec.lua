-- Pauses between two polls.
local poll_interval = require("ecs_pipeline.waiting.poll_interval")

describe("poll_interval.range", function()
  it("has 10 to 30 s by default and lets one end move the other", function()
    assert.same({ min = 10, max = 30 }, poll_interval.range())
    assert.same({ min = 7, max = 7 }, poll_interval.range(7))
    assert.same({ min = 5, max = 5 }, poll_interval.range({ max = 5 }))
    assert.same({ min = 60, max = 60 }, poll_interval.range({ min = 60 }))
    assert.same({ min = 2, max = 600 }, poll_interval.range({ min = 2, max = 600 }))
  end)
end)

describe("poll_interval.pause", function()
  local range = { min = 10, max = 30 }
  for _, row in ipairs({ -- polls without a change, estimated seconds left, nearly done, pause
    { 0, nil, false, 10 }, { 1, nil, false, 15 }, { 2, nil, false, 22.5 }, { 3, nil, false, 30 },
    { 9999, nil, false, 30 }, { 9, 1000, false, 30 }, { 9, 25, false, 25 }, { 9, 3, false, 10 }, { 9, 0, false, 20 },
    { 0, 0, false, 10 }, { 9, nil, true, 10 }, { 9, 1000, true, 30 },
  }) do
    it(("after %d polls, %s s left, %s: %s"):format(row[1], tostring(row[2]), tostring(row[3]), row[4]), function()
      assert.equal(row[4], poll_interval.pause(range, row[1], row[2], row[3]))
    end)
  end
end)

describe("poll_interval.after_failure", function()
  it("doubles up to the most, and obeys the service", function()
    local range = { min = 10, max = 30 }
    local pauses = {}
    for index, failures in ipairs({ 1, 2, 3, 1e9 }) do
      pauses[index] = poll_interval.after_failure(range, failures, 0)
    end
    assert.same({ 10, 20, 30, 30 }, pauses)
    assert.equal(90, poll_interval.after_failure(range, 1, 90))
  end)
end)
