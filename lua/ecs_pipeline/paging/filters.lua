--- Filters of lists: the parameters that are sent, and the same check again on our side. The
-- service's own filters may be less exact than documented: it is not said whether a name must match
-- as a whole, and pipelines of the default resource group are returned for every group (ECS
-- 2014-05-26, DescribeImagePipelines).
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local tables = require("ecs_pipeline.tables")

local filters = {}

--- Fails because of a value in a filter.
-- @tparam string operation for the message
-- @tparam string param name in the filter
-- @tparam string why
-- @treturn nil
-- @treturn string message
-- @treturn table err of kind "validation"
function filters.reject(operation, param, why)
  return errors.fail(operation, { kind = "validation", param = param, sent = false,
    message = param .. ": " .. why })
end

--- Checks the filter that was given.
-- @tparam string operation for the message
-- @tparam ?table given
-- @treturn[1] table filter
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "validation"
-- @raise if it is not a table
function filters.open(operation, given)
  if given ~= nil and type(given) ~= "table" then
    errors.raise(operation .. ": the filter must be a table, not a " .. type(given))
  end
  for _, name in ipairs({ "next_token", "page_number" }) do
    if given and given[name] ~= nil then
      return filters.reject(operation, name, "all pages are fetched; leave it out")
    end
  end
  return given or {}
end

--- A list as a set.
-- @tparam ?table wanted list of strings; nil accepts everything
-- @treturn ?table set
function filters.set(wanted)
  return wanted and tables.set(wanted)
end

--- A value as the C module writes it, for comparing: a whole number in digits. (The C module
-- rejects other numbers.)
function filters.text(value)
  return type(value) == "number" and value % 1 == 0 and ("%.0f"):format(value) or value
end

-- A filter by tags in either spelling, as a map; a pair without a value accepts any value.
local function wanted_tags(given)
  local map = {}
  for key, value in pairs(given) do
    if type(value) == "table" and value.key ~= nil then
      map[value.key] = value.value == nil and true or filters.text(value.value)
    else
      map[key] = filters.text(value)
    end
  end
  return map
end

--- A filter by tags: `{ key = value }`, where `true` accepts any value, a list any of its values,
-- and `false` requires that the key is absent; or a list of `{ key =, value = }`.
-- @tparam ?table given
-- @treturn ?table the part that the service can filter by
-- @treturn function item → boolean
function filters.tags(given)
  if type(given) ~= "table" or next(given) == nil then
    return given, function() return true end -- the C module rejects a wrong type
  end
  local wanted, sent = wanted_tags(given), {}
  for key, value in pairs(wanted) do
    if value ~= false then
      sent[#sent + 1] = { key = key, value = type(value) == "string" and value or nil }
    end
  end
  table.sort(sent, function(a, b) return tables.bytewise(tostring(a.key), tostring(b.key)) end)
  local tags = require("ecs_pipeline.tags")
  return sent, function(item)
    return tags.matches(tags.merge(item.system_tags, item.tags), wanted)
  end
end

--- A filter by a POSIX extended expression.
-- @tparam string operation for the message
-- @tparam ?string pattern
-- @treturn[1] ?userdata of `core.regex`; nil without a pattern
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "validation"
function filters.regex(operation, pattern)
  if pattern == nil then
    return nil
  end
  local regex, why
  if type(pattern) == "string" then
    regex, why = core.regex(pattern)
  else
    why = "wants a POSIX extended expression, not a " .. type(pattern)
  end
  if not regex then
    return filters.reject(operation, "name_regex", why)
  end
  return regex
end

--- Fails because the name of a found item cannot be compared with the expression: a list without it
-- would look complete.
-- @tparam string operation for the message
-- @tparam ?string id of the item
-- @tparam string why
-- @treturn boolean false
-- @treturn string message
-- @treturn table err of kind "validation"
function filters.unmatched(operation, id, why)
  local _, message, err = errors.fail(operation, { kind = "validation", param = "name_regex",
    message = ("name_regex: cannot be compared with the name of %s: %s"):format(tostring(id),
      why) })
  return false, message, err
end

return filters
