--- Runs a Lua chunk from a file of arguments: text only, with `string`, `table`, `math` and
-- `os.getenv`, within limits of instructions, time and memory.
--
-- A count hook holds the limits. It cannot see into functions of C, so each function here has a
-- limit of its own: on the size of its result, or on the steps that its pattern may need. A chunk
-- has nothing that catches errors (no pcall, no coroutines, no metatables), so a limit always ends
-- it. LuaJIT runs no hooks in compiled code, so the chunk is never compiled there.
local interrupt = require("ecs_pipeline.interrupt")

local sandbox = {}

local MIB = 1024 * 1024

--- The limits. Tests change them.
sandbox.INSTRUCTIONS = 2000000
sandbox.SECONDS = 5 -- of the processor
sandbox.MEMORY = MIB -- bytes, more than before the chunk ran

local MAX_ITEMS = 65536 -- of a list
local MAX_STEPS = 2e9 -- of one pattern, in the worst case; some seconds

-- Nothing below calls a method of a string: while a chunk runs, its own table has the methods, and
-- a function of the chunk that a hook calls would run without the hook.
local find, format, gsub = string.find, string.format, string.gsub
local match, rep = string.match, string.rep

-- Raises with the line of the chunk in front. A tail call leaves no line.
local function fail(run, message, ...)
  local level, line = 2, ""
  local frame = debug.getinfo(level, "Sl")
  while frame do
    if frame.source == run.source then
      line = frame.currentline .. ":"
      break
    end
    level = level + 1
    frame = debug.getinfo(level, "Sl")
  end
  error(format("%s:%s ", run.name, line) .. format(message, ...), 0)
end

local function check_time(run)
  if os.clock() > run.ends then
    fail(run, "the file ran longer than %g seconds", sandbox.SECONDS)
  end
end

local function check_size(run, bytes, what)
  if bytes > sandbox.MEMORY or bytes ~= bytes then -- or not a number
    fail(run, "the result of %s is too large: at most %d KiB", what, sandbox.MEMORY / 1024)
  end
end

-- The length of a list that C code may walk through. It need not be the number of its items.
local function length(run, list, name)
  if type(list) ~= "table" then
    fail(run, "%s wants a table, not a %s", name, type(list))
  end
  local count = #list
  if count > MAX_ITEMS then
    fail(run, "the list of %s is too long: at most %d items", name, MAX_ITEMS)
  end
  return count
end

