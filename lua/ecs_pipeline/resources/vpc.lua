--- `ecs.vpc`: networks for builds. API: VPC 2016-04-28, CreateVpc, DescribeVpcs,
-- DescribeVpcAttribute, DeleteVpc. Argument names are terraform's (alicloud_vpc).
--
-- Every function takes call options as its last argument; all block while they send and wait (or
-- yield, with a transport that yields) and can fail with any kind of error (docs/errors.md). A VPC
-- is given by its id, by a table with `vpc_id` or `id`, and `region_id`, or by `{ name = }`, if one
-- VPC has the name; further fields are filters of list.
local network = require("ecs_pipeline.resources.network")
local networks = require("ecs_pipeline.find.networks")

--- Creates a VPC and waits until it is Available. API: CreateVpc, DescribeVpcAttribute. All
-- attempts share one ClientToken, so a lost reply never creates two; to repeat after a crash,
-- give the same `client_token`. `default_tags` of the client are merged in.
-- @function vpc.create
-- @tparam table args these, and the other parameters of CreateVpc
--
--   * `cidr_block`: "172.16.0.0/12", the default, or a part of a private range; /8 to /28
--   * `vpc_name`, `description`: texts
--   * `tags`: map or list
--   * `resource_group_id`: the group it belongs to
--   * `enable_ipv6`: true or false
--   * `user_cidrs`: list
--   * `region_id`: default the region of the client
-- @tparam ?table options call options, and
--
--   * `timeout`: seconds for all of it, default 600; as a table, of each attempt
--   * `poll`: seconds between polls, or `{ min = 2, max = 10 }`
--   * `on_progress`: function(`{ operation, phase, message, elapsed, region, vpc_id, status }`)
-- @treturn[1] table as describe gives it, with the `request_id` of the create
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; kind "timeout" if it is not Available in time; every broken
--   rule is in `err.failures`. Once it was created, every failure says so, has `err.vpc_id` and
--   is not `retryable`

--- Reads one VPC. API: DescribeVpcAttribute.
-- @function vpc.describe
-- @param wanted VPC
-- @tparam ?table options call options
-- @treturn[1] table `{ id, vpc_id, vpc_name, cidr_block, status, vswitch_ids, router_id,
--   route_table_id, resource_group_id, secondary_cidr_blocks, tags (map), creation_time, … }`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; kind "not_found" when there is none

--- Deletes a VPC and waits until it no longer exists. Safe to repeat. API: DeleteVpc,
-- DescribeVpcAttribute. If it still contains resources (DependencyViolation), the call waits; it
-- never deletes them.
-- @function vpc.delete
-- @param wanted VPC
-- @tparam ?table options call options, and
--
--   * `timeout`, `poll`, `on_progress`: as `vpc.create`
--   * `missing`: "ok" (default: it is a success if there is no such VPC) or "error"
-- @treturn[1] table `{ deleted, request_id }`: false if it did not exist
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; kind "conflict" with the service's Code if the cause of the refusal did
--   not end in time; after the delete `err.vpc_id`, kind "timeout" if it is still visible

--- All VPCs that match a filter, from all pages. API: DescribeVpcs. Everything is
-- filtered again on our side.
-- @function vpc.list
-- @tparam ?table filter
--
--   * `ids`: list of ids, any number
--   * `name_regex`: POSIX extended expression, found anywhere in the name
--   * `vpc_name`: the whole name
--   * `cidr_block`, `status`, `is_default`: as the API has them
--   * `tags`: map; `true` accepts any value, a list any of its values, `false` requires the key
--     absent
--   * `resource_group_id`: only those of the group
--   * `region_id`: default the region of the client
--   * `page_size`: VPCs in a page
-- @tparam ?table options call options, for each page
-- @treturn[1] table list, as describe gives them
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; `err.partial` = what was found before the failure

--- The same, one by one, with one page in memory.
-- @function vpc.each
-- @tparam ?table filter as `vpc.list`
-- @tparam ?table options call options, for each page
-- @treturn function iterator: one per step; after a failure `false, message, err` as the last step

return network.group(networks.VPC)
