--- Creates the pipeline that `pipeline.ensure` needs, at most once: the ClientToken is computed
-- from the arguments. So a call with the same arguments, after a crash or at the same time on
-- another machine, gets the same pipeline.
local canonical = require("ecs_pipeline.pipeline.canonical")
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local identity = require("ecs_pipeline.pipeline.identity")
local lint = require("ecs_pipeline.build_content.lint")
local poll = require("ecs_pipeline.waiting.poll")
local refusal = require("ecs_pipeline.build_content.refusal")
local tables = require("ecs_pipeline.tables")
local tags = require("ecs_pipeline.tags")

local ensure_create = {}

-- Part of the token. It is the same for every function that ensures a pipeline, so that each finds
-- a pipeline that another one created.
local JOB = "pipeline.ensure"

-- Eventual consistency: a new pipeline is read for this many seconds. If no read shows it, the
-- token belongs to a pipeline that was deleted.
local VISIBLE = { timeout = 15, poll = { min = 1, max = 8 } }

local GENERATIONS = 5
local MISMATCH = {
  IdempotentParameterMismatch = true, ["InvalidIdempotenceParameter.Mismatch"] = true,
}

local function token(job, args, generation)
  local parts = { JOB, job.region or "", args.name or "",
    canonical.text(canonical.form(args, job.region)), job.mark or "", job.old and job.old.id or "",
    tostring(generation) }
  for index, part in ipairs(parts) do
    parts[index] = #tostring(part) .. ":" .. tostring(part)
  end
  return core.sign.sha256_hex(table.concat(parts))
end

-- Tags of a replacement: the id it replaces. With `retire` it inherits the `follows` tag of the
-- pipeline it retires.
local function marks(job)
  local map = { [job.mark] = job.old.id }
  if job.mark == identity.RETIRES then
    map[identity.FOLLOWS] = (job.old.tags or {})[identity.FOLLOWS]
  end
  return map
end

-- The arguments of the call. A replacement keeps the name and resource group of the old pipeline if
-- the arguments give none.
local function arguments(job)
  local args = tables.copy(job.args)
  if job.old then
    args.name = args.name or (job.old.name ~= job.old.id and job.old.name or nil)
    args.resource_group_id = args.resource_group_id or job.old.resource_group_id
    args.tags = tags.merge(args.tags or args.tag, marks(job))
    args.tag = nil
  end
  return args
end

-- Reads a pipeline that was just created. → pipeline; nil if there is none; or nil, message, err
local function read_created(job, id)
  local wait = poll.new(job.client, job.operation, {}, job.call_options, VISIBLE)
  local pipeline, message, err = wait:run({
    read = function() return identity.describe(job, id) end,
    judge = function(found, failure)
      return found and poll.DONE or failure.kind == "not_found" and poll.NOT_YET or poll.FAILED
    end,
  })
  if pipeline == false then
    return nil
  end
  return pipeline, message, err
end

local function failed(job, err)
  local message
  message, err = errors.relabel(job.operation, err)
  err.plan = job.plan
  if err.outcome == "unknown" then
    err.hint = ("it may have been carried out: call %s again; it finds the pipeline"):format(
      job.operation:match("%w+$"))
  end
  return nil, message, err
end

--- Creates the pipeline.
-- @tparam table job of `ensure.open`, with `old` and `mark` if it replaces one
-- @treturn[1] table pipeline as describe gives it
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function ensure_create.run(job)
  local args = arguments(job)
  local own_token = job.call_token or args.client_token
  for generation = 1, GENERATIONS do
    local call_options = tables.copy(job.call_options)
    call_options.client_token = own_token or token(job, args, generation)
    local result, _, err = job.client:invoke("pipeline.create", args, call_options)
    if result then
      local pipeline, why, failure = read_created(job, result.id)
      if pipeline then
        return pipeline
      elseif why then
        return failed(job, failure)
      end
    elseif own_token or not MISMATCH[err.code] then
      refusal.explain(args, err)
      return failed(job, err)
    end
    if own_token then
      break
    end
  end
  local _, message, err = errors.fail(job.operation, { kind = "conflict", sent = false,
    message = "the pipeline that was created with this ClientToken has been deleted" })
  err.plan = job.plan
  return nil, message, err
end

--- The request that would create the pipeline. Arguments as `run`; sends nothing.
-- @treturn[1] table `{ dry_run, plan, created = false, request, findings }`
function ensure_create.render(job)
  local args = arguments(job)
  local call_options = tables.copy(job.call_options)
  call_options.client_token = job.call_token or args.client_token or token(job, args, 1)
  local request, _, err = job.client:render("pipeline.create", args, call_options)
  if not request then
    return failed(job, err)
  end
  return { dry_run = true, plan = job.plan, created = false, request = request,
    findings = lint.run(args) }
end

return ensure_create
