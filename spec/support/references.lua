--- What ids look like, stated a second time for the specs: kind of a resource, as the C module names it, with an id,
-- the key of a table that has it, and what messages call one. `closed`: no other text is an id of the kind.
local references = {}

references.KINDS = {
  pipeline = { id = "ip-bp1", key = "image_pipeline_id", title = "a pipeline", closed = true },
  execution = { id = "exec-bp1", key = "execution_id", title = "an execution", closed = true },
  image = { id = "m-bp1", key = "image_id", title = "an image" },
  component = { id = "ic-bp1", key = "image_component_id", title = "a component", closed = true },
  vpc = { id = "vpc-bp1", key = "vpc_id", title = "a VPC", closed = true },
  vswitch = { id = "vsw-bp1", key = "vswitch_id", title = "a vSwitch", closed = true },
  resource_group = { id = "rg-bp1", key = "resource_group_id", title = "a resource group" },
  snapshot = { id = "s-bp1", key = "snapshot_id", title = "a snapshot" },
  instance = { id = "i-bp1", key = "instance_id", title = "an instance" },
  disk = { id = "d-bp1", key = "disk_id", title = "a disk" },
  security_group = { id = "sg-bp1", key = "security_group_id", title = "a security group" },
  network_interface = { id = "eni-bp1", key = "network_interface_id", title = "a network interface" },
  route_table = { id = "vtb-bp1", key = "route_table_id", title = "a route table" },
  dedicated_host = { id = "dh-bp1", key = "dedicated_host_id", title = "a dedicated host" },
  dhcp_options_set = { id = "dopt-bp1", key = "dhcp_options_set_id", title = "a DHCP options set" },
  -- Ids of these begin with nothing of their own.
  instance_type = { id = "ecs.g7.large", key = "instance_type_id", title = "an instance type", bare = true },
  zone = { id = "cn-hangzhou-h", key = "zone_id", title = "a zone", bare = true },
  region = { id = "cn-qingdao", key = "region_id", title = "a region", bare = true },
  account = { id = "1234567890123456", key = "account_id", title = "an account", bare = true },
  ipam_pool = { id = "ipam-pool-1", key = "ipam_pool_id", title = "an IPAM pool", bare = true },
  key = { id = "1234abcd-12ab", key = "key_id", title = "a KMS key", bare = true },
}

--- The kind that an id is of, or nil: it may be any text.
function references.kind_of(id)
  for name, facts in pairs(references.KINDS) do
    local prefix = not facts.bare and facts.id:match("^%a+%-")
    if prefix and #id > #prefix and id:lower():sub(1, #prefix) == prefix then
      return name, id:sub(1, #prefix) == prefix
    end
  end
end

return references
