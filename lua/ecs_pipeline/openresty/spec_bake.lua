--- Pipelines that a handler bakes from arguments: plan, ensure, compare and start, inside a single
-- flight; which pipeline it is now; and, after a good build, the end of the one that was replaced.
local bake_state = require("ecs_pipeline.openresty.bake_state")
local flight_start = require("ecs_pipeline.openresty.flight_start")
local key = require("ecs_pipeline.openresty.scope").key

local spec_bake = {}

--- Starts a bake, or says that nothing changed. The ClientToken is derived from the pipeline, so
-- that another machine that starts the same at the same moment gets the same execution.
-- @tparam table client with `bake`
-- @tparam table job of a single flight
-- @tparam table pipeline entry of `hook.pipelines`
-- @treturn table as `flight_start.run`; its result also has `reason`, `why` and `created`, and with
--   outcome "unchanged" `image_id`
function spec_bake.run(client, job, pipeline)
  local result, _, err = client.bake(pipeline.spec, { wait = false, when_running = "adopt",
    force = pipeline.build == "always", replace = pipeline.replace, archive = pipeline.archive,
    lint = pipeline.lint, client_token = function(ref)
      return flight_start.token(client, job, ref)
    end })
  if not result then
    return flight_start.failed(err)
  end
  local running = result.outcome == "started" and not result.resumed
  return { started = running and not result.adopted, running = running,
    result = { id = result.execution_id, execution_id = result.execution_id,
      pipeline_id = result.pipeline_id, client_token = result.client_token,
      outcome = result.outcome == "unchanged" and "unchanged" or nil, image_id = result.image_id,
      reason = result.reason, why = result.why, created = result.created } }
end

--- Asks which pipeline the arguments stand for, and stores its id.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err
function spec_bake.find(hook, pipeline)
  local plan, message, err = hook.client.pipeline.plan(pipeline.spec)
  if not plan then
    return nil, message, err
  end
  return bake_state.identify(hook, pipeline, plan.id or false)
end

-- --- the pipeline that was replaced ---

-- Seconds between two tries, and for which a try waits for executions of the replaced pipeline.
local PAUSE, PATIENCE = 60, 1

--- There is a good build: what its pipeline replaced can be deleted.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
-- @tparam string id of the pipeline that was built
function spec_bake.built(hook, pipeline, id)
  if pipeline.replace == "retire" then
    hook.store:put(key(hook, "retire", pipeline), id)
  end
end

-- → true when nothing is left to do; or nil, message. Arguments of now may be others than those
-- that were built: then nothing is deleted, and nothing created.
local function retire(hook, pipeline, id)
  local plan, message = hook.client.pipeline.plan(pipeline.spec)
  if not plan then
    return nil, message
  elseif plan.action ~= "none" or plan.id ~= id then
    return true
  end
  local done
  done, message = hook.client.pipeline.ensure(pipeline.spec, { replace = "retire",
    archive = pipeline.archive, wait_timeout = PATIENCE })
  return done and true, message
end

--- Deletes what was replaced, by one worker, again every minute until it is done.
-- @tparam table hook
-- @tparam table pipeline entry of `hook.pipelines`
function spec_bake.retire(hook, pipeline)
  local id = hook.store:get(key(hook, "retire", pipeline))
  if not id or hook.store:add(key(hook, "retiring", pipeline), "1", PAUSE) ~= true then
    return
  end
  local ran, done, message = pcall(retire, hook, pipeline, id)
  if ran and done then
    hook.store:compare_and_delete(key(hook, "retire", pipeline), id)
    hook.store:put(key(hook, "retiring", pipeline), nil) -- the next build does not wait for it
  else
    hook:log(("%s: what %s replaced is not deleted yet; the next try is in %d s: %s"):format(
      pipeline.name, id, PAUSE, tostring(not ran and done or message)))
  end
end

return spec_bake
