-- The round-trip law under every Lua; `make test-roundtrip` shows it as a table.
local law = require("spec.roundtrip.law")

local paths, known = law.paths()

describe("plan(import(id)) is empty, and another value is one change:", function()
  it("there are arguments", function()
    assert.is_true(#paths > 40)
  end)

  for _, path in ipairs(paths) do
    it(path, function()
      local wrong, tried = law.try(path, known)
      assert.same({}, wrong)
      assert.is_true(tried >= 2)
    end)
  end
end)
