--- `ecs.show`: any value of this library as text for people. Pure; raises for no value.
local columns = require("ecs_pipeline.show.columns")
local errors = require("ecs_pipeline.errors")
local plan = require("ecs_pipeline.show.plan")
local secrets = require("ecs_pipeline.build_content.secrets")
local tables = require("ecs_pipeline.tables")

local COLOURS = { ["+"] = "\27[32m", ["-"] = "\27[31m", ["~"] = "\27[33m" }
local PLAIN = "\27[0m"

-- Fields in the order in which people look for them; the others follow by name.
local FIRST = { "id", "name", "region", "status", "outcome", "action", "reason", "why", "version",
  "image_family", "usable", "base_image", "image_id", "instance_type", "zone_id", "cidr_block",
  "description", "creation_time" }
-- The columns of a list, as far as there are such fields; at most `MOST_COLUMNS`.
local COLUMNS = { "id", "name", "region", "status", "version", "component_version", "reason", "why",
  "usable", "base_image", "image_id", "image_family", "is_default", "cidr_block", "zone_id",
  "cpu_core_count", "memory_size", "creation_time" }
local MOST_COLUMNS = 7
local CONTENTS = { build_content = true, test_content = true, content = true }
local DEEPEST = 6 -- tables inside tables that are shown

local Out = {}
Out.__index = Out

