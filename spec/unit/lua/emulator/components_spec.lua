-- What a reference to a component means.
local components = require("ecs_pipeline.emulator.components")

local function store(...)
  local made = { components = {}, pipelines = {} }
  for _, version in ipairs({ ... }) do
    components.adopt(made, { RegionId = "cn-hangzhou", Name = "nginx", ComponentVersion = version },
      "ic-" .. version, #made.components + 1, 0)
  end
  return made
end

describe("a version of a component", function()
  it("is three numbers or stars", function()
    assert.same({ 1, 2, "*" }, components.parts("1.2.*"))
    for _, text in ipairs({ "1.2", "1.2.3.4", "a.b.c", "1.*2.3", "" }) do
      assert.is_nil(components.parts(text), text)
    end
  end)

  it("fits a pattern by its numbers", function()
    assert.same({ true, true, false },
      { components.fits("1.2.3", { 1, "*", 3 }), components.fits("1.02.3", { 1, 2, 3 }),
        components.fits("1.2.3", { 1, 3, "*" }) })
  end)
end)

describe("a reference to a component", function()
  it("means the latest that fits, by numbers and not by text", function()
    local made = store("1.9.0", "1.10.0", "2.0.0", "1.2.0")
    local function found(version)
      return (components.find(made, "cn-hangzhou", { name = "nginx", version = version }) or {}).id
    end
    assert.same({ "ic-2.0.0", "ic-1.10.0", "ic-1.9.0" }, { found(nil), found("1.*.*"), found("1.9.0") })
    assert.is_nil(found("3.*.*"))
    assert.is_nil(found("latest"))
  end)

  it("means an id whatever its version, in its region only", function()
    local made = store("1.0.0")
    assert.equal("ic-1.0.0", components.find(made, "cn-hangzhou", { id = "ic-1.0.0" }).id)
    assert.is_nil(components.find(made, "cn-beijing", { id = "ic-1.0.0" }))
    assert.is_nil(components.find(made, "cn-hangzhou", { name = "apache" }))
  end)

  it("may be used by the content of its kind", function()
    local judge = components.judge(store("1.0.0"), "cn-hangzhou")
    assert.is_nil(judge({ name = "nginx" }, "BuildContent"))
    assert.equal("InvalidImageComponent.NotSupported", judge({ name = "nginx" }, "TestContent").code)
    assert.equal("ImageComponent.NotFound", judge({ name = "none" }, "BuildContent").code)
  end)

  it("uses what it means now: an older version is free once there is a newer one", function()
    local made = store("1.0.0")
    made.pipelines[1] = { region = "cn-hangzhou", reply = {
      BuildContent = "FROM x\nCOMPONENT acs:ecs:cn-hangzhou:1:imagecomponent/nginx:1.*.*" } }
    assert.is_true(components.in_use(made, made.components[1]))
    components.adopt(made, { RegionId = "cn-hangzhou", Name = "nginx", ComponentVersion = "1.1.0" }, "ic-2", 2, 0)
    assert.same({ false, true }, { components.in_use(made, made.components[1]), components.in_use(made,
      made.components[2]) })
  end)
end)
