--- `ecs.image`: images to build on, and those that builds left. API: ECS 2014-05-26,
-- DescribeImages, DescribeImageFromFamily, DeleteImage, CopyImage, ModifyImageSharePermission,
-- ModifyImageAttribute. The functions with `regions` ask all regions at the same time.
local errors = require("ecs_pipeline.errors")
local image_copy = require("ecs_pipeline.image.copy")
local image_delete = require("ecs_pipeline.image.delete")
local image_share = require("ecs_pipeline.image.share")
local image_wait = require("ecs_pipeline.image.wait")
local images = require("ecs_pipeline.find.images")
local paginator = require("ecs_pipeline.paging.paginator")
local prune = require("ecs_pipeline.image.prune")
local reference = require("ecs_pipeline.paging.reference")
local regions = require("ecs_pipeline.concurrency.regions")
local tables = require("ecs_pipeline.tables")

local image = {}

--- How calls complete what they are given, for `client.render`.
image.arguments = { copy = image_copy.arguments }

local function describe(client, wanted, given)
  local operation = "image.describe"
  local call_options = client:call_options(operation, given)
  local ref, message, err = reference.find(operation, wanted, reference.IMAGE)
  if not ref then
    return nil, message, err
  end
  return images.get(client, operation, ref, call_options)
end

local function modify(client, wanted, args, given)
  local operation = "image.modify"
  local call_options = client:call_options(operation, given)
  if type(args) ~= "table" then
    errors.raise(operation .. ": arguments must be a table, not a " .. type(args))
  end
  local ref, message, err = reference.find(operation, wanted, reference.IMAGE)
  if not ref then
    return nil, message, err
  end
  if next(tables.without(args, { "region_id" })) == nil then
    return errors.fail(operation, { kind = "validation", param = "name", sent = false,
      message = "name, description or image_family: one of them has to be given" })
  end
  local sent = tables.copy(args)
  sent.image_id, sent.region_id = ref.id, args.region_id or ref.region_id
  local result
  result, message, err = client:invoke(operation, sent, call_options, { idempotent = true })
  if not result then
    return nil, message, err
  elseif not result.dry_run then
    result.id, result.image_id = ref.id, ref.id
  end
  return result
end

