--- `ecs.execution`: builds of an image pipeline. API: ECS 2014-05-26, StartImagePipelineExecution,
-- DescribeImagePipelineExecutions, CancelImagePipelineExecution.
local cancel = require("ecs_pipeline.execution.cancel")
local executions = require("ecs_pipeline.find.executions")
local paginator = require("ecs_pipeline.paging.paginator")
local reference = require("ecs_pipeline.paging.reference")
local start = require("ecs_pipeline.execution.start")
local wait = require("ecs_pipeline.execution.wait")

local execution = {}

--- Operation → function that completes the arguments of a call; `client.render` uses it.
execution.arguments = { start = start.arguments }

local function describe(client, wanted, given)
  local operation = "execution.describe"
  local call_options = client:call_options(operation, given)
  local ref, message, err = reference.find(operation, wanted, reference.EXECUTION)
  if not ref then
    return nil, message, err
  end
  return executions.get(client, operation, ref, call_options)
end

--- The group's functions for a client.
-- Every function takes call options as its last argument; all block while they send (or yield, with
-- a transport that yields) and can fail with any kind of error (docs/errors.md). An execution is
-- given by its id, or by a table with `execution_id` or `id`, and `region_id`; a pipeline as
-- `pipeline.describe` takes it.
-- @tparam function current → internal client to use for this call
-- @treturn table group
function execution.bind(current)
  local group = {}

  --- Starts a build. It costs money while it runs. API: StartImagePipelineExecution.
  -- All attempts share one ClientToken; to repeat after a crash, give the same `client_token`.
  -- `default_tags` of the client are merged in.
  -- @function execution.start
  -- @param pipeline id, a table that has it, such as the result of another call, or
  --   `{ image_pipeline_id = (or name =), tags =, region_id = }`; tags are the execution's, those
  --   of the image are `image_options.image_tags` of the pipeline
  -- @tparam ?table options call options
  -- @treturn[1] table `{ id, execution_id, request_id }`
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; kind "conflict" while another one runs, `err.execution_id` names it
  function group.start(pipeline, given)
    return start.run(current(), pipeline, given)
  end

  --- Reads one execution. API: DescribeImagePipelineExecutions.
  -- @function execution.describe
  -- @param wanted execution
  -- @tparam ?table options call options
  -- @treturn[1] table `{ id, execution_id, image_pipeline_id, status, message, image_id,
  --   creation_time, modified_time, tags, error_code, error_info, … }`; an image_id means nothing
  --   before the end
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; kind "not_found" if there is none, or its pipeline was deleted
  function group.describe(wanted, given)
    return describe(current(), wanted, given)
  end

  --- Cancels. Safe to repeat. API: CancelImagePipelineExecution.
  -- @function execution.cancel
  -- @param wanted execution
  -- @tparam ?table options call options
  -- @treturn[1] table `{ cancelled, status, execution_id }`: true if the service accepted it (the
  --   end comes later: wait for it), false and the final state if the execution had ended before
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; kind "conflict" in a state that cannot be cancelled,
  --   `err.execution_status` says which
  function group.cancel(wanted, given)
    return cancel.run(current(), wanted, given)
  end

  --- All executions that match a filter, from all pages. API: DescribeImagePipelineExecutions,
  -- and DescribeImagePipelines when the filter names no pipeline: then every one of the region.
  -- @function execution.list
  -- @param filter nil, a pipeline, or a table
  --
  --   * `pipeline`, `image_pipeline_id`, `pipeline_id`: a pipeline as `pipeline.describe` takes it
  --   * `name`: of the pipeline
  --   * `execution_id`: only this one
  --   * `status`: "BUILDING", or a list of states
  --   * `tags`: map; `true` accepts any value, a list any of its values, `false` requires the key
  --     absent
  --   * `resource_group_id`: only those of the group
  --   * `region_id`: default the region of the client
  --   * `max_results`: page size
  -- @tparam ?table options call options, for each page
  -- @treturn[1] table list, as describe gives them
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; `err.partial` = what was found before the failure
  function group.list(filter, given)
    return paginator.list(current(), "execution.list", executions.each, filter, given)
  end

  --- The same, one by one, with one page in memory.
  -- @function execution.each
  -- @param filter as `execution.list`
  -- @tparam ?table options call options, for each page
  -- @treturn function iterator: one execution per step; after a failure `false, message, err` as
  --   the last step
  function group.each(filter, given)
    return paginator.iterate(current(), "execution.each", executions.each, filter, given)
  end

  --- Waits for the end. API: DescribeImagePipelineExecutions. Temporary failures do not end the
  -- wait; a state that this version does not know counts as running.
  -- @function execution.wait
  -- @param wanted execution
  -- @tparam ?table options call options for each poll, and
  --
  --   * `timeout`: seconds for the whole wait, default 4 h; as a table, of each attempt
  --   * `poll`: seconds between polls, or `{ min = 10, max = 30 }`: often after a change and near
  --     the end
  --   * `accept`: "partial", "test_failed", or a list: outcomes that are `ok` besides success
  --   * `deadline_action`: "cancel" cancels when the time is up, default "none"
  --   * `on_progress`: function(`{ operation, phase, message, elapsed, estimate, region,
  --     execution_id, pipeline_id, image_id, status, stalled }`), after each poll; `estimate` =
  --     seconds left, from past builds, nil when unknown
  --   * `stall`: seconds without a change after which `stalled` is true, default 900
  -- @treturn[1] table `{ ok, outcome, execution_id, pipeline_id, status, image_id, images = {
  --   [region] = id }, images_missing, images_unusable (both `{ [region] = why }`), error_code,
  --   error_info, timeline, phase, hint, elapsed, waited, cancelled, … }`; outcome is "success",
  --   "partial", "test_failed", "failed", "cancelled", or "timeout"; phase is the last one before
  --   the clean-up
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; kinds "denied", "credentials", "validation", "not_found" and the like;
  --   `err.execution_id`, `err.timeline`
  function group.wait(wanted, given)
    return wait.run(current(), wanted, given)
  end

  --- Starts a build and waits for its end. If it is called again after an interruption, with the
  -- same journal or the same `client_token`, it finds the execution that was started. API:
  -- DescribeImagePipelineExecutions, StartImagePipelineExecution.
  -- The execution gets one more tag, `ecs_pipeline:token`, with a digest of its ClientToken.
  -- @function execution.build
  -- @param pipeline as `execution.start`
  -- @tparam ?table options call options, those of `execution.wait` (`timeout` is that of the
  --   whole), and
  --
  --   * `journal`: path of a JSON file, or an object with `get(self, key)` → string, or nil, or nil
  --     and why; and `put(self, key, string)` → true, or nil and why. It holds token and id before
  --     they are used. A build whose result was not returned yet is resumed, or its result returned
  --     once; after that a call starts a new build. Processes that use one file at the same time
  --     get the same execution. An empty file is refused: let the first call create it
  --   * `client_token`: identifies the build: it is started once, and each call with the token
  --     returns its result, also without a journal. A function({ id, region_id } of the pipeline)
  --     → token, or nil, message, err, is called when the pipeline is known
  --   * `when_running`: what to do when an execution is running that this call did not start:
  --     "fail" (default), "adopt" (use it as this build), or "wait" for its end and then build
  --   * `wait`: false returns when the execution runs: `{ ok = true, outcome = "started",
  --     execution_id, pipeline_id, client_token, resumed, adopted }`. A later call waits for it
  -- @treturn[1] table as wait, and `client_token`, `resumed` (begun by an earlier call), `adopted`
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err with `pipeline_id`, `execution_id` and `client_token` where known; kind
  --   "storage" if the journal cannot be read or written (then nothing was started), "conflict"
  --   while another execution runs, "timeout" if that did not end in time
  function group.build(pipeline, given)
    return require("ecs_pipeline.bake.build").run(current(), pipeline, given)
  end

  --- Builds, unless the last good build had the same inputs and its image still exists. API: as
  -- build, and DescribeImagePipelines, DescribeImages; DescribeImageFromFamily and
  -- DescribeImageComponents where the pipeline names a family, or a component by its ARN.
  -- The inputs are the contents (as `build_content.hash` reads them), the image that the base image
  -- stands for, the versions of components, and the arguments that reach the image. The execution
  -- keeps short digests of them in its tag `ecs_pipeline:built_from`. A pipeline that replaced
  -- another (`pipeline.ensure`) counts the other's builds until it has one of its own.
  -- @function execution.build_if_changed
  -- @param pipeline as `execution.start`
  -- @tparam ?table options those of `execution.build`, and
  --
  --   * `max_age`: seconds; a build that began earlier does not count
  --   * `force`: true builds in any case
  --   * `accept`: builds with these outcomes count as good builds too
  --   * `when_running`: if it is not given, an execution that another call started with the same
  --     inputs is adopted, and any other execution is a conflict
  --   * `when_name_taken`: if the names of the pipeline's images have no suffix, and an image has
  --     the name of the next one: "fail" (default) starts nothing, "build" only warns
  -- @treturn[1] table as build, and `reason` ("first", "changed", "too_old", "image_gone",
  --   "image_unusable", "replaced", "forced", "resumed", "unchanged"), `why` (a sentence),
  --   `changed` (list of "arguments", "base_image", "components", "content"), `base_image` (id),
  --   `components` (list of `{ id, name, version }`); when nothing changed `ok = true`, `outcome =
  --   "unchanged"`, execution and image of that build, `built_by` = its pipeline
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err as build; kind "not_found" also if the family has no image, "conflict"
  --   with `name_taken = { [region] = image id }` if the name of the image is taken
  function group.build_if_changed(pipeline, given)
    return require("ecs_pipeline.bake.build_if_changed").run(current(), pipeline, given)
  end

  return group
end

return execution
