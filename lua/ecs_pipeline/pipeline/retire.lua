--- Deleting what was replaced, once nothing runs any more and its record is in a file.
local archive = require("ecs_pipeline.pipeline.archive")
local errors = require("ecs_pipeline.errors")
local execution_list = require("ecs_pipeline.find.executions")
local identity = require("ecs_pipeline.pipeline.identity")
local pace = require("ecs_pipeline.waiting.pace")
local paginator = require("ecs_pipeline.paging.paginator")
local pipeline_delete = require("ecs_pipeline.pipeline.delete")
local relabel = require("ecs_pipeline.call.relabel")
local states = require("ecs_pipeline.execution_states")
local wait = require("ecs_pipeline.execution.wait")
local waiter = require("ecs_pipeline.execution.waiter")

local retire = {}

local RUNNING = "InvalidImagePipeline.HasRunningExecution"

-- More than ever wait for each other; a ring of tags must not keep us for ever.
local MOST = 20

local function left(job)
  return job.ends_at - job.client.platform.clock()
end

local function too_long(job, id)
  return errors.fail(job.operation, { kind = "timeout", code = "WAIT_TIMEOUT", execution_id = id,
    sent = false, message = ("%s still runs after %d s; nothing was deleted")
      :format(id or "an execution", job.options.wait_timeout or waiter.TIMEOUT) })
end

local function renamed(job, message, err)
  if err then
    message, err = relabel(job.operation, err)
  end
  return nil, message, err
end

local function wait_for(job, one)
  local wait_options = { timeout = math.max(left(job), 1), poll = job.options.poll,
    on_progress = job.options.on_progress }
  for _, name in ipairs({ "region", "deadline", "retry" }) do
    wait_options[name] = job.rest[name]
  end
  local result, message, err = wait.run(job.client,
    { id = one.id, region_id = job.args.region_id }, wait_options)
  if result and result.outcome == "timeout" then
    return too_long(job, one.id)
  elseif not result and err.kind ~= "not_found" then
    return renamed(job, message, err)
  end
  return true
end

-- All executions, once none runs. Nil without a message: the template is gone.
local function settled(job, template)
  while true do
    local all, message, err = paginator.collect(execution_list.each(job.client, job.operation,
      { image_pipeline_id = template.id, region_id = job.args.region_id }, job.call_options))
    if not all then
      if err.kind == "not_found" then
        return nil
      end
      return nil, message, err
    end
    local idle = true
    for _, one in ipairs(all) do
      if not states.outcome(one.status) then
        idle = false
        local ended
        ended, message, err = wait_for(job, one)
        if not ended then
          return nil, message, err
        end
      end
    end
    if idle then
      return all
    end
  end
end

local function file_of(job, template)
  return job.options.archive and archive.path(job.options.archive, template.id)
end

-- Once. Nil without a message: something runs that was not seen, so look again.
local function try(job, template)
  local executions, message, err = settled(job, template)
  if not executions then
    if message then
      return nil, message, err
    end
    return { id = template.id }
  end
  local file = file_of(job, template)
  if file then
    local ok
    ok, message, err = archive.write(job.operation, file, template, executions,
      job.client.platform.wall())
    if not ok then
      return nil, message, err
    end
  end
  local deleted
  deleted, message, err = pipeline_delete(job.client,
    { id = template.id, region_id = job.args.region_id }, job.rest)
  if deleted then
    return { id = template.id, executions = #executions, archive = file or nil }
  elseif err.code == RUNNING then
    return nil
  end
  return renamed(job, message, err)
end

local function one(job, template)
  job.ends_at = job.client.platform.clock() + (job.options.wait_timeout or waiter.TIMEOUT)
  while true do
    local done, message, err = try(job, template)
    if done or message then
      return done, message, err
    elseif left(job) <= 0 then
      return too_long(job)
    end
    job.client.platform.sleep(math.min(left(job), pace.range(job.options.poll).min))
  end
end

--- Templates that this one was made to retire and that are still there, oldest first: it, the one
-- it was itself made to retire, and so on. A tag alone is not enough: they must have the name, or
-- be what the caller named.
-- @tparam table job of `ensure.open`
-- @tparam table template the new one
-- @treturn[1] table list of templates
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function retire.pending(job, template)
  local list, seen, name = {}, { [template.id] = true }, template.name
  local named = type(job.id) == "table" and job.id.id or job.id
  for _ = 1, MOST do
    local id = (template.tags or {})[identity.RETIRES]
    if not id or seen[id] then
      break
    end
    seen[id] = true
    local older, message, err = identity.describe(job, id)
    if not older and err.kind ~= "not_found" then
      return nil, message, err
    elseif not older or (older.name ~= name and older.id ~= named) then
      break
    end
    table.insert(list, 1, older)
    template = older
  end
  return list
end

--- Can the archive of a template be written, if one is wanted? Results as `archive.check`.
function retire.check(job, template)
  local file = file_of(job, template)
  if not file then
    return true
  end
  return archive.check(job.operation, file, template.id)
end

--- Delete them.
-- @tparam table job of `ensure.open`
-- @tparam table list of `pending`
-- @treturn[1] table list of `{ id, executions, archive }`, in the same order
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function retire.run(job, list)
  local retired = {}
  for index, older in ipairs(list) do
    local done, message, err = one(job, older)
    if not done then
      return nil, message, err
    end
    retired[index] = done
  end
  return retired
end

return retire
