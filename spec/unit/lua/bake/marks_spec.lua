-- The tags on executions by which they are found again.
local marks = require("ecs_pipeline.bake.marks")

describe("bake/marks", function()
  it("adds the digest of the token and the fingerprint to the caller's tags", function()
    assert.same({ team = "web", [marks.TOKEN] = marks.digest("t-1"), [marks.FINGERPRINT] = "v1:abc" },
      marks.tags({ team = "web" }, "t-1", "v1:abc"))
  end)

  it("leaves the fingerprint out where there is none, and the caller's table as it was", function()
    local own = { team = "web" }
    assert.same({ team = "web", [marks.TOKEN] = marks.digest("t-1") }, marks.tags(own, "t-1"))
    assert.same({ team = "web" }, own)
    assert.same({ [marks.TOKEN] = marks.digest("t-1") }, marks.tags(nil, "t-1"))
  end)

  it("tells tokens apart and shows none of them", function()
    local digest = marks.digest("0123456789abcdef")
    assert.matches("^%x+$", digest)
    assert.equal(32, #digest)
    assert.equal(digest, marks.digest("0123456789abcdef"))
    assert.not_equal(digest, marks.digest("0123456789abcdee"))
    assert.falsy(digest:find("0123456789", 1, true))
  end)
end)
