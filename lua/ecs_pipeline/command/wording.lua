--- Messages of the library in the words of the command line: they name options and arguments of
-- Lua. What the command has no option for stays as it is.
local commands = require("ecs_pipeline.command.commands")
local help = require("ecs_pipeline.command.help")

local wording = {}

-- What messages call the words of a command line, by their kind.
local PARAMETERS = { component = "image_component_id", execution = "execution_id",
  image = "image_id", pipeline = "image_pipeline_id" }

-- The commands for functions that hints name. Not those that are also operations of `policy`.
local COMMANDS = { ["component.list"] = "components", ["ecs.doctor"] = "doctor",
  ["ecs.policy"] = "policy", ["execution.list"] = "executions", ["execution.wait"] = "wait",
  ["image.copy"] = "copy", ["image.describe"] = "show", ["image.list"] = "images",
  ["image.prune"] = "prune", ["image.share"] = "share", ["pipeline.import"] = "import",
  ["pipeline.list"] = "list", ["pipeline.plan"] = "plan" }

-- → what the library calls an option → the option; are arguments read from a file?
local function options_of(row)
  local names, reads_file = {}, false
  for _, argument in ipairs(row.arguments or {}) do
    for kind, parameter in pairs(PARAMETERS) do
      if argument.kind == kind or argument[1] == "id" then -- of show: an id of any kind
        names[parameter] = { argument[1]:upper() }
      end
    end
  end
  for _, list in ipairs({ commands.GLOBAL, row.options or {} }) do
    for _, option in ipairs(list) do
      names[option[1]:gsub("^%-%-", ""):gsub("-", "_")] = option
      names[option.argument or PARAMETERS[option.kind] or ""] = option
      reads_file = reads_file or option[1] == "--file"
    end
  end
  names[""] = nil
  local first = (row.arguments or {})[1]
  return names, reads_file or first ~= nil and first.kind == "file"
end

-- `replace = "retire"` → `--replace retire`; `force = true` → `--force`
local function assignments(text, names)
  return (text:gsub("([%l_]+) = (\"?)([%w_.-]+)%2", function(name, _, value)
    local option = names[name]
    local is_flag = option and option.kind == "flag"
    if not option or value == "false" or is_flag ~= (value == "true") then
      return nil
    end
    return is_flag and option[1] or option[1] .. " " .. value
  end))
end

-- `image.prune with snapshots = true` → `ecs-pipeline prune --snapshots`; nil if there is no such
-- option.
local function with_option(name, option)
  local row = COMMANDS[name] and help.find(commands, COMMANDS[name])
  local found = row and options_of(row)[option]
  return found and ("ecs-pipeline %s %s"):format(row.name, found[1])
end

-- `execution.wait("exec-1")` → `ecs-pipeline wait exec-1`
local function call(name, id)
  return help.find(commands, name) and ("ecs-pipeline %s %s"):format(name, id)
end

-- `image.list()` → `ecs-pipeline images`. The name of the operation that failed stands before a
-- colon and stays, and so does a call with other arguments than an id.
local function functions(text)
  text = text:gsub("%f[%w_.]execution%.(%l+)%(\"([%w-]+)\"%)", call)
    :gsub("([%l_]+%.[%l_]+) with ([%l_]+) = true", with_option)
    :gsub("([%l_]+%.[%l_]+) with ([%l_]+)%f[^%w_]", with_option)
  return (text:gsub("%f[%w_.]([%l_]+%.[%l_]+)(%(?%)?)()", function(name, _, after)
    local rest = text:sub(after, after + 5)
    local bare = not rest:find("^[:.(){\"%w_]") and rest ~= " with "
    return bare and COMMANDS[name] and "ecs-pipeline " .. COMMANDS[name] or nil
  end))
end

--- @tparam table row of the command
-- @tparam string text
-- @tparam ?table err what the text is of: in one of kind "validation", names of arguments are those
--   of options, unless the command reads its arguments from a file
-- @treturn string
function wording.of(row, text, err)
  local names, reads_file = options_of(row)
  local function option_of(name, rest)
    return names[name] and names[name][1] .. (rest or "")
  end
  text = functions(text)
  text = assignments(text, names):gsub("option \"([%l_]+)\"", option_of)
    :gsub("\"([%l_]+)\"( must )", option_of)
  if err and err.kind == "validation" and not reads_file then
    text = text:gsub("pass it, or a table with [%l_]+ or id", "pass it")
      :gsub("%f[%w_]%l+_[%l_]+%f[^%w_]", option_of)
      :gsub("%f[^%s]([%l_]+)(%[?%d*%]?: )", option_of)
  end
  return text
end

return wording
