--- Ctrl-C, for code that catches errors. The stand-alone interpreters raise it as an ordinary error
-- wherever Lua code happens to run; nobody may swallow it.

local interrupt = {}

--- Raises an interrupt again.
-- @param raised any value that was caught
function interrupt.let_through(raised)
  if type(raised) == "string" and raised:find("interrupted!$") then
    error(raised, 0)
  end
end

--- Calls a function of the user whose error must not end our work: pcall, except for interrupts.
-- @tparam function fn
-- @param ... its arguments
-- @treturn boolean
-- @return its first result, or what it raised
function interrupt.shield(fn, ...)
  local ok, result = pcall(fn, ...)
  if not ok then
    interrupt.let_through(result)
  end
  return ok, result
end

return interrupt
