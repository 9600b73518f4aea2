--- The canonical form of arguments of `pipeline.create` and of pipelines as describe gives them, so
-- that both can be compared. Pure. It follows the C module's description of the operation, so a new
-- parameter is compared as soon as the C module has it. Values equal to the service's defaults are
-- left out. Rules, besides those of the types below:
--
--   * `""`, empty lists and empty maps count as not given; so does a value that is the default
--   * a deprecated spelling becomes the new one: `image_name` is `image_options.image_name`
--   * a `to_region_id` that names only the region of the call is the default
--   * the platform and boot mode of an import depend on its system and architecture
local core = require("ecs_pipeline.core")
local filters = require("ecs_pipeline.paging.filters")
local tables = require("ecs_pipeline.tables")
local tags = require("ecs_pipeline.tags")

local canonical = {}

--- Prefix of the tags that `pipeline.ensure` puts on what it creates, to find it again.
canonical.MARK = tags.PREFIX

-- Not a property of the pipeline, or never returned by the service.
local NOT_COMPARED = { client_token = true, region_id = true }

-- The service chooses a value at creation if none is given: compared only if given.
canonical.WHEN_GIVEN = { name = true, resource_group_id = true }

-- Texts of commands, in which only the kind of line end may differ.
canonical.CONTENT = { build_content = true, test_content = true }

-- Parameters whose default in the schema is prose ("the new id"), not a value.
local PROSE = {
  name = true, resource_group_id = true, instance_type = true, vswitch_id = true,
  to_region_id = true, format = true, platform = true, boot_mode = true,
}

-- Deprecated, but the parameter that replaces it has another meaning: kept under its own name.
local OWN_MEANING = { ["import_image_options.retain_imported_image"] = "false" }

local parameters

--- The parameters of pipeline.create, as `core.operation` lists them.
function canonical.parameters()
  parameters = parameters or core.operation("pipeline.create").parameters
  return parameters
end

