--- Writes the types for editors (LuaCATS) into library/, from the doc comments, the option tables and the C core's
--- table of operations: `lua spec/tools/types.lua`, which is `make types`.
local core = require("ecs_pipeline.core")
local option_tables = require("spec.tools.option_tables")
local public_api = require("spec.tools.public_api")
local tables = require("ecs_pipeline.tables")

local M = {}

local HEAD = "-- Types for editors (LuaCATS). Made by `make types`; do not edit.\n"

-- File → the prefixes of the functions in it: prefix → class. The first class is what the file returns.
M.FILES = {
  ["library/ecs_pipeline.lua"] = { module = "ecs_pipeline", returns = "ecs" },
  ["library/ecs_pipeline/emulator.lua"] = { module = "ecs_pipeline.emulator", returns = "emulator",
    own = { emulator = true, Emulator = true } },
  ["library/ecs_pipeline/openresty.lua"] = { module = "ecs_pipeline.openresty", returns = "openresty",
    own = { openresty = true, single_flight = true, watcher = true } },
}

-- Functions of what another one returns.
local RETURNED = { ["openresty.single_flight"] = "ecs_pipeline.single_flight",
  ["openresty.watch"] = "ecs_pipeline.watcher" }

local TYPES = { string = "string", number = "number", integer = "integer", boolean = "boolean", list = "any[]",
  tags = "table<string, string>|table[]" }

-- Parameters that take a builder, too.
local CONTENT = { build_content = true, test_content = true, content = true }

local function class_of(prefix)
  return prefix == "ecs" and "ecs_pipeline" or "ecs_pipeline." .. prefix
end

local function one_line(text)
  return (text:gsub("%s+", " "))
end

-- "?string|table" → "string|table", optional
local function lua_type(text)
  if not text or text == "" then
    return "any", false
  end
  local optional = text:find("^%?") ~= nil
  text = text:gsub("^%?", ""):gsub("{(%w+),%.%.%.}", "%1[]"):gsub("userdata of `?core%.%w+`?", "userdata")
  return text == "Emulator" and "ecs_pipeline.Emulator" or text, optional
end

local function field(out, name, kind, text, required)
  out[#out + 1] = ("---@field %s%s %s%s"):format(name, required and "" or "?", kind,
    text and text ~= "" and " " .. one_line(text) or "")
end

local add_class

