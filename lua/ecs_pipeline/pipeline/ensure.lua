--- `pipeline.ensure`: a template as the arguments say, created at most once. The service is asked
-- first (by id, name and tag); a template that is to be replaced stays until the new one exists.
local ensure_create = require("ecs_pipeline.pipeline.ensure_create")
local errors = require("ecs_pipeline.errors")
local identity = require("ecs_pipeline.pipeline.identity")
local options = require("ecs_pipeline.call.options")
local plan = require("ecs_pipeline.pipeline.plan")
local retire = require("ecs_pipeline.pipeline.retire")
local tables = require("ecs_pipeline.tables")

local ensure = {}

local OPERATION = "pipeline.ensure"

--- Its own options, but for `build`.
ensure.OPTIONS = {
  replace = options.one_of("never", "side_by_side", "retire"),
  archive = { "string", "boolean", check = { boolean = function(value)
    if value then
      return "must be a path, or false"
    end
  end } },
  wait_timeout = options.SECONDS, poll = options.RANGE, on_progress = options.FUNCTION,
}

-- All of them; the row of `build` checks the builder's options.
local function all_options(builder)
  local rows = tables.copy(ensure.OPTIONS)
  rows.build = { "boolean", "table", check = { table = function(given)
    options.own(OPERATION .. ": build", given, builder.OPTIONS) -- raises what is wrong
  end } }
  return rows
end

--- Raise options that do not go together.
-- @tparam string operation that the user called
-- @tparam table own_options
function ensure.check_options(operation, own_options)
  if own_options.replace == "retire" and own_options.archive == nil then
    errors.raise(operation .. ": replace = \"retire\" deletes the record of the old pipeline's "
      .. "executions: give archive = path of a JSON file, or archive = false")
  elseif own_options.archive and own_options.replace ~= "retire" then
    errors.raise(operation .. ": archive goes with replace = \"retire\"")
  elseif own_options.build and own_options.replace ~= "retire" then
    errors.raise(operation .. ": build goes with replace = \"retire\"")
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
    hint = "replace = \"side_by_side\" makes a new one beside it, \"retire\" deletes the old one "
      .. "after that" })
end

--- Open a job: checks the arguments and makes the plan. Sends nothing that writes.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @tparam table args of pipeline.create, and `id`
-- @tparam table own_options those of `ensure.OPTIONS`, checked
-- @tparam table rest call options as the user gave them
-- @tparam ?function before job → true, or nil, message, err: before anything is sent
-- @treturn[1] table job
-- @treturn[1] ?table the template that the plan is about
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
        .. "make one more" })
  end
  job.options = own_options
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
-- @treturn[1] table template with `plan` and `created`; in a dry run that would write, see
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

local function incomplete(job, template, message, err)
  err.plan, err.pipeline_id, err.created = job.plan, template.id, template.created
  err.hint = err.hint or ("%s is as wanted; call %s again to delete the old one"):format(
    template.id, job.operation:match("[%w_]+$"))
  return nil, message, err
end

--- The templates to delete: with `replace = "retire"`, those that this call or an earlier,
-- interrupted one replaced.
-- @tparam table job
-- @tparam table template of `make`
-- @return as `retire.pending`
function ensure.pending(job, template)
  if job.options.replace ~= "retire" then
    return {}
  end
  local list, message, err = retire.pending(job, template)
  if not list then
    return incomplete(job, template, message, err)
  end
  return list
end

--- Delete them.
-- @tparam table job
-- @tparam table template of `make`
-- @tparam table pending of `pending`
-- @return as `retire.run`
function ensure.retire(job, template, pending)
  local retired, message, err = retire.run(job, pending)
  if not retired then
    return incomplete(job, template, message, err)
  end
  return retired
end

-- The new template is built first. Builds of the old one do not count: their record is deleted with
-- it.
local function build_first(job, template)
  local given = type(job.options.build) == "table" and tables.copy(job.options.build) or {}
  given.on_progress = given.on_progress or job.options.on_progress
  given.poll = given.poll or job.options.poll
  given.region = job.region -- a template does not say where it is
  for _, name in ipairs({ "deadline", "retry" }) do
    given[name] = given[name] == nil and job.rest[name] or given[name]
  end
  return job.builder.of(job.client, job.operation, template, given, template, true)
end

-- → template with `build` and `retired`
local function finish(job, template)
  if template.dry_run or job.options.replace ~= "retire" then
    return template
  end
  local pending, message, err = ensure.pending(job, template)
  if not pending then
    return nil, message, err
  elseif job.options.build and pending[1] then
    template.build, message, err = build_first(job, template)
    if not template.build then
      return incomplete(job, template, message, err)
    elseif not template.build.ok then
      template.retired = {}
      return template
    end
  end
  template.retired, message, err = ensure.retire(job, template, pending)
  if not template.retired then
    return nil, message, err
  end
  return template
end

--- Ensure. Arguments and results as `pipeline.ensure`.
-- @tparam table client internal client
-- @tparam table args
-- @tparam ?table given options
-- @tparam table builder what `build` builds with, `bake/build_if_changed.lua`: `OPTIONS` and
--   `of(client, operation, pipeline, options, template, own_history)`
function ensure.run(client, args, given, builder)
  local own_options, rest = options.own(OPERATION, given, all_options(builder))
  ensure.check_options(OPERATION, own_options)
  local job, current, err = ensure.open(client, OPERATION, args, own_options, rest)
  if not job then
    return nil, current, err
  end
  job.builder = builder
  local template, message
  template, message, err = ensure.make(job, current)
  if not template then
    return nil, message, err
  end
  return finish(job, template)
end

return ensure
