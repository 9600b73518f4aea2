--- `ecs.bake`: from arguments to an image in one call: check, lint, ensure, compare, build, wait,
-- retire. Each step finds what an interrupted call left behind, so this may be called again at any
-- time.
local build_if_changed = require("ecs_pipeline.bake.build_if_changed")
local build_start = require("ecs_pipeline.bake.build_start")
local ensure = require("ecs_pipeline.pipeline.ensure")
local errors = require("ecs_pipeline.errors")
local events = require("ecs_pipeline.call.events")
local info = require("ecs_pipeline.call.info")
local journal = require("ecs_pipeline.bake.journal")
local lint = require("ecs_pipeline.build_content.lint")
local options = require("ecs_pipeline.call.options")
local plan = require("ecs_pipeline.pipeline.plan")
local progress = require("ecs_pipeline.waiting.progress")
local tables = require("ecs_pipeline.tables")

local bake = {}

local OPERATION = "ecs.bake"

local OPTIONS = tables.copy(build_if_changed.OPTIONS)
for name, row in pairs(ensure.OPTIONS) do
  OPTIONS[name] = row
end
OPTIONS.lint = { "table", "boolean", check = { boolean = function(value)
  if value then
    return "must be false, or options of build_content.lint"
  end
end } }

local function report(self, phase, message)
  progress.report(self.reporter, { phase = phase, message = message, region = self.region,
    pipeline_id = self.pipeline and self.pipeline.id })
end

local function line_of(finding)
  local place = finding.param or "content"
  return place .. (finding.line and (", line %d: "):format(finding.line) or ": ") .. finding.message
end