--- The group's functions for a client.
-- Every function takes call options as its last argument; all block while they send (or yield, with
-- a transport that yields) and can fail with any kind of error (docs/errors.md). An image is given
-- by its id, or by a table with `image_id` or `id`, and `region_id`.
-- @tparam function current → internal client to use for this call
-- @treturn table group
function image.bind(current)
  local group = {}

  --- Read one image, whatever its state. API: DescribeImages.
  -- @function image.describe
  -- @param wanted image
  -- @tparam ?table options call options
  -- @treturn[1] table `{ id, image_id, name, status, creation_time, image_family, size (GiB),
  --   image_owner_alias, image_owner_id, os_name, os_type, platform, architecture, usage,
  --   progress, is_copied, is_self_shared, tags (map), disk_device_mappings (list), features, … }`
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; kind "not_found" when the region has no such image
  function group.describe(wanted, given)
    return describe(current(), wanted, given)
  end

  --- All images that match a filter, from all pages. API: DescribeImages. The meaning is
  -- terraform's (data source alicloud_images): only images that are Available, of all owners but
  -- the marketplace, unless the filter says otherwise. Everything is filtered again on our side.
  -- @function image.list
  -- @tparam ?table filter these, and the other parameters of DescribeImages
  --
  --   * `name_regex`: POSIX extended expression, found anywhere in the name
  --   * `name`: the whole name
  --   * `owners`, `image_owner_alias`: "system", "self", "others", "marketplace", or a list of them
  --   * `most_recent`: true: only the newest that is usable
  --   * `usable`: true or false: an image can be Available and not usable
  --   * `regions`: a list: the result is `{ [region] = list }`
  --   * `image_family`: name of a family
  --   * `ids`: any number, one call each; then of any state
  --   * `status`: "Available" (default), another state, a list, or "ALL"
  --   * `tags`: map; `true` accepts any value, a list any of its values, `false` requires the key
  --     absent
  --   * `resource_group_id`: only those of the group
  --   * `architecture`, `os_type`, `usage`, `instance_type`: as the API has them
  --   * `region_id`: default the region of the client
  --   * `page_size`: images in a page
  -- @tparam ?table options call options, for each page
  -- @treturn[1] table list, as describe gives them
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; `err.partial` = what was found before the failure; with `regions` by
  --   region, and `err.regions` = `{ [region] = err }`
  function group.list(filter, given)
    local client = current()
    return regions.run("image.list", filter, function(own_filter)
      return paginator.list(client, "image.list", images.each, own_filter, given)
    end)
  end

  --- The same, one by one, with one page in memory.
  -- @function image.each
  -- @tparam ?table filter as `image.list`, without `regions`
  -- @tparam ?table options call options, for each page
  -- @treturn function iterator: one image per step; after a failure `false, message, err` as the
  --   last step
  function group.each(filter, given)
    return paginator.iterate(current(), "image.each", images.each, filter, given)
  end

  --- The newest image that can be used: Available, and not `usable = false`. API:
  -- DescribeImageFromFamily for a family, whose choice is read again, and DescribeImages.
  -- @function image.latest
  -- @param filter family, or a table as `image.list` without `regions`, with it
  --
  --   * `image_family`, `family`: name of a family
  -- @tparam ?table options call options; `region` says where
  -- @treturn[1] table image, as describe gives it
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; kind "not_found" when there is none
  function group.latest(filter, given)
    local operation, client = "image.latest", current()
    return images.latest(client, operation, filter, client:call_options(operation, given))
  end

  --- Delete an image of the account. Repeating is safe. API: DeleteImage.
  -- @function image.delete
  -- @param wanted image
  -- @tparam ?table options call options, and
  --
  --   * `missing`: "ok" (default: an image that is gone is a success) or "error"
  --   * `force`: true deletes it although instances were created from it
  -- @treturn[1] table `{ deleted, request_id }`: false when it was gone before and the service says
  --   so (its documentation lets it answer as if there had been one)
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; kind "conflict" while it is in use, shared, published or being copied,
  --   `err.hint` says what to do
  function group.delete(wanted, given)
    return image_delete.run(current(), wanted, given)
  end

  --- Copy an image of the account to other regions. API: CopyImage, DescribeImages. Each copy has
  -- one ClientToken for all its attempts; `default_tags` of the client are merged in.
  --
  -- To repeat the call is safe, after any failure: a copy that an earlier call made of the same
  -- image, with the same name, is adopted while it is being made and when it is there. A copy that
  -- failed is not. Without `name` any copy of the image counts. The tag `ecs_pipeline:copy_of` says
  -- of which image a copy is; it has no room beside 20 tags of yours. A region that fails does not
  -- keep the others from being copied to.
  -- @function image.copy
  -- @param wanted image; `region_id`, or the call option `region`, is where it is
  -- @tparam table args
  --
  --   * `to_region_id`, `to_region_ids`: one or a list
  --   * `name`: of the copies; default the service's
  --   * `description`, `tags`, `resource_group_id`: of the copies
  --   * `encrypted`, `kms_key_id`: encrypts the copies
  --   * `region_id`: where the image is
  -- @tparam ?table options call options, and
  --
  --   * `wait`: true waits until every copy can be used
  --   * `timeout`: seconds for all of it, default 2 h (as a table, of each attempt); with several
  --     regions also for the end of one copy before the next, where the service wants that
  --   * `poll`, `on_progress`: as `image.wait_available`
  -- @treturn[1] table `{ id, image_id, request_id, images = { [region] = id }, adopted = { [region]
  --   = id } }`; id = the first; adopted = those that an earlier call made
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; `err.images` = the copies that were started or adopted, `err.region` =
  --   the first region that failed, `err.regions` = `{ [region] = err }`; kind "conflict" with
  --   `err.image_id` when another image has the name
  function group.copy(wanted, args, given)
    return image_copy.run(current(), wanted, args, given)
  end

  --- Share an image with other accounts, take that back, publish it. Repeating is safe. API:
  -- ModifyImageSharePermission, a call for every ten accounts.
  -- @function image.share
  -- @param wanted image; with `regions` also a table with `images = { [region] = id }`, such as the
  --   result of a copy, a wait or a bake. For an image alone the copies that `image.copy` made of
  --   it are looked up
  -- @tparam table args
  --
  --   * `add_account`, `remove_account`: account ids, any number
  --   * `is_public`: true publishes the image, false ends that
  --   * `launch_permission`: as the API has it
  --   * `regions`: a list: the result is by region
  --   * `region_id`: where the image is
  -- @tparam ?table options call options
  -- @treturn[1] table `{ added, removed, request_id }`, lists of accounts; with `regions` one for
  --   each: `{ [region] = { added, removed, request_id } }`
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; `err.partial = { added, removed }`; with `regions` by region, and
  --   `err.regions` = `{ [region] = err }`
  function group.share(wanted, args, given)
    return image_share(current(), wanted, args, given)
  end

  --- Change the name, description or family of an image of the account. What is not given stays.
  -- None of them can be made empty: the service takes an empty text for "not given", so it is
  -- refused. Repeating is safe. API: ModifyImageAttribute.
  --
  -- `execution.wait` and `prune` find the images of a build by their names: rename afterwards.
  -- @function image.modify
  -- @param wanted image
  -- @tparam table args at least one of the first four
  --
  --   * `name`, `image_name`: 2 to 128 characters; no other image of the region has it
  --   * `description`: 2 to 256
  --   * `image_family`: 2 to 128
  --   * `region_id`: where the image is
  -- @tparam ?table options call options
  -- @treturn[1] table `{ id, image_id, request_id }`
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; kind "conflict" when another image has the name, or while the image is
  --   being created, "not_found" when the account has no such image in the region
  function group.modify(wanted, args, given)
    return modify(current(), wanted, args, given)
  end

  --- Wait until an image can be used: it is Available, and not `usable = false`. API:
  -- DescribeImages. Transient failures do not end it; an image that is not shown within a minute is
  -- not there.
  -- @function image.wait_available
  -- @param wanted image
  -- @tparam ?table options call options for each poll, and
  --
  --   * `timeout`: seconds for the whole wait, default 2 h; as a table, of each attempt
  --   * `poll`: seconds between polls, or `{ min = 10, max = 30 }`: often after a change
  --   * `on_progress`: function(`{ operation, phase, message, elapsed, progress (percent or nil),
  --     region, image_id, status }`)
  -- @treturn[1] table image
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; kind "conflict" when it ended as CreateFailed, UnAvailable or
  --   Deprecated, "timeout"; `err.image_id`, `err.image` = as last seen
  function group.wait_available(wanted, given)
    return image_wait.run(current(), wanted, given)
  end

  --- Delete old images of the account. Without `apply = true` nothing is deleted: the result says
  -- what would be. API: DescribeImages, DescribeImagePipelines, DescribeImageFromFamily,
  -- DeleteImage; with `snapshots` also TagResources, ListTagResources, UntagResources and
  -- DeleteSnapshot.
  --
  -- Always kept: images that are still being created, base images of the region's pipelines (of a
  -- family, its newest), images that are shared or published. An image that is not usable does not
  -- count as one of the newest, and is kept while it is new.
  -- @function image.prune
  -- @tparam table args which images: at least one of the first five, or another filter of
  --   `image.list`; and how many of them
  --
  --   * `pipeline`: images that this pipeline built, by their names
  --   * `name_regex`, `image_family`, `tags`, `ids`: as `image.list`
  --   * `keep`: how many of the newest stay; default 1 with `older_than`
  --   * `older_than`: seconds; younger images stay
  --   * `in_use`: "keep" (default) or "delete": images from which instances were created
  --   * `keep_copied`: true keeps copies of images of other regions
  --   * `snapshots`: true deletes the snapshots of the deleted images too, but none that another
  --     image of the account needs. Each gets a tag before its image is deleted, so the next prune
  --     with `snapshots` finds what a call left that was interrupted
  --   * `regions`: a list; the result is `{ [region] = table }`
  --   * `apply`: true deletes
  -- @tparam ?table options call options; `dry_run = true` overrules `apply`
  -- @treturn[1] table `{ delete = { image … }, keep = { { id, name, reason, why, image } … },
  --   applied, deleted = { id … }, failed = {}, region }`; reason is "newest", "not_usable",
  --   "young", "base_image", "in_use", "shared", "public", "copied" or "being_made". With
  --   `snapshots` also `snapshots = { delete = { { id, image_id, left } … }, keep = { { id,
  --   image_id, used_by = { image id … } } … }, deleted = { id … } }`; left: by an earlier call
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err; after deleting began `err.partial` is that table, `failed` lists `{ id,
  --   name, message, err }`: a refusal of one image does not stop the others, no permission or no
  --   connection does. With `regions` all of this by region, and `err.regions` = `{ [region] = err
  --   }`
  function group.prune(args, given)
    return prune(current(), args, given)
  end

  return group
end

return image
