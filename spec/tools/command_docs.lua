-- What is made from the table of commands and kept in the tree: the lists of docs/command.md, after its marker, and
-- what `make install` and the rock install below share/. `make command-docs` writes all of it anew;
-- spec/repo/command_docs_spec.lua says when that was forgotten.
local commands = require("ecs_pipeline.command.commands")
local help = require("ecs_pipeline.command.help")

local M = { PATH = "docs/command.md" }

local MARKER = "<!-- made by `make command-docs`, to the end -->\n"

local function code(text)
  return "`" .. text .. "`"
end

-- In a row of a table a pipe would end the cell.
local function cell(text)
  return (text:gsub("|", "\\|"))
end

local function rows(out, head, list, first, second)
  if list[1] then
    out[#out + 1] = ("| %s | |\n|---|---|"):format(head)
    for _, row in ipairs(list) do
      out[#out + 1] = ("| %s | %s |"):format(cell(first(row)), cell(second(row)))
    end
    out[#out + 1] = ""
  end
end

local function option_name(option)
  return (option.short and code(option.short) .. " " or "")
    .. code(option[1] .. (option.value and " " .. option.value or ""))
end

local function add_command(out, row)
  out[#out + 1] = ("### %s\n\n`ecs-pipeline %s`: %s.\n"):format(row.name, row.usage, row.summary)
  rows(out, "argument", row.arguments, function(argument) return code(argument[1]:upper()) end,
    function(argument) return argument[2] end)
  rows(out, "option", row.options, option_name, help.option_text)
  rows(out, "example", row.examples, function(example) return code(example[1]) end,
    function(example) return example[2] end)
  local exit = {}
  for _, pair in ipairs(help.exit_codes(commands, row)) do
    if row.exit and row.exit[pair[1]] then
      exit[#exit + 1] = pair
    end
  end
  rows(out, "exit code", exit, function(pair) return tostring(pair[1]) end, function(pair) return pair[2] end)
end

--- What stands after the marker.
function M.lists()
  local out = { "## Options of all commands\n" }
  rows(out, "option", commands.GLOBAL, option_name, help.option_text)
  out[#out + 1] = "## Exit codes\n"
  rows(out, "code", help.exit_codes(commands, {}), function(pair) return tostring(pair[1]) end,
    function(pair) return pair[2] end)
  out[#out + 1] = "## Variables\n"
  rows(out, "variable", commands.ENVIRONMENT, function(variable) return code(variable[1]) end,
    function(variable) return variable[2] end)
  for _, group in ipairs(commands.GROUPS) do
    out[#out + 1] = "## " .. group .. "\n"
    for _, row in ipairs(commands) do
      if row.group == group then
        add_command(out, row)
      end
    end
  end
  return (table.concat(out, "\n"):gsub("\n+$", "\n"))
end

--- The document with its lists.
-- @tparam string text of the document
-- @treturn string
function M.complete(text)
  local _, last = text:find(MARKER, 1, true)
  assert(last, M.PATH .. " has lost its marker")
  return text:sub(1, last) .. "\n" .. M.lists()
end

--- Files of share/ → their text.
function M.shared()
  return {
    ["share/man/man1/ecs-pipeline.1"] = require("ecs_pipeline.command.man").page(),
    ["share/bash-completion/completions/ecs-pipeline"] = require("ecs_pipeline.command.completion").bash(),
  }
end

local function write(path, text)
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
end

if arg and arg[0] and arg[0]:find("command_docs%.lua$") then
  local file = assert(io.open(M.PATH))
  local text = M.complete(file:read("*a"))
  file:close()
  write(M.PATH, text)
  for path, shared in pairs(M.shared()) do
    write(path, shared)
  end
end

return M