-- Errors of the linter stop the job: the service would reject the same text later, with a less
-- helpful message. Whether the name of the image is free, the service is asked.
local function check(self, args)
  report(self, "checking", "Checking the arguments.")
  self.findings = self.options.lint == false and {} or lint.run(args, self.options.lint)
  local failures = {}
  self.warnings = {}
  for _, finding in ipairs(self.findings) do
    local failure = { param = finding.param, rule = finding.code, fix = finding.fix,
      line = finding.line, message = line_of(finding) }
    if finding.severity == "error" then
      failures[#failures + 1] = failure
    elseif finding.severity == "warning" and finding.code ~= "same_image_name" then
      self.warnings[#self.warnings + 1] = failure
    end
  end
  events.warnings(self.client, OPERATION, self.warnings)
  if failures[1] then
    return errors.fail(OPERATION, { kind = "validation", sent = false, failures = failures,
      findings = self.findings })
  end
  return true
end

-- The journal does not store the arguments: ensure finds its pipeline through the service.
local function open_journal(self, job)
  self.book = journal.open(self.client, OPERATION, self.options.journal)
  self.key = journal.key(OPERATION, job.region, tostring(job.id or job.args.name))
  local entry, message, err = self.book:read(self.key)
  if entry == nil then
    return nil, message, err
  elseif job.dry_run then
    return true
  end
  return self.book:write(self.key, { phase = "pipeline" })
end

local function failed(self, message, err)
  local pipeline = self.pipeline
  err.plan, err.findings = err.plan or self.plan, err.findings or self.findings
  err.pipeline_id = err.pipeline_id or pipeline and pipeline.id or nil
  err.created = pipeline and pipeline.created
  err.hint = err.hint or self.plan and "call ecs.bake again with the same arguments: it continues "
    .. "where it stopped" or nil
  return nil, message, err
end

local function build_options(self)
  local given = {}
  for name in pairs(build_if_changed.OPTIONS) do
    given[name] = self.options[name]
  end
  for _, name in ipairs({ "deadline", "retry", "dry_run" }) do
    given[name] = self.rest[name]
  end
  given.region = self.region -- a pipeline does not say where it is
  if given.timeout then
    given.timeout = math.max(1, given.timeout - (self.clock() - self.started))
  else
    given.timeout = self.rest.timeout -- of each attempt
  end
  return given
end

-- Compares and builds. Builds of pipelines that will be deleted do not count.
local function build_it(self, pipeline, pending)
  return build_if_changed.of(self.client, OPERATION, pipeline, build_options(self), pipeline,
    pending[1] ~= nil)
end

local function complete(self, result)
  local pipeline, facts = self.pipeline, info.get(result)
  result.plan, result.findings = self.plan, self.findings
  result.pipeline, result.pipeline_id = pipeline, pipeline and pipeline.id
  result.created = pipeline ~= nil and pipeline.created or false
  if facts and self.warnings[1] then
    facts.warnings = self.warnings
    info.set(result, facts)
  end
  return result
end

local STEPS = { create = { "create", "build" }, replace = { "create", "build" }, none = {} }

-- The dry run: the steps that a real call would take, as far as they are known without taking them.
local function rehearse(self, job, pipeline)
  local steps = tables.copy(STEPS[self.plan.action])
  local out = { ok = true, outcome = "dry_run", dry_run = true, steps = steps }
  if self.plan.action == "none" then
    self.pipeline = pipeline
    local would, message, err = build_it(self, pipeline, {})
    if not would then
      return failed(self, message, err)
    end
    out.reason, out.changed, out.why = would.reason, would.changed, would.why
    if would.outcome ~= "unchanged" then
      steps[1], out.request = "build", would
    else
      out.image_id, out.images, out.execution_id = would.image_id, would.images, would.execution_id
    end
  else
    out.request = pipeline.request
  end
  if job.options.replace == "retire" and self.plan.action == "replace" then
    steps[#steps + 1] = "retire"
  end
  return complete(self, out)
end

local function retire(self, job, pending, result)
  if not result.ok or self.options.wait == false then
    return {}
  elseif pending[1] then
    report(self, "retiring", "Deleting the replaced pipeline.")
  end
  return ensure.retire(job, self.pipeline, pending)
end

-- A pipeline that does not exist yet is built for sure: nothing is created if its image cannot be.
-- Otherwise `build_start` asks, when it is known that something is built.
local function check_name(self, job)
  if job.plan.action ~= "create" then
    return true
  end
  local text = plan.check_name(job, job.plan)
  return build_start.allow_name({ client = self.client, operation = OPERATION,
    options = self.options }, job.plan.name_taken, text)
end

local function carry_out(self, job, current)
  self.plan, self.region = job.plan, job.region
  local free, refusal, failure = check_name(self, job)
  if not free then
    return failed(self, refusal, failure)
  end
  report(self, "ensuring", job.plan.action == "none" and "The pipeline matches the arguments."
    or job.dry_run and "A dry run: no pipeline is created." or "Creating the pipeline.")
  local pipeline, message, err = ensure.make(job, current)
  if not pipeline then
    return failed(self, message, err)
  elseif job.dry_run then
    return rehearse(self, job, pipeline)
  end
  self.pipeline = pipeline
  local pending
  pending, message, err = ensure.pending(job, pipeline)
  if not pending then
    return failed(self, message, err)
  end
  local result
  result, message, err = build_it(self, pipeline, pending)
  if not result then
    return failed(self, message, err)
  end
  local retired
  retired, message, err = retire(self, job, pending, result)
  if not retired then
    err.execution_id, err.image_id = err.execution_id or result.execution_id, result.image_id
    return failed(self, message, err)
  end
  result.retired = job.options.replace == "retire" and retired or nil
  self.book:note(self.key, { phase = "done", pipeline_id = pipeline.id, outcome = result.outcome,
    execution_id = result.execution_id, image_id = result.image_id })
  return complete(self, result)
end

--- Bakes. Arguments and results as `ecs.bake`.
function bake.run(client, args, given)
  local own_options, rest = options.own(OPERATION, given, OPTIONS)
  own_options.replace = own_options.replace or "side_by_side"
  ensure.check_options(OPERATION, own_options)
  client:check_open(OPERATION)
  if type(args) ~= "table" then
    errors.raise(OPERATION .. ": arguments must be a table, not a " .. type(args))
  end
  local self = { client = client, options = own_options, rest = rest, clock = client.platform.clock,
    started = client.platform.clock(),
    reporter = { client = client, operation = OPERATION, started = client.platform.clock(),
      on_progress = own_options.on_progress, call_options = rest } }
  local ok, message, err = check(self, args)
  if not ok then
    return nil, message, err
  end
  local job, current
  job, current, err = ensure.open(client, OPERATION, args, own_options, rest, function(opened)
    return open_journal(self, opened)
  end)
  if not job then
    return failed(self, current, err)
  end
  return carry_out(self, job, current)
end

return bake
