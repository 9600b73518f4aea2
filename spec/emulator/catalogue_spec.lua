-- What the emulator has on offer: regions, zones, instance types, resource groups.
local virtual = require("spec.support.virtual")

describe("the emulator's catalogue", function()
  local client, emulator

  before_each(function()
    client, emulator = virtual.client(nil, { region = "cn-somewhere-new" })
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

  local function groups(params)
    local reply, why = ask("ResourceManager", "2020-03-31", "ListResourceGroups", params)
    local names = {}
    for i, group in ipairs(reply and reply.ResourceGroups.ResourceGroup or {}) do names[i] = group.Name end
    return reply and table.concat(names, " ") or why, reply
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

  local function types(params)
    local list, token = {}, nil
    repeat
      local all = { NextToken = token }
      for name, value in pairs(params or {}) do all[name] = value end
      local reply, why = ask("Ecs", "2014-05-26", "DescribeInstanceTypes", all)
      if not reply then return why end
      for _, one in ipairs(reply.InstanceTypes.InstanceType) do list[#list + 1] = one.InstanceTypeId end
      token = reply.NextToken ~= "" and reply.NextToken or nil
    until not token
    return #list, table.concat(list, " ")
  end

  it("has more instance types than a page holds, each once", function()
    local count, text = types()
    assert.is_true(count > 100)
    assert.same({ count, text }, { types({ MaxResults = "7" }) })
    local seen = {}
    for id in text:gmatch("%S+") do
      assert.is_nil(seen[id], id)
      assert.matches("^ecs%.%l+%d?[%l%d]*[.-][%w.]+$", id)
      seen[id] = true
    end
    assert.equal("InvalidParameter 400", types({ MaxResults = "101" }))
    assert.equal("InvalidParameter 400", types({ MinimumCpuCoreCount = "two" }))
  end)

  it("finds instance types by what they have", function()
    assert.equal("ecs.g6.large ecs.g7.large", select(2, types({ ["InstanceTypeFamilies.1"] = "ecs.g6",
      ["InstanceTypeFamilies.2"] = "ecs.g7", MaximumCpuCoreCount = "2" })))
    assert.equal("ecs.c8y.small", select(2, types({ CpuArchitecture = "ARM", MaximumMemorySize = "2" })))
    assert.equal("ecs.gn7i-c16g1.4xlarge", select(2, types({ MinimumGPUAmount = "1", MinimumMemorySize = "59.5" })))
    assert.equal(0, types({ MinimumLocalStorageAmount = "1" }))
  end)

  it("binds a page token to what chose the types", function()
    local first = assert(ask("Ecs", "2014-05-26", "DescribeInstanceTypes", { MaxResults = "2" }))
    assert.equal("Invalid.NextToken 403", select(2, ask("Ecs", "2014-05-26", "DescribeInstanceTypes",
      { MaxResults = "2", NextToken = first.NextToken, CpuArchitecture = "ARM" })))
  end)

  it("knows which types an image runs on", function()
    local function supported(id, action)
      local reply, why = ecs("DescribeImageSupportInstanceTypes", { ImageId = id, ActionType = action })
      return reply and #reply.InstanceTypes.InstanceType or why
    end
    local arm = supported("aliyun_3_arm64_20G_alibase_20240819.vhd")
    local x86 = supported("debian_12_6_x64_20G_alibase_20240819.vhd")
    assert.is_true(arm > 0 and x86 > arm)
    assert.equal(arm + x86, supported())
    assert.equal(x86, supported(emulator:put("images", { ImageName = "own" }).ImageId))
    emulator:lose("images", "aliyun_3_arm64_20G_alibase_20240819.vhd")
    assert.equal("InvalidImageId.NotFound 404", supported("aliyun_3_arm64_20G_alibase_20240819.vhd"))
    assert.equal("InvalidParamter 400", supported(nil, "CreateOS"))
  end)

  it("has resource groups, ten to a page", function()
    local names, reply = groups()
    assert.matches("^default web%-production", names)
    assert.same({ 10, 12, 1 }, { reply.PageSize, reply.TotalCount, reply.PageNumber })
    assert.equal("non-default archive", groups({ PageNumber = "2" }))
    assert.equal("default non-default", groups({ Name = "default" }))
    assert.equal("security", groups({ DisplayName = "Secur" }))
    assert.equal("archive", groups({ Status = "PendingDelete" }))
    assert.equal("InvalidParameter 400", groups({ Status = "x" }))
    assert.equal("InvalidParameter 400", groups({ PageSize = "101" }))
    assert.equal("default", groups({ ResourceGroupId = reply.ResourceGroups.ResourceGroup[1].Id }))
  end)

  it("takes more resource groups", function()
    local made = emulator:put("resource_groups",
      { Name = "own", Tags = { Tag = { { TagKey = "a", TagValue = "b" } } } })
    local names, reply = groups({ ["ResourceGroupIds.1"] = made.Id, ResourceGroupId = "rg-other",
      IncludeTags = "true" })
    assert.same({ "own", "b" }, { names, reply.ResourceGroups.ResourceGroup[1].Tags.Tag[1].TagValue })
    assert.equal("own", groups({ ["Tag.1.Key"] = "a" }))
    local many = {}
    for i = 1, 101 do many["ResourceGroupIds." .. i] = "rg-" .. i end
    assert.equal("InvalidParameter 400", groups(many))
    assert.has_error(function() emulator:put("resource_groups", {}) end,
      "emulator: a resource group to be put needs Name")
  end)
end)
