--- `ecs.vswitch`: subnets of VPCs, each in a zone. API: VPC 2016-04-28, CreateVSwitch,
-- DescribeVSwitches, DescribeVSwitchAttributes, DeleteVSwitch. Argument names are terraform's
-- (alicloud_vswitch).
--
-- Every function takes call options as its last argument, see `call/options.lua`; all block while
-- they send and wait (or yield, with a transport that yields) and can fail with any kind of
-- `errors.KINDS`. A vSwitch is given by its id, by a table with `vswitch_id` or `id`,
-- and `region_id`, or by `{ name = }`, if one has the name; further fields are filters of list.
local network = require("ecs_pipeline.resources.network")
local networks = require("ecs_pipeline.find.networks")

--- Creates a vSwitch and waits until it is Available. API: CreateVSwitch,
-- DescribeVSwitchAttributes. A VPC creates one vSwitch at a time; this call waits until another one
-- is finished. All attempts share one ClientToken, so a lost reply never creates two; to repeat
-- after a crash, give the same
-- `client_token`. `default_tags` of the client are merged in.
-- @function vswitch.create
-- @tparam table args `vpc_id` (id, or the VPC as create and describe give it: then it is
--   checked that the block is inside the VPC's, or equal to it), `zone_id` (or
--   `availability_zone`), `cidr_block` (/16 to /29), `vswitch_name`, `description`, `tags`,
--   `region_id`, and the other parameters of CreateVSwitch
-- @tparam ?table options call options, and
--
--   * `timeout`: seconds for all of it, default 600; as a table, of each attempt
--   * `poll`: seconds between polls, or `{ min = 2, max = 10 }`
--   * `on_progress`: function(`{ operation, phase, message, elapsed, region, vswitch_id, status }`)
-- @treturn[1] table as describe gives it, with the `request_id` of the create
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; kind "timeout" if it is not Available in time; every broken
--   rule is in `err.failures`. Once it was created, every failure says so, has
--   `err.vswitch_id` and is not `retryable`

--- Reads one vSwitch. API: DescribeVSwitchAttributes.
-- @function vswitch.describe
-- @param wanted vSwitch
-- @tparam ?table options call options
-- @treturn[1] table `{ id, vswitch_id, vswitch_name, vpc_id, zone_id, cidr_block, status,
--   available_ip_address_count, route_table, tags (map), creation_time, … }`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; kind "not_found" when there is none

--- Deletes a vSwitch and waits until it no longer exists. Safe to repeat. API: DeleteVSwitch,
-- DescribeVSwitchAttributes. If it still contains resources (DependencyViolation), such as the
-- instance of a build, the call waits; it never deletes them.
-- @function vswitch.delete
-- @param wanted vSwitch
-- @tparam ?table options call options; `timeout`, `poll` and `on_progress` as of create;
--   `missing`: "ok" (default: it is a success if there is no such vSwitch) or "error"
-- @treturn[1] table `{ deleted, request_id }`: false if it did not exist
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; kind "conflict" with the service's Code if the cause of the refusal did
--   not end in time; after the delete `err.vswitch_id`, kind "timeout" if it is still visible

--- All vSwitches that match a filter, from all pages. API: DescribeVSwitches. Everything is
-- filtered again on our side.
-- @function vswitch.list
-- @tparam ?table filter `vpc_id`, `zone_id` (or `availability_zone`), `ids` (any number, one
--   call each), `name_regex` (POSIX extended expression, found anywhere in the name),
--   `vswitch_name` (exact), `cidr_block`, `status`, `tags` (map; `true` accepts any value, `false`
--   requires the key absent), `is_default`, `resource_group_id`, `region_id`, `page_size`
-- @tparam ?table options call options, for each page
-- @treturn[1] table list, as describe gives them
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; `err.partial` = what was found before the failure

--- The same, one by one, with one page in memory.
-- @function vswitch.each
-- @tparam ?table filter as list
-- @tparam ?table options call options, for each page
-- @treturn function iterator: one per step; after a failure `false, message, err` as the last step

return network.group(networks.VSWITCH)
