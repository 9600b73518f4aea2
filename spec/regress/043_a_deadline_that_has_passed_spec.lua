-- What was: a request whose deadline had passed before it was sent had the code of a connection that nothing answers,
-- so it was sent again and again with the same result, and the hint was to check firewall and proxy. That every
-- transport gives the code, spec/contract holds.
local ecs = require("ecs_pipeline")
local emulator = require("ecs_pipeline.emulator")

describe("a deadline that has passed before anything is sent", function()
  it("says so, and does not blame the network", function()
    local service = emulator.new()
    local inner = service:transport()
    local late = { send = function(request) return inner.send(request, -1e300) end }
    local client = ecs.new({ region = "cn-hangzhou", transport = late,
      credentials = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" } })
    local _, message, err = client.pipeline.list()
    assert.equal("pipeline.list: timed out: the deadline passed before anything was sent [DEADLINE]", message)
    assert.same({ "timeout", "DEADLINE", 1 }, { err.kind, err.code, err.attempts })
    assert.is_nil(err.hint)
    assert.equal(0, #service:state().requests)
  end)
end)
