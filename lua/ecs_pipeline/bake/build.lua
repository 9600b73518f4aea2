--- `execution.build`: starts an execution and waits for its end. After an interruption, the next
-- call finds the same execution.
local build_line = require("ecs_pipeline.bake.build_line")
local build_start = require("ecs_pipeline.bake.build_start")
local builds = require("ecs_pipeline.hints.builds")
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local journal = require("ecs_pipeline.bake.journal")
local marks = require("ecs_pipeline.bake.marks")
local options = require("ecs_pipeline.call.options")
local pipelines = require("ecs_pipeline.find.pipelines")
local poll = require("ecs_pipeline.waiting.poll")
local start = require("ecs_pipeline.execution.start")
local tables = require("ecs_pipeline.tables")
local wait = require("ecs_pipeline.execution.wait")

local build = {}

local OPERATION = "execution.build"

-- All builds of a pipeline share one journal entry, so each build function can finish what another
-- one began.
local JOURNAL_NAME = "execution.build"

--- Its own options: those of a wait, and these.
build.OPTIONS = tables.copy(wait.OPTIONS)
build.OPTIONS.journal = journal.OPTION
build.OPTIONS.client_token = { "string", "function", check = { string = function(token)
  if token == "" then
    return "must not be blank"
  end
end } }
build.OPTIONS.when_running = options.one_of("fail", "adopt", "wait")
build.OPTIONS.wait = { "boolean" }

-- The token, where the caller derives it from the pipeline. → true, or nil, message, err
local function derive_token(job)
  local derive = job.options.client_token
  if type(derive) ~= "function" then
    return true
  end
  local token, message, err = derive({ id = job.ref.id, region_id = job.region })
  if token == nil and message then
    return nil, message, err
  elseif token ~= nil and (type(token) ~= "string" or token == "") then
    errors.raise(job.operation .. ": the function client_token must return a text that is not "
      .. "blank, or nil")
  end
  job.options.client_token = token
  return true
end

-- Reads which pipeline is meant, and the tags of the execution.
local function read_pipeline(job, given)
  local args, message, err = start.open(job.client, job.operation, given, job.call_options)
  if not args then
    return nil, message, err
  end
  local ok, detail = core.check("execution.start", args,
    { region = job.call_options.region or job.client:region() })
  if not ok then
    return errors.fail(job.operation, detail)
  end
  job.options.client_token = job.options.client_token or args.client_token
  job.args = tables.without(args, { "tags", "tag", "client_token" })
  job.ref = { id = args.image_pipeline_id, region_id = args.region_id }
  job.tags = args.tags or args.tag
  job.region = args.region_id or job.call_options.region or job.client:region()
  job.key = journal.key(JOURNAL_NAME, job.region, job.ref.id)
  return derive_token(job)
end

--- Opens a job: reads options and arguments, sends nothing.
-- @tparam table client internal client
-- @tparam string operation that the user called
-- @param given pipeline, as `execution.start` takes it
-- @tparam ?table given_options
-- @tparam ?table rows of options, default `build.OPTIONS`
-- @treturn[1] table job of `build_start.run`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "validation"
function build.open(client, operation, given, given_options, rows)
  local own_options, rest = options.own(operation, given_options, rows or build.OPTIONS)
  local call_options = client:call_options(operation, rest)
  local job = { client = client, operation = operation, options = own_options,
    dry_run = call_options.dry_run,
    call_options = tables.without(call_options, { "dry_run" }),
    book = journal.open(client, operation, own_options.journal) }
  job.wait = poll.new(client, operation, own_options, job.call_options, { timeout = wait.TIMEOUT })
  local ok, message, err = read_pipeline(job, given)
  if not ok then
    return nil, message, err
  end
  return job
end

local function render(job)
  local token = job.options.client_token or job.client.platform.token()
  local call_options, args = tables.copy(job.call_options), tables.copy(job.args)
  call_options.client_token, args.tags = token, marks.tags(job.tags, token, job.fingerprint)
  return job.client:render("execution.start", args, call_options)
end

local function wait_options(job)
  local own_options = {}
  for name in pairs(wait.OPTIONS) do
    own_options[name] = job.options[name]
  end
  own_options.timeout = math.max(1, job.wait:left())
  return own_options
end

-- What the pipeline tells about a failure, if it can be read: the line that failed, if the service
-- quotes it, and whether the instance was kept.
local function explain(job, result)
  if result.outcome ~= "failed" and result.outcome ~= "test_failed" then
    return
  end
  local pipeline = job.pipeline
    or pipelines.get(job.client, job.operation, job.ref, job.call_options)
  if pipeline then
    result.build_line = build_line.of(result, pipeline)
    result.hint = builds.hint(result, pipeline)
  end
end

-- With `wait = false`: the execution runs. The journal keeps it, so the next call waits for it.
local function started(job, id)
  return { ok = true, outcome = "started", id = id, execution_id = id, pipeline_id = job.ref.id,
    client_token = job.entry.token, resumed = job.facts.resumed or false,
    adopted = job.facts.adopted or false }
end

--- Carries out a job: starts or finds the execution, waits for its end.
-- @tparam table job of `build.open`
-- @return as `execution.build`
function build.carry_out(job)
  if job.dry_run then
    local ok, message, err = build_start.check_name(job)
    if not ok then
      return nil, message, err
    end
    return render(job)
  end
  local id, message, err = build_start.run(job)
  if not id then
    err.pipeline_id, err.client_token = job.ref.id, job.entry and job.entry.token
    return nil, message, err
  elseif job.options.wait == false then
    return started(job, id)
  end
  local result
  result, message, err = wait.found(job.client, job.operation,
    { id = id, region_id = job.ref.region_id }, wait_options(job), job.call_options)
  if not result then
    err.pipeline_id, err.client_token = job.ref.id, job.entry.token
    local again = ("%s may still be running: call again%s"):format(id,
      job.options.journal and " with the same journal" or " with client_token = err.client_token")
    poll.resume_with(err, again)
    err.hint = err.hint or again
    return nil, message, err
  end
  explain(job, result)
  result.client_token = job.entry.token
  result.resumed, result.adopted = job.facts.resumed or false, job.facts.adopted or false
  if result.outcome ~= "timeout" then
    job.entry.reported = true
    job.book:note(job.key, job.entry)
  end
  return result
end

--- Builds. Arguments and results as `execution.build`.
function build.run(client, given, given_options)
  local job, message, err = build.open(client, OPERATION, given, given_options)
  if not job then
    return nil, message, err
  end
  return build.carry_out(job)
end

return build