--- Does this tag belong to the service or to this library?
function canonical.hides_tag(key)
  return tags.is_system(key) or key:sub(1, #canonical.MARK) == canonical.MARK
end

--- A tag set without the service's tags and ours.
-- @tparam ?table set
-- @treturn table map
function canonical.own_tags(set)
  local own = {}
  for key, value in pairs(tags.merge(set)) do
    if not canonical.hides_tag(key) then
      own[key] = tostring(filters.text(value))
    end
  end
  return own
end

-- An id may be given as a table that has it, a number as a number or as digits.
local function scalar(value, param)
  if type(value) == "table" then
    value = core.id(param.id, value)
  end
  return tostring(filters.text(value))
end

local function line_ends(text)
  return (text:gsub("\r\n", "\n"):gsub("\r", "\n"):gsub("\n+$", ""))
end

-- A list as one text; different lists give different texts.
local function join(parts)
  for index, part in ipairs(parts) do
    parts[index] = #part .. ":" .. part
  end
  return table.concat(parts)
end

local function as_set(value, param)
  if type(value) ~= "table" or value[1] == nil and next(value) ~= nil then
    value = { value }
  end
  local list, seen = {}, {}
  for _, item in ipairs(value) do
    local text = scalar(item, param)
    if not seen[text] then
      seen[text] = true
      list[#list + 1] = text
    end
  end
  table.sort(list, tables.bytewise)
  return list
end


local function tags_text(map)
  local parts = {}
  for _, key in ipairs(tables.sorted_keys(map)) do
    parts[#parts + 1] = key
    parts[#parts + 1] = map[key]
  end
  return join(parts)
end

local walk

-- Type of a parameter → function that reads a value: { text = to compare, value = to show }, or nil
-- if the value counts as not given.
local READ = {
  list = function(value, param)
    local list = as_set(value, param)
    return list[1] and { text = join(tables.copy(list)), value = list } or nil
  end,
  tags = function(value)
    local map = canonical.own_tags(value)
    return next(map) ~= nil and { text = tags_text(map), value = map } or nil
  end,
  objects = function(value, param)
    local parts = {}
    for _, item in ipairs(value) do
      local fields = {}
      walk(param.fields, item, "", fields)
      parts[#parts + 1] = canonical.text(fields)
    end
    return parts[1] and { text = join(parts), value = value } or nil
  end,
}

local function read_scalar(value, param)
  local text = scalar(value, param)
  if canonical.CONTENT[param.name] then
    text, value = line_ends(text), text
  elseif param.type == "integer" then
    text = tostring(filters.text(tonumber(text) or text)) -- "040" and 40
  elseif param.type == "boolean" then
    text = text:lower()
  elseif type(value) == "table" then
    value = text
  end
  return text ~= "" and { text = text, value = value } or nil
end

-- The value of a parameter, given by its name or by its alias.
local function given(source, param)
  local value = source[param.name]
  if value == nil and param.alias then
    value = source[param.alias]
  end
  return value
end

walk = function(list, source, prefix, out)
  for _, param in ipairs(list) do
    local value, path = given(source, param), prefix .. param.name
    if value ~= nil and not NOT_COMPARED[path] then
      if param.type == "object" then
        walk(param.fields, value, path .. ".", out)
      else
        out[path] = (READ[param.type] or read_scalar)(value, param)
      end
    end
  end
end

-- Moves values of deprecated spellings to the new ones.
local function move_deprecated(list, prefix, out)
  for _, param in ipairs(list) do
    local path = prefix .. param.name
    if param.fields and param.type == "object" then
      move_deprecated(param.fields, path .. ".", out)
    elseif param.replaced_by and not OWN_MEANING[path] then
      out[param.replaced_by] = out[param.replaced_by] or out[path]
      out[path] = nil
    end
  end
end

local defaults

local function collect_defaults(list, prefix)
  for _, param in ipairs(list) do
    local path = prefix .. param.name
    if param.type == "object" then
      collect_defaults(param.fields, path .. ".")
    elseif param.default ~= nil and not PROSE[param.name] then
      local text = tostring(param.default)
      local value = text
      if param.type == "integer" then
        value = tonumber(text)
      elseif param.type == "boolean" then
        value = text == "true"
      end
      defaults[path] = { text = text, value = value }
    end
  end
end

--- The service's default of a parameter.
-- @tparam string path "import_image_options.license_type"
-- @treturn ?table `{ text, value }`; nil if there is none, or it is not a fixed value
function canonical.default(path)
  if not defaults then
    defaults = {}
    collect_defaults(canonical.parameters(), "")
    for own, text in pairs(OWN_MEANING) do
      defaults[own] = { text = text, value = false }
    end
  end
  return defaults[path]
end

local function text_at(out, path)
  return out[path] and out[path].text
end

local function drop_dependent_defaults(out, region)
  local import = "import_image_options."
  local windows = text_at(out, import .. "os_type") == "windows"
  local arm = text_at(out, import .. "architecture") == "arm64"
  for path, text in pairs({
    [import .. "platform"] = windows and "Other Windows" or "Others Linux",
    [import .. "boot_mode"] = arm and "UEFI" or "BIOS",
    to_region_id = region and join({ region }),
  }) do
    if text_at(out, path) == text then
      out[path] = nil
    end
  end
end

--- The canonical form.
-- @tparam table source arguments, or a pipeline
-- @tparam ?string region of the call
-- @treturn table path → `{ text = to compare, value = to show }`
function canonical.form(source, region)
  local out = {}
  walk(canonical.parameters(), source, "", out)
  move_deprecated(canonical.parameters(), "", out)
  drop_dependent_defaults(out, region)
  for path, entry in pairs(out) do
    local default = canonical.default(path)
    if default and default.text == entry.text then
      out[path] = nil
    end
  end
  return out
end

--- A canonical form as one text; equal texts mean equal forms.
-- @tparam table form
-- @treturn string
function canonical.text(form)
  local parts = {}
  for _, path in ipairs(tables.sorted_keys(form)) do
    parts[#parts + 1] = path
    parts[#parts + 1] = form[path].text
  end
  return join(parts)
end

return canonical
