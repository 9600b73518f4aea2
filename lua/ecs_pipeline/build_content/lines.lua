--- Splits a text into commands: detects the notation, splits physical lines, joins continued ones.
-- The parser, the linter and the hash all use this file. Pure; accepts any bytes.
--
-- The vendor's page says: one command per line; a backslash at the end of a line continues it. The
-- rest is read as Docker reads a Dockerfile, and marked as unclear where it matters: blanks after
-- the backslash do not hide it; comment lines and blank lines are left out, also inside a continued
-- command, unless a command of the notation follows them; a here-document belongs to its command.
-- CRs before the LF belong to the line end.
local quotes = require("ecs_pipeline.build_content.quotes")

local lines = {}

--- What the service accepts: InvalidBuildContent.LengthExceeded. Bytes, not characters: the
-- vendor says "16 KB".
lines.MAX_BYTES = 16384

-- Listed here, because %s depends on the locale of the host.
local BLANKS = " \t\r\v\f"
local BLANK = "[" .. BLANKS .. "]"
local FIRST = "^" .. BLANK .. "*()"
local LAST = "^(.*[^" .. BLANKS .. "])"
local VERB = "^" .. BLANK .. "*(%u+)%f[" .. BLANKS .. "%z]"
local CONTINUED = "^(.*)(\\[" .. BLANKS .. "]*)$"

--- Every verb of the notation, in the order of the vendor's page.
lines.VERBS = { "COMPONENT", "RUN", "ENV", "WORKDIR", "COPY", "USER", "LABEL", "CMD", "ENTRYPOINT",
  "RESTART", "FROM" }

local IS_VERB = {}
for _, verb in ipairs(lines.VERBS) do
  IS_VERB[verb] = true
end

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

-- What a YAML content begins with: a document, a directive, one of the two keys of the top level
-- (in quotes or not, as a `?` key), a mapping in brackets, as in JSON, or an item of a list.
local YAML = { "^%-%-%-", "^%%YAML", "^[?]?[ \t]*[\"']?Parameters[\"']?[ \t]*:",
  "^[?]?[ \t]*[\"']?Tasks[\"']?[ \t]*:", "^{", "^%-%f[" .. BLANKS .. "%z]" }
-- Or any other key, as `tasks:` or what anchors: no command of the notation has a colon behind it.
local KEY = "^[\"']?([%w_.-]+)[\"']?:%f[" .. BLANKS .. "%z]"

