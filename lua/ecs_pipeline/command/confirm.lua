--- Asks before something is deleted or cancelled: on a terminal. Elsewhere --yes is needed.
local confirm = {}

local CANCELLED = 5

local function needed(row, options)
  local ask = row.confirm
  if not ask or options.yes or options.dry_run then
    return false
  elseif ask.option then
    local value = options[ask.option]
    return value ~= nil and value ~= false and (ask.value == nil or value == ask.value)
  end
  return true
end

--- May the command run?
-- @tparam table context
-- @treturn[1] boolean true
-- @treturn[2] boolean false
-- @treturn[2] string why; `context.exit_code` is set if the answer was no
function confirm.ask(context)
  local row, options, host = context.command, context.options, context.host
  if not needed(row, options) then
    return true
  end
  local output = context.output
  if not (output:columns(host.stdin) and output:columns(host.stderr)) then
    return false, row.name .. ": nothing was done: without a terminal to ask on it wants --yes"
  end
  local first = row.arguments[1]
  host.stderr:write(row.confirm[1]:format(first and options[first[1]] or ""), " [y/N] ")
  host.stderr:flush()
  require("ecs_pipeline.core").await_input(host.stdin)
  local answer = host.stdin:read("*l")
  if not answer then
    host.stderr:write("\n") -- the question's line has ended with no Enter
  elseif answer:lower():find("^%s*y") then
    return true
  end
  context.exit_code = CANCELLED
  return false, row.name .. ": nothing was done"
end

return confirm
