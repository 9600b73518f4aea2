-- Ctrl-C is not kept by what keeps other errors; a real one: spec/regress/016_interrupt_spec.lua.
local fake = require("spec.support.fake")
local interrupt = require("ecs_pipeline.interrupt")
local progress = require("ecs_pipeline.waiting.progress")

local INTERRUPTED = "script.lua:7: interrupted!"

local function raise(what)
  return function() error(what, 0) end
end

local function assert_interrupted(fn, ...)
  assert.same({ false, INTERRUPTED }, { pcall(fn, ...) })
end

describe("interrupt.shield", function()
  it("keeps errors of the user's functions, but for Ctrl-C", function()
    assert.same({ true, 3 }, { interrupt.shield(function(a, b) return a + b end, 1, 2) })
    assert.same({ false, "interrupted! by me" }, { interrupt.shield(raise("interrupted! by me")) })
    assert.same({ false, { 1 } }, { interrupt.shield(raise({ 1 })) })
    assert_interrupted(interrupt.shield, raise(INTERRUPTED))
  end)

  it("stands round on_event, log and on_progress", function()
    for _, options in ipairs({ { on_event = raise(INTERRUPTED) }, { log = raise(INTERRUPTED) } }) do
      local client, transport = fake.client({ fake.refusal(404, "X") }, options)
      assert_interrupted(client.pipeline.describe, "ip-1")
      assert.same({}, transport.requests)
    end
    assert_interrupted(progress.report, { on_progress = raise(INTERRUPTED), client = {} },
      { elapsed = 1, region = "cn-x" })
  end)
end)
