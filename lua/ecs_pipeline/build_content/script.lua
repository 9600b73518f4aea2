--- Whole files and shell scripts as the argument of one RUN: `printf` writes the lines, each a word
-- in single quotes on a line of its own. So quotes, here-documents, comments, continued lines and
-- `set -e` reach the shell as they were. Pure.
local lines = require("ecs_pipeline.build_content.lines")
local quote = require("ecs_pipeline.text").quote

local script = {}

local PATH = "/tmp/build_script"
local PRINTF = "printf '%s\\n'"
local JOINT = " \\\n"

local function word(text)
  return text:find("[^%w_./+-]") and quote(text) or text
end

-- Lines of a text; its last line end is not a line.
local function written(text)
  local list = lines.physical((text:gsub("\n$", "")))
  for index, line in ipairs(list) do
    list[index] = quote(line)
  end
  table.insert(list, 1, PRINTF)
  return table.concat(list, JOINT)
end

-- The program of the first line, `sh` without one. → program with its arguments; nil if it cannot
-- be written
local function interpreter(text)
  local first = text:match("^#!([^\n]*)")
  if not first then
    return "sh"
  end
  local program = lines.rstrip(lines.lstrip(first))
  return program:find("^/[%w_./+-]+$") and program
    or program:find("^/[%w_./+-]+[ \t][%w_./+= \t-]+$") and program or nil
end

--- The argument of a RUN that runs a script in one shell, as a file that is removed after it.
-- @tparam string text lines end with LF
-- @treturn ?string argument; nil if the program in its first line has unusual characters
function script.run(text)
  local program = interpreter(text)
  return program and ("%s%s> %s && %s %s && rm -f %s"):format(written(text), JOINT, PATH, program,
    PATH, PATH)
end

--- The argument of a RUN that writes a file; its folder is created. The text ends with a line end
-- there.
-- @tparam string path absolute
-- @tparam string text lines end with LF
-- @tparam ?string mode octal digits
-- @treturn string
function script.file(path, text, mode)
  local plain, folder = word(path), path:match("^(.+)/[^/]*$")
  local pieces = {
    folder and "mkdir -p " .. word(folder) .. " && " or "",
    text == "" and ":" or written(text), text == "" and " " or JOINT, "> ", plain,
    mode and " && chmod " .. mode .. " " .. plain or "",
  }
  return table.concat(pieces)
end

-- The words in single quotes from `at`, and where they end.
local function read_words(text, at)
  local list = {}
  while text:find("^ '", at) do
    local pieces, from = {}, at + 2
    repeat
      local stop = text:find("'", from, true)
      if not stop then
        return nil
      end
      pieces[#pieces + 1] = text:sub(from, stop - 1)
      at, from = stop + 1, stop + 4
    until text:sub(stop, stop + 3) ~= "'\\''"
    list[#list + 1] = table.concat(pieces, "'")
  end
  return list, at
end

--- Reads what `script.run` wrote, after its lines were joined.
-- @tparam string argument of a RUN
-- @treturn ?table `{ program, text }`; nil if it is something else
function script.read(argument)
  if argument:sub(1, #PRINTF) ~= PRINTF then
    return nil
  end
  local list, at = read_words(argument, #PRINTF + 1)
  local program = list and argument:match("^ > " .. PATH .. " && (.-) " .. PATH .. " && rm %-f "
    .. PATH .. "$", at)
  return program and { program = program, text = table.concat(list, "\n") .. "\n" } or nil
end

return script