-- The rows of an option table → fields; nested tables get classes of their own, before this one.
local function rows_of(rows, class, texts, before)
  local lines = {}
  for _, name in ipairs(tables.sorted_keys(rows)) do
    local row = type(rows[name]) == "table" and rows[name] or {}
    local kinds = {}
    for index, kind in ipairs(row) do
      kinds[index] = kind
      if kind == "table" and type(row.fields) == "table" then
        kinds[index] = class .. "." .. name
        add_class(before, kinds[index], nil, rows_of(row.fields, kinds[index], {}, before))
      end
    end
    field(lines, name, #kinds > 0 and table.concat(kinds, "|") or "any", texts[name], row.required)
  end
  return lines
end

-- The rows of an operation: parameters (each may be missing, a default may stand for it) or results.
local function fields_of(rows, class, before)
  local lines = {}
  for _, row in ipairs(rows) do
    local kind = TYPES[row.type]
    if row.fields then
      kind = class .. "." .. row.name
      add_class(before, kind, nil, fields_of(row.fields, kind, before))
      kind = row.type == "objects" and kind .. "[]" or kind
    elseif row.id or CONTENT[row.name] then
      kind = kind .. "|table"
    end
    for _, name in ipairs(row.alias and { row.name, row.alias } or { row.name }) do
      field(lines, name, kind or "any", row.unit and "in " .. row.unit or nil)
    end
  end
  return lines
end

function add_class(out, name, parent, lines)
  out[#out + 1] = "---@class " .. name .. (parent and " : " .. parent or "")
  for _, line in ipairs(lines) do
    out[#out + 1] = line
  end
  out[#out + 1] = ""
end

-- Documented texts of a parameter's items, by name.
local function texts_of(param)
  local texts = {}
  for _, option in ipairs(param and param.options or {}) do
    texts[option.name] = option.text
  end
  return texts
end

-- The operation whose parameters a function takes.
local function operation_of(entry, param, operations)
  local named = param.text:match('core%.operation%("([%w_.]+)"%)') or param.text:match("arguments of `([%w_.]+)`")
  return operations[named] or (param.name == "args" and operations[entry.name]) or nil
end

-- The type of a parameter; classes that it needs are written before.
local function type_of_param(entry, index, accepted, operations, before)
  local param = entry.params[index]
  local kind, optional = lua_type(param.type)
  optional = optional or param.optional
  local class = "ecs_pipeline." .. entry.name:gsub(":", ".") .. "." .. param.name
  local last = index == #entry.params
  local operation = kind == "table" and not (last and accepted and not param.text:find("arguments"))
    and operation_of(entry, param, operations)
  if operation then
    local lines = fields_of(operation.parameters, class, before)
    if entry.name ~= operation.name then
      field(lines, "id", "string|table")
    end
    add_class(before, class, nil, lines)
    return class, optional
  elseif last and accepted then
    add_class(before, class, accepted.call and "ecs_pipeline.call_options" or nil,
      rows_of(accepted.rows, class, texts_of(param), before))
    return kind == "table" and class or class .. "|" .. kind, optional
  elseif #param.options > 0 then
    local lines = {}
    for _, option in ipairs(param.options) do
      field(lines, option.name, "any", option.text)
    end
    add_class(before, class, nil, lines)
    return (kind:gsub("table", class)), optional
  end
  return kind, optional
end

-- The class of a result: of a pipeline, as `pipeline.describe` gives it.
local function type_of_result(entry, value, operations, before)
  local kind, optional = lua_type(value.type)
  local operation = operations[entry.name]
  if kind == "table" and (value.text:find("^client") or value.text:find("^a client")) then
    kind = "ecs_pipeline.client"
  elseif kind == "table" and value.text:find("^service") then
    kind = "ecs_pipeline.Emulator"
  elseif RETURNED[entry.name] then
    kind = RETURNED[entry.name]
  elseif kind == "table" and operation and (operation.verb == "create" or operation.verb == "describe") then
    local rows = operation.results
    if operation.verb == "describe" and rows[1] and rows[1].type == "objects" then
      rows = rows[1].fields
    end
    kind = "ecs_pipeline." .. entry.name .. ".result"
    local lines = fields_of(rows, kind, before)
    field(lines, "id", "string", nil, true)
    add_class(before, kind, nil, lines)
  end
  return kind, optional
end

local function write_function(entry, accepted, operations, out)
  local lines, names = { "--- " .. one_line(entry.summary) }, {}
  for index, param in ipairs(entry.params) do
    local kind, optional = type_of_param(entry, index, accepted, operations, out)
    local text = param.text ~= "" and " " .. one_line(param.text) or ""
    lines[#lines + 1] = ("---@param %s%s %s%s"):format(param.name, optional and param.name ~= "..." and "?" or "",
      kind, text)
    names[index] = param.name
  end
  local fails = entry.returns[2] ~= nil
  for _, value in ipairs(entry.returns[1] or {}) do
    local kind, optional = type_of_result(entry, value, operations, out)
    lines[#lines + 1] = ("---@return %s%s # %s"):format(kind:find("|") and "(" .. kind .. ")" or kind,
      (fails or optional) and "?" or "", one_line(value.text))
  end
  if fails and #(entry.returns[1] or {}) == 1 then
    lines[#lines + 1] = "---@return string? message"
    lines[#lines + 1] = "---@return ecs_pipeline.error? err"
  end
  for _, line in ipairs(lines) do
    out[#out + 1] = line
  end
  out[#out + 1] = ("function %s(%s) end"):format(entry.name:gsub("^emulator:", "Emulator:"), table.concat(names, ", "))
  out[#out + 1] = ""
end

local ERROR = { "kind", "code", "message", "status", "request_id", "operation", "attempts", "retryable", "param",
  "failures", "hint", "execution_id", "partial", "plan" }
local ERROR_TYPES = { status = "integer", attempts = "integer", retryable = "boolean", failures = "table[]",
  partial = "any", plan = "table" }

local function common(out)
  local lines, call = {}, public_api.call_options()
  for _, name in ipairs(ERROR) do
    field(lines, name, ERROR_TYPES[name] or "string", nil, name == "kind" or name == "message" or name == "operation")
  end
  add_class(out, "ecs_pipeline.error", nil, lines)
  add_class(out, "ecs_pipeline.call_options", nil, rows_of(option_tables.CALL, "ecs_pipeline.call_options",
    texts_of(call), out))
end

local function prefix_of(name)
  local prefix, separator = name:match("^([%w_]+)([.:])")
  return separator == ":" and prefix == "emulator" and "Emulator" or prefix
end

local function belongs(prefix, about)
  if about.own then
    return about.own[prefix] ~= nil
  end
  for _, other in pairs(M.FILES) do
    if other.own and other.own[prefix] then
      return false
    end
  end
  return true
end

--- The text of a file of library/.
-- @tparam string path
-- @tparam ?table documented `public_api.functions()`
-- @treturn string
function M.text(path, documented)
  documented = documented or public_api.functions()
  local about, accepted = M.FILES[path], option_tables.of(documented)
  local operations, out, prefixes = core.operations(), {}, {}
  for _, name in ipairs(tables.sorted_keys(documented)) do
    local prefix = prefix_of(name)
    if belongs(prefix, about) then
      prefixes[prefix] = prefixes[prefix] or {}
      table.insert(prefixes[prefix], documented[name])
    end
  end
  if not about.own then
    common(out)
  end
  local face = { lines = {}, ecs = { "---@field _VERSION string", "---@field credentials ecs_pipeline.credentials" } }
  for _, prefix in ipairs(tables.sorted_keys(prefixes)) do
    if not about.own and prefix ~= "client" and prefix ~= "ecs" and prefix ~= "credentials" then
      table.insert(face.lines, ("---@field %s %s"):format(prefix, class_of(prefix)))
    end
  end
  for _, prefix in ipairs(tables.sorted_keys(prefixes)) do
    local fields = prefix == "client" and face.lines or prefix == "ecs" and face.ecs or {}
    add_class(out, class_of(prefix), prefix == "ecs" and "ecs_pipeline.client" or nil, fields)
    out[#out] = ("local %s = {}\n"):format(prefix)
    for _, entry in ipairs(prefixes[prefix]) do
      write_function(entry, accepted[entry.name], operations, out)
    end
  end
  return ("---@meta %s\n"):format(about.module) .. HEAD .. "\n" .. table.concat(out, "\n")
    .. ("\nreturn %s\n"):format(about.returns)
end

if arg and (arg[0] or ""):find("types%.lua$") then
  os.execute("mkdir -p library/ecs_pipeline")
  for path in pairs(M.FILES) do
    local file = assert(io.open(path, "w"))
    assert(file:write(M.text(path)))
    file:close()
  end
end

return M
