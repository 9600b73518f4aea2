-- ecs.build_content: which texts its functions take, and what they are called in messages.
local build_content = require("ecs_pipeline.resources.build_content")
local ecs = require("ecs_pipeline")

describe("build_content", function()
  it("takes a text, or a builder with the same text", function()
    local builder = ecs.build_content.new():run("apt-get update"):env({ A = "1" })
    local text = builder:text()
    assert.same({ "RUN", "ENV" }, { ecs.build_content.parse(text)[1].verb, ecs.build_content.parse(builder)[2].verb })
    assert.equal(ecs.build_content.hash(text), ecs.build_content.hash(builder))
    assert.same(ecs.build_content.lint(text), ecs.build_content.lint(builder))
  end)

  for _, name in ipairs({ "parse", "hash" }) do
    it("says which function was given something else: " .. name, function()
      local ok, thrown = pcall(function() ecs.build_content[name](7) end)
      assert.is_false(ok)
      assert.matches("build_content_spec.lua:%d+: build_content." .. name
        .. ": wants a string or a builder, not a number", thrown)
    end)
  end

  it("needs no client", function()
    local group = build_content.bind()
    for _, name in ipairs({ "new", "parse", "lint", "hash" }) do
      assert.equal(build_content[name], group[name])
    end
  end)
end)
