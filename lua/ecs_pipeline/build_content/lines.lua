--- Splits a text into commands: detects the notation, splits physical lines, joins continued ones.
-- The parser, the linter and the hash all use this file. Pure; accepts any bytes.
--
-- One command per line; a backslash at the end of a line continues it (blanks after it do not hide
-- it); a line that begins with "#" is a comment, unless it continues a command; a blank line ends a
-- continued command. CRs before the LF belong to the line end.
local quotes = require("ecs_pipeline.build_content.quotes")

local lines = {}

-- Listed here, because %s depends on the locale of the host.
local BLANKS = " \t\r\v\f"
local BLANK = "[" .. BLANKS .. "]"
local FIRST = "^" .. BLANK .. "*()"
local LAST = "^(.*[^" .. BLANKS .. "])"
local CONTINUED = "^(.*)(\\[" .. BLANKS .. "]*)$"

--- The text without blanks in front.
function lines.lstrip(text)
  return text:sub(text:match(FIRST))
end

--- The text without blanks at the end.
function lines.rstrip(text)
  return not text:find(BLANK, -1) and text or text:match(LAST) or ""
end

--- The words between blanks; quotes have no meaning.
-- @tparam string text
-- @treturn table list of strings
function lines.bare_words(text)
  local list = {}
  for word in text:gmatch("[^" .. BLANKS .. "\n]+") do
    list[#list + 1] = word
  end
  return list
end

-- A pattern like "^(.-)\r*$" would need a time that grows with the square of the number of CRs.
local function without_crs(line)
  local stop = #line
  while line:byte(stop) == 13 do
    stop = stop - 1
  end
  return line:sub(1, stop)
end

--- Physical lines, without their ends.
-- @tparam string text
-- @treturn table list of strings
function lines.physical(text)
  local list = {}
  local from = 1
  repeat
    local stop = text:find("\n", from, true)
    local line = text:sub(from, (stop or 0) - 1)
    list[#list + 1] = without_crs(line)
    from = (stop or 0) + 1
  until not stop
  return list
end

--- Is this the YAML notation? The first line that is neither blank nor a comment decides.
-- @tparam table physical lines
-- @treturn boolean
function lines.is_yaml(physical)
  for _, line in ipairs(physical) do
    local text = lines.lstrip(line)
    if text ~= "" and text:sub(1, 1) ~= "#" then
      return line:find("^%-%-%-") ~= nil or line:find("^Parameters[ \t]*:") ~= nil
        or line:find("^Tasks[ \t]*:") ~= nil
    end
  end
  return false
end

local function ends_with_blank(text)
  return text:find(BLANK, -1) ~= nil
end

-- Why the meaning of this continuation is not certain; nil if it is between two words, where it
-- counts as one blank. "quoted" is not a fault: only the blanks in it matter.
local function doubt(state, part, body, after)
  local stripped = lines.rstrip(body)
  if state.heredoc then
    return "heredoc"
  elseif state.comment then
    return "swallowed"
  elseif part.tail ~= "\\" then
    return "blank"
  elseif stripped:sub(-1) == "\\" then
    return "double"
  elseif lines.lstrip(after.body):sub(1, 1) == "#" then
    return "comment"
  elseif state.quote then
    return "quoted"
  elseif not ends_with_blank(body) and body ~= "" and lines.lstrip(after.body) == after.body then
    return body:find("[;&|(]$") and "operator" or "word"
  end
  return nil
end

-- Joins continued lines. → the text as a shell would join it, and the text in which every uncertain
-- continuation is left as it is.
local function join(parts, open)
  local state, plain, exact, unclear = quotes.new(), {}, {}, {}
  local clean = true -- the joint before this part was one blank, and has been written
  for index, part in ipairs(parts) do
    local after, body = parts[index + 1], part.body
    if clean then
      body = lines.lstrip(body)
    end
    quotes.advance(state, body)
    local why = after and doubt(state, part, body, after)
    clean = after ~= nil and not why
    if clean then
      body = lines.rstrip(body)
      body = body == "" and "" or body .. " "
      exact[index] = body
    elseif after or open then
      exact[index] = body .. part.tail .. "\n"
    else
      exact[index] = lines.rstrip(body)
    end
    plain[index] = body
    if why then
      unclear[#unclear + 1] = { line = part.line, why = why }
    end
  end
  return lines.rstrip(table.concat(plain)), table.concat(exact), unclear
end

local function finish(command, raw, open)
  local last = command.parts[#command.parts]
  command.last_line = last.line
  command.raw = table.concat(raw, "\n", command.line, last.line)
  command.open = open
  command.text, command.exact, command.unclear = join(command.parts, open)
  command.parts = nil
  return command
end

--- The commands of a text in the Dockerfile-like notation.
-- @tparam table physical lines
-- @treturn table list of `{ line, last_line, raw, text (continuations joined), exact (as text, but
--   uncertain continuations left as they are), open (true: its last line ends with a continuation),
--   unclear = { { line, why } } }`
function lines.commands(physical)
  local list, current = {}, nil
  for number, line in ipairs(physical) do
    local body, tail = line, nil
    if line:find("\\", 1, true) then
      body, tail = line:match(CONTINUED)
      body = body or line
    end
    local text = lines.lstrip(body)
    local blank = not tail and text == ""
    if current and blank then
      list[#list + 1] = finish(current, physical, true)
      current = nil
    elseif current then
      current.parts[#current.parts + 1] = { body = body, tail = tail, line = number }
    elseif text ~= "" and text:sub(1, 1) ~= "#" then
      current = { line = number, parts = { { body = body, tail = tail, line = number } } }
    end
    if current and not tail then
      list[#list + 1] = finish(current, physical, false)
      current = nil
    end
  end
  if current then
    list[#list + 1] = finish(current, physical, true)
  end
  return list
end

return lines
