--- Found by the marshalling fuzzer: a field whose name is the empty string was refused with an empty `param`, and the
--- message began with a colon. Now the name is shown as "".

local fixture = require("spec.support.core_fixture")

describe("a parameter without a name", function()
  it("is named in the refusal", function()
    local failures, err = fixture.failures("pipeline.create", fixture.create_args({ [""] = 1 }))
    assert.is_truthy(failures['""'])
    assert.equal('""', err.failures[1].param)
    assert.equal('"": not a parameter of pipeline.create', err.message:match("^(.-) %("))
  end)

  it("is named when it is the key of a tag", function()
    local failures = fixture.failures("pipeline.create", fixture.create_args({ tags = { [""] = "x" } }))
    assert.is_truthy(failures['tags.""'])
  end)
end)
