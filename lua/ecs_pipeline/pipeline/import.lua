--- `pipeline.import`: from a pipeline to the arguments that would create it again.
local canonical = require("ecs_pipeline.pipeline.canonical")
local info = require("ecs_pipeline.call.info")
local pipelines = require("ecs_pipeline.find.pipelines")
local tables = require("ecs_pipeline.tables")

local import = {}

local OPERATION = "pipeline.import"

local walk

local function copied(value, param)
  if param.type == "tags" then
    value = canonical.own_tags(value)
  elseif param.type == "object" then
    value = walk(param.fields, value)
  elseif param.type == "objects" then
    local list = {}
    for index, item in ipairs(value) do
      list[index] = walk(param.fields, item)
    end
    value = list
  elseif param.type == "list" then
    value = tables.copy(value)
  end
  if value == "" or type(value) == "table" and next(value) == nil then
    return nil
  end
  return value
end

walk = function(list, source)
  local out = {}
  for _, param in ipairs(list) do
    if source[param.name] ~= nil and not param.deprecated then
      out[param.name] = copied(source[param.name], param)
    end
  end
  return out
end

local function branch(tree, name)
  tree[name] = tree[name] or {}
  return tree[name]
end

-- An old pipeline may have only the deprecated spelling of a field.
local function from_deprecated(pipeline, args)
  for _, name in ipairs({ "image_name", "image_family" }) do
    local value = pipeline[name]
    if value and value ~= "" and not (args.image_options and args.image_options[name]) then
      branch(args, "image_options")[name] = value
    end
  end
  local nvme = pipeline.nvme_support
  if nvme and nvme ~= "" then
    local features = branch(branch(args, "image_options"), "image_features")
    features.nvme_support = features.nvme_support or nvme
  end
  -- The parameter that replaces this one has other values, and its default would contradict it.
  local imported = pipeline.import_image_options
  if imported and imported.retain_imported_image == true then
    local options = branch(args, "import_image_options")
    options.retain_imported_image = true
    if options.retention_strategy == "RetainNever" then
      options.retention_strategy = nil
    end
  end
end

--- Arguments of a pipeline. Values that the service chose are kept (also the name, which is the id
-- if none was given); tags of the service and of `pipeline.ensure` are not.
-- @tparam table pipeline as describe gives it
-- @tparam ?string region_id to put into them
-- @treturn table args
function import.args(pipeline, region_id)
  local args = walk(canonical.parameters(), pipeline)
  from_deprecated(pipeline, args)
  args.region_id = region_id
  return args
end

--- Imports. Arguments and results as `pipeline.import`.
function import.run(client, wanted, given)
  local call_options = client:call_options(OPERATION, given)
  local ref, message, err = pipelines.which(client, OPERATION, wanted, call_options)
  if not ref then
    return nil, message, err
  end
  local pipeline
  pipeline, message, err = pipelines.get(client, OPERATION, ref, call_options)
  if not pipeline then
    return nil, message, err
  end
  local args = import.args(pipeline, ref.region_id or call_options.region)
  info.set(args, info.get(pipeline))
  return args
end

return import
