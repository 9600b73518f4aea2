-- zone.list: what terraform's data source alicloud_zones finds.
local by_action = require("spec.support.by_action")
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")

local function zone(id, given)
  given = given or {}
  return { ZoneId = id, LocalName = "Zone " .. id,
    AvailableResourceCreation = { ResourceTypes = given.creates or { "VSwitch", "IoOptimized", "Instance", "disk" } },
    AvailableInstanceTypes = { InstanceTypes = given.types or { "ecs.g6.large", "ecs.g7.large" } },
    AvailableDiskCategories = { DiskCategories = given.disks or { "cloud_essd" } } }
end

local function sale(id, given)
  given = given or {}
  local resources = {}
  for name, status in pairs(given.types or {}) do
    resources[#resources + 1] = { Value = name, Status = status }
  end
  return { ZoneId = id, RegionId = "cn-hangzhou", Status = given.status or "Available",
    AvailableResources = { AvailableResource = { { Type = given.type or "Zone",
      SupportedResources = { SupportedResource = resources } } } } }
end

local function service(zones, sales)
  return { DescribeZones = { RequestId = "Z", Zones = { Zone = zones } },
    DescribeAvailableResource = { RequestId = "A", AvailableZones = { AvailableZone = sales } } }
end

local function ids_of(list)
  local found = {}
  for index, item in ipairs(list) do
    found[index] = item.id
  end
  return found
end

local FIVE = { zone("cn-hangzhou-k"), zone("cn-hangzhou-b", { creates = { "Instance" } }), zone("cn-hangzhou-h"),
  zone("cn-hangzhou-c", { types = {} }), zone("cn-hangzhou-d", { disks = {} }), zone("cn-hangzhou-e") }
local SALES = { sale("cn-hangzhou-k"), sale("cn-hangzhou-b"), sale("cn-hangzhou-h"), sale("cn-hangzhou-c"),
  sale("cn-hangzhou-d"), sale("cn-hangzhou-e", { status = "SoldOut" }) }

describe("zone.list", function()
  it("gives zones that are on sale and have types and disks, by id", function()
    local client, asked = by_action(service(FIVE, SALES))
    local list = assert(client.zone.list())
    assert.same({ "cn-hangzhou-b", "cn-hangzhou-h", "cn-hangzhou-k" }, ids_of(list))
    assert.equal("Zone cn-hangzhou-b", list[1].local_name)
    assert.same({ "DescribeZones", "DescribeAvailableResource" }, { asked[1].action, asked[2].action })
    assert.equal("Zone", asked[2].params.DestinationResource)
    assert.equal("cn-hangzhou", asked[2].params.RegionId)
    assert.same({ "Z", "A" }, ecs.info(list).request_ids)
  end)

  it("filters by what can be made there, as terraform does not", function()
    local client = by_action(service(FIVE, SALES))
    assert.same({ "cn-hangzhou-h", "cn-hangzhou-k" },
      ids_of(assert(client.zone.list({ available_resource_creation = "VSwitch" }))))
    assert.same({ "cn-hangzhou-h", "cn-hangzhou-k" },
      ids_of(assert(client.zone.list({ available_resource_creation = "Disk" }))))
  end)

  it("filters by an instance type that is on sale there, by disk and by id", function()
    local zones = { zone("cn-hangzhou-a"), zone("cn-hangzhou-b"), zone("cn-hangzhou-c", { disks = { "cloud" } }) }
    local function types(status) return { type = "InstanceType", types = { ["ecs.g7.large"] = status } } end
    local client, asked = by_action(service(zones, { sale("cn-hangzhou-a", types("SoldOut")),
      sale("cn-hangzhou-b", types("Available")), sale("cn-hangzhou-c", types("Available")) }))
    assert.same({ "cn-hangzhou-b", "cn-hangzhou-c" },
      ids_of(assert(client.zone.list({ available_instance_type = { id = "ecs.g7.large" } }))))
    assert.equal("InstanceType", asked[2].params.DestinationResource)
    assert.same({ "cn-hangzhou-a", "cn-hangzhou-b" },
      ids_of(assert(client.zone.list({ available_disk_category = "cloud_essd" }))))
    assert.same({ "cn-hangzhou-c" }, ids_of(assert(client.zone.list({ ids = { { id = "cn-hangzhou-c" } } }))))
    assert.same({}, ids_of(assert(client.zone.list({ zone_id = "cn-hangzhou-x" }))))
  end)

  it("passes on what concerns the sale", function()
    local client, asked = by_action(service({}, {}))
    assert.same({}, assert(client.zone.list({ instance_charge_type = "PrePaid", network_type = "Vpc",
      system_disk_category = "cloud_essd", region_id = "cn-qingdao" })))
    assert.same({ "PrePaid", "cn-qingdao" }, { asked[1].params.InstanceChargeType, asked[1].params.RegionId })
    local params = asked[2].params
    assert.same({ "PrePaid", "vpc", "cloud_essd", "cn-qingdao" }, { params.InstanceChargeType,
      params.NetworkCategory, params.SystemDiskCategory, params.RegionId })
    assert.matches("^https://ecs%.cn%-qingdao%.", asked[2].url)
  end)

  for label, case in pairs({
    ["another product's resource"] = { { available_resource_creation = "Rds" }, "available_resource_creation" },
    ["a number for one"] = { { available_resource_creation = 1 }, "available_resource_creation" },
    ["a number for a type"] = { { available_instance_type = 1 }, "available_instance_type" },
    ["no details"] = { { verbose = false }, "verbose" },
    ["an id that is none"] = { { ids = { {} } }, "ids" },
    ["a page"] = { { page_number = 1 }, "page_number" },
    ["an unknown name"] = { { available_resource = "VSwitch" }, "available_resource" },
  }) do
    it("refuses before anything is sent: " .. label, function()
      local client, asked = by_action({})
      local list, message, err = client.zone.list(case[1])
      assert.is_nil(list)
      assert.same({ "validation", case[2] }, { err.kind, err.param })
      assert.matches("^zone%.list: arguments refused: ", message)
      assert.equal(0, #asked)
    end)
  end

  it("fails under its own name, whichever call fails", function()
    local answers = service(FIVE, SALES)
    answers.DescribeAvailableResource = fake.refusal(403, "Forbidden.RAM")
    local list, message, err = by_action(answers).zone.list()
    assert.is_nil(list)
    assert.matches("^zone%.list: not permitted: ", message)
    assert.same({ "denied", {} }, { err.kind, err.partial })
    answers.DescribeZones = fake.refusal(404, "InvalidRegionId.NotFound")
    list, message, err = by_action(answers).zone.list()
    assert.is_nil(list)
    assert.matches("^zone%.list: not found: ", message)
    assert.equal("InvalidRegionId.NotFound", err.code)
  end)
end)
