--- A plan for people: a line for each argument that changes, contents as a unified diff, and what
-- would be lost. Pure.
local changes = require("ecs_pipeline.pipeline.changes")
local columns = require("ecs_pipeline.show.columns")
local diff = require("ecs_pipeline.show.diff")
local number_text = require("ecs_pipeline.sorted_json").number
local secrets = require("ecs_pipeline.build_content.secrets")
local tables = require("ecs_pipeline.tables")

local plan = {}

local HEADS = {
  create = "create: there is no such pipeline yet",
  none = "none: the pipeline matches",
  replace = "replace: a new pipeline is needed",
}

--- The lines of a content, with their secrets masked.
-- @tparam {string,...} lines
-- @treturn {string,...} as many
function plan.safe_lines(lines)
  local safe = secrets.masked(lines)
  for index, line in ipairs(safe) do
    safe[index] = columns.clean(line)
  end
  return safe
end

-- A value as it would be written: texts in quotes, tables by their fields.
local function written(value)
  if type(value) == "string" then
    return "\"" .. secrets.masked_line(columns.clean(value)) .. "\""
  elseif type(value) == "number" then
    return number_text(value) -- 20, where a file of JSON gave 20.0
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
  for _, line in ipairs(diff.lines(contents.from, contents.to, plan.safe_lines)) do
    local sign = line:sub(1, 1)
    out:add((sign == "+" or sign == "-") and sign or " ", "      " .. line)
  end
end

--- Writes a plan.
-- @tparam table value of `pipeline.plan`
-- @tparam table out `add(self, sign, line)`: sign = "+", "-", "~" or " ", for colours
function plan.write(value, out)
  out:add(" ", (value.id and value.id .. ": " or "") .. (HEADS[value.action] or value.action))
  local reasons, seen = {}, {}
  for _, change in ipairs(changes.of_new(value) or value.changes or {}) do
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
  if value.name_taken then
    out:add(" ", "image name taken by: " .. written(value.name_taken))
  end
  if value.not_compared then
    out:add(" ", "not compared: " .. columns.clean(table.concat(value.not_compared, ", ")))
  end
end

return plan
