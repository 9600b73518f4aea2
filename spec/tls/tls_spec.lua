-- The rows of `make test-tls` as specs.
local harness = require("spec.tls.harness")

describe("TLS:", function()
  local open

  setup(function()
    open = harness.open()
  end)

  teardown(function()
    open:close()
  end)

  for _, row in ipairs(require("spec.tls.rows")) do
    it(row.server .. ", " .. row.what, function()
      local _, problems = open:run(row)
      assert.same({}, problems)
    end)
  end

  it("an unverified connection is lent to nobody", function()
    assert.is_true(open:lending())
  end)

  for _, row in ipairs(harness.REFUSED) do
    it("options: verify = " .. tostring(row[1].verify) .. ", insecure = " .. tostring(row[1].insecure), function()
      assert.is_true(harness.refuses(row))
    end)
  end
end)
