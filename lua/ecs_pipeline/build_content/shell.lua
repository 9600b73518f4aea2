--- The simple commands of a shell text, as far as the linter needs them: the program and its words.
-- Substitutions are not parsed, words have no quotes. Pure; accepts any bytes.
local shell = {}

-- Words before a command that are not part of it.
local PREFIX = { ["if"] = true, ["then"] = true, ["elif"] = true, ["else"] = true,
  ["while"] = true, ["until"] = true, ["do"] = true, ["!"] = true, ["{"] = true, time = true,
  exec = true, nohup = true, builtin = true, sudo = true, env = true, nice = true,
  timeout = true }
local TAKES_WORD = { ["-u"] = true, ["-g"] = true, ["-n"] = true }

-- The position where the bracket at `at` closes, or the end of the text.
local function closing(text, at)
  local depth, place = 0, at
  while place do
    depth = depth + (text:sub(place, place) == "(" and 1 or -1)
    if depth == 0 then
      return place
    end
    place = text:find("[()]", place + 1)
  end
  return #text
end

-- The end of the part that begins at `at` with a quote, a backquote, or the bracket of `$(`.
local function closed(text, at, sign)
  if sign == "(" then
    return closing(text, at)
  end
  local from = at + 1
  while true do
    local stop = text:find(sign == "'" and "'" or "[" .. sign .. "\\]", from)
    if not stop then
      return #text
    elseif text:sub(stop, stop) == sign then
      return stop
    end
    from = stop + 2
  end
end

local BLANKS = " \t\r\v\f"
local BLANK = { [" "] = true, ["\t"] = true, ["\r"] = true, ["\v"] = true, ["\f"] = true }
local QUOTE = { ["\""] = true, ["'"] = true, ["`"] = true }
local SEPARATOR = { [";"] = true, ["&"] = true, ["|"] = true, ["("] = true, [")"] = true,
  ["\n"] = true }
-- A part of a word without quotes, and the blanks after it.
local PLAIN = "^([^" .. BLANKS .. "\n\"'`\\;&|()]+)[" .. BLANKS .. "]*()"

local Reader = {}
Reader.__index = Reader

function Reader:end_word()
  if self.word then
    self.words[#self.words + 1] = self.word
    self.word = nil
  end
end

function Reader:end_command(separator)
  self:end_word()
  if #self.words > 0 then
    self.list[#self.list + 1] = { words = self.words, piped = self.before == "|" }
  end
  self.words, self.before = {}, separator
end

-- Reads the part that begins at `at`. → position where to continue
function Reader:step(text, at)
  local sign = text:sub(at, at)
  local word = self.word
  if BLANK[sign] then
    self:end_word()
  elseif sign == "#" and not word then
    return text:find("\n", at, true) or #text + 1
  elseif sign == "\\" then
    self.word = (word or "") .. text:sub(at + 1, at + 1)
    return at + 2
  elseif QUOTE[sign] or (sign == "(" and word and word:sub(-1) == "$") then
    local stop = closed(text, at, sign)
    self.word = (word or "") .. text:sub(at + 1, stop - 1)
    return stop + 1
  elseif SEPARATOR[sign] then
    local separator = text:match("^[;&|]+", at) or sign
    if not (sign == "&" and word and word:find("[<>]$")) then -- not of 2>&1
      self:end_command(separator)
    end
    return at + #separator
  else
    local piece, after = text:match(PLAIN, at)
    self.word = (word or "") .. piece
    if after > at + #piece then
      self:end_word()
    end
    return after
  end
  return at + 1
end

-- The words of a command without assignments, `sudo -u x`, `if` and similar words in front.
local function bare(words)
  local first = 1
  local prefixed = false
  while words[first] do
    local word = words[first]
    if PREFIX[word] then
      prefixed = true
    elseif prefixed and TAKES_WORD[word] then
      first = first + 1
    elseif not word:find("^[%a_][%w_]*=")
      and not (prefixed and (word:sub(1, 1) == "-" or word:find("^%d+[smhd]?$"))) then
      break
    end
    first = first + 1
  end
  if first == 1 then
    return words
  end
  local list = {}
  for index = first, #words do
    list[#list + 1] = words[index]
  end
  return list
end

--- The name of a program without its folder.
function shell.program(word)
  return (word:match("([^/]*)$"))
end

--- Commands of a text.
-- @tparam string text
-- @treturn table list of `{ words, piped = the output of another command is its input }`;
--   `words[1]` is the program; assignments, `sudo` and similar words are left out
function shell.commands(text)
  local reader = setmetatable({ list = {}, words = {} }, Reader)
  local at = 1
  while at <= #text do
    at = reader:step(text, at)
  end
  reader:end_command()
  local list = {}
  for _, command in ipairs(reader.list) do
    command.words = bare(command.words)
    if command.words[1] then
      list[#list + 1] = command
    end
  end
  return list
end

return shell
