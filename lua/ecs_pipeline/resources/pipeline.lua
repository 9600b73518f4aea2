--- `ecs.pipeline`: image pipelines (templates). API: ECS 2014-05-26, CreateImagePipeline,
-- DescribeImagePipelines, DeleteImagePipeline. Argument names are terraform's
-- (alicloud_ecs_image_pipeline) where it has one.
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local events = require("ecs_pipeline.call.events")
local info = require("ecs_pipeline.call.info")
local options = require("ecs_pipeline.call.options")
local tags = require("ecs_pipeline.resources.tags")

local pipeline = {}

local NOT_FOUND = "InvalidImagePipeline.NotFound"

local DELETE_OPTIONS = {
  when_running = options.one_of("fail", "wait", "cancel"),
  missing = options.one_of("ok", "error"),
}

local function want_table(operation, args)
  if type(args) ~= "table" then
    errors.raise(operation .. ": arguments must be a table, not a " .. type(args))
  end
end

local function invalid(operation, param, message)
  return errors.fail(operation,
    { kind = "validation", param = param, message = message, sent = false })
end

-- The caller's table is left alone. Tags that are no tag set stay as they are: the check names what
-- is wrong with them.
local function with_default_tags(client, args)
  local defaults = client.options.default_tags
  if not defaults then
    return args
  end
  local ok, merged = pcall(tags.merge, defaults, args.tags)
  if not ok then
    return args
  end
  local copy = {}
  for name, value in pairs(args) do
    copy[name] = value
  end
  copy.tags = merged
  return copy
end

--- How calls complete what they are given, for `client.render`.
pipeline.arguments = { create = with_default_tags }

-- Id and region out of what describe and delete accept: an id, a result with `id`, or the API's own
-- arguments.
local function target(operation, given)
  if type(given) == "string" then
    return { id = given }
  end
  if type(given) ~= "table" then
    errors.raise(operation .. ": wants an id, or a table with id, not a " .. type(given))
  end
  local id = given.id or given.image_pipeline_id or given.ids
  if type(id) == "table" then
    if #id > 1 then
      return nil, "one pipeline at a time; " .. #id .. " ids were given"
    end
    id = id[1]
  end
  return { id = id, region_id = given.region_id }
end

local function find_target(operation, given)
  local found, why = target(operation, given)
  if not found then
    return invalid(operation, "image_pipeline_id", why)
  elseif type(found.id) ~= "string" or found.id == "" then
    return invalid(operation, "image_pipeline_id",
      "no id: wants \"ip-…\", or a table with id, not a "
      .. (found.id == "" and "blank one" or type(found.id)))
  end
  return found
end

local function create(client, args, given)
  local operation = "pipeline.create"
  local call_options = client:call_options(operation, given)
  want_table(operation, args)
  return client:invoke(operation, with_default_tags(client, args), call_options)
end

local function describe(client, wanted, given)
  local operation = "pipeline.describe"
  local call_options = client:call_options(operation, given)
  local found, message, err = find_target(operation, wanted)
  if not found then
    return nil, message, err
  end
  local result
  result, message, err = client:invoke(operation,
    { ids = { found.id }, region_id = found.region_id }, call_options)
  if not result then
    return nil, message, err
  end
  local facts = info.get(result)
  for _, template in ipairs(result.pipelines) do
    if template.id == found.id then
      info.set(template, facts)
      return template
    end
  end
  -- Terraform takes the first element without looking. Another id here means that the filter was
  -- ignored.
  local empty = #result.pipelines == 0
  return errors.fail(operation, {
    kind = empty and "not_found" or "protocol",
    request_id = facts.request_id, attempts = facts.attempts, region = facts.region,
    message = empty and ("no image pipeline " .. found.id .. " in " .. tostring(facts.region))
      or ("asked for " .. found.id .. ", the reply holds other image pipelines"),
  })
end

-- Gone after an attempt without an answer: that attempt deleted it. Otherwise it was gone before.
local function accept_gone(missing)
  return function(err, uncertain)
    if err.code == NOT_FOUND and (uncertain or missing ~= "error") then
      return { deleted = uncertain, request_id = err.request_id }
    end
    return nil
  end
