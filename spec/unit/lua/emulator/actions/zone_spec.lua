-- DescribeRegions, DescribeZones and DescribeAvailableResource of the emulator.
local virtual = require("spec.support.virtual")

describe("regions, zones and what they sell, in the emulator", function()
  local client

  before_each(function()
    client = virtual.client(nil, { region = "cn-somewhere-new" })
  end)

  local function ask(product, version, action, params)
    local reply, _, err = client.call(product, version, action, params or {}, { retry = false })
    return reply, err and err.code .. " " .. err.status
  end

  local function ecs(action, params)
    local all = { RegionId = "cn-hangzhou" }
    for name, value in pairs(params or {}) do all[name] = value end
    return ask("Ecs", "2014-05-26", action, all)
  end

  it("has the regions that it knows, in two languages", function()
    local list = assert(ask("Ecs", "2014-05-26", "DescribeRegions")).Regions.Region
    assert.same({ LocalName = "华北1（青岛）", RegionId = "cn-qingdao", Status = "available",
      RegionEndpoint = "ecs.cn-qingdao.aliyuncs.com" }, list[1])
    assert.equal("cn-somewhere-new", list[#list].RegionId)
    list = ask("Ecs", "2014-05-26", "DescribeRegions", { AcceptLanguage = "en-US" }).Regions.Region
    assert.equal("China (Qingdao)", list[1].LocalName)
    assert.equal("InvalidParameter 400", select(2, ecs("DescribeRegions", { ResourceType = "image" })))
  end)

  it("has zones that differ: the first makes no vSwitches, the second is sold out", function()
    local zones = assert(ecs("DescribeZones", { AcceptLanguage = "en-US" })).Zones.Zone
    assert.same({ "cn-hangzhou-b", "Zone B", "Instance" },
      { zones[1].ZoneId, zones[1].LocalName, zones[1].AvailableResourceCreation.ResourceTypes[1] })
    assert.equal("VSwitch", zones[3].AvailableResourceCreation.ResourceTypes[1])
    assert.same({}, zones[2].AvailableInstanceTypes.InstanceTypes)
    local families = zones[3].AvailableResources.ResourcesInfo[1].InstanceTypeFamilies
    assert.equal("ecs.g6", families.supportedInstanceTypeFamily[1])
    zones = ecs("DescribeZones", { RegionId = "ap-southeast-1", Verbose = "false" }).Zones.Zone
    assert.same({ "ap-southeast-1a", "可用区 A", nil }, { zones[1].ZoneId, zones[1].LocalName,
      zones[1].AvailableResources })
    assert.equal("InvalidSpotStrategy 400", select(2, ecs("DescribeZones", { SpotStrategy = "x" })))
  end)

  local function available(params)
    local reply, why = ecs("DescribeAvailableResource", params)
    return reply and reply.AvailableZones.AvailableZone, why
  end

  it("says what is in stock in which zone", function()
    local zones = available({ DestinationResource = "Zone" })
    assert.same({ "SoldOut", "WithoutStock", "Available" },
      { zones[2].Status, zones[2].StatusCategory, zones[3].Status })
    assert.same({}, zones[3].AvailableResources.AvailableResource)
    -- as the service does, without its list when there is nothing
    local none = assert(ecs("DescribeAvailableResource", { DestinationResource = "Zone", ZoneId = "cn-hangzhou-z" }))
    assert.is_nil(none.AvailableZones)
    assert.is_string(none.RequestId)
    local function stock(params)
      local kind = available(params)[1].AvailableResources.AvailableResource[1]
      local list = {}
      for i, item in ipairs(kind.SupportedResources.SupportedResource) do list[i] = item.Value .. " " .. item.Status end
      return table.concat(list, ", ")
    end
    assert.equal("ecs.g6.large Available", stock({ DestinationResource = "InstanceType", ZoneId = "cn-hangzhou-h",
      InstanceType = "ecs.g6.large" }))
    assert.equal("ecs.t6-c2m1.large SoldOut", stock({ DestinationResource = "InstanceType", ZoneId = "cn-hangzhou-h",
      Cores = "2", Memory = "1" }))
    assert.equal("optimized Available", stock({ DestinationResource = "IoOptimized" }))
    assert.equal("vpc Available", stock({ DestinationResource = "Network" }))
    assert.matches("^cloud_efficiency Available", stock({ DestinationResource = "SystemDisk",
      InstanceType = "ecs.g6.large" }))
  end)

  it("refuses to say it in the service's spelling", function()
    for wanted, params in pairs({
      ["Invalid.DestinationResource 404"] = { DestinationResource = "Moon" },
      ["Invalid.Param 400"] = { DestinationResource = "SystemDisk" },
      ["InvalidParam.TypeAndCpuMem.Conflict 403"] = { DestinationResource = "InstanceType",
        InstanceType = "ecs.g6.large", Cores = "2" },
      ["InvalidParam.Cores 403"] = { DestinationResource = "Zone", Cores = "2" },
      ["InvalidParam.Memory 403"] = { DestinationResource = "Zone", Memory = "2" },
      ["InvalidResourceId.NotFound 404"] = { DestinationResource = "InstanceType", InstanceType = "ecs.none" },
      ["Invalid.IoOptimized 404"] = { DestinationResource = "Zone", IoOptimized = "x" },
    }) do
      assert.equal(wanted, select(2, available(params)))
    end
    assert.equal("Invalid.DestinationResource 404", select(2, available({})))
  end)

end)