--- Is this the YAML notation? The first line that is neither blank nor a comment decides.
-- @tparam table physical lines
-- @treturn boolean
function lines.is_yaml(physical)
  for number, line in ipairs(physical) do
    local text = lines.lstrip(number == 1 and line:gsub("^\239\187\191", "") or line)
    if text ~= "" and text:sub(1, 1) ~= "#" then
      for _, pattern in ipairs(YAML) do
        if text:find(pattern) then
          return true
        end
      end
      local key = text:match(KEY)
      return key ~= nil and not IS_VERB[key:upper()]
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
  if after.skipped then
    return after.skipped
  elseif state.heredoc then
    return "heredoc"
  elseif state.comment then
    return "swallowed"
  elseif part.tail ~= "\\" then
    return "blank"
  elseif stripped:sub(-1) == "\\" then
    return "double"
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
    if part.skipped then
      plain[index], exact[index] = "", body .. "\n"
    else
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
        unclear[#unclear + 1] = { line = after.skipped and after.line or part.line, why = why }
      end
    end
  end
  return lines.rstrip(table.concat(plain)), table.concat(exact), unclear, state
end

-- Faults of a continuation that change nothing but blanks.
local HARMLESS = { quoted = true, operator = true }

local function finish(command, raw, open)
  local last = command.parts[#command.parts]
  command.last_line = last.line
  command.raw = table.concat(raw, "\n", command.line, last.line)
  command.open = open
  local state
  command.text, command.exact, command.unclear, state = join(command.parts, open)
  command.parts = nil
  command.doubtful = command.doubtful or open or nil
  for _, found in ipairs(command.unclear) do
    command.doubtful = command.doubtful or not HARMLESS[found.why] or nil
  end
  return command, state.delimiter
end

-- The next line after `from` that ends a here-document. `ends`: every line of the content, without
-- tabs in front → the numbers of the lines.
local function heredoc_end(ends, delimiter, from)
  local numbers = ends[delimiter]
  while numbers and numbers[numbers.at] and numbers[numbers.at] <= from do
    numbers.at = numbers.at + 1
  end
  return numbers and numbers[numbers.at]
end

local function all_ends(physical)
  local ends = {}
  for number, line in ipairs(physical) do
    local text = line:find("[ \t]", -1) and lines.rstrip(line) or line
    text = text:byte() == 9 and text:match("^\t+(.*)$") or text
    if #text > 0 and #text <= quotes.MAX_DELIMITER then
      ends[text] = ends[text] or { at = 1 }
      table.insert(ends[text], number)
    end
  end
  return ends
end

-- Line → what stands before its continuation, the continuation; nil if it has none.
local function split_tail(line)
  if line:find("\\", 1, true) then
    local body, tail = line:match(CONTINUED)
    if body then
      return body, tail
    end
  end
  return line, nil
end

-- A blank line or a comment: why a continuation over it is unclear.
local function skipped(body, tail)
  local sign = body:match("^[ \t\r\v\f]*(.?)")
  return sign == "#" and "comment" or sign == "" and not tail and "blank_line" or nil
end

local Splitter = {}
Splitter.__index = Splitter

-- Ends the current command; the lines of a here-document that it begins belong to it.
-- → the number of its last line
function Splitter:finish(open)
  local command, delimiter = finish(self.current, self.physical, open)
  self.list[#self.list + 1] = command
  self.current, self.between = nil, {}
  if delimiter and (command.text:find("^RUN%s") or command.text:find("^COPY%s")) then
    self.ends = self.ends or all_ends(self.physical)
    local stop = heredoc_end(self.ends, delimiter, command.last_line)
    if stop then
      local body = table.concat(self.physical, "\n", command.last_line + 1, stop)
      command.text, command.exact = command.text .. "\n" .. body, command.exact .. "\n" .. body
      command.raw, command.last_line = command.raw .. "\n" .. body, stop
      table.insert(command.unclear, { line = command.line, why = "heredoc" })
      command.doubtful = true
    end
  end
  return command.last_line
end

-- Reads one line. → the number of the last line that was read
function Splitter:line(number)
  local body, tail = split_tail(self.physical[number])
  local why = skipped(body, tail)
  local current = self.current
  if why and current then
    self.between[#self.between + 1] = { body = self.physical[number], line = number, skipped = why }
    return number
  elseif why or (not current and lines.lstrip(body) == "") then
    return number
  elseif current and #self.between > 0 and IS_VERB[body:match(VERB) or ""] then
    self.after_open = true
    current.cut = self.between[1].skipped
    self:finish(true)
    current = nil
  end
  if not current then
    current = { line = number, parts = {}, doubtful = self.after_open }
    self.current, self.after_open = current, nil
  end
  for _, part in ipairs(self.between) do
    current.parts[#current.parts + 1] = part
  end
  self.between = {}
  current.parts[#current.parts + 1] = { body = body, tail = tail, line = number }
  return tail and number or self:finish(false)
end

--- The commands of a text in the Dockerfile-like notation.
-- @tparam table physical lines
-- @treturn table list of `{ line, last_line, raw, text (continuations joined), exact (as text, but
--   uncertain continuations left as they are), open (true: its last line ends with a continuation),
--   cut (the kind of line that ended it, if it is open), unclear = { { line, why } }, doubtful =
--   another reader may see other commands here }`
function lines.commands(physical)
  local splitter = setmetatable({ list = {}, physical = physical, between = {} }, Splitter)
  local number = 1
  while number <= #physical do
    number = splitter:line(number) + 1
  end
  if splitter.current then
    splitter:finish(true)
  end
  return splitter.list
end

return lines
