--- Ctrl-C, for code that catches errors. The stand-alone interpreters raise it as an ordinary error
-- anywhere in Lua code; no handler may swallow it.

local interrupt = {}

--- Raises an interrupt again.
-- @param raised any value that was caught
function interrupt.let_through(raised)
  if type(raised) == "string" and raised:find("interrupted!$") then
    error(raised, 0)
  end
end

--- Calls a function of the user, like pcall, but raises interrupts again.
-- @tparam function fn
-- @param ... its arguments
-- @treturn boolean
-- @return its first result, or the error that it raised
function interrupt.shield(fn, ...)
  local ok, result = pcall(fn, ...)
  if not ok then
    interrupt.let_through(result)
  end
  return ok, result
end

return interrupt
