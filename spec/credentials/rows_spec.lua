-- The table of `make test-credentials`, one test per row.
local harness = require("spec.credentials.harness")
local cache_rows = require("spec.credentials.cache_rows")

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
  for _, row in ipairs(cache_rows) do
    it(row.what, function()
      assert.is_nil((row.run()))
    end)
  end
end)
