--- Parses a text into commands and the fields of their arguments; writes its canonical spelling.
-- Pure; accepts any bytes, never raises for a string.
local core = require("ecs_pipeline.core")
local arguments = require("ecs_pipeline.build_content.arguments")
local lines = require("ecs_pipeline.build_content.lines")
local script = require("ecs_pipeline.build_content.script")

local parser = {}

local WORD = "^([^ \t\r\v\f\n]+)"
local VERB = WORD .. "[ \t\r\v\f\n]*(.*)$"
local SPACED = WORD .. "[ \t\r\v\f]+(.*)$"

local function command(found)
  local verb, argument = found.text:match(VERB)
  local made = arguments.of(verb, argument)
  made.verb, made.argument, made.known = verb, argument, arguments.knows(verb)
  made.line, made.last_line, made.raw = found.line, found.last_line, found.raw
  made.doubtful = found.doubtful
  made.script = verb == "RUN" and script.read(argument) or nil
  return made
end

--- Reads a content.
-- @tparam string text
-- @treturn table `{ notation = "commands" or "yaml", bytes, text, physical = list of lines,
--   commands, joined = list as `lines.commands` makes it, one for each command }`; no commands of
--   YAML
function parser.read(text)
  local physical = lines.physical(text)
  local content = { notation = "commands", bytes = #text, text = text, physical = physical,
    commands = {}, joined = {} }
  if lines.is_yaml(physical) then
    content.notation = "yaml"
    return content
  end
  content.joined = lines.commands(physical)
  for index, found in ipairs(content.joined) do
    content.commands[index] = command(found)
  end
  return content
end

--- The commands of a content; the size if it is YAML.
-- @tparam string text
-- @treturn table list of commands, or `{ notation = "yaml", bytes }`
function parser.parse(text)
  local content = parser.read(text)
  if content.notation == "yaml" then
    return { notation = "yaml", bytes = content.bytes }
  end
  return content.commands
end

local function canonical_yaml(physical)
  local list = {}
  for index, line in ipairs(physical) do
    list[index] = lines.rstrip(line)
  end
  if list[#list] ~= "" then
    list[#list + 1] = ""
  end
  return table.concat(list, "\n")
end

--- The canonical spelling, which all contents of the same meaning have in common.
--
--   * Commands: comments and blank lines are left out; one blank follows the verb; blanks at both
--     ends are left out; a continuation between two words becomes one blank. A continuation whose
--     meaning is not certain is left as it is: inside quotes, within a word, after a comment sign,
--     in a here-document, after `\\`, with blanks after the backslash, before a comment line,
--     before the end of the text. Every line ends with LF. The order of commands and of pairs, and
--     all other text, does not change.
--   * YAML: CR LF becomes LF, blanks at the ends of lines are left out, the last line ends with LF.
-- @tparam string text
-- @treturn string
function parser.canonical(text)
  local content = parser.read(text)
  if content.notation == "yaml" then
    return canonical_yaml(content.physical)
  end
  local list = {}
  for index, found in ipairs(content.joined) do
    list[index] = found.exact:gsub(SPACED, "%1 %2", 1) .. "\n"
  end
  return table.concat(list)
end

--- A hash that is equal for contents that do the same: those with one canonical spelling.
-- @tparam string text
-- @treturn string "sha256:" and 64 digits
function parser.hash(text)
  return "sha256:" .. core.sign.sha256_hex(parser.canonical(text))
end

return parser
