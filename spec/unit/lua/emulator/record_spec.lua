-- What of a record that is put into the store is refused.
local emulators = require("ecs_pipeline.emulator")
local record = require("ecs_pipeline.emulator.record")

describe("a record to be put", function()
  it("has names of fields, and texts where the emulator reads texts", function()
    for _, row in ipairs({
      { 5, "is a table, not a number" }, { { 1 }, "has the API's names of fields, not a list" },
      { { ImageId = 7 }, "ImageId .* must be a text, not a number" }, { { Status = true }, "Status .* not a boolean" },
      { { CreationTime = 1 }, "CreationTime .* not a number" }, { { ErrorCode = {} }, "ErrorCode .* not a table" },
      { { Size = io.stdout }, "Size .* is null: leave it out" }, { { Tags = "a=b" }, "^Tags must be" },
      { { Tags = { Tag = { { TagKey = "a" } } } }, "^Tags must be" }, { { Tags = {} }, "^Tags must be" },
    }) do
      assert.matches(row[2], record.wrong(row[1]))
    end
  end)

  it("may leave out what it does not know", function()
    for _, good in ipairs({ {}, { ImageOwnerId = 5, Size = 40, Message = "", ImageName = "web" },
      { Tags = { Tag = { { TagKey = "a", TagValue = "" } } }, kind = "x" }, { Tags = { Tag = {} } } }) do
      assert.is_nil(record.wrong(good))
    end
  end)

  it("changes nothing if it is refused", function()
    local emulator = emulators.new()
    for _, kind in ipairs({ "images", "executions", "components", "resource_groups" }) do
      assert.error_matches(function() emulator:put(kind, { Name = 5, RegionId = "cn-hangzhou" }) end,
        "emulator: Name of a record to be put must be a text, not a number")
    end
    assert.same({ 0, 0 }, { #emulator:state().images, #emulator:state().executions })
  end)
end)
