--- The help of the command `ecs-pipeline`, from its table. Pure.
local help = {}

local WIDTH = 79

--- "  --name VALUE   text", wrapped; the text begins in column `indent`, below a name that is long.
-- @tparam table out lines so far
-- @tparam string name
-- @tparam string text
-- @tparam integer indent
function help.entry(out, name, text, indent)
  local line = "  " .. name
  if #line + 2 > indent then
    out[#out + 1] = line
    line = ""
  end
  line = line .. (" "):rep(indent - #line)
  local empty = true
  for word in text:gmatch("%S+") do
    if not empty and #line + 1 + #word > WIDTH then
      out[#out + 1] = line
      line, empty = (" "):rep(indent), true
    end
    line = line .. (empty and "" or " ") .. word
    empty = false
  end
  out[#out + 1] = line
end

local function option_name(option)
  return (option.short and option.short .. ", " or "") .. option[1]
    .. (option.value and " " .. option.value or "")
end

--- What an option is for, with the words that it takes.
-- @tparam table option of the table
-- @treturn string
function help.option_text(option)
  local text = option[2]
  if option.choices then
    text = text .. " (" .. table.concat(option.choices, ", ") .. ")"
  end
  return text .. (option.repeated and not text:find("repeated") and "; may be repeated" or "")
end

local function options(out, title, list)
  if list[1] then
    out[#out + 1] = "\n" .. title .. ":"
    for _, option in ipairs(list) do
      help.entry(out, option_name(option), help.option_text(option), 26)
    end
  end
end

--- The row of a command, or nil.
-- @tparam table commands the table
-- @tparam string name
function help.find(commands, name)
  for _, row in ipairs(commands) do
    if row.name == name then
      return row
    end
  end
  return nil
end

--- Exit codes of a command: those of its row before those of all.
-- @tparam table commands the table
-- @tparam table row
-- @treturn table list of `{ code, meaning }`, by code
function help.exit_codes(commands, row)
  local list = {}
  for code, meaning in pairs(commands.EXIT_CODES) do
    list[#list + 1] = { code, row.exit and row.exit[code] or meaning }
  end
  table.sort(list, function(a, b) return a[1] < b[1] end)
  return list
end

--- All commands, by group.
-- @tparam table commands the table
-- @treturn string
function help.all(commands)
  local out = { "Usage: ecs-pipeline [options] COMMAND ...", "",
    "Alibaba Cloud ECS image pipelines: from a file to an image." }
  for _, group in ipairs(commands.GROUPS) do
    out[#out + 1] = "\n" .. group .. ":"
    for _, row in ipairs(commands) do
      if row.group == group then
        help.entry(out, row.name, row.summary, 14)
      end
    end
  end
  options(out, "Options of all commands", commands.GLOBAL)
  out[#out + 1] = "\necs-pipeline help COMMAND shows options, examples and exit codes of one."
  return table.concat(out, "\n") .. "\n"
end

--- One command, with examples and exit codes.
-- @tparam table commands the table
-- @tparam table row of it
-- @treturn string
function help.one(commands, row)
  local out = { "Usage: ecs-pipeline " .. row.usage, "" }
  out[#out + 1] = row.summary:sub(1, 1):upper() .. row.summary:sub(2) .. "."
  if row.arguments[1] then
    out[#out + 1] = "\nArguments:"
    for _, argument in ipairs(row.arguments) do
      help.entry(out, argument[1]:upper(), argument[2], 26)
    end
  end
  options(out, "Options", row.options)
  options(out, "Options of all commands", commands.GLOBAL)
  out[#out + 1] = "\nExamples:"
  for _, example in ipairs(row.examples) do
    out[#out + 1] = "  " .. example[1]
    out[#out + 1] = "      " .. example[2]
  end
  out[#out + 1] = "\nExit codes:"
  for _, pair in ipairs(help.exit_codes(commands, row)) do
    help.entry(out, ("%3d"):format(pair[1]), pair[2], 8)
  end
  return table.concat(out, "\n") .. "\n"
end

return help
