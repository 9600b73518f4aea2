--- `ecs.pipeline`: image pipelines. API: ECS 2014-05-26, CreateImagePipeline,
-- DescribeImagePipelines, DeleteImagePipeline. Argument names are terraform's
-- (alicloud_ecs_image_pipeline) where it has one.
local core = require("ecs_pipeline.core")
local create = require("ecs_pipeline.resources.create")
local errors = require("ecs_pipeline.errors")
local events = require("ecs_pipeline.call.events")
local pipelines = require("ecs_pipeline.find.pipelines")

local pipeline = {}

--- Operation → function that completes the arguments of a call; `client.render` uses it.
pipeline.arguments = { create = create.arguments }

local function describe(client, wanted, given)
  local operation = "pipeline.describe"
  local call_options = client:call_options(operation, given)
  local ref, message, err = pipelines.which(client, operation, wanted, call_options)
  if not ref then
    return nil, message, err
  end
  return pipelines.get(client, operation, ref, call_options)
end

local function validate(client, args, given)
  local operation = "pipeline.validate"
  local call_options = client:call_options(operation, given)
  if type(args) ~= "table" then
    errors.raise(operation .. ": arguments must be a table, not a " .. type(args))
  end
  local ok, detail = core.check("pipeline.create", create.arguments(client, args), {
    region = call_options.region or client:region(),
    validate = call_options.validate,
  })
  if not ok then
    return errors.fail(operation, detail)
  end
  events.warnings(client, operation, detail)
  return true
end

local function paginator()
  return require("ecs_pipeline.paging.paginator")
end

