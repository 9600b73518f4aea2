--- Reads LuaCATS annotations, and compares them with the library. Knows only what `make types` writes.
local M = {}

local function class(found, name)
  found.classes[name] = found.classes[name] or { fields = {} }
  return found.classes[name]
end

local read = {}

function read.class(found, state, rest)
  local name, parent = rest:match("^(%S+) : (%S+)$")
  state.class = class(found, name or rest)
  state.name, state.class.parent, state.class.defined = name or rest, parent, true
end

function read.field(_, state, rest)
  local name, kind = rest:match("^([%w_]+%??) (%S+)")
  state.class.fields[name:gsub("%?$", "")] = kind
end

function read.param(_, state, rest)
  local name, kind = rest:match("^(%S+) (%S+)")
  table.insert(state.params, { name = name:gsub("%?$", ""), type = kind })
end

read["return"] = function(_, state, rest)
  table.insert(state.returns, rest:match("^%S+"))
end

--- The annotations of a text: { classes = { [name] = { parent, fields = { [name] = type } } }, functions = { [name] =
--- { params = { { name, type } }, returns = { types } } }, of = { [local name] = class } }.
-- @tparam string text
-- @tparam ?table found of other texts, which is completed
function M.read(text, found)
  found = found or { classes = {}, functions = {}, of = {} }
  local state = { params = {}, returns = {} }
  for line in text:gmatch("[^\n]*") do
    local tag, rest = line:match("^%-%-%-@(%l+) (.*)$")
    local name, arguments = line:match("^function ([%w_.:]+)%((.*)%) end$")
    local holder = line:match("^local ([%w_]+) = {}$")
    if tag and read[tag] then
      read[tag](found, state, rest)
    elseif name then
      found.functions[(name:gsub(":", "."))] = { params = state.params, returns = state.returns, arguments = arguments }
      state.params, state.returns = {}, {}
    elseif holder then
      found.of[holder] = state.name
    end
  end
  return found
end

local function has_field(found, name, field)
  local at = found.classes[name]
  return at ~= nil and (at.fields[field] ~= nil or at.parent ~= nil and has_field(found, at.parent, field))
end

-- The classes that a type names.
local function classes_in(kind)
  local names = {}
  for word in (kind or ""):gmatch("ecs_pipeline[%w_.]*") do
    names[#names + 1] = word
  end
  return names
end

--- Types that no class defines.
function M.undefined(found)
  local out = {}
  local function check(kind, where)
    for _, name in ipairs(classes_in(kind)) do
      if not (found.classes[name] or {}).defined then
        out[#out + 1] = where .. ": no class " .. name
      end
    end
  end
  for name, of in pairs(found.classes) do
    check(of.parent, name)
    for field, kind in pairs(of.fields) do
      check(kind, name .. "." .. field)
    end
  end
  for name, of in pairs(found.functions) do
    local names = {}
    for index, param in ipairs(of.params) do
      check(param.type, name)
      names[index] = param.name
    end
    for _, kind in ipairs(of.returns) do
      check(kind, name)
    end
    if table.concat(names, ", ") ~= of.arguments then
      out[#out + 1] = ("%s: parameters (%s) and annotations (%s)"):format(name, of.arguments, table.concat(names, ", "))
    end
  end
  table.sort(out)
  return out
end

--- Functions that only one side has.
-- @tparam table live names → functions
function M.functions(found, live)
  local out = {}
  for name in pairs(live) do
    if not found.functions[name] then
      out[#out + 1] = name .. " has no annotation"
    end
  end
  for name in pairs(found.functions) do
    if not live[name] then
      out[#out + 1] = name .. " does not exist"
    end
  end
  table.sort(out)
  return out
end

local function compare_rows(found, name, rows, where, out)
  for row, about in pairs(rows) do
    if not has_field(found, name, row) then
      out[#out + 1] = where .. ": option " .. row .. " has no field"
    elseif type(about) == "table" and type(about.fields) == "table" and found.classes[name].fields[row] then
      compare_rows(found, name .. "." .. row, about.fields, where .. "." .. row, out)
    end
  end
  for field in pairs((found.classes[name] or { fields = {} }).fields) do
    if rows[field] == nil then
      out[#out + 1] = where .. ": field " .. field .. " is no option"
    end
  end
end

--- Options against fields, both ways, nested ones too.
-- @tparam table accepted function → { rows, call }
-- @tparam table call rows of call options
function M.options(found, accepted, call)
  local out = {}
  for name, of in pairs(accepted) do
    local annotated = found.functions[(name:gsub(":", "."))]
    local last = annotated and annotated.params[#annotated.params]
    local class_name = last and classes_in(last.type)[1]
    if not class_name then
      out[#out + 1] = name .. ": no class of options"
    else
      compare_rows(found, class_name, of.rows, name, out)
      if of.call and found.classes[class_name].parent ~= "ecs_pipeline.call_options" then
        out[#out + 1] = name .. ": takes call options"
      end
    end
  end
  compare_rows(found, "ecs_pipeline.call_options", call, "call options", out)
  table.sort(out)
  return out
end

--- Parameters of operations against the fields of the class of their arguments, nested ones too.
function M.parameters(found, operations)
  local out = {}
  local function compare(name, rows, where)
    for _, row in ipairs(rows) do
      if not has_field(found, name, row.name) then
        out[#out + 1] = where .. ": parameter " .. row.name .. " has no field"
      elseif row.fields then
        compare(name .. "." .. row.name, row.fields, where .. "." .. row.name)
      end
    end
  end
  local seen = 0
  for name, operation in pairs(operations) do
    local class_name = "ecs_pipeline." .. name .. ".args"
    if found.classes[class_name] then
      seen = seen + 1
      compare(class_name, operation.parameters, name)
    end
  end
  table.sort(out)
  return out, seen
end

return M
