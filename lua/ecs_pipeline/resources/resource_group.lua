--- `ecs.resource_group`: the groups that resources belong to. API: ECS 2014-05-26,
-- JoinResourceGroup; ResourceManager 2020-03-31, ListResourceGroups.
local resource_groups = require("ecs_pipeline.find.resource_groups")
local tagging = require("ecs_pipeline.resources.tagging")

local resource_group = {}

--- The group's functions for a client.
-- @tparam function current → internal client to use for this call
-- @treturn table group
function resource_group.bind(current)
  local group = {}

  --- Moves resources to a group. Safe to repeat. API: JoinResourceGroup, a call for each.
  -- @function resource_group.join
  -- @tparam table args
  --
  --   * `resource_type`: as `tags.add`, but only some can be grouped
  --   * `ids`, `id`: as `tags.add`
  --   * `resource_group_id`: the group
  --   * `region_id`: default the region of the client
  -- @tparam ?table options call options, and
  --
  --   * `undocumented`: true allows "imagepipeline" and "imagepipelineexecution": no page of the
  --     service says whether they work
  -- @treturn[1] table `{ resource_ids, request_id }`; in a dry run the rendered request, all of
  --   them in `requests`
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; `err.partial.resource_ids` = those that were moved before the failure
  function group.join(args, given)
    return tagging.join(current(), args, given)
  end

  --- All resource groups that match a filter, from all pages. API: ListResourceGroups. Blocks
  -- while it sends (or yields).
  -- @function resource_group.list
  -- @tparam ?table filter
  --
  --   * `name_regex`: POSIX extended expression, found anywhere in the name
  --   * `name`, `display_name`: the whole name
  --   * `status`: "OK", "Creating", "PendingDelete"
  --   * `ids`, `resource_group_ids`: list of ids, any number
  --   * `tags`: map; `true` accepts any value, a list any of its values, `false` requires the key
  --     absent
  --   * `page_size`: groups in a page
  -- @tparam ?table options call options, for each page
  -- @treturn[1] table list of `{ id, name, display_name, status, account_id, create_date, tags }`
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; `err.partial` = what was found before the failure
  function group.list(filter, given)
    local operation, client = "resource_group.list", current()
    return resource_groups.list(client, operation, filter, client:call_options(operation, given))
  end

  return group
end

return resource_group
