-- One call that deletes: safe to repeat, once "not found" is understood.
local delete = require("ecs_pipeline.call.delete")
local fake = require("spec.support.fake")

-- A client that ends as told after `uncertain` attempts; what it was called with.
local function client(err, uncertain)
  local called = {}
  return { invoke = function(_, operation, args, call_options, terms)
    called.operation, called.args, called.options, called.terms = operation, args, call_options, terms
    if not err then
      return { request_id = "R" }
    elseif err.dry_run then
      return err
    end
    local accepted = terms.accept(err, uncertain)
    if accepted then
      return accepted
    end
    return nil, "refused", err
  end }, called
end

local GONE = { code = "InvalidX.NotFound", request_id = "R-1" }

describe("a call that deletes", function()
  it("says that it did", function()
    local one, called = client()
    assert.same({ deleted = true, request_id = "R" }, delete(one, "x.delete", { id = "x-1" }, { deadline = 5 },
      { not_found = "InvalidX.NotFound" }))
    assert.same({ "x.delete", { id = "x-1" }, { deadline = 5 }, true },
      { called.operation, called.args, called.options, called.terms.idempotent })
  end)

  it("says that there was nothing to delete, or fails where that is an error", function()
    local terms = { not_found = "InvalidX.NotFound" }
    assert.same({ deleted = false, request_id = "R-1" }, delete((client(GONE, false)), "x.delete", {}, nil, terms))
    terms.missing = "error"
    assert.is_nil((delete((client(GONE, false)), "x.delete", {}, nil, terms)))
  end)

  it("has deleted when it is gone after an attempt without an answer, its own or an earlier call's", function()
    local terms = { not_found = { ["InvalidX.NotFound"] = true }, missing = "error" }
    assert.is_true(delete((client(GONE, true)), "x.delete", {}, nil, terms).deleted)
    terms.uncertain = true
    assert.is_true(delete((client(GONE, false)), "x.delete", {}, nil, terms).deleted)
  end)

  it("fails with any other code", function()
    local err = { code = "DependencyViolation" }
    local none, message, got = delete((client(err, true)), "x.delete", {}, nil, { not_found = "InvalidX.NotFound" })
    assert.same({ "nil", "refused" }, { tostring(none), message })
    assert.equal(err, got)
  end)

  it("says nothing of a dry run", function()
    assert.is_nil(delete((client({ dry_run = true })), "x.delete", {}, nil, { not_found = "X" }).deleted)
  end)

  it("deletes nothing without knowing what", function()
    local whole, transport = fake.client({ fake.unsent() })
    local result, message = whole.pipeline.delete("")
    assert.is_nil(result)
    assert.is_string(message)
    assert.equal(0, #transport.requests)
  end)
end)
