--- Ctrl-C: what goes on at the service, and the commands that follow it or cancel it.
local quote = require("ecs_pipeline.command.quote")

local interrupt = {}

--- `on_progress` of a command: remembers which execution is waited for, and shows the progress.
-- @tparam table context
-- @treturn function
function interrupt.watch(context)
  local options = context.options
  local mode = options.progress or context.output.quiet and "off"
    or context.output.format == "json" and "json" or context.output.no_color and "lines" or "auto"
  local show
  if mode ~= "off" then
    show, context.end_progress = context.ecs.progress({ stream = context.host.stderr, mode = mode })
  end
  return function(report)
    context.execution_id = report.execution_id or context.execution_id
    context.region = report.region or context.region
    return show and show(report)
  end
end

-- A command line that reaches the same service: the options of this one that say where it is.
local function line(context, name, ...)
  local options = context.options
  local words = { quote(context.host.name), name, ... }
  local region = context.region or context.file_region or options.region
  local where = { region = region, profile = options.profile, endpoint = options.endpoint }
  for _, key in ipairs({ "region", "profile", "endpoint" }) do
    if where[key] then
      words[#words + 1] = "--" .. key .. " " .. quote(where[key])
    end
  end
  for _, outcome in ipairs(options.accept or {}) do
    if name == "wait" then
      words[#words + 1] = "--accept " .. outcome
    end
  end
  return table.concat(words, " ")
end

local function same_again(context)
  local words = { quote(context.host.name) }
  for _, word in ipairs(context.host.arguments) do
    words[#words + 1] = quote(word)
  end
  return table.concat(words, " ")
end

local function cancel(context, id)
  local stderr = context.host.stderr
  local region = context.region or context.file_region
  local done, message = context.client.execution.cancel(id, region and { region = region } or nil)
  if not done then
    stderr:write("ecs-pipeline: ", message, "\n")
  elseif done.cancelled then
    stderr:write("ecs-pipeline: interrupted; execution ", id, " is being cancelled\n")
  else
    stderr:write("ecs-pipeline: interrupted; execution ", id, " had ended: ",
      tostring(done.status), "\n")
  end
  return done
end

--- Reports an interrupt, and cancels the execution if `--on-interrupt cancel` asks for it.
-- @tparam table context
function interrupt.report(context)
  local options, id = context.options, context.execution_id
  -- Without a journal, the same line with --force would begin a second build.
  local builds_again = id and options.force and not options.journal
  local out = { "", "ecs-pipeline: interrupted" }
  if id and options.on_interrupt == "cancel" and cancel(context, id) then
    return
  elseif id then
    out[#out] = out[#out] .. "; execution " .. id .. " goes on, and costs money while it runs"
    out[#out + 1] = "  to follow it:  " .. line(context, "wait", id)
    out[#out + 1] = "  to cancel it:  " .. line(context, "cancel", id, "--yes")
  end
  if context.command.name == "bake" and options.file ~= "-" and not builds_again then
    out[#out + 1] = "  the whole job: " .. same_again(context)
  end
  context.host.stderr:write(table.concat(out, "\n"), "\n")
end

return interrupt