local function bytes_of(list, first, last)
  local total = 0
  for index = first, last do
    local item = list[index]
    total = total + (type(item) == "string" and #item or 32)
  end
  return total
end

-- How often C code may have to look at a byte: each quantifier can begin again at each position.
local function check_pattern(run, name, text, pattern, plain)
  if type(text) ~= "string" or type(pattern) ~= "string" then
    fail(run, "%s wants a text and a pattern, not a %s and a %s", name, type(text), type(pattern))
  end
  check_time(run)
  local quantifiers = 0
  if not plain then
    local bare = gsub(gsub(gsub(pattern, "%%[b%d]", "x*"), "%%.", "x"), "%[%^?.[^%]]*%]", "x")
    quantifiers = select(2, gsub(bare, "[*+?-]", ""))
  end
  if (#text + 1) ^ (quantifiers + 1) * (1 + #pattern / 8) > MAX_STEPS then
    fail(run, "%s: this pattern may take too long on a text of %d bytes; use fewer of * + - ?, "
      .. "or a shorter text", name, #text)
  end
end

local function strings(run)
  local out = {}
  for _, name in ipairs({ "byte", "char", "format", "len", "lower", "reverse", "sub", "upper" }) do
    out[name] = string[name]
  end

  function out.rep(text, count, separator)
    text, separator, count = tostring(text), tostring(separator or ""), tonumber(count)
    if not count then
      fail(run, "string.rep wants a number")
    elseif count < 1 or #text + #separator == 0 then
      return ""
    end
    check_size(run, (#text + #separator) * count, "string.rep")
    count = math.floor(count)
    return rep(text .. separator, count - 1) .. text
  end

  function out.find(text, pattern, start, plain)
    check_pattern(run, "string.find", text, pattern, plain)
    return find(text, pattern, start, plain)
  end

  function out.match(text, pattern, start)
    check_pattern(run, "string.match", text, pattern)
    return match(text, pattern, start)
  end

  function out.gmatch(text, pattern)
    check_pattern(run, "string.gmatch", text, pattern)
    local step = string.gmatch(text, pattern)
    return function()
      check_time(run)
      return step()
    end
  end

  -- All captures of a match together are at most as long as the match, for each `%1` in the
  -- replacement.
  function out.gsub(text, pattern, replacement, count)
    check_pattern(run, "string.gsub", text, pattern)
    local kind, replace = type(replacement), replacement
    if kind == "string" or kind == "number" then
      replace = tostring(replacement)
      check_size(run, (#text + 1) * (1 + 1.5 * #replace) / 64, "string.gsub")
    elseif kind == "table" or kind == "function" then
      local total = 0
      replace = function(...)
        local value
        if kind == "table" then
          value = replacement[...]
        else
          value = replacement(...)
        end
        total = total + (type(value) == "string" and #value or 0)
        check_size(run, total, "string.gsub")
        return value
      end
    end
    return gsub(text, pattern, replace, count)
  end

  return out
end

local function tables(run)
  local out = {}

  function out.concat(list, separator, first, last)
    local count = length(run, list, "table.concat")
    first, last = tonumber(first or 1), tonumber(last or count)
    if not first or not last or last - first > MAX_ITEMS then
      fail(run, "table.concat wants the numbers of the first and the last item")
    end
    check_size(run, (last - first + 1) * #tostring(separator or "") + bytes_of(list, first, last),
      "table.concat")
    return table.concat(list, separator, first, last)
  end

  function out.insert(list, ...)
    length(run, list, "table.insert")
    return table.insert(list, ...)
  end

  function out.remove(list, ...)
    length(run, list, "table.remove")
    return table.remove(list, ...)
  end

  function out.sort(list, compare)
    check_size(run, bytes_of(list, 1, length(run, list, "table.sort")), "table.sort")
    return table.sort(list, compare)
  end

  function out.unpack(list, ...)
    length(run, list, "table.unpack")
    return (table.unpack or unpack)(list, ...) -- luacheck: ignore 143 113
  end

  return out
end

-- Without what changes the random numbers of the process; a file means the same each time.
local function numbers()
  local out = {}
  for name, value in pairs(math) do
    out[name] = name ~= "random" and name ~= "randomseed" and value or nil
  end
  return out
end

-- The globals of a chunk. A name that is not there is an error: nil would hide a typing error.
local function environment(run, getenv)
  return setmetatable({
    string = strings(run), table = tables(run), math = numbers(), os = { getenv = getenv },
  }, { __index = function(_, name)
    fail(run, "there is no %s here; a file of arguments has string, table, math and os.getenv",
      tostring(name))
  end })
end

local function compile(text, name, globals)
  local set = rawget(_G, "setfenv")
  if not set then
    return load(text, name, "t", globals)
  end
  local chunk, why = loadstring(text, name) -- luacheck: ignore 113
  return chunk and set(chunk, globals), why
end

-- A hook that is called before each instruction. LuaJIT has one hook for all coroutines.
local function watch(run, thread)
  local left = sandbox.INSTRUCTIONS
  collectgarbage()
  local ceiling = collectgarbage("count") + sandbox.MEMORY / 1024
  return function()
    if coroutine.running() ~= thread then
      return
    end
    left = left - 1
    if left < 0 then
      fail(run, "the file ran more than %d instructions", sandbox.INSTRUCTIONS)
    elseif left % 64 == 0 then
      check_time(run)
    end
    if collectgarbage("count") > ceiling then
      collectgarbage()
      if collectgarbage("count") > ceiling then
        fail(run, "the file used more than %d KiB of memory", sandbox.MEMORY / 1024)
      end
    end
  end
end

-- Runs a function in a coroutine, with the hook and with other methods of strings (`s:rep(9)`),
-- which the one metatable of all strings has.
local function limited(run, chunk, methods)
  local meta, hook, mask, count = getmetatable(""), debug.gethook()
  local before = meta.__index
  local thread = coroutine.create(chunk)
  debug.sethook(thread, watch(run, thread), "", 1)
  meta.__index = methods
  local ok, result = coroutine.resume(thread)
  meta.__index = before
  if rawget(_G, "jit") then
    debug.sethook(hook, mask, count)
  end
  return ok, result
end

--- Runs a chunk.
-- @tparam string text of the file
-- @tparam string name of the file, for messages
-- @tparam function getenv (name) → the value of an environment variable or nil
-- @treturn[1] boolean true
-- @return[1] the first value that the chunk returned
-- @treturn[2] nil
-- @treturn[2] string why, with the file and the line in front: "web.lua:3: …"
function sandbox.run(text, name, getenv)
  text = text:gsub("^\239\187\191", ""):gsub("^#[^\n]*", "")
  if text:find("^%s*\27") then
    return nil, name .. ": compiled Lua is not accepted; give the source"
  end
  local run = { name = name, source = "@" .. name, ends = os.clock() + sandbox.SECONDS }
  local globals = environment(run, getenv)
  local chunk, why = compile(text, run.source, globals)
  if not chunk then
    return nil, why
  end
  local compiler = rawget(_G, "jit")
  if compiler then
    compiler.off(chunk, true)
  end
  local ok, result = limited(run, chunk, globals.string)
  if ok then
    return true, result
  end
  interrupt.let_through(result)
  result = tostring(result)
  if result:sub(1, #name + 1) ~= name .. ":" then -- of a function here, called with wrong values
    result = name .. ": " .. result:gsub("^[^:]*:%d+: ", "")
  end
  return nil, result
end

return sandbox
