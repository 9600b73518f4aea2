--- Processes that are killed: a transport and a journal that die at their n-th step, before or after it has its effect.
local M = {}

M.KILLED = "killed"

--- Counts the steps of whatever it wraps, together, so that n goes through all of them in order.
-- `at` = the step that kills, `when` = "before" or "after" it.
function M.new(at, when)
  local steps = 0
  local function step(work)
    steps = steps + 1
    local mine = steps == at
    if mine and when == "before" then
      error(M.KILLED, 0)
    end
    local a, b = work()
    if mine then
      error(M.KILLED, 0)
    end
    return a, b
  end
  local self = {}
  function self.transport(inner)
    return { send = function(request, deadline)
      return step(function() return inner.send(request, deadline) end)
    end }
  end
  function self.journal(inner)
    return {
      get = function(_, key) return inner:get(key) end,
      put = function(_, key, entry)
        return step(function() return inner:put(key, entry) end)
      end,
    }
  end
  return self
end

--- A journal in memory.
function M.memory()
  local self = { entries = {} }
  function self.get(_, key) return self.entries[key] end
  function self.put(_, key, entry)
    self.entries[key] = entry
    return true
  end
  return self
end

--- → whether it was killed; other errors go through.
function M.run(work)
  local alive, why = pcall(work)
  if not alive and why ~= M.KILLED then
    error(why, 0)
  end
  return not alive
end

return M
