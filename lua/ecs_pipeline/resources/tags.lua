--- `ecs.tags`: helpers for tag sets, and tags of existing resources. API: ECS 2014-05-26,
-- TagResources, UntagResources, ListTagResources.
local list = require("ecs_pipeline.find.tag_resources")
local options = require("ecs_pipeline.call.options")
local resource_types = require("ecs_pipeline.resource_types")
local tagging = require("ecs_pipeline.resources.tagging")
local tags = require("ecs_pipeline.tags")

local resource = {}

local PURE = { "merge", "diff", "matches", "validate", "from_list", "to_list", "split" }

--- The group's functions for a client. The helpers need no client and never block.
--
-- The others take a type of resource: "image", "imagecomponent", "snapshot" and the others that
-- `core.operation("tags.add")` lists. The documentation of the service names neither components
-- nor pipelines. Terraform tags components with "imagecomponent", so that is allowed. It is not
-- known whether "imagepipeline" and "imagepipelineexecution" work: they are refused without the
-- option `undocumented = true`, and the service may still refuse them.
-- @tparam function current → internal client to use for this call
-- @treturn table group
function resource.bind(current)
  local group = {}
  for _, name in ipairs(PURE) do
    group[name] = tags[name]
  end

  --- Adds tags to resources; an existing key gets the new value. Safe to repeat. API:
  -- TagResources, a call for every 50 ids.
  -- @function tags.add
  -- @tparam string resource_type
  -- @param ids an id, a table that has it, or a list of them
  -- @tparam table set map or list of up to 20; the rules are those of creation, but a value may
  --   begin with `acs:`
  -- @tparam ?table options call options, and
  --
  --   * `undocumented`: true allows "imagepipeline" and "imagepipelineexecution": no page of the
  --     service says whether they work
  -- @treturn[1] table `{ resource_ids, request_id }`; in a dry run the rendered request, all of
  --   them in `requests`
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; `err.partial.resource_ids` = those that were tagged before the failure
  function group.add(resource_type, ids, set, given)
    return tagging.add(current(), resource_type, ids, set, given)
  end

  --- Removes tags from resources. Safe to repeat. API: UntagResources, a call for every 50 ids.
  -- @function tags.remove
  -- @tparam string resource_type
  -- @param ids as `tags.add`
  -- @param keys a key, a list of up to 20, or `{ all = true }`
  -- @tparam ?table options call options, and
  --
  --   * `undocumented`: true allows "imagepipeline" and "imagepipelineexecution": no page of the
  --     service says whether they work
  -- @treturn[1] table as add
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; `err.partial.resource_ids` = those whose tags were removed before the
  --   failure
  function group.remove(resource_type, ids, keys, given)
    return tagging.remove(current(), resource_type, ids, keys, given)
  end

  --- Lists the tags of resources, or the resources that have tags. All pages. API:
  -- ListTagResources, a request for every 50 ids.
  -- @function tags.list
  -- @tparam string resource_type
  -- @tparam table filter `ids`, or `tags`, or both
  --
  --   * `ids`, `resource_id`: list of ids, any number
  --   * `tags`: map; `true` accepts any value
  --   * `region_id`: default the region of the client
  -- @tparam ?table options call options, for each page, and
  --
  --   * `undocumented`: true allows "imagepipeline" and "imagepipelineexecution": no page of the
  --     service says whether they work
  -- @treturn[1] table list of `{ id, resource_type, tags = map, system_tags }`, without resources
  --   that have no tags
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; `err.partial` = what was found before the failure
  function group.list(resource_type, filter, given)
    local operation, client = "tags.list", current()
    local own_options, rest = options.own(operation, given, resource_types.OPTIONS)
    return list(client, operation, resource_type, filter, own_options,
      client:call_options(operation, rest))
  end

  return group
end

return resource
