--- Ctrl-C, for code that makes something of what other code raises. The stand-alone interpreters
-- raise it as an ordinary error wherever Lua code happens to run; nobody may keep it.

local interrupt = {}

--- Raises what was raised once more, when it is an interrupt.
-- @param raised any value
function interrupt.let_through(raised)
  if type(raised) == "string" and raised:find("interrupted!$") then
    error(raised, 0)
  end
end

--- A function of the user's, whose failure must not be ours: pcall, but for interrupts.
-- @tparam function fn
-- @param ... its arguments
-- @treturn boolean
-- @return its first result, or what it raised
function interrupt.shield(fn, ...)
  local ok, got = pcall(fn, ...)
  if not ok then
    interrupt.let_through(got)
  end
  return ok, got
end

return interrupt
