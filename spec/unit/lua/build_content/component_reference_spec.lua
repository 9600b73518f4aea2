-- How build content names a component.
local content = require("ecs_pipeline.resources.build_content")
local reference = require("ecs_pipeline.build_content.component_reference")

local ARN = "acs:ecs:cn-hangzhou:1:imagecomponent/web"

describe("a reference to a component", function()
  it("is an id, an ARN, a table, or a command of parse", function()
    assert.equal("ic-1", reference("f", "ic-1").id)
    assert.same({ "web", "1.0.0", "cn-hangzhou" },
      { reference("f", ARN .. ":1.0.0").name, reference("f", ARN .. ":1.0.0").version,
        reference("f", ARN .. ":1.0.0").region })
    assert.is_nil(reference("f", ARN).version)
    local given = { id = "ic-1", region_id = "cn-beijing" }
    assert.same(given, reference("f", given))
    local component = { id = "ic-1", image_component_id = "ic-1", name = "web" }
    assert.equal("ic-1", reference("f", component).id)
    assert.equal("validation", select(3, reference("f", { id = "ip-1", name = "web" })).kind)
    assert.equal("web", reference("f", content.parse("COMPONENT " .. ARN .. "/1.0.0")[1]).name)
  end)

  it("is refused when it names none, or a version that is none", function()
    for given, message in pairs({ web = "f: arguments refused: reference: has no component id or ARN: write ic-…",
      [ARN .. ":1.0"] = "f: arguments refused: reference: its version is not major.minor.patch" }) do
      local none, text, err = reference("f", given)
      assert.is_nil(none)
      assert.equal(message, text:sub(1, #message))
      assert.same({ "validation", "reference", false }, { err.kind, err.param, err.sent })
    end
  end)

  it("raises when it is neither text nor table", function()
    assert.has_error(function() reference("f", 7) end)
    assert.error_matches(function() reference("f", nil) end, "f: wants a reference to a component, not a nil")
  end)
end)
