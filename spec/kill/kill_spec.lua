-- Checks the table of `make test-kill`: a real process dies at the named point, an unsafe call shows duplicates, and a
-- call that is never killed does not pass. One row of the table runs completely.
local harness = require("spec.kill.harness")
local journals = require("spec.kill.journals")

local function named(module, name)
  for _, call in ipairs(require(module)) do
    if call.name == name then
      return call
    end
  end
end

describe("a real process, killed and started again:", function()
  local open

  after_each(function()
    if open then
      open:close()
      open = nil
    end
  end)

  it("pipeline.create with a client_token makes one pipeline, wherever it was killed", function()
    open = harness.open("spec.kill.calls")
    local call = named("spec.kill.calls", "pipeline.create, client_token")
    local reference = open:reference(call)
    assert.is_nil(harness.useless(reference))
    assert.same({ "request 1 is not sent yet", "request 1 is sent", "request 1 is answered, nobody has read it",
      "request 1 is answered and read" }, reference.points)
    for at, there in ipairs({ 0, 1, 1, 1 }) do
      local row = open:kill(call, at, reference)
      assert.same({}, row.problems)
      assert.same({ there, 1, 0 }, { #row.there.pipelines, #row.after.pipelines, row.duplicates })
    end
    local row, more = open:late(call, 2, 1, reference)
    assert.same({}, row.problems)
    assert.same({ true, 0, 1, 2 }, { more, #row.there.pipelines, #row.after.pipelines, #row.after.requests })
  end)

  it("without a token, what it makes twice is seen", function()
    open = harness.open("spec.kill.unsafe_calls")
    local call = named("spec.kill.unsafe_calls", "pipeline.create without a token")
    local reference = open:reference(call)
    assert.equal(0, open:kill(call, 1, reference).duplicates)
    for _, row in ipairs({ open:kill(call, 2, reference), open:kill(call, 4, reference),
      (open:late(call, 2, 1, reference)) }) do
      assert.equal(1, row.duplicates)
      assert.is_true(#row.problems > 0)
    end
  end)

  it("one journal holds what each of many processes wrote", function()
    local rows = 0
    journals.run(function(name, _, _, problems)
      rows = rows + 1
      assert.same({}, problems, name)
    end)
    assert.equal(4, rows)
  end)

  it("a call without points, and a point that is not reached, are no passes", function()
    open = harness.open("spec.kill.unsafe_calls")
    local call = named("spec.kill.unsafe_calls", "nothing")
    local reference = open:reference(call)
    assert.equal("there is no point to kill it at", harness.useless(reference))
    assert.matches("was not killed at point 1", open:kill(call, 1, reference).problems[1])
  end)
end)
