--- The parser of the command line, made from the table of commands by argparse.
local help = require("ecs_pipeline.command.help")
local to_number = require("ecs_pipeline.sorted_json").to_number

local parser = {}

local MISSING = "needs argparse: apt-get install lua-argparse, or luarocks install argparse"

local function number_of(name)
  return function(word)
    local value = to_number(word)
    if not value or value < 0 then
      return nil, name .. " wants a number, such as 30"
    end
    return value
  end
end

local function dest(name)
  return (name:gsub("^%-+", ""):gsub("-", "_"))
end

local function add_option(to, option)
  local names = (option.short and option.short .. " " or "") .. option[1]
  if option.kind == "flag" then
    return to:flag(names):target(dest(option[1]))
  end
  local added = to:option(names):target(dest(option[1]))
  if option.kind == "number" then
    added:convert(number_of(option[1]))
  end
  if option.choices then
    added:choices(option.choices)
  end
  if option.repeated then
    added:count(option.required and "+" or "*")
  else
    added:count(option.required and "1" or "?")
  end
end

local function add_argument(to, argument)
  local added = to:argument(argument[1])
  if argument.choices then
    added:choices(argument.choices)
  end
  if argument.repeated then
    added:args(argument.optional and "*" or "+")
  elseif argument.optional then
    added:args("?")
  end
end

-- `asked(name of the command)` is called by --help, and raises: it counts before anything that is
-- missing.
local function build(argparse, commands, asked)
  local top = argparse("ecs-pipeline"):add_help(false):command_target("command_name")
    :require_command(false)
  for _, option in ipairs(commands.GLOBAL) do
    local added = add_option(top, option)
    if option[1] == "--help" then
      added:action(function(result) asked(result.command_name or "help") end)
    end
  end
  for _, row in ipairs(commands) do
    local added = top:command(row.name):add_help(false):target("found")
    for _, option in ipairs(row.options) do
      add_option(added, option)
    end
    for _, argument in ipairs(row.arguments) do
      add_argument(added, argument)
    end
  end
  return top
end

-- An empty list of a repeatable option counts as not given.
local function clean(options)
  for name, value in pairs(options) do
    if type(value) == "table" and next(value) == nil then
      options[name] = nil
    end
  end
  return options
end

-- What is wrong, on one line, and the help of the command that it is about.
local function explained(wrong, commands, arguments)
  local line = "ecs-pipeline help"
  for _, word in ipairs(arguments) do
    if help.find(commands, word) then
      line = line .. " " .. word
      break
    end
  end
  if wrong:find("^unknown option '%-.'") then -- every option of one letter is as near as any other
    wrong = wrong:gsub("%s*\nDid you mean.*", "")
  end
  wrong = wrong:gsub("%s*\nDid you mean", "; did you mean")
  return wrong .. (wrong:find("%?$") and " See " or "; see ") .. line
end

--- Parses.
-- @tparam table commands the table
-- @tparam table arguments list of strings
-- @treturn[1] table row of the command
-- @treturn[1] table options: values by name, "-" as "_"; `help = true` if that is asked for
-- @treturn[2] nil
-- @treturn[2] nil
-- @treturn[2] string what is wrong
function parser.parse(commands, arguments)
  local there, argparse = pcall(require, "argparse")
  if not there then
    return nil, nil, MISSING
  end
  local named
  local ok, done, options = pcall(function()
    return build(argparse, commands, function(name)
      named = name
      error("help")
    end):pparse(arguments)
  end)
  if named then
    return help.find(commands, named), { help = named ~= "help" }
  end
  assert(ok, done)
  if not done then
    return nil, nil, explained(options, commands, arguments)
  elseif not options.command_name then
    return nil, nil, explained("a command is missing", commands, {})
  end
  return help.find(commands, options.command_name), clean(options)
end

return parser
