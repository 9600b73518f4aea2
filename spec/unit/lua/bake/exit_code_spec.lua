-- Exit codes for scripts: every outcome and every kind of error has one.
local ecs = require("ecs_pipeline")
local errors = require("ecs_pipeline.errors")
local exit_code = require("ecs_pipeline.bake.exit_code")

describe("ecs.exit_code", function()
  it("is 0 for what went well", function()
    for _, result in ipairs({ { ok = true, outcome = "success" }, { ok = true, outcome = "unchanged" },
      { ok = true, outcome = "partial" }, { ok = true, outcome = "dry_run" }, { id = "ip-1" }, {}, true }) do
      assert.equal(0, ecs.exit_code(result))
    end
  end)

  it("tells outcomes apart", function()
    local codes = {}
    for _, outcome in ipairs({ "failed", "test_failed", "partial", "cancelled", "timeout" }) do
      codes[#codes + 1] = ecs.exit_code({ ok = false, outcome = outcome })
    end
    assert.same({ 2, 3, 4, 5, 6 }, codes)
    assert.equal(1, ecs.exit_code({ ok = false, outcome = "unheard_of" }))
  end)

  it("has a code for every kind of error, given as the error or as the three values", function()
    local expected = { api = 1, protocol = 1, cancelled = 5, validation = 7, credentials = 8, denied = 8,
      conflict = 9, not_found = 10, throttled = 1, transport = 8, timeout = 1, storage = 12 }
    for kind in pairs(errors.KINDS) do
      local none, message, err = errors.fail("pipeline.create", { kind = kind, message = "no" })
      assert.equal(expected[kind], ecs.exit_code(err), kind)
      assert.equal(expected[kind], ecs.exit_code(none, message, err), kind)
      assert.is_number(exit_code.OF_KIND[kind])
    end
  end)

  it("says still running of a wait that ran out, and try again of what passes", function()
    local _, message, err = errors.fail("pipeline.delete", { kind = "timeout", code = "WAIT_TIMEOUT", message = "no" })
    assert.equal(6, ecs.exit_code(nil, message, err))
    _, message, err = errors.fail("pipeline.create", { kind = "api", message = "busy", retryable = true })
    assert.equal(11, ecs.exit_code(nil, message, err))
  end)

  it("tells what is safe to repeat from what was sent and may have been carried out", function()
    local function code(fields)
      fields.kind, fields.message = fields.kind or "transport", "no"
      local none, message, err = errors.fail("pipeline.create", fields)
      assert.equal(ecs.exit_code(none, message, err), ecs.exit_code(err)) -- the error alone says the same
      return ecs.exit_code(none, message, err)
    end
    assert.equal(13, code({ outcome = "unknown" }))
    assert.equal(13, code({ outcome = "unknown", kind = "cancelled" }))
    assert.equal(13, code({ outcome = "unknown", kind = "validation", code = "InvalidName.Malformed" }))
    assert.equal(11, code({ outcome = "unknown", retryable = true }))
    assert.equal(6, code({ outcome = "unknown", code = "WAIT_TIMEOUT", kind = "timeout" }))
  end)

  it("is 1 for anything else", function()
    assert.equal(1, ecs.exit_code(nil))
    assert.equal(1, ecs.exit_code(nil, "why"))
    assert.equal(1, ecs.exit_code(false, "thrown"))
    assert.equal(1, ecs.exit_code("thrown"))
    assert.equal(1, ecs.exit_code(nil, "why", {}))
    assert.equal(1, ecs.exit_code({ ok = false, failed = 1 })) -- of ecs.doctor
  end)
end)
