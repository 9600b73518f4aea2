-- The version as a file of its own; spec/repo/versions_spec.lua holds it equal to the others.
describe("version", function()
  it("is the version of the library", function()
    assert.equal(require("ecs_pipeline")._VERSION, require("ecs_pipeline.version"))
  end)
end)
