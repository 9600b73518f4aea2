--- Writes a build content command by command: `new():run("apt-get update"):env{ A = "b" }:text()`.
-- An argument that the service would refuse, or would read differently, raises an error that names
-- the verb. Pure, but for `script`, which reads a file; the same calls always give the same bytes.
local arguments = require("ecs_pipeline.build_content.arguments")
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local lines = require("ecs_pipeline.build_content.lines")
local platform = require("ecs_pipeline.platform")
local run_text = require("ecs_pipeline.build_content.run_text")
local script = require("ecs_pipeline.build_content.script")
local tables = require("ecs_pipeline.tables")
local words = require("ecs_pipeline.build_content.words")

local builder = {}

local MAX_SCRIPT = 1024 * 1024

local methods = {}
local Builder = { __index = methods, __name = "ecs_pipeline.build_content" }

--- Is the value a builder?
function builder.is(value)
  return type(value) == "table" and getmetatable(value) == Builder
end

local function refuse(verb, why)
  errors.raise("build_content: " .. verb .. ": " .. why)
end

local function own(self, verb)
  if not builder.is(self) then
    errors.raise("build_content: " .. verb .. ": use a colon, not a dot, as in "
      .. "build_content.new():" .. verb:lower() .. "(…)")
  end
end

local function add(self, line)
  self[#self + 1] = line
  return self
end

-- A string without control characters. `what` names the argument.
local function text_of(verb, what, value)
  if type(value) ~= "string" then
    refuse(verb, what .. " must be a string, not a " .. type(value))
  end
  value = value:gsub("\r\n", "\n")
  if value:find("[%z\1-\8\11-\31\127]") then
    refuse(verb, what .. " holds control characters"
      .. (value:find("%z") and "; if it is UTF-16, save it as UTF-8" or "; remove them"))
  end
  return value
end

local function line_of(verb, what, value)
  value = text_of(verb, what, value)
  if value:find("\n", 1, true) then
    refuse(verb, what .. " must be one line")
  elseif lines.lstrip(value) == "" then
    refuse(verb, what .. " is empty")
  elseif lines.rstrip(value):sub(-1) == "\\" then
    refuse(verb, what .. " must not end with a backslash, which would continue the line")
  end
  return value
end

local function word_of(verb, what, value)
  value = line_of(verb, what, value)
  if value:find("[ \t]") then
    refuse(verb, what .. " must be one word without blanks, even in quotes")
  end
  return value
end

-- A value as it is written in quotes. Numbers in digits, never 1e+15 or 40.0.
local function value_of(verb, name, value)
  local what = "the value of " .. name
  if type(value) == "boolean" then
    return tostring(value)
  elseif type(value) ~= "number" then
    value = text_of(verb, what, value)
    if value:find("\n", 1, true) then
      refuse(verb, what .. " must be one line")
    end
    return value
  elseif value ~= value or value - value ~= 0 then
    refuse(verb, what .. " must be a finite number")
  elseif value % 1 == 0 and value < 2 ^ 53 and value > -2 ^ 53 then
    return ("%d"):format(value)
  end
  return (("%.14g"):format(value):gsub("[^%w+-]+", ".")) -- the locale may write a comma
end

local function sorted_names(verb, map, pattern, rule)
  if type(map) ~= "table" then
    refuse(verb, "wants a table { name = value }, not a " .. type(map))
  end
  local names = {}
  for name in pairs(map) do
    if type(name) ~= "string" or not name:find(pattern) then
      refuse(verb, "the name " .. ("%q"):format(tostring(name)) .. " is not " .. rule)
    end
    names[#names + 1] = name
  end
  table.sort(names, tables.bytewise)
  return names
end

local function add_pairs(self, verb, map, pattern, rule)
  local names = sorted_names(verb, map, pattern, rule)
  if #names == 0 then
    refuse(verb, "the table is empty")
  end
  for index, name in ipairs(names) do
    names[index] = name .. "=" .. words.quote(value_of(verb, name, map[name]))
  end
  return add(self, verb .. " " .. table.concat(names, " "))
end

-- `("a", "b")` or `({ "a", "b" })` → list of checked strings, and whether it was given as a list
local function listed(verb, what, ...)
  local given, count, is_list = { ... }, select("#", ...), false
  if type(given[1]) == "table" and count == 1 then
    given, count, is_list = given[1], #given[1], true
  end
  local list = {}
  for index = 1, count do
    list[index] = text_of(verb, what, given[index])
  end
  return list, is_list
end

--- RUN: shell commands. Several are joined with `&&`; each may have several lines, which must say
-- how they are joined (`&&`, `;`, a backslash …).
-- @param ... strings, or one list of strings
-- @return the builder
-- @raise an empty command, a line without joint, an open quote, a comment or here-document before
--   the last line
function methods:run(...)
  own(self, "RUN")
  local commands = listed("RUN", "a command", ...)
  if #commands == 0 then
    refuse("RUN", "wants a shell command")
  end
  local argument, wrong = run_text.join(commands)
  if not argument then
    refuse("RUN", wrong)
  end
  return add(self, "RUN " .. argument)
end

-- Adds a RUN with a whole text in it, if the content then still has a size that is accepted.
local function add_text(self, what, argument, use)
  add(self, "RUN " .. argument)
  local size = #self:text()
  if size > lines.MAX_BYTES then
    self[#self] = nil
    refuse(what, ("with it the content has %d bytes, and %d are accepted; put it into OSS, "
      .. "and get it with :copy(\"https://<bucket>.oss-<region>-internal.aliyuncs.com/<object>\", "
      .. "%s"):format(size, lines.MAX_BYTES, use))
  end
  return self
end

--- RUN of a whole shell script, in one shell, as it is: with its continued lines, here-documents,
-- comments and `set -e`. The program in its `#!` line runs it, or `sh`.
-- @tparam string given text with at least one line end, or the path of a file
-- @return the builder
-- @raise a file that cannot be read, a script that is empty or makes the content larger than 16 KB
function methods:script(given)
  own(self, "SCRIPT")
  local text = text_of("SCRIPT", "the script", given)
  if not text:find("\n", 1, true) then
    local why
    text, why = platform.read_file(text, MAX_SCRIPT)
    if not text then
      refuse("SCRIPT", ("the file cannot be read (%s); a script as text has at least one line end, "
        .. "and a single command is :run(…)"):format(why))
    end
    text = text_of("SCRIPT", "the script", text)
  end
  if not text:find("[^%s]") then
    refuse("SCRIPT", "the script is empty")
  elseif text:sub(1, 3) == "\239\187\191" then
    refuse("SCRIPT", "the script begins with a byte order mark, which hides its #! line; save it "
      .. "as UTF-8 without one")
  end
  local argument = script.run(text)
  if not argument then
    refuse("SCRIPT", "the #! line must be a path, and options of letters and digits")
  end
  return add_text(self, "SCRIPT", argument, "\"/tmp\") and :run(\"sh /tmp/<object>\")")
end

--- RUN that writes a file into the image, with its folder. The file ends with a line end.
-- @tparam string path absolute
-- @tparam string text
-- @tparam ?string mode octal digits, such as "0755"
-- @return the builder
-- @raise a path that is not absolute, a text that makes the content larger than 16 KB
function methods:file(path, text, mode)
  own(self, "FILE")
  path = line_of("FILE", "the path", path)
  if path:sub(1, 1) ~= "/" or path:sub(-1) == "/" then
    refuse("FILE", "the path must be absolute, and the path of a file")
  elseif text == nil then
    refuse("FILE", "wants a path and the text of the file; to run a script, use :script(path)")
  elseif mode ~= nil and not (type(mode) == "string" and mode:find("^[0-7]?[0-7][0-7][0-7]$")) then
    refuse("FILE", "the mode must be a string of three or four octal digits, such as \"0755\"")
  end
  local argument = script.file(path, text_of("FILE", "the text", text), mode)
  return add_text(self, "FILE", argument, "\"<folder of the file>\")")
end

--- ENV: `k1="v1" k2="v2"` in the order of the names.
-- @tparam table map name → string, number or boolean
function methods:env(map)
  own(self, "ENV")
  return add_pairs(self, "ENV", map, "^[%a_][%w_]*$", "letters, digits and _")
end

--- LABEL: metadata, in the order of the names.
-- @tparam table map name → string, number or boolean
function methods:label(map)
  own(self, "LABEL")
  return add_pairs(self, "LABEL", map, "^[%w._/-]+$", "letters, digits, . _ / and -")
end

--- COPY: a URL, fetched with wget (needs internet_max_bandwidth_out above 0), or a local path.
-- @tparam string source one word; a URL without a query string
-- @tparam string target folder
function methods:copy(source, target)
  own(self, "COPY")
  source = word_of("COPY", "the source", source)
  if source:find("^%a[%w+.-]*://[^?]*%?") then
    refuse("COPY", "the URL must have no query string; use RUN with curl or wget for it")
  end
  return add(self, "COPY " .. source .. " " .. word_of("COPY", "the target", target))
end

--- WORKDIR: the folder of the commands after it.
-- @tparam string path one word
function methods:workdir(path)
  own(self, "WORKDIR")
  return add(self, "WORKDIR " .. word_of("WORKDIR", "the path", path))
end

--- USER: who runs the commands after it; must exist.
-- @tparam string user one word
function methods:user(user)
  own(self, "USER")
  return add(self, "USER " .. word_of("USER", "the user", user))
end

--- COMPONENT: an image component, with its parameters in the order of their names.
-- @param component "ic-…", an ARN `acs:ecs:<region>:<account>:imagecomponent/<name>:<version>`,
--   or a table that has the id
-- @tparam ?table parameters name → string, number or boolean
function methods:component(component, parameters)
  own(self, "COMPONENT")
  if type(component) == "table" then
    component = core.id("component", component)
  end
  component = word_of("COMPONENT", "the component", component)
  local parsed = arguments.of("COMPONENT", component)
  if not parsed.id and not parsed.arn then
    refuse("COMPONENT", "wants ic-… or acs:ecs:<region>:<account>:imagecomponent/<name>:<version>")
  end
  local pieces = { "COMPONENT", component }
  local names = sorted_names("COMPONENT", parameters or {}, "^%w[%w_.-]*$",
    "letters, digits, . _ and -")
  for _, name in ipairs(names) do
    local value = value_of("COMPONENT", name, parameters[name])
    -- A single word is written as it is, but a "-" in front would make it the next name.
    if value == "" or value:find("[^%w_./:@%%+,=-]") or value:sub(1, 1) == "-" then
      value = words.quote(value)
    end
    pieces[#pieces + 1] = "--" .. name .. " " .. value
  end
  return add(self, table.concat(pieces, " "))
end

local function json_text(text)
  return '"' .. text:gsub('["\\]', "\\%0"):gsub("\n", "\\n"):gsub("\t", "\\t") .. '"'
end

local function add_program(self, verb, ...)
  own(self, verb)
  local list, is_list = listed(verb, "a word", ...)
  if #list == 0 then
    refuse(verb, "wants a shell command, or the words of the exec form")
  elseif #list == 1 and not is_list then
    return add(self, verb .. " " .. lines.lstrip(line_of(verb, "the command", list[1])))
  end
  local pieces = {}
  for index, word in ipairs(list) do
    pieces[index] = json_text(word)
  end
  return add(self, verb .. " [" .. table.concat(pieces, ", ") .. "]")
end

--- CMD: what runs at system start. One string is the shell form; several, or a list, the exec form.
-- @param ... strings, or one list of strings
function methods:cmd(...)
  return add_program(self, "CMD", ...)
end

--- ENTRYPOINT: as `cmd`.
-- @param ... strings, or one list of strings
function methods:entrypoint(...)
  return add_program(self, "ENTRYPOINT", ...)
end

--- RESTART: restarts the instance.
function methods:restart(...)
  own(self, "RESTART")
  if select("#", ...) > 0 then
    refuse("RESTART", "has no argument")
  end
  return add(self, "RESTART")
end

--- A comment, one `#` line for each line of the text.
-- @tparam string text
function methods:comment(text)
  own(self, "COMMENT")
  for _, line in ipairs(lines.physical(text_of("COMMENT", "the text", text))) do
    line = lines.rstrip("# " .. line)
    if line:sub(-1) == "\\" then
      refuse("COMMENT", "a line must not end with a backslash, which would continue it")
    end
    add(self, line)
  end
  return self
end

--- The content. `tostring(builder)` gives the same.
-- @treturn string without LF at the end
function methods:text()
  own(self, "TEXT")
  return table.concat(self, "\n")
end

Builder.__tostring = methods.text

--- An empty content. Every method but `text` changes it and returns it.
-- @treturn table builder
function builder.new(...)
  if select("#", ...) > 0 then
    errors.raise("build_content.new: has no argument; to read a text, use build_content.parse")
  end
  return setmetatable({}, Builder)
end

--- The text of a builder; any other value as it is.
function builder.plain(value)
  return builder.is(value) and value:text() or value
end

return builder
