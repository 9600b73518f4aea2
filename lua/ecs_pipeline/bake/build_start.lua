--- Finds or starts the execution of a build: the one in the journal; otherwise the one whose tag
-- has our token; otherwise a new one, started with that token. After an interruption or a lost
-- reply, the next call finds the same execution.
local errors = require("ecs_pipeline.errors")
local executions = require("ecs_pipeline.find.executions")
local image_names = require("ecs_pipeline.find.image_names")
local marks = require("ecs_pipeline.bake.marks")
local paginator = require("ecs_pipeline.paging.paginator")
local tables = require("ecs_pipeline.tables")
local wait = require("ecs_pipeline.execution.wait")

local build_start = {}

local RUNNING = "InvalidImagePipeline.HasRunningExecution"

-- The consequence, for the error of a wait that ends while another call's execution still runs.
local NOT_STARTED = "another call started it, and nothing was started"

-- Is it the entry of a build whose result was not returned yet, or that the caller names by its
-- token?
local function is_pending(job, entry)
  local named = job.options.client_token
  if named then
    return entry.token == named
  end
  return not entry.reported
end

--- The entry of a build whose result was not returned yet, or that the caller names by its token.
-- @tparam table job as `run`
-- @treturn[1] table|boolean entry, false if there is none
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "storage"
function build_start.pending(job)
  local entry, message, err = job.book:read(job.key)
  if entry == nil then
    return nil, message, err
  end
  return entry and is_pending(job, entry) and entry
end

-- → the execution whose tag has the token, nil if there is none, or false, message, err
local function by_token(job, token)
  local list, message, err = paginator.collect(executions.each(job.client, job.operation,
    { image_pipeline_id = job.ref.id, region_id = job.ref.region_id,
      tags = { [marks.TOKEN] = marks.digest(token) } }, job.call_options))
  if not list then
    return false, message, err
  end
  return list[1]
end

local function use(job, execution, how)
  job.entry.execution_id = execution.id
  job.book:note(job.key, job.entry)
  job.facts[how] = true
  return execution.id
end

-- Waits for the end of an execution that this call did not start. → true: try again; or nil,
-- message, err
local function wait_for_other(job, execution)
  if execution then
    return wait.ended(job.wait, { id = execution.id, region_id = job.ref.region_id }, NOT_STARTED)
  end
  local paused, message, err = job.wait:pause(job.wait.range.min)
  if paused == false then
    return wait.still_running(job.wait, nil, NOT_STARTED)
  end
  return paused, message, err -- true: it has just ended, or is not listed yet
end

local function is_same(job, execution)
  return job.fingerprint ~= nil and not job.options.force
    and (execution.tags or {})[marks.FINGERPRINT] == job.fingerprint
end

-- The service refused the start because another execution is running.
-- → id; true to try again; or nil, message, err
local function other_runs(job, refusal)
  local when = job.options.when_running
  local running, message, err =
    executions.running(job.client, job.operation, job.ref, job.call_options)
  local other = running and running[1]
  if other and (when == "adopt" or when == nil and is_same(job, other)) then
    return use(job, other, "adopted")
  elseif when == "wait" or when == "adopt" then
    if not running and err.kind ~= "not_found" then
      return nil, message, err
    end
    return wait_for_other(job, other)
  end
  refusal.execution_id = other and other.id or refusal.execution_id
  if other then
    refusal.hint = other.id .. " is running, and this call did not start it: wait for it, cancel "
      .. "it, or give when_running = \"adopt\" (use its image) or \"wait\" (build after it)"
  end
  return nil, errors.relabel(job.operation, refusal)
end

-- → id; true to try again; or nil, message, err
local function send(job)
  local token = job.entry.token
  local call_options = tables.copy(job.call_options)
  call_options.client_token = token
  local args = tables.copy(job.args)
  args.tags = job.entry.tags
  local result, _, err = job.client:invoke("execution.start", args, call_options)
  if result then
    return use(job, result, "started")
  elseif err.code == RUNNING or err.outcome == "unknown" then
    local ours = by_token(job, token)
    if ours then
      return use(job, ours, "started")
    elseif err.code == RUNNING then
      return other_runs(job, err)
    end
    err.hint = "it may have been started: call again with "
      .. (job.options.journal and "the same journal" or "client_token = err.client_token")
      .. " to find it"
  end
  return nil, errors.relabel(job.operation, err)
