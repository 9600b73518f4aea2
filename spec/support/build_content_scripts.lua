--- Build contents made up from a seed, the same on every Lua: as lists of commands, written out in any layout that
--- means the same, with and without faults.
local M = {}

local Random = {}
Random.__index = Random

--- Park and Miller's generator: exact in doubles.
function M.random(seed)
  return setmetatable({ state = seed * 7919 + 1 }, Random)
end

--- A whole number from 1 to `most`.
function Random:number(most)
  self.state = self.state * 16807 % 2147483647
  return math.floor(self.state / 2147483647 * most) + 1
end

function Random:of(list)
  return list[self:number(#list)]
end

function Random:one_in(count)
  return self:number(count) == 1
end

--- Bytes, mostly such as mean something here.
function Random:bytes(count)
  local signs = { "\n", "\n", "\r\n", "\\", "\\\n", " ", " ", "\t", "\"", "'", "#", "=", "<<", "$(", "(", "|", "-y",
    "RUN ", "ENV ", "COPY ", "COMPONENT ", "ic-1", "FROM ", "LABEL ", "CMD [", "\"]", "apt-get ", "install ", "--x ",
    "Tasks:", "password=", "acs:ecs:a:b:imagecomponent/c", "\239\187\191", "é", "https://a?b" }
  local pieces = {}
  for index = 1, count do
    pieces[index] = self:one_in(3) and string.char(self:number(256) - 1) or self:of(signs)
  end
  return table.concat(pieces)
end

-- Arguments are lists of words. A word may hold blanks inside quotes.
local GOOD = {
  { "RUN", "apt-get", "install", "-y", "nginx" }, { "RUN", "echo", "'a  b'", "\"it's  so\"" },
  { "RUN", "yum", "update" }, { "RUN", "test", "-f", "/etc/x", "||", "exit", "1" },
  { "RUN", "printf", "'%s\\n'", "$HOME" }, { "ENV", "A=\"1\"", "B=\"two  words\"" }, { "ENV", "PATH",
  "/opt/bin:$PATH" },
  { "ENV", "A=1" }, { "ENV", "A", "b", "c" },
  { "WORKDIR", "/opt/app" }, { "USER", "root" }, { "COPY", "https://example.com/a.tgz", "/opt" },
  { "COPY", "https://example.com/a?b=c", "/opt" }, { "COPY", "/tmp/a", "/tmp/b", "/opt" },
  { "LABEL", "k=\"v  w\"", "l=\"m\"" },
  { "LABEL", "plain" }, { "CMD", "[\"nginx\",", "\"-g\",", "\"daemon  off;\"]" }, { "CMD", "nginx", "-g" },
  { "CMD", "[broken" }, { "ENTRYPOINT", "/opt/run" }, { "RESTART" }, { "COMPONENT", "ic-bp1abc" },
  { "COMPONENT", "ic-bp1abc", "--name", "\"a  b\"", "--other", "c" }, { "COMPONENT", "ic-bp1abc", "stray" },
  { "COMPONENT", "acs:ecs:cn-hangzhou:123:imagecomponent/web:1.*.*" },
  { "COMPONENT", "acs:ecs:cn-hangzhou:123:imagecomponent/web/1.0.0", "--a", "b" },
  { "COMPONENT", "acs:ecs:cn-hangzhou:123:imagecomponent/web" },
}

local BAD = {
  { "run", "true" }, { "KICKSTART", "x" }, { "ADD", "a", "b" }, { "&&", "true" }, { "RUN" }, { "ENV" }, { "ENV", "A" },
  { "WORKDIR" }, { "WORKDIR", "/a", "/b" }, { "WORKDIR", "\"/a  b\"" }, { "USER" }, { "USER", "a", "b" }, { "COPY" },
  { "COPY", "https://example.com/a" }, { "LABEL" }, { "CMD" }, { "ENTRYPOINT" }, { "RESTART", "now" }, { "COMPONENT" },
  { "COMPONENT", "web" }, { "COMPONENT", "acs:ecs:cn-hangzhou:123:image/web" }, { "FROM", "IMAGE:m-2" }, { "FROM" },
  { "password", "=", "x" },
}

--- Commands, each a list of words with the verb in front; `bad`: one in how many is refused, nil for none.
function M.script(random, most, bad)
  local script = {}
  if random:one_in(5) then
    script[1] = { "FROM", "IMAGE:m-1" }
  end
  for _ = 1, random:number(most) do
    script[#script + 1] = random:of(bad and random:one_in(bad) and BAD or GOOD)
  end
  return script
end

--- Another script: a word of it is another one, or is left out, or a command is.
function M.changed(random, script)
  local copy = {}
  for index, command in ipairs(script) do
    copy[index] = {}
    for place, word in ipairs(command) do
      copy[index][place] = word
    end
  end
  local index = random:number(#copy)
  local command = copy[index]
  local way = random:number(3)
  if way == 1 or #command == 1 then
    table.remove(copy, index)
  elseif way == 2 then
    table.remove(command, random:number(#command - 1) + 1)
  else
    local at = random:number(#command - 1) + 1
    command[at] = command[at] .. random:of({ "x", "\"", "=", "\\n", "#", "é" })
  end
  return copy
end

local function between_commands(random, eol)
  local pieces = { eol }
  while random:one_in(3) do
    pieces[#pieces + 1] = random:of({ "", "  ", "# a comment", "\t# it's \\", "#" }) .. eol
  end
  return table.concat(pieces)
end

-- The layout may not break words, and a blank stands on one side of the backslash at least.
local function between_words(random, eol)
  if random:one_in(4) then
    local joint = "\\" .. eol
    return random:of({ " " .. joint .. "    ", joint .. "\t", "  " .. joint, " " .. joint .. " " .. joint .. " " })
  end
  return " "
end

--- The text of a script. `random` nil: one command a line and nothing else.
function M.text(script, random)
  local pieces = {}
  local eol = random and random:of({ "\n", "\r\n" }) or "\n"
  for index, command in ipairs(script) do
    if index > 1 then
      pieces[#pieces + 1] = random and between_commands(random, eol) or eol
    end
    pieces[#pieces + 1] = random and random:of({ "", "", "  " }) or ""
    for place, word in ipairs(command) do
      if place > 1 then
        pieces[#pieces + 1] = random and between_words(random, eol) or " "
      end
      if place == 2 and random and random:one_in(5) then
        pieces[#pieces + 1] = "  "
      end
      pieces[#pieces + 1] = word
    end
    pieces[#pieces + 1] = random and random:of({ "", "", " ", "\t " }) or ""
  end
  pieces[#pieces + 1] = random and random:of({ "", eol, eol .. eol }) or ""
  return table.concat(pieces)
end

return M
