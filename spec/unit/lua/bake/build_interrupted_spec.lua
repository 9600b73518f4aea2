-- execution.build, killed before and after every one of its sends and journal writes, then called again: one execution.
local cjson = require("cjson").new()
local mortal = require("spec.support.killed_at_step")
local virtual = require("spec.support.virtual")

-- Longer than a step of the build, so that there are few looks.
local function options(journal)
  return { poll = 900, journal = journal }
end

local function told_of(journal)
  for _, text in pairs(journal.entries) do
    if cjson.decode(text).reported then
      return true
    end
  end
  return false
end

-- → was it killed at all, executions, what the second call came to
local function killed_at(n, when, how)
  local client, emulator = virtual.client()
  local id = assert(client.pipeline.create(virtual.TEMPLATE)).id
  local death, journal = mortal.new(n, when), mortal.memory()
  local doomed = client.with({ transport = death.transport(emulator:transport()) })
  local given = how == "token" and { poll = 900, client_token = "one" } or options(death.journal(journal))
  if not mortal.run(function() assert(doomed.execution.build(id, given)) end) then
    return false
  end
  local told = told_of(journal)
  local again = assert(client.execution.build(id, how == "token" and given or options(journal)))
  assert.equal("success", again.outcome)
  return true, #emulator:state().executions, told
end

describe("execution.build, killed", function()
  for _, when in ipairs({ "before", "after" }) do
    it(when .. " every send and every journal write: one execution", function()
      local n, ends = 0, 0
      while true do
        local killed, executions, told = killed_at(n + 1, when)
        if not killed then
          break
        end
        n = n + 1
        -- Dead after the last write: the end counts as told of, so the next call is the next build.
        assert.equal(told and 2 or 1, executions, ("%s step %d"):format(when, n))
        ends = ends + (told and 1 or 0)
      end
      assert.equal(when == "after" and 1 or 0, ends)
      assert.is_true(n >= 7, "only " .. n .. " steps")
    end)

    it(when .. " every send, without a journal but with a client_token: one execution", function()
      local n = 0
      while true do
        local killed, executions = killed_at(n + 1, when, "token")
        if not killed then
          break
        end
        n = n + 1
        assert.equal(1, executions, ("%s step %d"):format(when, n))
      end
      assert.is_true(n >= 5, "only " .. n .. " steps")
    end)
  end

  it("twice in a row, at any two steps: one execution", function()
    local once = 0
    for first = 1, 6 do
      for second = 1, 6 do
        local client, emulator = virtual.client()
        local id = assert(client.pipeline.create(virtual.TEMPLATE)).id
        local journal = mortal.memory()
        for _, n in ipairs({ first, second }) do
          local death = mortal.new(n, "after")
          local doomed = client.with({ transport = death.transport(emulator:transport()) })
          mortal.run(function() doomed.execution.build(id, options(death.journal(journal))) end)
        end
        local told = told_of(journal)
        assert(client.execution.build(id, options(journal)))
        assert.equal(told and 2 or 1, #emulator:state().executions, first .. ", " .. second)
        once = once + (told and 0 or 1)
      end
    end
    assert.is_true(once > 20, once .. " pairs")
  end)
end)
