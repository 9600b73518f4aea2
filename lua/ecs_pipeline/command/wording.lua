--- Messages of the library in the words of the command line: they name options and arguments of
-- Lua. What the command has no option for stays as it is.
local wording = {}

-- → what the library calls an option → the option; are arguments read from a file?
local function options_of(row)
  local names, reads_file = {}, false
  for _, list in ipairs({ require("ecs_pipeline.command.commands").GLOBAL, row.options or {} }) do
    for _, option in ipairs(list) do
      names[option[1]:gsub("^%-%-", ""):gsub("-", "_")] = option
      names[option.argument or ""] = option
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
  text = assignments(text, names):gsub("option \"([%l_]+)\"", option_of)
    :gsub("\"([%l_]+)\"( must )", option_of)
  if err and err.kind == "validation" and not reads_file then
    text = text:gsub("%f[%w_]%l+_[%l_]+%f[^%w_]", option_of)
      :gsub("%f[^%s]([%l_]+)(%[?%d*%]?: )", option_of)
  end
  return text
end

return wording
