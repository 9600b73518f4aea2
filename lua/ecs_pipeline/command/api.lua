--- `ecs-pipeline api`: what the operations of the API take, from the tables of the C module.
local columns = require("ecs_pipeline.show.columns")
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local help = require("ecs_pipeline.command.help")
local tables = require("ecs_pipeline.tables")

local api = {}

-- Functions that take the arguments of an operation, and more calls than that one.
local TAKES = { ["ecs.bake"] = "pipeline.create", ["pipeline.ensure"] = "pipeline.create",
  ["pipeline.plan"] = "pipeline.create", ["pipeline.validate"] = "pipeline.create" }

local TYPES = { list = "list of strings", objects = "list of objects", tags = "tags (key = value)" }

-- Sets of characters, by the names of `core.operations()`.
local CHARACTERS = {
  digit = "digits", external = "A-Z a-z 0-9 . @ _ - + = , : /",
  family = "letters (Chinese ones too), digits, : _ -", letter = "a letter (Chinese ones too)",
  lower = "a lower-case letter or digit", lower_dash = "lower-case letters, digits, -",
  name = "letters (Chinese ones too), digits, : . _ -",
  printable = "printable ASCII without spaces", session = "A-Z a-z 0-9 . @ _ -",
  text = "no control characters",
}

local FORMATS = { version = "major.minor.patch",
  version_filter = "major.minor.patch, * for a part" }

local function range(low, high, unit)
  if low == 1 and not high then
    return "not empty"
  elseif not low or not high then
    return (low and "at least " or "at most ") .. (low or high) .. " " .. unit
  end
  return (low == high and low or low .. " to " .. high) .. " " .. unit
end

local function either(list)
  return table.concat(list, ", "):gsub(", ([^,]*)$", " or %1")
end

-- A function from the row of a parameter to the text of one rule, or nil. In the order of the text.
local RULES = {
  function(row) -- the library fills in the region
    return row.name == "region_id" and "default: the region of the client"
      or row.required and "required"
  end,
  function(row)
    local when = row.required_when
    return when and "required with " .. when.param
      .. (when.values and " " .. either(when.values) or "")
  end,
  function(row) return row.required_unless and "required without " .. row.required_unless end,
  function(row) return row.default and "default: " .. row.default end,
  function(row) return row.values and "one of " .. table.concat(row.values, ", ") end,
  function(row)
    return (row.min or row.max) and range(row.min, row.max, row.unit or ""):gsub(" +$", "")
  end,
  function(row) return row.max_items and "at most " .. row.max_items .. " items" end,
  function(row)
    return (row.min_length or row.max_length)
      and range(row.min_length, row.max_length, "characters")
  end,
  function(row) return row.max_bytes and "at most " .. row.max_bytes .. " bytes" end,
  function(row) return row.max_commands and row.max_commands .. " commands, older pages say" end,
  function(row) return row.format and "format: " .. FORMATS[row.format] end,
  function(row)
    return row.max_prefix
      and ("an IPv4 block, /%d to /%d"):format(row.min_prefix, row.max_prefix)
  end,
  function(row) return row.not_inside and "not inside " .. either(row.not_inside) end,
  function(row)
    return row.first and row.first ~= row.rest and "begins with " .. CHARACTERS[row.first]
  end,
  function(row) return row.rest and "characters: " .. CHARACTERS[row.rest] end,
  function(row) return row.last and "ends with " .. CHARACTERS[row.last] end,
  function(row) return row.not_prefix and "must not begin with " .. either(row.not_prefix) end,
  function(row) return row.not_contain and "must not contain " .. either(row.not_contain) end,
  function(row) return row.joined and "a list, or one text with commas" end,
  function(row) return row.alias and "also " .. row.alias end,
  function(row)
    return row.deprecated
      and "deprecated" .. (row.replaced_by and ": use " .. row.replaced_by or "")
  end,
  function(row) return row.warning and "warning: " .. row.warning end,
}

--- The limits and default of a parameter, a text each.
-- @tparam table row of `core.operations()`
-- @treturn table list of strings
function api.rules(row)
  local list = {}
  for _, rule in ipairs(RULES) do
    local text = rule(row)
    list[#list + 1] = text or nil
  end
  return list
end

--- Calls `visit(path, row)` for each parameter, nested ones after the one they are in.
-- @tparam table parameters rows of `core.operations()`
-- @tparam string prefix of the paths, ""
-- @tparam function visit
function api.walk(parameters, prefix, visit)
  for _, row in ipairs(parameters) do
    local path = prefix .. row.name
    visit(path, row)
    api.walk(row.fields or {}, path .. (row.type == "objects" and "[]." or "."), visit)
  end
end

--- What a parameter is, in words: its type, limits and default.
-- @tparam table row of `core.operations()`
-- @treturn string
function api.words(row)
  local texts = { TYPES[row.type] or row.type }
  for _, text in ipairs(api.rules(row)) do
    texts[#texts + 1] = text
  end
  if row.key then
    texts[#texts + 1] = "keys: " .. table.concat(api.rules(row.key), ", ")
  end
  return table.concat(texts, "; ")
end

local function describe(name, operation)
  local out = { name .. (TAKES[name] and " takes the arguments of " .. TAKES[name] .. "." or "") }
  out[#out + 1] = ("API: %s of %s %s%s."):format(operation.action, operation.product,
    operation.version, operation.ram_action and ", RAM action " .. operation.ram_action or "")
  if operation.client_token then
    out[#out + 1] = "It may be repeated with the same client_token: the service acts once."
  end
  out[#out + 1] = ""
  api.walk(operation.parameters, "", function(path, row)
    help.entry(out, path, api.words(row) .. "; API: " .. row.wire, 26)
  end)
  return table.concat(out, "\n") .. "\n"
end

local function all(operations, format)
  local names = tables.sorted_keys(operations)
  if format == "id" then
    return names
  elseif format == "json" then
    local list = {}
    for _, name in ipairs(names) do
      local row = operations[name]
      list[#list + 1] = { name = name, product = row.product, version = row.version,
        action = row.action, ram_action = row.ram_action, writes = row.writes }
    end
    return list
  end
  local rows = {}
  for index, name in ipairs(names) do
    local row = operations[name]
    rows[index] = { name, row.action, row.product, row.version }
  end
  local out = columns.lines(rows)
  out[#out + 1] = "\necs-pipeline api OPERATION shows the arguments of one."
  return table.concat(out, "\n") .. "\n"
end

local function unknown(name, operations)
  local known = tables.sorted_keys(operations)
  for _, taken in ipairs(tables.sorted_keys(TAKES)) do
    known[#known + 1] = taken
  end
  local nearest = core.nearest(name, known)
  return errors.fail("api", { kind = "not_found", param = "operation",
    message = "no such operation" .. (nearest and "; did you mean " .. nearest .. "?" or "")
      .. "; ecs-pipeline api lists them" })
end

--- `api [OPERATION]`: all operations, or the arguments of one.
-- @tparam table context
-- @tparam table options `operation`
-- @treturn string|table text; with `--output json` the table of the C module, with `--output id`
--   the names
function api.api(context, options)
  local operations, name = core.operations(), options.operation
  local format = context.output.format
  context.exit_code = 0
  if not name then
    return all(operations, format)
  end
  local operation = operations[TAKES[name] or name]
  if not operation then
    context.exit_code = nil
    return unknown(name, operations)
  elseif format == "json" then
    return operation
  elseif format == "id" then
    local paths = {}
    api.walk(operation.parameters, "", function(path) paths[#paths + 1] = path end)
    return paths
  end
  return describe(name, operation)
end

return api
