--- Terraform's own JSON as arguments of `pipeline.create`: `terraform show -json` of a state or a
-- plan, and `*.tf.json` (what cdktf synthesizes, and @cdktf/hcl2json makes of HCL). The formats:
-- developer.hashicorp.com/terraform/internals/json-format and …/language/syntax/json. The argument
-- names are the same; see docs/from_terraform.md.
local references = require("ecs_pipeline.command.terraform_references")
local tables = require("ecs_pipeline.tables")
local values = require("ecs_pipeline.command.values")

local terraform = {}

local object = references.object

local TYPE = "alicloud_ecs_image_pipeline"
local DEEPEST = 32 -- modules in modules
local MOST = 1000 -- instances of one resource
-- Written beside the arguments, and not for the service.
local META = { ["//"] = true, connection = true, count = true, depends_on = true, dynamic = true,
  for_each = true, lifecycle = true, provider = true, provisioner = true, timeouts = true }
-- Of a state: computed by terraform or the service.
local COMPUTED = { create_time = true, creation_time = true, id = true, status = true }

local function refuse(spec, param, message)
  spec.problems[#spec.problems + 1] = { param = param, message = param .. ": " .. message }
end

local function is_empty(value)
  return value == nil or value == "" or type(value) == "table" and next(value) == nil
end

local convert

-- A nested block: terraform writes a list, the library wants an object where there is only one.
local function convert_fields(spec, parameter, value, path, translate)
  if parameter.type == "objects" then
    local items = {}
    for index, item in ipairs(value[1] == nil and { value } or value) do
      items[index] = convert(spec, item, ("%s[%d]."):format(path, index), parameter.fields,
        translate)
    end
    return items
  elseif value[2] ~= nil then
    refuse(spec, path, "written more than once; once is allowed")
    return nil
  end
  return convert(spec, references.block(value), path .. ".", parameter.fields, translate)
end

local function convert_value(spec, parameter, value, path, translate)
  if type(value) == "string" then
    value = translate(spec, path, value)
  end
  if parameter.fields and type(value) == "table" then
    return convert_fields(spec, parameter, value, path, translate)
  elseif type(value) == "table" then
    local out = {}
    for key, item in pairs(value) do
      local at = type(key) == "number" and ("%s[%d]"):format(path, key) or path .. "." .. key
      if type(item) == "string" then
        item = translate(spec, at, item)
      end
      out[key] = item
    end
    value = out
  end
  return values.typed(parameter, value)
end

-- Attributes of terraform → arguments.
function convert(spec, attributes, path, parameters, translate)
  if type(attributes) ~= "table" then
    return attributes -- the check of the arguments refuses it
  end
  local args = {}
  for _, name in ipairs(tables.sorted_keys(attributes)) do
    local value, parameter = attributes[name], values.find(parameters, name)
    local skipped = path == "" and (META[name] or COMPUTED[name])
    if parameter and not is_empty(value) then
      args[name] = convert_value(spec, parameter, value, path .. name, translate)
    elseif not parameter and not skipped and not is_empty(value) then
      refuse(spec, path .. name, "not an argument of " .. TYPE .. " that this library knows")
    end
  end
  return args
end

local function new_spec(address)
  return { address = address, args = {}, notes = {}, problems = {} }
end

local function literally(_, _, text)
  return text
end

-- The names of what is true in terraform's tree of marks, such as after_unknown.
local function marked(tree, path, out)
  if tree == true then
    out[#out + 1] = path
  elseif type(tree) == "table" then
    local keys = {}
    for key in pairs(tree) do
      keys[#keys + 1] = key
    end
    table.sort(keys, function(a, b) return tables.bytewise(tostring(a), tostring(b)) end)
    for _, key in ipairs(keys) do
      local step = type(key) == "number" and "[" .. key .. "]" or path == "" and key or "." .. key
      marked(tree[key], path .. step, out)
    end
  end
  return out
end

local function note_sensitive(spec, tree)
  for _, name in ipairs(marked(tree, "", {})) do
    spec.notes[#spec.notes + 1] = name .. " is sensitive in terraform; it is used as it is in the "
      .. "file, and the service shows it to all who may describe the pipeline"
  end
end

local function references_of(expressions, name)
  local expression = object(object(expressions)[name:match("^[%w_]+")])
  local reference = object(expression.references)[1]
  return type(reference) == "string" and reference or nil
end

-- What is known only when the plan is applied. `expressions`: those of the configuration.
local function refuse_unknown(spec, tree, expressions)
  for _, name in ipairs(marked(tree, "", {})) do
    local argument = name:match("^[%w_]+")
    if not COMPUTED[argument] and values.find(values.parameters(), argument) then
      local reference = references_of(expressions, name)
      if reference or argument ~= "resource_group_id" then -- that one the service chooses
        refuse(spec, name, "known only after terraform has applied the plan" .. (reference
          and " (" .. reference .. "): " .. references.advice(reference, {}) or "")
          .. "; pass it with --set " .. argument .. "=…")
      end
    end
  end
end

-- Calls use(resource) for each image pipeline of a module and of those in it.
local function each_resource(module, use, depth)
  if depth > DEEPEST then
    return
  end
  for _, item in ipairs(object(object(module).resources)) do
    local resource = object(item)
    if resource.type == TYPE and resource.mode ~= "data" and type(resource.address) == "string" then
      use(resource, object(resource.values))
    end
  end
  for _, child in ipairs(object(object(module).child_modules)) do
    each_resource(child, use, depth + 1)
  end
end

local function of_state(document)
  local specs = {}
  each_resource(document.values.root_module, function(resource, attributes)
    local spec = new_spec(resource.address)
    spec.id = attributes.id
    spec.args = convert(spec, attributes, "", values.parameters(), literally)
    note_sensitive(spec, resource.sensitive_values)
    if is_empty(attributes.build_content) then
      spec.notes[#spec.notes + 1] = "build_content is not in this state: terraform never reads it, "
        .. "so an imported pipeline has none; `ecs-pipeline import " .. tostring(spec.id or "ID")
        .. "` has it, or pass --set build_content_file=PATH"
    end
    specs[#specs + 1] = spec
  end, 0)
  return specs
end

-- The expressions of a resource in the configuration of a plan: address without indices → them.
local function expressions_of(module, path, out, depth)
  if depth > DEEPEST then
    return out
  end
  for _, resource in ipairs(object(object(module).resources)) do
    out[path .. tostring(object(resource).address)] = object(resource).expressions
  end
  for name, call in pairs(object(object(module).module_calls)) do
    expressions_of(object(call).module, path .. "module." .. name .. ".", out, depth + 1)
  end
  return out
end

-- Without the indices of count and for_each, whose keys may contain brackets.
local function plain_address(address)
  return (address:gsub('%["[^"]*"%]', ""):gsub("%[%d+%]", ""))
end

local function of_plan(document)
  local specs, changes = {}, {}
  local expressions = expressions_of(object(document.configuration).root_module, "", {}, 0)
  for _, change in ipairs(object(document.resource_changes)) do
    changes[tostring(object(change).address)] = object(change).change
  end
  each_resource(document.planned_values.root_module, function(resource, attributes)
    local spec, change = new_spec(resource.address), object(changes[resource.address])
    spec.id = object(change.before).id
    spec.args = convert(spec, attributes, "", values.parameters(), literally)
    note_sensitive(spec, resource.sensitive_values or change.after_sensitive)
    refuse_unknown(spec, change.after_unknown, expressions[plain_address(resource.address)])
    specs[#specs + 1] = spec
  end, 0)
  return specs
end

-- The instances that count and for_each make: list of { suffix, known values }.
local function instances(spec, body, known)
  local count, each = body.count, body.for_each
  if type(count) == "string" then
    count = tonumber((references.resolve(count, known)))
  end
  if type(each) == "string" then
    each = references.resolve(each, known)
  end
  local out = {}
  if type(count) == "number" and count >= 0 and count <= MOST then
    for index = 0, count - 1 do
      out[#out + 1] = { ("[%d]"):format(index), { ["count.index"] = index } }
    end
  elseif type(each) == "table" and each[1] == nil then
    for _, key in ipairs(tables.sorted_keys(each)) do
      local more = { ["each.key"] = key, ["each.value"] = each[key] }
      for name, value in pairs(type(each[key]) == "table" and each[key] or {}) do
        more["each.value." .. name] = value
      end
      out[#out + 1] = { ('["%s"]'):format(key), more }
    end
  else
    if body.count ~= nil or body.for_each ~= nil then
      spec.notes[#spec.notes + 1] = "count or for_each is computed by terraform only; the "
        .. "arguments are those of one instance"
    end
    out[1] = { "", {} }
  end
  return out
end

local function translator(document, known)
  return function(spec, param, text)
    local value, missing = references.resolve(text, known)
    if missing then
      refuse(spec, param, ("${%s} is a reference: %s; pass it with --set %s=…"):format(missing,
        references.advice(missing, document), param:match("^[%w_]+")))
    end
    return value
  end
end

-- Calls use(name, body) for each image pipeline; objects may be written as lists of objects.
local function each_block(document, use)
  local function objects(value)
    return type(value) ~= "table" and {} or value[1] ~= nil and value or { value }
  end
  for _, resources in ipairs(objects(document.resource)) do
    for _, named in ipairs(objects(type(resources) == "table" and resources[TYPE])) do
      for _, name in ipairs(tables.sorted_keys(object(named))) do
        use(name, object(references.block(named[name])))
      end
    end
  end
end

local function of_configuration(document)
  local specs, known = {}, references.known(document)
  each_block(document, function(name, body)
    local first = new_spec("")
    for _, instance in ipairs(instances(first, body, known)) do
      local spec = new_spec(TYPE .. "." .. name .. instance[1])
      spec.notes = tables.copy(first.notes)
      local here = tables.merge(tables.copy(known), instance[2])
      spec.args = convert(spec, body, "", values.parameters(), translator(document, here))
      if body.dynamic then
        refuse(spec, "dynamic", "blocks that terraform computes; give their arguments with --set")
      end
      specs[#specs + 1] = spec
    end
  end)
  return specs
end

--- Is this decoded JSON one of terraform's documents?
-- @tparam table document
-- @treturn boolean
function terraform.is(document)
  return type(document.resource) == "table" or document.terraform_version ~= nil
    or type(document.planned_values) == "table"
    or type(document.values) == "table" and document.format_version ~= nil
end

--- The image pipelines of a document.
-- @tparam table document decoded JSON, without nulls
-- @treturn[1] table list of `{ address, args, notes, problems, id }`: `notes` says what terraform
--   does not know; `problems`: list of `{ param, message }`, of arguments that have no value there,
--   and are not in `args`; `id` of the pipeline that exists already
-- @treturn[2] nil
-- @treturn[2] string why
function terraform.specs(document)
  if type(document.planned_values) == "table" then
    return of_plan(document)
  elseif type(document.values) == "table" then
    return of_state(document)
  elseif document.serial ~= nil or document.lineage ~= nil then
    return nil, "this is terraform's own state file; give the output of `terraform show -json`"
  elseif document.resource ~= nil then
    return of_configuration(document)
  end
  return {}
end

--- The one that an address names, or the only one.
-- @tparam table specs of `terraform.specs`
-- @tparam ?string address "module.web.alicloud_ecs_image_pipeline.default[0]"
-- @treturn[1] table
-- @treturn[2] nil
-- @treturn[2] string why, with the addresses that there are
function terraform.choose(specs, address)
  local list = {}
  for index, spec in ipairs(specs) do
    if spec.address == address then
      return spec
    end
    list[index] = spec.address
  end
  if #specs == 0 then
    return nil, "there is no " .. TYPE .. " in this JSON of terraform"
  elseif #specs == 1 and not address then
    return specs[1]
  end
  table.sort(list, tables.bytewise)
  return nil, (address and "there is no %s%s; --address is one of " or "%s%s in this file; choose "
    .. "one with --address: "):format(address or #list .. " image pipelines", "")
    .. table.concat(list, ", ")
end

return terraform
