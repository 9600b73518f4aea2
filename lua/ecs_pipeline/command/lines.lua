--- The line of each argument in the text of a file, for messages: parsers give values without
-- lines. Follows strings, comments and brackets of Lua and JSON, and the indentation of YAML. What
-- it does not understand has no line; nothing but a message depends on it.
local lines = {}

local function line_at(text, position)
  local _, count = text:sub(1, position - 1):gsub("\n", "")
  return count + 1
end

lines.at = line_at

local function join(stack, key)
  local parts = {}
  for _, name in ipairs(stack) do
    parts[#parts + 1] = name or nil
  end
  parts[#parts + 1] = key
  return table.concat(parts, ".")
end

-- A comment or a long string of Lua at a position → the position after it.
local function skip_lua(text, at)
  local level, start = text:match("^%-%-%[(=*)%[()", at)
  if not level then
    level, start = text:match("^%[(=*)%[()", at)
  end
  if level then
    local _, stop = text:find("]" .. level .. "]", start, true)
    return (stop or #text) + 1
  end
  return text:match("^%-%-[^\n]*()", at)
end

local function string_end(text, at, quote)
  local stop = at + 1
  while stop <= #text and text:sub(stop, stop) ~= quote do
    stop = stop + (text:sub(stop, stop) == "\\" and 2 or 1)
  end
  return stop
end

-- A key at a position → its name, the position after its separator.
local function key_of(text, at, is_lua)
  if not is_lua then
    if text:sub(at, at) == '"' then
      local stop = string_end(text, at, '"')
      local after = text:match("^%s*:()", stop + 1)
      return after and text:sub(at + 1, stop - 1), after
    end
    return nil
  end
  local _, quoted, after = text:match("^%[%s*([\"'])([^\"'\n]*)%1%s*%]%s*=()", at)
  if quoted then
    return quoted, after
  end
  local word
  word, after = text:match("^([%a_][%w_.]*)%s*=()", at)
  if word and text:sub(after, after) ~= "=" then
    return word, after
  end
  return nil
end

local function of_brackets(text, is_lua)
  local found, stack, pending, at = {}, {}, false, 1
  while at <= #text do
    local byte = text:sub(at, at)
    local key, after = key_of(text, at, is_lua)
    local skipped = is_lua and not key and skip_lua(text, at)
    if key then
      if #stack == 0 then -- a variable of the chunk; `args.name = …` sets an argument
        key = key:match("%.(.*)$")
      end
      if key then
        local path = join(stack, key)
        found[path] = found[path] or line_at(text, at)
      end
      pending, at = #stack > 0 and key, after
    elseif skipped then
      at = skipped
    elseif byte == '"' or is_lua and byte == "'" then
      at = string_end(text, at, byte) + 1
    else
      if byte == "{" or byte == "[" then
        stack[#stack + 1] = pending
        pending = false
      elseif byte == "}" or byte == "]" then
        stack[#stack] = nil
      elseif byte == "," or byte == ";" then
        pending = false
      end
      at = text:match("^[%w_]+()", at) or at + 1
    end
  end
  return found
end

local function of_indentation(text)
  local found, stack, number = {}, {}, 0
  for line in (text .. "\n"):gmatch("(.-)\r?\n") do
    number = number + 1
    local indent, key, after = line:match("^([ -]*)[\"']?([^%s:#\"'][^:#\"']*)[\"']?()")
    if key and (line:find("^%s*:%f[%s%z]", after) or line:find("^%s*:$", after)) then
      while stack[1] and stack[#stack].indent >= #indent do
        stack[#stack] = nil
      end
      local names = {}
      for index, item in ipairs(stack) do
        names[index] = item.key
      end
      local path = join(names, key)
      found[path] = found[path] or number
      stack[#stack + 1] = { indent = #indent, key = key }
    end
  end
  return found
end

--- @tparam string text
-- @tparam string format "lua", "json" or "yaml"
-- @treturn table "image_options.image_name" → line
function lines.of(text, format)
  if format == "yaml" then
    return of_indentation(text)
  end
  return of_brackets(text, format == "lua")
end

--- The line of an argument, else of what contains it.
-- @tparam table found of `lines.of`
-- @tparam string param as a failed check names it, such as "add_account[2]"
-- @treturn ?number
function lines.find(found, param)
  local path = param:gsub("%[%d+%]", "")
  while path do
    local line = found[path] or found[path .. "_file"]
    if line then
      return line
    end
    path = path:match("^(.*)%.[^.]*$")
  end
  return nil
end

return lines