end

-- The execution of the entry, or the one whose tag has its token.
-- → id; nil if there is none; or false, message, err
local function known(job)
  local id = job.entry.execution_id
  if id then
    local execution, message, err = executions.get(job.client, job.operation,
      { id = id, region_id = job.ref.region_id }, job.call_options)
    if execution then
      job.facts.resumed = true
      return id
    elseif err.kind ~= "not_found" then
      return false, message, err
    end
  end
  local execution, message, err = by_token(job, job.entry.token)
  if execution then
    return use(job, execution, "resumed")
  end
  return execution, message, err
end

--- May a build begin although images have the name of the one that it makes?
-- @tparam table job `client, operation, options`
-- @tparam ?table taken of `image_names.taken`
-- @tparam ?string text of the same
-- @treturn[1] boolean true; with `when_name_taken = "build"` after a warning
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err of kind "conflict" with `name_taken`
function build_start.allow_name(job, taken, text)
  if not text then
    return true
  elseif job.options.when_name_taken == "build" then
    image_names.warn(job.client, job.operation, text)
    return true
  end
  return errors.fail(job.operation, { kind = "conflict", sent = false, name_taken = taken,
    message = text, hint = "delete or rename that image first (image.delete, image.modify), or "
      .. "change the name; when_name_taken = \"build\" builds in spite of it, if the image will be "
      .. "gone by then" })
end

--- Asks whether the name of the next image is free, as far as the pipeline is known. While an
-- execution runs the image may be its own: then the answer to the start counts.
-- @tparam table job as `run`
-- @return as `allow_name`
function build_start.check_name(job)
  if not job.pipeline then
    return true
  end
  local taken, text = image_names.taken(job.client, job.operation, job.pipeline, job.region,
    job.call_options)
  local running = taken
    and executions.running(job.client, job.operation, job.ref, job.call_options)
  if running and running[1] then
    return true
  end
  return build_start.allow_name(job, taken, text)
end

-- Makes an entry of the journal, or a new one, the job's. → id, if its execution is known; nil if
-- it is to be started; or false, message, err
local function take_up(job, entry)
  local token = entry and entry.token or job.options.client_token
  job.entry = entry or { pipeline_id = job.ref.id }
  if token then
    job.entry.token = token
    local id, message, err = known(job)
    if id ~= nil then
      return id, message, err
    end
  end
  if not entry then
    job.entry.token = token or job.client.platform.token()
    job.entry.tags = marks.tags(job.tags, job.entry.token, job.fingerprint)
  end
  job.entry.execution_id, job.entry.reported = nil, nil
  return nil
end

--- Finds or starts the execution. Writes to the journal before it sends. Processes that use one
-- journal file at the same time get the same execution.
-- @tparam table job `client, operation, ref = { id, region_id }`, `options` (those of build),
--   `call_options`, `book, key`, `args` of StartImagePipelineExecution, `tags` beside them,
--   `fingerprint` or nil, `wait` of `poll.new`; gets `entry`, and `facts` = `{ started, resumed,
--   adopted }`
-- @treturn[1] string id of the execution
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function build_start.run(job)
  job.facts = {}
  local id
  local entry, message, err = build_start.pending(job)
  repeat
    if entry == nil then
      return nil, message, err
    end
    id, message, err = take_up(job, entry)
    if id ~= nil then
      return id or nil, message, err
    end
    id, message, err = build_start.check_name(job)
    if not id then
      return nil, message, err
    end
    entry, message, err = job.book:claim(job.key, job.entry, function(other)
      return other.token ~= job.entry.token and is_pending(job, other)
    end)
  until entry == false
  repeat
    id, message, err = send(job)
  until id ~= true
  return id, message, err
end

return build_start
