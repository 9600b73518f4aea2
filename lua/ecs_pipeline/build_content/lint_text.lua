--- Findings about a content as a text: size, count, line ends, continuations, secrets.
local core = require("ecs_pipeline.core")
local MAX_BYTES = require("ecs_pipeline.build_content.lines").MAX_BYTES
local secrets = require("ecs_pipeline.build_content.secrets")

local lint_text = {}

local MAX_COMMANDS = 127

--- A text larger than this is only measured, not read: the service will not accept it.
lint_text.MAX_READ = 4 * MAX_BYTES

--- Checks the size, also of YAML.
function lint_text.size(text, report)
  if #text > MAX_BYTES then
    report("too_large", 1, #text .. " bytes; at most " .. MAX_BYTES .. " are accepted",
      "move files and scripts elsewhere and fetch them with COPY, or use components")
  end
end

local WIDE = { "^\255\254", "^\254\255", "^[^%z]%z[^%z]%z", "^%z[^%z]%z[^%z]" }

--- Checks the encoding, also of YAML.
-- @treturn boolean can the text be read? UTF-16 cannot
function lint_text.encoding(text, report)
  for _, pattern in ipairs(WIDE) do
    if text:find(pattern) then
      report("not_utf8", 1, "the text is UTF-16; a content is UTF-8",
        "save it as UTF-8 without a byte order mark")
      return false
    end
  end
  local number = 0
  for line in (core.is_utf8(text) and "" or text .. "\n"):gmatch("(.-)\n") do
    number = number + 1
    if not core.is_utf8(line) then
      report("not_utf8", number, "this line has bytes that are not UTF-8", "save the text as UTF-8")
      break
    end
  end
  return true
end

local function secret(report, code, line, what)
  report(code, line, "this line seems to hold " .. what
    .. "; everybody who can read the pipeline can read it, and it may stay in the image",
    "fetch it when the instance runs, with the instance's RAM role, or from a secret store")
end

--- Finds secrets, also in YAML.
-- @treturn function (found, line) reports one more secret, if none of its code is in that line
function lint_text.secrets(content, report)
  local named = {}
  local function tell(found, line)
    local place = line .. found.code
    if not named[place] then
      secret(report, found.code, line, found.what)
    end
    named[place] = true
  end
  local possible = secrets.possible(content.text)
  for number, line in ipairs(content.physical) do
    for _, found in ipairs(secrets.of_line(line, possible)) do
      tell(found, number)
    end
  end
  for _, group in ipairs(secrets.continued(content.physical)) do
    for _, found in ipairs(secrets.of_line(group.text, possible)) do
      local is_named = false
      for number = group.first, group.last do
        is_named = is_named or named[number .. found.code]
      end
      if not is_named then
        tell(found, group.first)
      end
    end
  end
  for _, command in ipairs(content.commands) do
    local pair = command.verb == "ENV" and command.form == "single" and command.pairs[1]
    if pair and secrets.is_named_value(pair.key, pair.value) then
      tell({ code = "password", what = "a password, secret or token" }, command.line)
    end
  end
  return tell
end

--- Checks the number of commands.
function lint_text.count(content, report)
  local commands = content.commands
  if #commands == 0 then
    report("no_commands", 1, "there is no command", "write one, or leave the argument out")
  elseif #commands > MAX_COMMANDS then
    report("too_many_commands", commands[MAX_COMMANDS + 1].line, #commands .. " commands; older "
      .. "documentation allows " .. MAX_COMMANDS .. ", and the service decides",
      "join shell commands with &&")
  end
end

-- The number of the first line that has the pattern, and how many lines have it. `sign`: what a
-- text must have somewhere, as a pattern.
local function lines_with(text, sign, pattern)
  if not text:find(sign) then
    return nil
  end
  local first, count, number = nil, 0, 0
  for line in (text .. "\n"):gmatch("(.-)\n") do
    number = number + 1
    if line:find(pattern) then
      first, count = first or number, count + 1
    end
  end
  return first, count
end

local CONTROL = "[%z\1-\8\11\12\14-\31\127]"

--- Finds CR LF line ends and control characters.
function lint_text.bytes(text, report)
  local first, count = lines_with(text, "\r", "\r$")
  if first then
    report("crlf", first, count .. (count == 1 and " line ends" or " lines end")
      .. " with CR LF; a shell can take the CR as a part of the last word",
      "save the text with LF, or text:gsub(\"\\r\\n\", \"\\n\")")
  end
  first = lines_with(text, "\r", "\r[^\r]")
  if first then
    report("crlf", first, "a CR inside the line, which does not end it", "end lines with LF")
  end
  first, count = lines_with(text, CONTROL, CONTROL)
  if first then
    report("control_character", first, "control characters in " .. count
      .. (count == 1 and " line" or " lines"), "remove them")
  end
end

local UNCLEAR = {
  blank = { "unclear_continuation", "blanks after the backslash: a shell would not continue the "
    .. "line there", "remove the blanks" },
  double = { "unclear_continuation", "two backslashes at the end: one is enough to continue the "
    .. "line, and two are a backslash to a shell", "write one, or none" },
  word = { "unclear_continuation", "the line is continued in the middle of a word",
    "put a blank before the backslash" },
  blank_line = { "unclear_continuation", "a blank line inside a continued command: the command can "
    .. "end there or continue on the next line", "remove the blank line" },
  comment = { "comment_in_continuation", "a comment inside a continued command: the command can "
    .. "end there or continue on the next line", "put the comment before the command" },
  swallowed = { "comment_in_continuation", "a comment inside a continued command: to a shell it "
    .. "ends with the command, not with the line", "put the comment before the command" },
  heredoc = { "here_document", "a here-document: the notation knows one command a line, so the "
    .. "service may take each line of it as a command", "write the lines with printf '%s\\n' "
    .. "'line' 'line' > file, or use :file and :script of build_content.new()" },
}

--- Checks continuations. Each command has each finding at most once.
function lint_text.continuations(content, report)
  for index, joined in ipairs(content.joined) do
    local told = {}
    for _, doubt in ipairs(joined.unclear) do
      local row = UNCLEAR[doubt.why]
      if row and not told[row] then
        told[row] = true
        report(row[1], doubt.line, row[2], row[3])
      end
    end
    if joined.cut then
      local row = UNCLEAR[joined.cut]
      report(row[1], joined.last_line, row[2], row[3])
    elseif joined.open and index == #content.joined then
      report("trailing_backslash", joined.last_line,
        "the last line ends with a backslash, but no line follows", "remove the backslash")
    end
  end
end

return lint_text
