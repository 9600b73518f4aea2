--- Joins shell text of several lines into the argument of one RUN. To the shell a RUN is one line,
-- so every line must say how it is joined to the next one. Pure.
local lines = require("ecs_pipeline.build_content.lines")
local quotes = require("ecs_pipeline.build_content.quotes")

local run_text = {}

local INDENT = "    "
local JOINING_WORDS = { ["then"] = true, ["do"] = true, ["else"] = true }

local function ends_with_backslash(line)
  return #line:match("(\\*)$") % 2 == 1
end

-- Does the shell expect more after this line? A sign after a backslash does not count, and "do" is
-- a shell word only at the start of a command.
local function joins(line)
  if line:find("[&|;(]$") then
    return not ends_with_backslash(line:sub(1, -2))
  end
  local words = line:match("([^;]*)$")
  return JOINING_WORDS[words:match("^%s*(%a+)$") or ""] == true
    or line == "{" or line:find("[ \t;&|)]{$") ~= nil
end

-- Why the next line cannot be a part of this one.
local function obstacle(state)
  if state.quote then
    return "a text in quotes continues on the next line; write the line end as \\n, for printf"
  elseif state.heredoc then
    return "a here-document cannot be written in one command; use printf, or COPY the file"
  elseif state.comment then
    return "a comment would hide the lines after it; use :comment()"
  end
  return nil
end

-- The lines that are not blank. A blank line inside quotes is kept, so that `obstacle` finds it.
local function filled(text)
  local list, state = {}, quotes.new()
  for number, line in ipairs(lines.physical(text)) do
    line = lines.rstrip(line)
    if line ~= "" or state.quote then
      list[#list + 1] = { text = lines.lstrip(line), number = number }
      quotes.advance(state, line)
    end
  end
  return list
end

-- A line with a line after it. → the line without its joint, or nil and what is wrong
local function before_another(line, state)
  local wrong = obstacle(state)
  if wrong then
    return nil, "line " .. line.number .. ": " .. wrong
  elseif ends_with_backslash(line.text) then
    return lines.rstrip(line.text:sub(1, -2))
  elseif not joins(line.text) then
    return nil, "line " .. line.number .. " does not say how the next one is joined to it; "
      .. "end it with && or ; or a backslash, or give each command as an argument of its own"
  end
  return line.text
end

-- The last line of a command; `final`: no other command follows.
local function last_of(line, state, final)
  if state.quote then
    return nil, "a quote is not closed"
  elseif state.heredoc or (state.comment and not final) then
    return nil, "line " .. line.number .. ": " .. obstacle(state)
  elseif line.text:sub(-1) == "\\" then
    return nil, "it ends with a backslash, and nothing follows"
  elseif final and (line.text:find("&&$") or line.text:find("|$")) then
    return nil, "it ends with " .. line.text:match("[&|]+$") .. ", and nothing follows"
  elseif not final and not joins(line.text) then
    return line.text .. " &&"
  end
  return line.text
end

--- One argument out of several commands, joined with `&&`, each of which may have several lines.
-- @tparam table commands list of strings
-- @treturn[1] string argument of RUN, lines ending with ` \`
-- @treturn[2] nil
-- @treturn[2] string what is wrong
function run_text.join(commands)
  local all = {}
  for number, text in ipairs(commands) do
    local list, state = filled(text), quotes.new()
    if #list == 0 then
      return nil, "the command is empty"
    end
    for index, line in ipairs(list) do
      local made, wrong
      quotes.advance(state, line.text)
      if index < #list then
        made, wrong = before_another(line, state)
      else
        made, wrong = last_of(line, state, number == #commands)
      end
      if not made then
        return nil, wrong
      end
      all[#all + 1] = made
    end
  end
  return table.concat(all, " \\\n" .. INDENT)
end

return run_text
