--- What a reference in terraform's JSON stands for: a value of the same file, or the call of this
-- library that gives it.
local number_text = require("ecs_pipeline.sorted_json").number
local tables = require("ecs_pipeline.tables")
local trim = require("ecs_pipeline.text").trim

local references = {}

local CALLS = {
  ["data.alicloud_account"] = { "ecs.account.describe()", ".id" },
  ["data.alicloud_ecs_image_pipelines"] = { "ecs.pipeline.list", "[1].id" },
  ["data.alicloud_images"] = { "ecs.image.list", "[1].id" },
  ["data.alicloud_instance_types"] = { "ecs.instance_type.list", "[1].id" },
  ["data.alicloud_regions"] = { "ecs.region.list", "[1].id" },
  ["data.alicloud_resource_manager_resource_groups"] = { "ecs.resource_group.list", "[1].id" },
  ["data.alicloud_vpcs"] = { "ecs.vpc.list", "[1].id" },
  ["data.alicloud_vswitches"] = { "ecs.vswitch.list", "[1].id" },
  ["data.alicloud_zones"] = { "ecs.zone.list", "[1].id" },
  ["alicloud_ecs_image_component"] = { "ecs.component.list", "[1].id" },
  ["alicloud_image"] = { "ecs.image.list", "[1].id" },
  ["alicloud_resource_manager_resource_group"] = { "ecs.resource_group.list", "[1].id" },
  ["alicloud_vpc"] = { "ecs.vpc.list", "[1].id" },
  ["alicloud_vswitch"] = { "ecs.vswitch.list", "[1].id" },
}

--- A table; an empty one for a value that is none, where terraform writes tables only.
-- @param value
-- @treturn table
function references.object(value)
  return type(value) == "table" and value or {}
end

local object = references.object

--- The first item of a block, which is written as an object or as a list of objects.
function references.block(value)
  if type(value) == "table" and value[1] ~= nil then
    return value[1]
  end
  return value
end

-- Literal filters of a data block as arguments in Lua: `{ most_recent = true, owners = "system" }`.
local function filters(block)
  local out = {}
  for _, name in ipairs(tables.sorted_keys(block)) do
    local value = block[name]
    if type(value) == "string" and not value:find("${", 1, true) then
      out[#out + 1] = ("%s = %q"):format(name, value)
    elseif type(value) == "boolean" or type(value) == "number" then
      out[#out + 1] = ("%s = %s"):format(name, tostring(value))
    end
  end
  return #out > 0 and "{ " .. table.concat(out, ", ") .. " }" or "{}"
end

--- The call that gives the value of a reference.
-- @tparam string text "data.alicloud_images.default.ids.0"
-- @tparam table document `*.tf.json`, whose data block has the filters; may be empty
-- @treturn string for a message
function references.advice(text, document)
  local data = text:match("^data%.") and "data." or ""
  local kind, name = text:sub(#data + 1):match("^([%w_]+)%.([%w_-]+)")
  local call = CALLS[data .. (kind or "")]
  if text:find("^var%.") then
    return "the value of this variable is not in the file"
  elseif text:find("^file%(") or text:find("^templatefile%(") then
    return "this file is read by terraform only; give it with --set build_content_file=PATH"
  elseif not call then
    return "only terraform knows it; `terraform show -json` of the plan or state may have the value"
  elseif call[1]:find("%)$") then
    return call[1] .. call[2] .. " gives it"
  end
  local blocks = object(references.block(data ~= "" and document.data))
  local block = object(references.block(blocks[kind]))[name]
  return call[1] .. filters(object(references.block(block))) .. call[2] .. " gives it"
end

--- Values that the document itself gives: defaults of variables, locals, and those of `more`.
-- @tparam table document `*.tf.json`
-- @treturn table "var.name" → value
function references.known(document)
  local known = {}
  for name, body in pairs(object(references.block(document.variable))) do
    known["var." .. name] = object(references.block(body)).default
  end
  local locals = object(document.locals)
  for _, set in ipairs(locals[1] and locals or { locals }) do
    for name, value in pairs(object(set)) do
      known["local." .. name] = value
    end
  end
  return known
end

-- The next "${" or "%{", however many signs are before the brace. → first sign, brace
local function next_mark(text, at)
  local brace = text:find("{", at, true)
  while brace do
    local first = brace
    while first > at and text:find("^[$%%]", first - 1) do
      first = first - 1
    end
    if first < brace then
      return first, brace
    end
    brace = text:find("{", brace + 1, true)
  end
  return nil
end

--- Puts known values into a text of terraform, and reads `$${` and `%%{` as `${` and `%{`.
-- @tparam string text
-- @tparam table known "var.name" → value
-- @tparam ?number depth of values that refer to values
-- @return[1] the value; a reference that is the whole text keeps its type
-- @treturn[2] nil
-- @treturn[2] string the first reference that is not known
function references.resolve(text, known, depth)
  local out, at, whole = {}, 1, text:match("^%${([^{}]*)}$")
  local function value_of(name)
    local value = known[name]
    if type(value) == "string" and (depth or 0) < 8 then
      return references.resolve(value, known, (depth or 0) + 1)
    elseif type(value) == "string" then
      return nil, name
    end
    return value, value == nil and name or nil
  end
  if whole then
    return value_of(trim(whole))
  end
  while at <= #text do
    local first, brace = next_mark(text, at)
    if not first then
      out[#out + 1] = text:sub(at)
      break
    end
    local mark, after = text:sub(first, brace), brace + 1
    out[#out + 1] = text:sub(at, first - 1)
    if #mark > 2 then -- $${ stands for ${
      out[#out + 1] = mark:sub(2)
      at = after
    else
      local name, rest = text:match("^([^}]*)}()", after)
      name = name and trim(name)
      local value
      if name and mark == "${" then
        value = value_of(name)
      end
      if value == nil or type(value) == "table" then
        return nil, name or text:sub(after)
      end
      out[#out + 1] = type(value) == "number" and number_text(value) or tostring(value)
      at = rest
    end
  end
  return table.concat(out)
end

return references
