-- Hints that follow from the Code alone.
local codes = require("ecs_pipeline.hints.codes")

describe("the hint of a code", function()
  it("says what to do about it, and nothing about a code that is not known", function()
    assert.equal("wait until the running execution has ended, or cancel it",
      codes.hint({ code = "InvalidImagePipeline.HasRunningExecution" }))
    assert.equal("make it private first: image.share with is_public = false", codes.hint({ code = "ImageIsPublic" }))
    assert.is_nil(codes.hint({ code = "invalidregionid.notfound" }))
    assert.is_nil(codes.hint({}))
  end)
end)
