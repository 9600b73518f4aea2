local values = require("ecs_pipeline.command.values")

describe("a value without a type", function()
  local function typed(name, value)
    return values.typed(values.find(values.parameters(), name), value)
  end

  it("gets that of its parameter", function()
    for _, row in ipairs({
      { "system_disk_size", "60", 60 }, { "system_disk_size", "-1", -1 }, { "system_disk_size", 60, 60 },
      { "delete_instance_on_failure", "true", true }, { "delete_instance_on_failure", "false", false },
      { "name", "12", "12" }, { "name", 12, "12" }, { "name", true, "true" }, { "name", "web", "web" },
    }) do
      assert.equal(row[3], typed(row[1], row[2]), row[1])
    end
    assert.same({ Version = "1.2", Beta = "true", Team = "web" },
      typed("tags", { Version = 1.2, Beta = true, Team = "web" }))
    assert.same({ "true", 5, "x" }, typed("to_region_id", { true, 5, "x" }))
  end)

  it("stays as it is if it has no spelling of that type", function()
    assert.equal("big", typed("system_disk_size", "big"))
    assert.equal("1.5", typed("system_disk_size", "1.5"))
    assert.equal("yes", typed("delete_instance_on_failure", "yes"))
    assert.same({ a = 1 }, typed("image_options", { a = 1 }))
    assert.equal("x", values.typed(nil, "x"))
    assert.is_nil(values.find(nil, "x"))
    assert.is_nil(values.find(values.parameters(), "nope"))
  end)
end)
