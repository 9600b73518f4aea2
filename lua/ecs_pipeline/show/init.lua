--- `ecs.show`: any value of this library as text for people. Pure; raises for no value.
local columns = require("ecs_pipeline.show.columns")
local diff = require("ecs_pipeline.show.diff")
local errors = require("ecs_pipeline.errors")
local interrupt = require("ecs_pipeline.interrupt")
local number_text = require("ecs_pipeline.sorted_json").number
local options = require("ecs_pipeline.call.options")
local plan = require("ecs_pipeline.show.plan")
local redact = require("ecs_pipeline.redact")
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
  if type(value) == "table" then
    return "(a table)"
  elseif type(value) == "number" then
    return number_text(value)
  end
  return (secrets.masked_line(columns.clean(tostring(value))))
end

-- A table whose fields can be read without metamethods.
local function raw(value)
  return getmetatable(value) ~= nil and tables.copy(value) or value
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
    elseif type(a) == "number" and type(b) == "number" then
      return a < b
    end
    return tables.bytewise(scalar(a), scalar(b))
  end)
  return keys
end

local function add_content(out, indent, name, text)
  out:add(" ", indent .. name .. ":")
  for _, line in ipairs(plan.safe_lines(diff.split(text))) do
    out:add(" ", indent .. "  | " .. line)
  end
end

local add_value, add_known

-- The fields of a table, a line each; tables inside are indented.
local function add_fields(out, value, indent, seen)
  for _, key in ipairs(keys_of(value)) do
    local item, name = value[key], scalar(key)
    if type(item) == "string" and (CONTENTS[key] or item:find("\n")) then
      add_content(out, indent, name, item)
    elseif type(item) ~= "table" then
      local hidden = type(item) == "string" and secrets.is_named_value(name, item)
        and not redact.is_harmless_token(name)
      out:add(" ", indent .. name .. ": " .. (hidden and "(not shown)" or scalar(item)))
    elseif next(item) ~= nil then
      out:add(" ", indent .. name .. ":")
      add_value(out, item, indent .. "  ", seen)
    end
  end
end

-- A list of tables as columns; nil if it is none.
local function rows_of(given)
  local list, chosen, rows = {}, {}, {}
  for index, item in ipairs(given) do
    list[index] = type(item) == "table" and raw(item) or item
  end
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
  if chosen[1] ~= "id" and chosen[1] ~= "name" then
    return nil -- not a list of resources: other fields may matter more
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
  local plain = raw(value)
  if add_known(out, plain, indent) then
    seen[value] = nil
    return
  elseif plain[1] ~= nil then
    add_list(out, plain, indent, seen)
  else
    add_fields(out, plain, indent, seen)
  end
  seen[value] = nil
end

-- --- findings, errors, results ---

local function add_findings(list, out)
  for _, finding in ipairs(list) do
    local param = finding.param or finding.argument -- its lines are not those of the file
    local place = param and out.file and out.file .. ": " .. param or param or out.file
      or "build_content"
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

local function add_error(err, out)
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
local function add_outcome(result, out)
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
local function add_prune(result, out)
  local goes = result.applied and result.deleted or result.delete
  out:add("-", ("%s %d image%s, keeps %d%s"):format(result.applied and "deleted" or "would delete",
    #goes, #goes == 1 and "" or "s", #result.keep,
    (result.applied or #goes == 0) and "" or "; apply = true deletes them"))
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

local function is_list_of(list, test)
  for _, item in ipairs(list) do
    if type(item) ~= "table" or not test(raw(item)) then
      return false
    end
  end
  return list[1] ~= nil
end

-- The first that knows the value writes it: what it is known by, what writes it.
local KNOWN = {
  { is_error, add_error },
  { function(value)
    return type(value.action) == "string" and type(value.changes) == "table"
  end, plan.write },
  { function(value) return type(value.outcome) == "string" and value.execution_id end,
    add_outcome },
  { function(value) return type(value.keep) == "table" and type(value.delete) == "table" end,
    add_prune },
  { function(value)
    return is_list_of(value, function(item) return item.code and item.severity end)
  end, add_findings },
}

-- Writes a value that is known → true. A table that only looks like one makes its writer fail, and
-- is shown by its fields.
function add_known(out, value, indent)
  for _, row in ipairs(KNOWN) do
    if row[1](value) then
      local part = setmetatable({ file = out.file, color = out.color,
        width = out.width and math.max(1, out.width - #indent) }, Out)
      if interrupt.shield(row[2], value, part) then
        for _, line in ipairs(part) do
          out[#out + 1] = indent .. line
        end
        return true
      end
    end
  end
  return false
end

local OPTIONS = { color = { "boolean" }, width = { "number" }, file = { "string" } }

local function options_of(given)
  options.check("ecs.show", given or {}, OPTIONS)
  return setmetatable(tables.copy(given), Out)
end

-- The text of what is no table, or has a text of its own.
local function own_text(value)
  local ok, text = interrupt.shield(tostring, value)
  return table.concat(plan.safe_lines(diff.split(ok and text or "(an object)")), "\n")
end

--- A value of this library as text for people: a plan as a line for each argument, with contents
-- as a unified diff and what would be lost; findings as `file:line:column: severity: text [code]`;
-- errors with their hint; results as a short report; lists as aligned columns; any other table by
-- its fields. Texts that look like secrets are masked, fields whose names say so are left out;
-- control characters become "?". Sends nothing. It accepts all values that a call returned:
-- `print(ecs.show(ecs.bake(args)))`.
-- @function ecs.show
-- @param value
-- @tparam ?table options or the message of a call that failed
--
--   * `color`: true writes the escape codes of a terminal's colours
--   * `width`: cells to which lines of lists are cut; default: not cut
--   * `file`: a name for findings
-- @tparam ?table err of that call
-- @treturn string one or more lines, without a line end at the end
-- @raise wrong options
return function(value, given, err)
  if not value and type(given) == "string" then
    value, given = type(err) == "table" and err or given, nil
  end
  local out, meta = options_of(given), getmetatable(value)
  if type(value) ~= "table"
      or type(meta) == "table" and meta.__tostring and not is_error(raw(value)) then
    return own_text(value)
  end
  if next(value) == nil then
    return "(none)"
  end
  add_value(out, value, "", {})
  return table.concat(out, "\n")
end
