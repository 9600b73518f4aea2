--- `pipeline.ensure`: a template as the arguments say, made at most once. The service is asked
-- first (by id, name and tag), and what is made carries a ClientToken that follows from what is
-- wanted: whoever asks for the same again, after a crash or at the same time elsewhere, gets the
-- same one.
local canonical = require("ecs_pipeline.bake.plan_canonical")
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local filters = require("ecs_pipeline.find.filters")
local identity = require("ecs_pipeline.bake.plan_identity")
local lint = require("ecs_pipeline.bake.build_content.lint")
local options = require("ecs_pipeline.call.options")
local plan = require("ecs_pipeline.bake.plan")
local relabel = require("ecs_pipeline.call.relabel")
local retire = require("ecs_pipeline.bake.retire")
local tags = require("ecs_pipeline.tags")

local ensure = {}

local OPERATION = "pipeline.ensure"

local OWN = {
  replace = options.one_of("never", "side_by_side", "retire"),
  archive = { "string", "boolean", check = { boolean = function(value)
    if value then
      return "must be a path, or false"
    end
  end } },
  wait_timeout = options.SECONDS, poll = options.RANGE, on_progress = options.FUNCTION,
}

-- How long a new template may take to be seen; then its token belongs to one that was deleted.
local LOOKS = { 0, 1, 2, 4, 8 } -- seconds before each
local GENERATIONS = 5
local MISMATCH = {
  IdempotentParameterMismatch = true, ["InvalidIdempotenceParameter.Mismatch"] = true,
}

local function check_options(own)
  if own.replace == "retire" and own.archive == nil then
    errors.raise(OPERATION .. ": replace = \"retire\" deletes the record of the old pipeline's "
      .. "executions: give archive = path of a JSON file, or archive = false")
  elseif own.archive and own.replace ~= "retire" then
    errors.raise(OPERATION .. ": archive goes with replace = \"retire\"")
  end
end

local function token(job, args, generation)
  local parts = { OPERATION, job.region or "", args.name or "",
    canonical.text(canonical.form(args, job.region)), job.mark or "", job.old and job.old.id or "",
    tostring(generation) }
  for index, part in ipairs(parts) do
    parts[index] = #tostring(part) .. ":" .. tostring(part)
  end
  return core.sign.sha256_hex(table.concat(parts))
end

-- What will be sent. A replacement keeps what was not asked for and the service chose for the old
-- one, and says what it is made in place of.
local function arguments(job)
  local args = filters.without(job.args, {})
  if job.old then
    args.name = args.name or (job.old.name ~= job.old.id and job.old.name or nil)
    args.resource_group_id = args.resource_group_id or job.old.resource_group_id
    args.tags = tags.merge(args.tags or args.tag, { [job.mark] = job.old.id })
    args.tag = nil
  end
  return args
end

-- A template that was just made may not be seen at once. Nil without a message: it is not there.
local function look(job, id)
  local message, err
  for _, pause in ipairs(LOOKS) do
    job.client.platform.sleep(pause)
    local template
    template, message, err = identity.describe(job, id)
    if template then
      return template
    elseif err.kind ~= "not_found" then
      return nil, message, err
    end
  end
  return nil
end

local function failed(job, err)
  local message
  message, err = relabel(OPERATION, err)
  err.plan = job.plan
  if err.outcome == "unknown" then
    err.hint = "it may have been carried out: call ensure again, it finds what was made"
  end
  return nil, message, err
end

-- → template, or nil, message, err
local function create(job)
  local args = arguments(job)
  local own_token = job.call_token or args.client_token
  for generation = 1, GENERATIONS do
    local call_options = filters.without(job.call_options, {})
    call_options.client_token = own_token or token(job, args, generation)
    local result, _, err = job.client:invoke("pipeline.create", args, call_options)
    if result then
      local template, why, failure = look(job, result.id)
      if template then
        return template
      elseif why then
        return failed(job, failure)
      end
    elseif own_token or not MISMATCH[err.code] then
      return failed(job, err)
    end
    if own_token then
      break
    end
  end
  local _, message, err = errors.fail(OPERATION, { kind = "conflict", sent = false,
    message = "what the service made under this ClientToken was deleted" })
  err.plan = job.plan
  return nil, message, err
end

local function render(job)
  local args = arguments(job)
  local call_options = filters.without(job.call_options, {})
  call_options.client_token = job.call_token or args.client_token or token(job, args, 1)
  local request, _, err = job.client:render("pipeline.create", args, call_options)
  if not request then
    return failed(job, err)
  end
  return { dry_run = true, plan = job.plan, created = false, request = request,
    findings = lint.run(args) }
end

local function refuse(job)
  local names = {}
  for index, change in ipairs(job.plan.changes) do
    names[index] = change.param
  end
  return errors.fail(OPERATION, { kind = "conflict", sent = false, plan = job.plan,
    message = ("%s cannot be changed, only replaced (%s); deleting it loses %s"):format(job.plan.id,
      table.concat(names, ", "), job.plan.loses.text),
    hint = "replace = \"side_by_side\" makes a new one beside it, \"retire\" deletes the old one "
      .. "after that" })
end

-- The old ones, if that was asked for now or by a call that did not get to it.
local function finish(job, template, created)
  template.plan, template.created = job.plan, created
  if job.own.replace ~= "retire" then
    return template
  end
  local retired, message, err = retire.run(job, template)
  if not retired then
    err.plan, err.pipeline_id, err.created = job.plan, template.id, created
    err.hint = err.hint or (template.id .. " is as wanted; call ensure again to delete the old one")
    return nil, message, err
  end
  template.retired = retired
  return template
end

local function carry_out(job, template)
  local action, replace = job.plan.action, job.own.replace or "never"
  if action == "none" then
    if job.dry_run then
      template.plan, template.created, template.dry_run = job.plan, false, true
      return template
    end
    return finish(job, template, false)
  elseif action == "replace" then
    if replace == "never" then
      return refuse(job)
    end
    job.old = template
    job.mark = replace == "retire" and identity.RETIRES or identity.FOLLOWS
    local ok, message, err = retire.check(job, template)
    if not ok then
      err.plan = job.plan
      return nil, message, err
    end
  end
  if job.dry_run then
    return render(job)
  end
  local made, message, err = create(job)
  if not made then
    return nil, message, err
  end
  return finish(job, made, true)
end

local function nameless()
  return errors.fail(OPERATION, { kind = "validation", param = "name", sent = false,
    message = "name: without a name (or id) it could not be found again, and each call would make "
      .. "one more" })
end

--- Ensure. Arguments and results as `pipeline.ensure`.
function ensure.run(client, args, given)
  local own, rest = options.own(OPERATION, given, OWN)
  check_options(own)
  local call_options = client:call_options(OPERATION, rest)
  local job, message, err = plan.open(client, OPERATION, args, call_options)
  if not job then
    return nil, message, err
  elseif job.id == nil and (job.args.name == nil or job.args.name == "") then
    return nameless()
  end
  job.own, job.call_token, job.dry_run = own, call_options.client_token, call_options.dry_run
  job.rest = filters.without(rest, { "client_token", "dry_run" })
  local template
  job.plan, template, err = plan.make(job)
  if not job.plan then
    return nil, template, err
  end
  return carry_out(job, template)
end

return ensure
