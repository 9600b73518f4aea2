--- Copies tables, and sorts in the order of bytes. Pure. Tables are read raw: no metamethods are
-- called.
local tables = {}

--- Writes all fields of a table into another.
-- @tparam table into is changed
-- @tparam ?table from nil counts as empty
-- @treturn table `into`
function tables.merge(into, from)
  if from then
    for key, value in next, from do
      into[key] = value
    end
  end
  return into
end

--- A shallow copy.
-- @tparam ?table from nil counts as empty
-- @treturn table
function tables.copy(from)
  return tables.merge({}, from)
end

local type = type

-- `seen` is made by the first table inside: few have one.
local function deep_copy(from, seen)
  local copy = {}
  if seen then
    seen[from] = copy
  end
  for key, inner in next, from do
    if type(inner) == "table" then
      seen = seen or { [from] = copy }
      inner = seen[inner] or deep_copy(inner, seen)
    end
    copy[key] = inner
  end
  return copy
end

--- A copy with copies of all tables inside, cycles included; without metatables.
-- @tparam table from
-- @treturn table
function tables.deep_copy(from)
  return deep_copy(from)
end

--- A shallow copy without some of its keys.
-- @tparam ?table from nil counts as empty
-- @tparam table left_out list of keys
-- @treturn table
function tables.without(from, left_out)
  local copy = tables.copy(from)
  for _, key in ipairs(left_out) do
    copy[key] = nil
  end
  return copy
end

-- The value of a build content: the text of a builder, anything else as it is.
local function text_of(value)
  local meta = type(value) == "table" and getmetatable(value)
  local is_builder = type(meta) == "table"
    and rawget(meta, "__name") == "ecs_pipeline.build_content"
  return is_builder and tostring(value) or value
end

--- Arguments in which a builder of a build content is its text.
-- @tparam table args
-- @treturn table args, or a shallow copy
function tables.with_texts(args)
  local build, test, content = rawget(args, "build_content"), rawget(args, "test_content"),
    rawget(args, "content")
  if type(build) ~= "table" and type(test) ~= "table" and type(content) ~= "table" then
    return args -- nearly always
  end
  return tables.merge(tables.copy(args), { build_content = text_of(build),
    test_content = text_of(test), content = text_of(content) })
end

local byte = string.byte

--- The order of bytes, for `table.sort`. If the process has called setlocale, Lua's own `<` on
-- strings follows that language ("a" before "B", "10" beside "1"); signatures and numbered tags
-- must be the same everywhere.
-- @tparam string a
-- @tparam string b
-- @treturn boolean whether a comes before b
function tables.bytewise(a, b)
  local i = 1
  while true do
    local x, y = byte(a, i), byte(b, i)
    if x ~= y then
      return x == nil or y ~= nil and x < y
    elseif x == nil then
      return false
    end
    i = i + 1
  end
end

--- The values of a list, each once, in their order.
-- @tparam table list
-- @treturn table
function tables.distinct(list)
  local out, seen = {}, {}
  for _, value in ipairs(list) do
    if not seen[value] then
      seen[value] = true
      out[#out + 1] = value
    end
  end
  return out
end

--- A set.
-- @tparam string|table given words with blanks between them, or a list
-- @treturn table word or item → true
function tables.set(given)
  local set = {}
  for _, item in ipairs(type(given) == "table" and given or {}) do
    set[item] = true
  end
  for word in (type(given) == "string" and given or ""):gmatch("%S+") do
    set[word] = true
  end
  return set
end

--- The keys of a table in the order of their bytes.
-- @tparam table from its keys are strings
-- @treturn {string,...}
function tables.sorted_keys(from)
  local keys = {}
  for key in next, from do
    keys[#keys + 1] = key
  end
  table.sort(keys, tables.bytewise)
  return keys
end

return tables