end

local function delete(client, wanted, given)
  local operation = "pipeline.delete"
  local call_options = client:call_options(operation, given, DELETE_OPTIONS)
  local found, message, err = find_target(operation, wanted)
  if not found then
    return nil, message, err
  end
  local when_running = call_options.when_running or "fail"
  if when_running ~= "fail" then
    return invalid(operation, "when_running", "when_running = \"" .. when_running
      .. "\" needs the execution calls, which this version does not have; "
      .. "use \"fail\", and repeat when the execution has ended")
  end
  local result
  result, message, err = client:invoke(operation,
    { image_pipeline_id = found.id, region_id = found.region_id }, call_options,
    { idempotent = true, accept = accept_gone(call_options.missing) })
  if not result then
    return nil, message, err
  elseif not result.dry_run and result.deleted == nil then
    result.deleted = true
  end
  return result
end

local function validate(client, args, given)
  local operation = "pipeline.validate"
  local call_options = client:call_options(operation, given)
  want_table(operation, args)
  local ok, detail = core.check("pipeline.create", with_default_tags(client, args), {
    region = call_options.region or client:region(),
    validate = call_options.validate,
  })
  if not ok then
    return errors.fail(operation, detail)
  end
  events.warnings(client, operation, detail)
  return true
end

--- The group's functions for a client.
-- Every function takes call options as its last argument: `{ region, timeout, deadline, retry,
-- client_token, validate, dry_run }`; see `call/options.lua`. create, describe and delete block
-- while they send (or yield, with a transport that yields) and can fail with any kind of
-- `errors.KINDS`.
-- @tparam function current → internal client to use for this call
-- @treturn table group
function pipeline.bind(current)
  local group = {}

  --- Create a pipeline. Nothing is built until an execution is started. API: CreateImagePipeline.
  -- One ClientToken serves all attempts, so a lost answer never makes two. `default_tags` of the
  -- client are merged in; tags given here win.
  -- @function pipeline.create
  -- @tparam table args `base_image`, `base_image_type` (required unless "OSS"), `name`,
  --   `build_content`, `tags`, …; `core.operations()["pipeline.create"].parameters` lists all, with
  --   limits
  -- @tparam ?table options call options; `dry_run = true` returns the rendered request instead
  -- @treturn[1] table `{ id, image_pipeline_id, request_id }`
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; every broken rule is in `err.failures`
  function group.create(args, given)
    return create(current(), args, given)
  end

  --- Read one pipeline, `build_content` included. API: DescribeImagePipelines.
  -- @function pipeline.describe
  -- @param wanted id, table with `id`, or `{ image_pipeline_id =, region_id = }`
  -- @tparam ?table options call options
  -- @treturn[1] table the template: `id, image_pipeline_id, name, base_image, tags` (map, without
  --   system tags), …
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; kind "not_found" when the service knows no such pipeline in the region
  function group.describe(wanted, given)
    return describe(current(), wanted, given)
  end

  --- Delete a pipeline, and with it the record of its executions. Repeating is safe. API:
  -- DeleteImagePipeline.
  -- @function pipeline.delete
  -- @param wanted as describe
  -- @tparam ?table options call options and `missing` ("ok", default: a pipeline that is gone is a
  --   success; "error"), `when_running` ("fail", default; "wait" and "cancel" are refused until
  --   executions exist)
  -- @treturn[1] table `{ deleted }`: true when this call removed it (also when only a lost answer
  --   can have), false when it was gone before
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; kind "conflict" while an execution runs
  function group.delete(wanted, given)
    return delete(current(), wanted, given)
  end

  --- Check arguments of create. Offline, does not block.
  -- @function pipeline.validate
  -- @tparam table args as create
  -- @tparam ?table options call options
  -- @treturn[1] boolean true
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err of kind "validation"; `err.failures` lists every broken rule
  function group.validate(args, given)
    return validate(current(), args, given)
  end

  return group
end

return pipeline
