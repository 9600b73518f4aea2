--- `pipeline.ensure`: finds the pipeline that matches the arguments (by id, name and tag), or
-- creates it, at most once. A pipeline that is replaced is kept until the new one exists.
local ensure_create = require("ecs_pipeline.pipeline.ensure_create")
local errors = require("ecs_pipeline.errors")
local identity = require("ecs_pipeline.pipeline.identity")
local image_names = require("ecs_pipeline.find.image_names")
local options = require("ecs_pipeline.call.options")
local plan = require("ecs_pipeline.pipeline.plan")
local retire = require("ecs_pipeline.pipeline.retire")
local tables = require("ecs_pipeline.tables")

local ensure = {}

local OPERATION = "pipeline.ensure"

--- Its own options, except `build`.
ensure.OPTIONS = {
  replace = options.one_of("never", "side_by_side", "retire"),
  archive = { "string", "boolean", check = { boolean = function(value)
    if value then
      return "must be a path, or false"
    end
  end } },
  wait_timeout = options.SECONDS, poll = options.RANGE, on_progress = options.FUNCTION,
}

-- All its options; the row of `build` checks the builder's options. It waits if it may delete.
local function all_options(builder, given)
  local rows = tables.copy(ensure.OPTIONS)
  if type(given) == "table" and given.replace == "retire" then
    rows.timeout = options.TIMEOUT
  end
  rows.build = { "boolean", "table", check = { table = function(build)
    options.own(OPERATION .. ": build", build, builder.OPTIONS) -- raises if one is wrong
  end } }
  return rows
end

--- Raises if the options do not fit together.
-- @tparam string operation that the user called
-- @tparam table own_options
function ensure.check_options(operation, own_options)
  if own_options.replace == "retire" and own_options.archive == nil then
    errors.raise(operation .. ": replace = \"retire\" deletes the record of the old pipeline's "
      .. "executions: give archive = path of a JSON file, or archive = false")
  elseif own_options.archive and own_options.replace ~= "retire" then
    errors.raise(operation .. ": archive requires replace = \"retire\"")
  elseif own_options.build and own_options.replace ~= "retire" then
    errors.raise(operation .. ": build requires replace = \"retire\"")
  end
end

local function refuse(job)
  local names = {}
  for index, change in ipairs(job.plan.changes) do
    names[index] = change.param
  end
  return errors.fail(job.operation, { kind = "conflict", sent = false, plan = job.plan,
    message = ("%s cannot be changed, only replaced (%s); deleting it loses %s"):format(job.plan.id,
      table.concat(names, ", "), job.plan.loses.text),
    hint = "replace = \"side_by_side\" creates a new one and keeps this one; \"retire\" also "
      .. "deletes this one" })
end

--- Opens a job: checks the arguments and makes the plan. Sends nothing that writes.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @tparam table args of pipeline.create, and `id`
-- @tparam table own_options those of `ensure.OPTIONS`, checked
-- @tparam table rest call options as the user gave them
-- @tparam ?function before job → true, or nil, message, err: before anything is sent
-- @treturn[1] table job
-- @treturn[1] ?table the pipeline that the plan is about
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function ensure.open(client, operation, args, own_options, rest, before)
  local call_options = client:call_options(operation, rest)
  local job, message, err = plan.open(client, operation, args, call_options)
  if not job then
    return nil, message, err
  elseif job.id == nil and (job.args.name == nil or job.args.name == "") then
    return errors.fail(operation, { kind = "validation", param = "name", sent = false,
      message = "name: without a name (or id) it could not be found again, and each call would "
        .. "create another one" })
  end
  job.options = own_options
  job.ends_at = own_options.timeout and client.platform.clock() + own_options.timeout
  job.call_token, job.dry_run = call_options.client_token, call_options.dry_run
  job.rest = tables.without(rest, { "client_token", "dry_run" })
  if before then
    local ok
    ok, message, err = before(job)
    if not ok then
      return nil, message, err
    end
  end
  local current
  job.plan, current, err = plan.make(job)
  if not job.plan then
    return nil, current, err
  end
  return job, current
end

