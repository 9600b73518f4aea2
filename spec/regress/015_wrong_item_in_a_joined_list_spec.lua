--- Found when ids were added to lists that are sent as one text: execution.describe{ status = { "SUCCESS", true } }
-- raised "attempt to concatenate a boolean value" from inside the C module. The refused item was still on the stack
-- when the items before it were joined.

local fixture = require("spec.support.core_fixture")

describe("a wrong item behind a right one in a joined list", function()
  for _, wrong in ipairs({ true, {}, 7 }) do
    it("is refused, not joined: a " .. type(wrong), function()
      local found = fixture.failures("execution.describe", { execution_id = "exec-1", status = { "SUCCESS", wrong } })
      assert.equal("a string", found["status[2]"].rule)
    end)
  end
end)