--- The group's functions for a client.
-- Every function takes call options as its last argument; all block while they send (or yield, with
-- a transport that yields) and can fail with any kind of error (docs/errors.md).
-- @tparam function current → internal client to use for this call
-- @treturn table group
function pipeline.bind(current)
  local group = {}

  --- Creates a pipeline. Nothing is built until an execution is started. API: CreateImagePipeline.
  -- All attempts share one ClientToken, so a lost reply never creates two. `default_tags` of the
  -- client are merged in; tags given here win.
  -- @function pipeline.create
  -- @tparam table args `core.operation("pipeline.create").parameters` lists them with their limits:
  --
  --   * what is built: `base_image_type` ("IMAGE", "IMAGE_FAMILY" or "OSS"), `base_image` (required
  --     unless "OSS"), `build_content`, `test_content`
  --   * the pipeline: `name`, `description`, `tags` (map), `resource_group_id`, `region_id`,
  --     `client_token`
  --   * where it is built: `instance_type`, `vswitch_id`, `system_disk_size` (GiB),
  --     `internet_max_bandwidth_out` (Mbit/s), `delete_instance_on_failure`
  --   * the new image: `image_options = { image_name, image_family, description, image_tags,
  --     image_features = { nvme_support } }`, `advanced_options = { image_name_suffix,
  --     retain_cloud_assistant }`, `repair_mode`, `repair_item` (list); deprecated: `image_name`,
  --     `image_family`, `nvme_support`
  --   * who gets it: `to_region_id`, `add_account` (lists)
  --   * with "OSS": `import_image_options = { disk_device_mappings = { oss_bucket, oss_object,
  --     format, disk_image_size (GiB) } (a list of these), architecture, boot_mode, description,
  --     features = { imds_support, nvme_support }, image_name, import_image_tags, license_type,
  --     os_type, platform, retention_strategy, role_name, retain_imported_image (deprecated) }`
  -- @tparam ?table options call options; `dry_run = true` returns the rendered request instead,
  --   and `findings` of the linter
  -- @treturn[1] table `{ id, image_pipeline_id, request_id }`
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; every broken rule is in `err.failures`
  function group.create(args, given)
    return create.run(current(), "pipeline.create", args, given)
  end

  --- Reads one pipeline, with its `build_content`. API: DescribeImagePipelines.
  -- @function pipeline.describe
  -- @param wanted id, a table that has it (`image_pipeline_id`, `pipeline_id`, last `id`; and
  --   `region_id`), or `{ name = "web" }` if one pipeline has the name; further fields are filters
  --   of list
  -- @tparam ?table options call options
  -- @treturn[1] table the pipeline: `id, image_pipeline_id, name, base_image, tags` (map, without
  --   system tags), …
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; kind "not_found" if the region has no such pipeline
  function group.describe(wanted, given)
    return describe(current(), wanted, given)
  end

  --- Deletes a pipeline, and with it the records of its executions. Safe to repeat. API:
  -- DeleteImagePipeline.
  -- @function pipeline.delete
  -- @param wanted as describe
  -- @tparam ?table options call options, and
  --
  --   * `missing`: "ok" (default: it is a success if there is no pipeline with that id; a name
  --     that no pipeline has is always "not_found") or "error"
  --   * `when_running`: "fail" (default), "wait" for the end of running executions, or "cancel"
  --     them first
  --   * `timeout`: with "wait" and "cancel" seconds for all of it, default 4 h; as a table, of
  --     each attempt
  --   * `wait_timeout`: another name of `timeout`
  --   * `poll`, `on_progress`: as `execution.wait`
  -- @treturn[1] table `{ deleted, waited_for, cancelled }`: deleted is true if this call deleted it
  --   (also if that was an attempt whose reply was lost), false if it did not exist; with "wait"
  --   and "cancel" the others are lists of execution ids
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; kind "conflict" while an execution runs, "timeout" if it still runs
  --   then; `err.execution_id` names it
  function group.delete(wanted, given)
    return require("ecs_pipeline.pipeline.delete")(current(), wanted, given)
  end

  --- All pipelines that match a filter, from all pages. API: DescribeImagePipelines.
  -- Everything is filtered again on our side, because some filters of the service are not exact.
  -- @function pipeline.list
  -- @tparam ?table filter
  --
  --   * `ids`: list of ids, any number
  --   * `name`: the whole name
  --   * `name_regex`: POSIX extended expression, found anywhere in the name
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
    return paginator().list(current(), "pipeline.list", pipelines.each, filter, given)
  end

  --- The same, one by one, with one page in memory.
  -- @function pipeline.each
  -- @tparam ?table filter as `pipeline.list`
  -- @tparam ?table options call options, for each page
  -- @treturn function iterator: one pipeline per step; after a failure `false, message, err` as the
  --   last step
  function group.each(filter, given)
    return paginator().iterate(current(), "pipeline.each", pipelines.each, filter, given)
  end

  --- The arguments that would create a pipeline again. API: DescribeImagePipelines.
  -- `plan(import(id))` is empty, for every argument.
  -- @function pipeline.import
  -- @param wanted as describe
  -- @tparam ?table options call options
  -- @treturn[1] table args of create: values that the service chose are kept, deprecated spellings
  --   become the new ones, the service's tags and read-only fields are left out; it has `region_id`
  --   if one was given
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; kind "not_found" if there is no such pipeline
  function group.import(wanted, given)
    return require("ecs_pipeline.pipeline.import").run(current(), wanted, given)
  end

  --- Plans what has to be done so that a pipeline matches the arguments. Sends nothing that writes.
  -- API: DescribeImagePipelines, DescribeImagePipelineExecutions; DescribeImages if the names of
  -- its images have no suffix.
  --
  -- Which pipeline: `args.id`, else the name. If several have the name: the one that already
  -- matches, else the newest replacement. Values are compared by meaning, not by spelling: defaults
  -- of the service, order of accounts and regions, line ends, old and new spellings and the
  -- service's tags make no difference. An argument that is not given stands for its default, so a
  -- pipeline with another value differs; name and resource group are compared only if given.
  -- @function pipeline.plan
  -- @tparam table args as `pipeline.create`; `id` (or a table with it) if the name is not enough
  -- @tparam ?table options call options
  -- @treturn[1] table `{ action = "create", "none" or "replace", id, changes = { { param =
  --   "system_disk_size", from, to, why } … sorted }, loses = { executions = 3, running = execution
  --   id or nil, text } }`; from or to is nil if that side has no value, a content is shown by size
  --   and hash; `not_compared = { "extra" }` if those were given; `name_taken = { [region] = image
  --   id }` (and a warning) if images have the name that the next one gets
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; kind "validation" for arguments that cannot be created, "conflict" when
  --   several have the name (`err.ids`), "not_found" when there is none with `args.id`
  function group.plan(args, given)
    return require("ecs_pipeline.pipeline.plan").run(current(), args, given)
  end

  --- Finds the pipeline that matches the arguments, or creates it: at most once, however often and
  -- on whichever machine this is called, also after an interruption at any point. The arguments
  -- must have a name, or an id. API: DescribeImagePipelines, CreateImagePipeline; DescribeImages as
  -- plan; to retire also
  -- DescribeImagePipelineExecutions and DeleteImagePipeline. Retiring blocks until no execution of
  -- the old pipeline runs.
  -- @function pipeline.ensure
  -- @tparam table args as `pipeline.plan`
  -- @tparam ?table options call options (`dry_run = true` plans and renders what would be sent),
  --   and
  --
  --   * `replace`: what to do if only a new one can match (a pipeline cannot be changed): "never"
  --     (default) fails; "side_by_side" creates it and keeps the old one, even under the same name;
  --     "retire" creates it, waits until nothing runs on the old one, archives that and deletes it.
  --     A replacement keeps the name and resource group that args leave open, and has one more tag,
  --     `ecs_pipeline:follows` or `ecs_pipeline:retires`, with the old id
  --   * `archive`: with "retire", the path of a JSON file for the old pipeline and its executions
  --     (`{id}` in it is replaced by its id), or false for none
  --   * `build`: with "retire": true builds the new pipeline before the old one is deleted, which
  --     stays if that build fails; a table are options of `execution.build_if_changed` for it
  --   * `wait_timeout`: seconds to wait for running executions, default 4 h
  --   * `timeout`: with "retire" seconds for all of it; as a table, of each attempt
  --   * `poll`, `on_progress`: as `execution.wait`
  -- @treturn[1] table the pipeline as describe gives it, with `plan`, `created`, and with "retire"
  --   `retired = { { id, executions, archive } … }`; in a dry run of what would write `{ dry_run,
  --   plan, created = false, request, findings (of build_content.lint) }`
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err with `plan`; kind "conflict" if it would have to be replaced and must not
  --   be, "storage" if the archive cannot be written (then nothing was deleted), "timeout" if an
  --   execution of the old one still runs; `err.pipeline_id` names the new one if it exists
  -- @raise "retire" without `archive`
  function group.ensure(args, given)
    return require("ecs_pipeline.pipeline.ensure").run(current(), args, given,
      require("ecs_pipeline.bake.build_if_changed"))
  end

  --- Checks arguments of create. Offline, does not block.
  -- @function pipeline.validate
  -- @tparam table args as `pipeline.create`
  -- @tparam ?table options call options
  -- @treturn[1] boolean true
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err of kind "validation"; `err.failures` lists every broken rule
  function group.validate(args, given)
    return validate(current(), args, given)
  end

  return group
end

return pipeline
