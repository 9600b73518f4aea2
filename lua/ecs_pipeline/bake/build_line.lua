--- Finds the line of a build content that failed. The service does not report it; but if its
-- message quotes a command or a part of one, the line of that command is known. Pure.
local parser = require("ecs_pipeline.build_content.parser")
local lines = require("ecs_pipeline.build_content.lines")
local secrets = require("ecs_pipeline.build_content.secrets")

local build_line = {}

-- Shorter texts occur in many messages by chance.
local LEAST = 6
local QUOTED = { '"([^"]+)"', "'([^']+)'", "`([^`]+)`", "%[([^%]]+)%]" }

-- Any number of blanks becomes one space, so that texts can be compared.
local function plain(text)
  return (text:gsub("[ \t\r\n\v\f]+", " "):gsub("^ ", ""):gsub(" $", ""))
end

-- Texts that may be a quotation: everything in quotes, without the sign of an end that was cut off.
local function quotations(message)
  local list = {}
  for _, pattern in ipairs(QUOTED) do
    for quoted in message:gmatch(pattern) do
      local text = plain(quoted:gsub("%.%.%.$", ""):gsub("…$", ""))
      if #text >= LEAST then
        list[#list + 1] = text
      end
    end
  end
  return list
end

-- The command whose whole argument is in the message; if there are several, the longest, which may
-- contain the others.
local function quoted_whole(commands, message)
  local best, size = nil, LEAST - 1
  for _, command in ipairs(commands) do
    local text = plain(command.argument)
    if #text > size and message:find(text, 1, true) then
      best, size = command, #text
    end
  end
  return best
end

-- The only command of which a quotation is a part.
local function quoted_in_part(commands, message)
  for _, text in ipairs(quotations(message)) do
    local match, count
    for _, command in ipairs(commands) do
      if plain(command.verb .. " " .. command.argument):find(text, 1, true) then
        match, count = { command = command, text = text }, (count or 0) + 1
      end
    end
    if count == 1 then
      return match.command, match.text
    end
  end
  return nil
end

-- The line of a command that contains the quotation; a command may have several lines.
local function exact_line(content, command, text)
  for number = command.line, command.last_line do
    if text and plain(content.physical[number]):find(text, 1, true) then
      return number
    end
  end
  return command.line
end

local function shown(line)
  local secret = secrets.of_line(line)[1]
  if not secret then
    return lines.lstrip(line)
  end
  return ("%s *** (%s)"):format(line:match("^%s*(%S+)") or "", secret.what)
end

--- Finds the line.
-- @tparam ?string text the content
-- @tparam string param "build_content" or "test_content"
-- @tparam table messages list of texts that may quote a command, the best first
-- @treturn ?table `{ param, line, text }`, secrets in the text masked; nil if nothing is quoted
function build_line.find(text, param, messages)
  if type(text) ~= "string" or text == "" then
    return nil
  end
  local content = parser.read(text)
  for _, message in ipairs(messages) do
    message = plain(message)
    local command = quoted_whole(content.commands, message)
    local part
    if not command then
      command, part = quoted_in_part(content.commands, message)
    end
    if command then
      local line = exact_line(content, command, part)
      return { param = param, line = line, text = shown(content.physical[line]) }
    end
  end
  return nil
end

local PARAM = { failed = "build_content", test_failed = "test_content" }

--- Finds the line from the result of a wait.
-- @tparam table result
-- @tparam table pipeline
-- @treturn ?table
function build_line.of(result, pipeline)
  local param = PARAM[result.outcome]
  if not param then
    return nil
  end
  local messages = { result.error_info, result.message }
  if not result.error_info then
    messages = { result.message }
  end
  for index = #result.timeline, 1, -1 do
    messages[#messages + 1] = result.timeline[index].message
  end
  return build_line.find(pipeline[param], param, messages)
end

return build_line
