-- The table of `make test-credentials`, one test per row.
local harness = require("spec.credentials.harness")
local stories = require("spec.credentials.stories")

for _, family in ipairs(require("spec.credentials.rows")) do
  describe("credentials from " .. family.name, function()
    for _, row in ipairs(family.rows) do
      it("are " .. row[1], function()
        assert.is_nil(harness.new(row.setup):check(row))
      end)
    end
  end)
end

describe("the cache of credentials", function()
  for _, story in ipairs(stories) do
    it(story.what, function()
      assert.is_nil((story.run()))
    end)
  end
end)
