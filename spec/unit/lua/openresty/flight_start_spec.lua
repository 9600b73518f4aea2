-- The start that one of many makes.
local flight_start = require("ecs_pipeline.openresty.flight_start").run

-- Executions that there are; how the start ends.
local function client(executions, start)
  local asked = {}
  return { execution = {
    list = function(args)
      asked.list = args
      if executions.err then
        return nil, executions.err.message, executions.err
      end
      return executions
    end,
    start = function(args, options)
      asked.start, asked.token = args, options.client_token
      return start(args)
    end,
  } }, asked
end

local function made(id)
  return function() return { id = id } end
end

local JOB = { found = { id = "ip-1", region_id = "cn-beijing" } }

local function job(more)
  local all = { found = JOB.found }
  for name, value in pairs(more) do all[name] = value end
  return all
end

describe("the start of a single flight", function()
  it("adopts what runs, and starts nothing", function()
    local ecs, asked = client({ { id = "exec-1", status = "SUCCESS" }, { id = "exec-2", status = "BUILDING" } })
    local answer = flight_start(ecs, JOB)
    assert.same({ false, true, "exec-2", "ip-1" },
      { answer.started, answer.running, answer.result.execution_id, answer.result.pipeline_id })
    assert.is_nil(asked.start)
    assert.same({ image_pipeline_id = "ip-1", region_id = "cn-beijing" }, asked.list)
  end)

  local function token(executions, given)
    local ecs, asked = client(executions, made("exec-9"))
    local answer = flight_start(ecs, given or JOB)
    assert.equal(asked.token, answer.result.client_token)
    return asked.token
  end

  it("uses the token that every machine would use: of the newest execution, or of the key", function()
    local old = { id = "exec-1", status = "FAILED", creation_time = "2026-01-01T00:00:00Z" }
    local new = { id = "exec-2", status = "SUCCESS", creation_time = "2026-01-02T00:00:00Z" }
    assert.equal(token({ new }), token({ old, new }))
    assert.equal(token({ new, old }), token({ old, new }))
    assert.not_equal(token({ old }), token({ old, new }))
    assert.not_equal(token({}), token({ old }))
    assert.equal(token({}, job({ key = "abc" })), token({ old }, job({ key = "abc" })))
    assert.not_equal(token({}, job({ key = "exec-1" })), token({ old }))
    assert.not_equal(token({}), token({}, { found = { id = "ip-2", region_id = "cn-beijing" } }))
  end)

  it("uses another token with other tags, in whatever order they stand", function()
    assert.equal(token({}, job({ tags = { a = "1", b = "2" } })), token({}, job({ tags = { b = "2", a = "1" } })))
    assert.not_equal(token({}, job({ tags = { a = "12" } })), token({}, job({ tags = { a1 = "2" } })))
    assert.not_equal(token({}), token({}, job({ tags = { a = "1" } })))
  end)

  it("has started nothing when the service answers with an execution that was there before", function()
    local answer = flight_start((client({ { id = "exec-1", status = "SUCCESS" } }, made("exec-1"))), JOB)
    assert.same({ false, false }, { answer.started, answer.running })
    answer = flight_start((client({}, made("exec-1"))), JOB)
    assert.same({ true, true }, { answer.started, answer.running })
  end)

  it("adopts the one that a refusal names", function()
    local ecs = client({}, function()
      return nil, "busy", { kind = "conflict", execution_id = "exec-7" }
    end)
    local answer = flight_start(ecs, JOB)
    assert.same({ false, true, "exec-7" }, { answer.started, answer.running, answer.result.id })
  end)

  it("keeps of a failure what is plain data", function()
    local err = { kind = "denied", code = "Forbidden.RAM", message = "no", raw = { secret = true }, retryable = false,
      elapsed = 3 }
    local wanted = { err = { kind = "denied", code = "Forbidden.RAM", message = "no", retryable = false } }
    assert.same(wanted, flight_start((client({ err = err })), JOB))
    assert.same(wanted, flight_start((client({}, function() return nil, "no", err end)), JOB))
  end)
end)
