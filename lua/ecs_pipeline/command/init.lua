--- The command `ecs-pipeline`: from a command line to one call of the library, and to an exit code.
-- `version` and `help` load neither the library nor a C module; no command loads what it does not
-- need.
local commands = require("ecs_pipeline.command.commands")

local command = {}

local FAILED = 1
local CONFIGURATION = 8
local USAGE = 64
local INTERRUPTED = 130

-- Where the functions of commands are: `module` of the table.
local MODULES = {
  api = function() return require("ecs_pipeline.command.api") end,
  completion = function() return require("ecs_pipeline.command.completion") end,
  emulator = function() return require("ecs_pipeline.command.emulator") end,
  executions = function() return require("ecs_pipeline.command.executions") end,
  images = function() return require("ecs_pipeline.command.images") end,
  init = function() return command end,
  man = function() return require("ecs_pipeline.command.man") end,
  pipelines = function() return require("ecs_pipeline.command.pipelines") end,
  tools = function() return require("ecs_pipeline.command.tools") end,
}

--- `ecs-pipeline version`
function command.version()
  return require("ecs_pipeline.version") .. "\n"
end

--- `ecs-pipeline help [COMMAND]`
function command.help(_, options)
  local help = require("ecs_pipeline.command.help")
  if not options.command then
    return help.all(commands)
  end
  local row = help.find(commands, options.command)
  if not row then
    return nil, ("no command %s: ecs-pipeline help lists them"):format(options.command)
  end
  return help.one(commands, row)
end

-- What a command gets besides its options, each made when it is first used.
local LAZY = {}

function LAZY.ecs(context)
  return context.host.ecs or require("ecs_pipeline")
end

-- Warnings go where everything else goes, unless ECS_PIPELINE_LOG says what is wanted.
local function warn(context)
  return (context.host.env("ECS_PIPELINE_LOG") or "") == "" and function(event)
    if event.type == "warning" or event.type == "skew" then
      context.output:warning(context, event.message)
    end
  end or nil
end

function LAZY.client(context)
  local options, ecs = context.options, context.ecs
  local timeout = not context.command.waits and options.timeout or nil
  return ecs.new({ region = options.region, endpoint = options.endpoint,
    timeout = timeout, retry = timeout and { deadline = timeout } or nil,
    credentials = options.profile and ecs.credentials.profile({ name = options.profile }) or nil,
    user_agent = "ecs-pipeline", on_event = warn(context) })
end

function LAZY.progress(context)
  return require("ecs_pipeline.command.interrupt").watch(context)
end

local Context = { __index = function(context, name)
  local make = LAZY[name]
  if make then
    local value = make(context)
    rawset(context, name, value)
    return value
  end
end }

-- → exit code
local function ended(context, result, message, err)
  if result ~= nil then
    local code = type(result) == "string" and 0 or context.ecs.exit_code(result)
    context.output:result(context, result, code ~= 0 or context.failed)
    return context.exit_code or code
  end
  context.output:error(context, message, err)
  return err and context.ecs.exit_code(nil, message, err) or context.exit_code or USAGE
end

-- What was raised: an interrupt; a C module that is missing; a mistake of the command line that
-- `errors.raise` reports, such as a number out of range. Anything else is a bug, and stays raised.
-- → exit code
local function raised(context, why)
  local text = type(why) == "string" and why or ""
  if text:find("interrupted!$") then
    require("ecs_pipeline.command.interrupt").report(context)
    return INTERRUPTED
  elseif text:find("module 'ecs_pipeline%.core' not found") then
    local lua = rawget(_G, "jit") and "luajit" or "lua" .. _VERSION:match("%d%.%d")
    context.output:error(context, ("the C modules are not built for %s: make build LUA=%s, or run "
      .. "this under another Lua: lua5.4 %s"):format(lua, lua, context.host.name))
    return CONFIGURATION
  elseif text == "" or text:find("ecs_pipeline/.-%.lua:%d+: ") then
    error(why, 0)
  end
  context.output:error(context, (text:gsub("^.-:%d+: ", "", 1)))
  return USAGE
end

-- → exit code
local function run(context)
  local row = context.command
  local ok, result, message, err = pcall(function()
    local allowed, why = require("ecs_pipeline.command.confirm").ask(context)
    if not allowed then
      return nil, why
    end
    return MODULES[row.module]()[row.name](context, context.options)
  end)
  local end_progress = rawget(context, "end_progress")
  if end_progress then
    end_progress()
  end
  return ok and ended(context, result, message, err) or raised(context, result)
end

-- `version` and `help` read no variable: they do not load what reads them.
local function env(name)
  return require("ecs_pipeline.platform").env(name)
end

-- `version` and `help` need no parser.
local function plain(arguments)
  local first = arguments[1]
  if first == "version" or first == "--version" then
    return #arguments == 1 and command.version() or nil
  elseif first == "help" or first == "--help" or first == "-h" then
    return #arguments <= 2 and command.help(nil, { command = arguments[2] }) or nil
  end
end

--- Runs a command.
-- @tparam table arguments list of strings
-- @tparam ?table host `{ stdout, stderr, stdin, env, ecs, columns, name }`: three files, functions
--   from a variable to its value and from a file to the width of its terminal, the library, how
--   this program is called; each has a default
-- @treturn integer exit code
function command.main(arguments, host)
  local given = host or {}
  host = { stdout = given.stdout or io.stdout, stderr = given.stderr or io.stderr,
    stdin = given.stdin or io.stdin, env = given.env or env, ecs = given.ecs,
    columns = given.columns, name = given.name or "ecs-pipeline", arguments = arguments }
  local text = plain(arguments)
  if text then
    host.stdout:write(text)
    return host.stdout:flush() and 0 or FAILED
  end
  local row, options, wrong = require("ecs_pipeline.command.parser").parse(commands, arguments)
  if not row then
    host.stderr:write("ecs-pipeline: ", wrong, "\n")
    return USAGE
  end
  local output = require("ecs_pipeline.command.output").new(host, options)
  if options.help then
    output:text(command.help(nil, { command = row.name }))
    return output:close(0)
  end
  return output:close(run(setmetatable({ host = host, options = options, output = output,
    command = row }, Context)))
end

return command