--- Creates the pipeline if needed; deletes nothing.
-- @tparam table job
-- @tparam ?table current both of `open`
-- @treturn[1] table pipeline with `plan` and `created`; in a dry run that would write, see
--   `ensure_create.render`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function ensure.make(job, current)
  local action, replace = job.plan.action, job.options.replace or "never"
  if action == "none" then
    current.plan, current.created, current.dry_run = job.plan, false, job.dry_run
    return current
  elseif action == "replace" then
    if replace == "never" then
      return refuse(job)
    end
    job.old = current
    job.mark = replace == "retire" and identity.RETIRES or identity.FOLLOWS
    local ok, message, err = retire.check(job, current)
    if not ok then
      err.plan = job.plan
      return nil, message, err
    end
  end
  if job.dry_run then
    return ensure_create.render(job)
  end
  local created, message, err = ensure_create.run(job)
  if not created then
    return nil, message, err
  end
  created.plan, created.created = job.plan, true
  return created
end

local function incomplete(job, pipeline, message, err)
  err.plan, err.pipeline_id, err.created = job.plan, pipeline.id, pipeline.created
  err.hint = err.hint or ("%s matches the arguments; call %s again to delete the old one"):format(
    pipeline.id, job.operation:match("[%w_]+$"))
  return nil, message, err
end

--- The pipelines to delete: with `replace = "retire"`, those that this call, or an earlier call
-- that was interrupted, replaced.
-- @tparam table job
-- @tparam table pipeline of `make`
-- @return as `retire.pending`
function ensure.pending(job, pipeline)
  if job.options.replace ~= "retire" then
    return {}
  end
  local list, message, err = retire.pending(job, pipeline)
  if not list then
    return incomplete(job, pipeline, message, err)
  end
  return list
end

--- Deletes them.
-- @tparam table job
-- @tparam table pipeline of `make`
-- @tparam table pending of `pending`
-- @return as `retire.run`
function ensure.retire(job, pipeline, pending)
  local retired, message, err = retire.run(job, pending)
  if not retired then
    return incomplete(job, pipeline, message, err)
  end
  return retired
end

-- Builds the new pipeline before the old one is deleted. Builds of the old one do not count: their
-- records are deleted with it.
local function build_first(job, pipeline)
  local given = type(job.options.build) == "table" and tables.copy(job.options.build) or {}
  given.on_progress = given.on_progress or job.options.on_progress
  given.poll = given.poll or job.options.poll
  given.region = job.region -- a pipeline does not say where it is
  if job.ends_at and type(given.timeout) ~= "table" then
    given.timeout = math.min(given.timeout or math.huge,
      math.max(job.ends_at - job.client.platform.clock(), 1))
  end
  for _, name in ipairs({ "deadline", "retry", "timeout" }) do
    given[name] = given[name] == nil and job.rest[name] or given[name]
  end
  return job.builder.of(job.client, job.operation, pipeline, given, pipeline, true)
end

-- → pipeline with `build` and `retired`
local function finish(job, pipeline)
  if pipeline.dry_run or job.options.replace ~= "retire" then
    return pipeline
  end
  local pending, message, err = ensure.pending(job, pipeline)
  if not pending then
    return nil, message, err
  elseif job.options.build and pending[1] then
    pipeline.build, message, err = build_first(job, pipeline)
    if not pipeline.build then
      return incomplete(job, pipeline, message, err)
    elseif not pipeline.build.ok then
      pipeline.retired = {}
      return pipeline
    end
  end
  pipeline.retired, message, err = ensure.retire(job, pipeline, pending)
  if not pipeline.retired then
    return nil, message, err
  end
  return pipeline
end

--- Ensures a pipeline. Arguments and results as `pipeline.ensure`.
-- @tparam table client internal client
-- @tparam table args
-- @tparam ?table given options
-- @tparam table builder what `build` builds with, `bake/build_if_changed.lua`: `OPTIONS` and
--   `of(client, operation, pipeline, options, pipeline, own_history)`
function ensure.run(client, args, given, builder)
  local own_options, rest = options.own(OPERATION, given, all_options(builder, given))
  ensure.check_options(OPERATION, own_options)
  local job, current, err = ensure.open(client, OPERATION, args, own_options, rest)
  if not job then
    return nil, current, err
  end
  local taken = job.plan.action ~= "none" and plan.check_name(job, job.plan, current)
  if taken then
    image_names.warn(client, OPERATION, taken)
  end
  job.builder = builder
  local pipeline, message
  pipeline, message, err = ensure.make(job, current)
  if not pipeline then
    return nil, message, err
  end
  return finish(job, pipeline)
end

return ensure
