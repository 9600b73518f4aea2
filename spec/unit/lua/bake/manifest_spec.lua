-- What a bake built, as data.
local ecs = require("ecs_pipeline")
local manifest = require("ecs_pipeline.bake.manifest")

describe("the manifest of a bake", function()
  it("has what other programs want to know", function()
    assert.same({ format = 1, version = ecs._VERSION, outcome = "success", ok = true, reason = "changed",
      pipeline = { id = "ip-1", name = "web" }, execution_id = "exec-1", image_id = "m-1",
      images = { ["cn-hangzhou"] = "m-1" }, content_hash = ecs.build_content.hash("RUN true"),
      times = { began = "2026-11-24T03:44:03Z", ended = "2026-11-24T03:44:04Z", build_seconds = 1 } },
      manifest.of({ outcome = "success", ok = true, reason = "changed", pipeline_id = "ip-1",
        execution_id = "exec-1", image_id = "m-1", images = { ["cn-hangzhou"] = "m-1" }, elapsed = 1 },
        { name = "web", build_content = "RUN true", began = 1795491843, ended = 1795491844.5 }))
  end)

  it("has no more than is known", function()
    assert.same({ format = 1, version = ecs._VERSION, outcome = "lost", ok = false, pipeline = {}, images = {},
      times = {}, error_code = "Gone" }, manifest.of({ outcome = "lost", ok = false, error_code = "Gone" }, {}))
  end)
end)
