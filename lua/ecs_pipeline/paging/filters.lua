--- Filters of listings: what is sent, and the same once more on our side. The service's own may be
-- looser than its text: whether a name must match as a whole is not said, and pipelines of the
-- default resource group are shown whatever group is asked for (ECS 2014-05-26,
-- DescribeImagePipelines).
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local tables = require("ecs_pipeline.tables")
local tags = require("ecs_pipeline.tags")

local filters = {}

--- Fail because of a value in a filter.
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

--- Check what was given as a filter.
-- @tparam string operation for the message
-- @tparam ?table given
-- @treturn[1] table filter
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "validation"
-- @raise when it is no table
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
-- @tparam ?table wanted list of strings; nil takes everything
-- @treturn ?table set
function filters.set(wanted)
  local set = wanted and {} or nil
  for _, value in ipairs(wanted or {}) do
    set[value] = true
  end
  return set
end

--- A value as the C module writes it, for comparing: a number in digits. It refuses those that are
-- not whole.
function filters.text(value)
  return type(value) == "number" and value % 1 == 0 and ("%.0f"):format(value) or value
end

-- Both spellings as a map; a pair without a value takes any.
local function wanted_tags(given)
  local map = {}
  for key, value in pairs(given) do
    if type(value) == "table" and value.key ~= nil then
      key, value = value.key, value.value == nil and true or value.value
    end
    map[key] = filters.text(value)
  end
  return map
end

--- A filter by tags: `{ key = value }`, where `true` takes any value, a list any of its values and
-- `false` wants the key absent; or a list of `{ key =, value = }`.
-- @tparam ?table given
-- @treturn ?table what the service can be asked for
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

return filters
