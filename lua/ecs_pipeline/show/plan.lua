--- A plan for people: a line for each argument that changes, contents as a unified diff, and what
-- would be lost. Pure.
local changes = require("ecs_pipeline.pipeline.changes")
local columns = require("ecs_pipeline.show.columns")
local diff = require("ecs_pipeline.show.diff")
local secrets = require("ecs_pipeline.build_content.secrets")
local tables = require("ecs_pipeline.tables")

local plan = {}

local HEADS = {
  create = "create: there is no such pipeline yet",
  none = "none: the pipeline matches",
  replace = "replace: a new pipeline is needed",
}

--- A line of a content; one that seems to hold a secret is left out.
-- @tparam string line
-- @treturn string
function plan.safe_line(line)
  local found = secrets.of_line(line)[1]
  return found and "(not shown: it seems to hold " .. found.what .. ")" or columns.clean(line)
end

-- A value as it would be written: texts in quotes, tables by their fields.
local function written(value)
  if type(value) == "string" then
    return "\"" .. columns.clean(value) .. "\""
  elseif type(value) ~= "table" then
    return tostring(value)
  end
  local parts = {}
  for _, key in ipairs(value[1] == nil and tables.sorted_keys(value) or {}) do
    parts[#parts + 1] = columns.clean(tostring(key)) .. " = " .. written(value[key])
  end
  for _, item in ipairs(value) do
    parts[#parts + 1] = written(item)
  end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

local function change_line(change)
  local name = columns.clean(change.param)
  if change.from == nil then
    return "+", name .. " = " .. written(change.to)
  elseif change.to == nil then
    return "-", name .. " = " .. written(change.from)
  end
  return "~", name .. " = " .. written(change.from) .. " -> " .. written(change.to)
end

local function add_diff(out, contents)
  for _, line in ipairs(diff.lines(contents.from, contents.to)) do
    local sign = line:sub(1, 1)
    local text = sign == "@" and line or sign .. plan.safe_line(line:sub(2))
    out:add((sign == "+" or sign == "-") and sign or " ", "      " .. text)
  end
end

--- Writes a plan.
-- @tparam table value of `pipeline.plan`
-- @tparam table out `add(self, sign, line)`: sign = "+", "-", "~" or " ", for colours
function plan.write(value, out)
  out:add(" ", (value.id and value.id .. ": " or "") .. (HEADS[value.action] or value.action))
  local reasons, seen = {}, {}
  for _, change in ipairs(value.changes or {}) do
    local sign, line = change_line(change)
    out:add(sign, "  " .. sign .. " " .. line)
    local contents = changes.contents(change)
    if contents then
      add_diff(out, contents)
    end
    if change.why and not seen[change.why] then
      seen[change.why] = true
      reasons[#reasons + 1] = "why: " .. columns.clean(change.why)
    end
  end
  for _, reason in ipairs(reasons) do
    out:add(" ", reason)
  end
  if value.action == "replace" and value.loses then
    out:add(" ", "lost with the old pipeline: " .. columns.clean(value.loses.text))
  end
  if value.name_taken and value.name_taken.text then
    out:add(" ", columns.clean(value.name_taken.text))
  end
  if value.not_compared then
    out:add(" ", "not compared: " .. columns.clean(table.concat(value.not_compared, ", ")))
  end
end

return plan
