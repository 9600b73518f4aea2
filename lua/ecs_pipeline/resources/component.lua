--- `ecs.component`: image components, pieces of build content that pipelines share. API: ECS
-- 2014-05-26, CreateImageComponent, DescribeImageComponents, DeleteImageComponent. Argument names
-- are terraform's (alicloud_ecs_image_component).
local component_reference = require("ecs_pipeline.build_content.component_reference")
local components = require("ecs_pipeline.find.components")
local create = require("ecs_pipeline.resources.create")
local options = require("ecs_pipeline.call.options")
local paginator = require("ecs_pipeline.paging.paginator")
local delete_call = require("ecs_pipeline.call.delete")

local component = {}

--- Operation → function that completes the arguments of a call; `client.render` uses it.
component.arguments = { create = create.arguments }

local function describe(client, wanted, given)
  local operation = "component.describe"
  local call_options = client:call_options(operation, given)
  local ref, message, err = components.which(client, operation, wanted, call_options)
  if not ref then
    return nil, message, err
  end
  return components.get(client, operation, ref, call_options)
end

local function delete(client, wanted, given)
  local operation = "component.delete"
  local own_options, rest = options.own(operation, given,
    { missing = options.one_of("ok", "error") })
  local call_options = client:call_options(operation, rest)
  local ref, message, err = components.which(client, operation, wanted, call_options)
  if not ref then
    return nil, message, err
  end
  return delete_call(client, operation,
    { image_component_id = ref.id, region_id = ref.region_id }, call_options,
    { not_found = "InvalidImageComponent.NotFound", missing = own_options.missing })
end

local function resolve(client, given_reference, given)
  local operation = "component.resolve"
  local call_options = client:call_options(operation, given)
  local command, message, err = component_reference(operation, given_reference)
  if not command then
    return nil, message, err
  end
  return components.resolve(client, operation, command, call_options)
end

--- The group's functions for a client.
-- Every function takes call options as its last argument; all block while they send (or yield, with
-- a transport that yields) and can fail with any kind of error (docs/errors.md). A component is
-- given by its id, by a table with `image_component_id` or `id`, and `region_id`, or by `{ name =,
-- component_version = }`, if one component fits; further fields are filters of list.
-- @tparam function current → internal client to use for this call
-- @treturn table group
function component.bind(current)
  local group = {}

  --- Creates a component. A component cannot be changed: a change is a new version of the same
  -- name. API: CreateImageComponent. All attempts have one ClientToken, so a lost reply never
  -- creates two. `default_tags` of the client are merged in; tags given here win.
  -- @function component.create
  -- @tparam table args
  --
  --   * `content`: required: commands without FROM and COMPONENT, or YAML; 16 KB
  --   * `image_component_name`, `name`: default the new id
  --   * `component_version`: "1.2.0"; default the next major version of the name
  --   * `component_type`: "Build", default, or "Test"
  --   * `system_type`: "Linux", default, or "Windows"
  --   * `description`, `tags`, `resource_group_id`, `region_id`: as `pipeline.create`
  -- @tparam ?table options call options; `dry_run = true` returns the rendered request instead, and
  --   `findings` of the linter
  -- @treturn[1] table `{ id, image_component_id, request_id }`
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; kind "conflict" if the name already has that version; every broken rule
  --   is in `err.failures`
  function group.create(args, given)
    return create.run(current(), "component.create", args, given)
  end

  --- Reads one component, with its content. API: DescribeImageComponents.
  -- @function component.describe
  -- @param wanted component
  -- @tparam ?table options call options
  -- @treturn[1] table `{ id, image_component_id, image_component_name, component_version,
  --   component_type, system_type, content, owner, parameters (list of `{ name, type,
  --   default_value }`), tags (map, without system tags), creation_time, resource_group_id, … }`
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; kind "not_found" if the region has no such component
  function group.describe(wanted, given)
    return describe(current(), wanted, given)
  end

  --- Deletes a component. Safe to repeat. API: DeleteImageComponent.
  -- @function component.delete
  -- @param wanted component
  -- @tparam ?table options call options, and
  --
  --   * `missing`: "ok" (default: it is a success if there is no such component) or "error"
  -- @treturn[1] table `{ deleted, request_id }`: true if this call deleted it (also if that was an
  --   attempt whose reply was lost), false if it did not exist
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; kind "conflict" while a pipeline uses it
  function group.delete(wanted, given)
    return delete(current(), wanted, given)
  end

  --- All components that match a filter, from all pages. API: DescribeImageComponents.
  -- Everything is filtered again on our side.
  -- @function component.list
  -- @tparam ?table filter
  --
  --   * `ids`: list of ids, any number
  --   * `image_component_name`, `name`: the whole name
  --   * `name_regex`: POSIX extended expression, found anywhere in the name
  --   * `component_version`: "1.2.0", "1.*.*"
  --   * `component_type`, `system_type`: as `component.create`
  --   * `owner`: "SELF" or "ALIYUN"
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
    return paginator.list(current(), "component.list", components.each, filter, given)
  end

  --- The same, one by one, with one page in memory.
  -- @function component.each
  -- @tparam ?table filter as `component.list`
  -- @tparam ?table options call options, for each page
  -- @treturn function iterator: one component per step; after a failure `false, message, err` as
  --   the last step
  function group.each(filter, given)
    return paginator.iterate(current(), "component.each", components.each, filter, given)
  end

  --- Finds the component that a reference in build content means now. API:
  -- DescribeImageComponents.
  -- @function component.resolve
  -- @param wanted "ic-…", `acs:ecs:<region>:<account>:imagecomponent/<name>:<version>` with `*`
  --   for any part of the version (and no version: the newest), or a COMPONENT command of
  --   `build_content.parse`
  -- @tparam ?table options call options
  -- @treturn[1] table `{ id, name, version }`; if several match, the newest
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; kind "not_found" if none matches
  function group.resolve(wanted, given)
    return resolve(current(), wanted, given)
  end

  return group
end

return component