function Out:add(sign, line)
  local colour = self.color and COLOURS[sign]
  self[#self + 1] = colour and colour .. line .. PLAIN or line
end

local function scalar(value)
  return columns.clean(tostring(value))
end

local function is_scalar(value)
  return type(value) == "string" or type(value) == "number" or type(value) == "boolean"
end

-- Keys of a table: first those of FIRST, then the others; functions and such are left out.
local function keys_of(value)
  local keys, rank = {}, {}
  for index, key in ipairs(FIRST) do
    rank[key] = index
  end
  for key, item in next, value do
    if type(item) == "table" or is_scalar(item) then
      keys[#keys + 1] = key
    end
  end
  table.sort(keys, function(a, b)
    local first, second = rank[a] or math.huge, rank[b] or math.huge
    if first ~= second then
      return first < second
    end
    return tables.bytewise(tostring(a), tostring(b))
  end)
  return keys
end

local function add_content(out, indent, name, text)
  out:add(" ", indent .. name .. ":")
  for line in (text:gsub("\n$", "") .. "\n"):gmatch("(.-)\r?\n") do
    out:add(" ", indent .. "  | " .. plan.safe_line(line))
  end
end

local add_value

-- The fields of a table, a line each; tables inside are indented.
local function add_fields(out, value, indent, seen)
  for _, key in ipairs(keys_of(value)) do
    local item, name = value[key], scalar(key)
    if type(item) == "string" and (CONTENTS[key] or item:find("\n")) then
      add_content(out, indent, name, item)
    elseif type(item) ~= "table" then
      local hidden = type(item) == "string" and secrets.is_named_value(name, item)
      out:add(" ", indent .. name .. ": " .. (hidden and "(not shown)" or scalar(item)))
    elseif next(item) ~= nil then
      out:add(" ", indent .. name .. ":")
      add_value(out, item, indent .. "  ", seen)
    end
  end
end

-- A list of tables as columns; nil if it is none.
local function rows_of(list)
  local chosen, rows = {}, {}
  for _, name in ipairs(COLUMNS) do
    for _, item in ipairs(list) do
      if type(item) ~= "table" then
        return nil
      elseif is_scalar(item[name]) and item[name] ~= "" and #chosen < MOST_COLUMNS
          and (name == "id" or item[name] ~= item.id) then
        chosen[#chosen + 1] = name
        break
      end
    end
  end
  if #chosen == 0 then
    return nil
  end
  rows[1] = {}
  for index, name in ipairs(chosen) do
    rows[1][index] = name:upper()
  end
  for _, item in ipairs(list) do
    local row = {}
    for index, name in ipairs(chosen) do
      row[index] = is_scalar(item[name]) and scalar(item[name]) or ""
    end
    rows[#rows + 1] = row
  end
  return rows
end

-- Columns are left out from the right until the lines fit; two always stay.
local function fitted(rows, most)
  while #rows[1] > 2 and columns.total(rows) > most do
    for _, row in ipairs(rows) do
      row[#row] = nil
    end
  end
  return rows
end

local function add_list(out, list, indent, seen)
  local rows, most = rows_of(list), out.width and math.max(1, out.width - #indent)
  if rows then
    for _, line in ipairs(columns.lines(most and fitted(rows, most) or rows, most)) do
      out:add(" ", indent .. line)
    end
    return
  end
  for _, item in ipairs(list) do
    if type(item) == "table" then
      out:add(" ", indent .. "-")
      add_value(out, item, indent .. "  ", seen)
    else
      out:add(" ", indent .. scalar(item))
    end
  end
end

function add_value(out, value, indent, seen)
  if seen[value] or #indent > 2 * DEEPEST then
    out:add(" ", indent .. "…")
    return
  end
  seen[value] = true
  if rawget(value, 1) ~= nil then
    add_list(out, value, indent, seen)
  else
    add_fields(out, value, indent, seen)
  end
  seen[value] = nil
end

-- --- findings, errors, results ---

local function add_findings(out, list)
  for _, finding in ipairs(list) do
    local place = out.file or finding.param or finding.argument or "build_content"
    for _, part in ipairs({ "line", "column" }) do
      place = place .. (finding[part] and ":" .. finding[part] or "")
    end
    out:add(finding.severity == "error" and "-" or "~", ("%s: %s: %s [%s]"):format(scalar(place),
      scalar(finding.severity), scalar(finding.message), scalar(finding.code)))
    if finding.fix then
      out:add(" ", "    " .. scalar(finding.fix))
    end
  end
end

-- The message; of several broken rules each on a line of its own.
local function add_message(out, err)
  local failures = type(err.failures) == "table" and err.failures or {}
  local first = failures[2] and tostring(failures[1].message)
  local at = first and err.message:find(first, 1, true)
  out:add("-", scalar(at and err.message:sub(1, at - 1):gsub("%s+$", "") or err.message))
  for _, failure in ipairs(at and failures or {}) do
    out:add(" ", "  " .. scalar(failure.message))
  end
end

local function add_error(out, err)
  add_message(out, err)
  if err.hint then
    out:add(" ", "hint: " .. scalar(err.hint))
  end
  if err.execution_id then
    out:add(" ", "execution: " .. scalar(err.execution_id))
  end
  if type(err.plan) == "table" and err.plan.action then
    plan.write(err.plan, out)
  end
end

local function clock(seconds)
  return ("%d:%02d"):format(math.floor(seconds / 60), math.floor(seconds % 60))
end

-- What a wait, a build or a bake has come to.
local function add_outcome(out, result)
  local image = result.image_id and " " .. scalar(result.image_id) or ""
  local time = (result.elapsed or 0) > 0 and " after " .. clock(result.elapsed) .. " min" or ""
  out:add(result.ok and "+" or "-", scalar(result.outcome) .. image .. time)
  for _, name in ipairs({ "why", "message", "error_code", "error_info", "build_line" }) do
    if is_scalar(result[name]) and result[name] ~= "" then
      out:add(" ", "  " .. name .. ": " .. scalar(result[name]))
    end
  end
  for _, name in ipairs({ "pipeline_id", "execution_id" }) do
    if result[name] then
      out:add(" ", "  " .. name .. ": " .. scalar(result[name]))
    end
  end
  for _, name in ipairs({ "images", "images_missing", "images_unusable" }) do
    if type(result[name]) == "table" and next(result[name]) ~= nil then
      out:add(" ", "  " .. name .. ":")
      add_fields(out, result[name], "    ", {})
    end
  end
  local steps = {}
  for index, step in ipairs(result.timeline or {}) do
    steps[index] = { ("%8s"):format(clock(step.elapsed or 0)), scalar(step.status),
      scalar(step.message or "") }
  end
  for _, line in ipairs(columns.lines(steps)) do
    out:add(" ", "  " .. line)
  end
  if result.hint then
    out:add(" ", "hint: " .. scalar(result.hint))
  end
end

-- What prune deletes and keeps.
local function add_prune(out, result)
  local goes = result.applied and result.deleted or result.delete
  out:add("-", ("%s %d image%s, keeps %d%s"):format(result.applied and "deleted" or "would delete",
    #goes, #goes == 1 and "" or "s", #result.keep,
    result.applied and "" or "; apply = true deletes them"))
  local parts = { result.applied and "deleted" or "delete", "failed", "keep", "snapshots" }
  for _, name in ipairs(parts) do
    if type(result[name]) == "table" and next(result[name]) ~= nil then
      out:add(" ", name .. ":")
      add_value(out, result[name], "  ", {})
    end
  end
end

local function is_error(value)
  return type(value.message) == "string" and errors.KINDS[value.kind] ~= nil
end

local function write(out, value)
  if is_error(value) then
    add_error(out, value)
  elseif type(value.action) == "string" and type(value.changes) == "table" then
    plan.write(value, out)
  elseif type(value.outcome) == "string" and value.execution_id then
    add_outcome(out, value)
  elseif type(value.keep) == "table" and type(value.delete) == "table" then
    add_prune(out, value)
  elseif type(value[1]) == "table" and value[1].code and value[1].severity then
    add_findings(out, value)
  elseif next(value) == nil then
    out:add(" ", "(none)")
  else
    add_value(out, value, "", {})
  end
end

local OPTIONS = { color = "boolean", width = "number", file = "string" }

--- A value of this library as text for people: a plan as a line for each argument, with contents
-- as a unified diff and what would be lost; findings as `file:line:column: severity: text [code]`;
-- errors with their hint; results as a short report; lists as aligned columns; any other table by
-- its fields. Lines of a content that seem to hold a secret, and fields whose names say so, are
-- left out; control characters become "?". Sends nothing.
-- @function ecs.show
-- @param value
-- @tparam ?table options `color` (default false), `width` (cells to which lines of lists are cut;
--   default: not cut), `file` (name for findings)
-- @treturn string one or more lines, without a line end at the end
-- @raise wrong options
return function(value, options)
  local out = setmetatable({}, Out)
  if options ~= nil and type(options) ~= "table" then
    errors.raise("ecs.show: options must be a table, not a " .. type(options))
  end
  for name, given in next, options or {} do
    if type(given) ~= OPTIONS[name] then
      errors.raise("ecs.show: " .. (OPTIONS[name] and "option \"" .. name .. "\" must be a "
        .. OPTIONS[name] or "unknown option \"" .. tostring(name) .. "\""))
    end
    out[name] = given
  end
  local meta = getmetatable(value)
  local plain = type(value) == "table" and (meta and tables.copy(value) or value) -- read raw
  if not plain or type(meta) == "table" and meta.__tostring and not is_error(plain) then
    return tostring(value)
  end
  write(out, plain)
  return table.concat(out, "\n")
end
