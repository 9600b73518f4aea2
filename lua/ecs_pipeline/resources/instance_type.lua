--- `ecs.instance_type`: instance types to build on. API: ECS 2014-05-26, DescribeInstanceTypes,
-- DescribeAvailableResource, DescribeImageSupportInstanceTypes.
local instance_types = require("ecs_pipeline.find.instance_types")

local instance_type = {}

--- The group's functions for a client.
-- @tparam function current → internal client to use for this call
-- @treturn table group
function instance_type.bind(current)
  local group = {}

  --- Instance types that are on sale in the region, or in one of its zones, and support an image,
  -- as in terraform's data source alicloud_instance_types. API: DescribeInstanceTypes (all pages),
  -- DescribeAvailableResource, and with `image_id` DescribeImageSupportInstanceTypes. Blocks while
  -- it sends (or yields).
  -- @function instance_type.list
  -- @tparam ?table filter these, and the other parameters of DescribeInstanceTypes, as
  --   `minimum_cpu_core_count`
  --
  --   * `image_id`: types that support this image
  --   * `zone_id`, `availability_zone`: types on sale there; give the zone of the vSwitch
  --   * `cpu_core_count`: the exact number
  --   * `memory_size`: GiB, the exact number
  --   * `gpu_amount`: the exact number
  --   * `eni_amount`: the least number of network interfaces
  --   * `sorted_by`: "CPU" or "Memory", the smallest first; default the service's order
  --   * `ids`, `instance_types`, `instance_type`: list of ids, any number
  --   * `instance_type_family`, `gpu_spec`, `cpu_architecture`: as the API has them
  --   * `instance_charge_type`: "PostPaid", default, or "PrePaid"
  --   * `spot_strategy`, `spot_duration`, `network_type`, `system_disk_category`,
  --     `data_disk_category`, `io_optimized`: conditions of the sale
  --   * `region_id`: default the region of the client
  -- @tparam ?table options call options, for each call
  -- @treturn[1] table list of `{ id, instance_type_id, instance_type_family, cpu_core_count,
  --   memory_size (GiB), cpu_architecture, availability_zones (ids, sorted), eni_quantity,
  --   gpu_amount, … }`
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err of any kind
  function group.list(filter, given)
    local operation, client = "instance_type.list", current()
    return instance_types.list(client, operation, filter, client:call_options(operation, given))
  end

  return group
end

return instance_type
