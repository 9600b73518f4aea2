-- instance_type.list: types that are on sale, in the zone, for the image.
local by_action = require("spec.support.by_action")
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")

local function kind(id, cpus, memory, more)
  local item = { InstanceTypeId = id, CpuCoreCount = cpus, MemorySize = memory, EniQuantity = 2,
    InstanceTypeFamily = id:match("^(ecs%.[^.]+)") }
  for name, value in pairs(more or {}) do
    item[name] = value
  end
  return item
end

local TYPES = { kind("ecs.r7.large", 2, 16), kind("ecs.g7.xlarge", 4, 16, { EniQuantity = 3 }),
  kind("ecs.g7.large", 2, 8), kind("ecs.c7.large", 2, 4), kind("ecs.t6.tiny", 1, 0.5),
  kind("ecs.gone.large", 2, 8) }

-- Zone → its types and their states.
local function sale(zones)
  local list = {}
  for id, types in pairs(zones) do
    local resources = {}
    for name, status in pairs(types) do
      resources[#resources + 1] = { Value = name, Status = status }
    end
    list[#list + 1] = { ZoneId = id, Status = types.SoldOut or "Available", AvailableResources = {
      AvailableResource = { { Type = "InstanceType", SupportedResources = { SupportedResource = resources } },
        { Type = "DataDisk", SupportedResources = { SupportedResource = { { Value = "ecs.gone.large" } } } } } } }
  end
  return { RequestId = "A", AvailableZones = { AvailableZone = list } }
end

local ALL = { ["ecs.r7.large"] = "Available", ["ecs.g7.xlarge"] = "Available", ["ecs.g7.large"] = "Available",
  ["ecs.c7.large"] = "Available", ["ecs.t6.tiny"] = "Available" }
local SOME = { ["ecs.g7.large"] = "Available", ["ecs.c7.large"] = "SoldOut" }

local function service(types)
  return {
    DescribeInstanceTypes = { RequestId = "T", InstanceTypes = { InstanceType = types or TYPES }, NextToken = "" },
    DescribeAvailableResource = function(params)
      return sale(params.ZoneId == "cn-hangzhou-h" and { ["cn-hangzhou-h"] = SOME }
        or { ["cn-hangzhou-k"] = ALL, ["cn-hangzhou-h"] = SOME })
    end,
    DescribeImageSupportInstanceTypes = { RequestId = "I", ImageId = "m-1", InstanceTypes = { InstanceType = {
      { InstanceTypeId = "ecs.c7.large" }, { InstanceTypeId = "ecs.g7.large" },
      { InstanceTypeId = "ecs.gone.large" } } } },
  }
end

local function ids_of(list)
  local found = {}
  for index, item in ipairs(list) do
    found[index] = item.id
  end
  return found
end

local function list(filter, types)
  local client, asked = by_action(service(types))
  local found = assert(client.instance_type.list(filter))
  return ids_of(found), asked, found
end

describe("instance_type.list", function()
  it("gives those on sale, in the service's order, with their zones", function()
    local ids, asked, found = list()
    assert.same({ "ecs.r7.large", "ecs.g7.xlarge", "ecs.g7.large", "ecs.c7.large", "ecs.t6.tiny" }, ids)
    assert.same({ "cn-hangzhou-h", "cn-hangzhou-k" }, found[3].availability_zones)
    assert.same({ "cn-hangzhou-k" }, found[4].availability_zones)
    assert.same({ "ecs.g7.large", "ecs.g7", 2, 8 }, { found[3].instance_type_id, found[3].instance_type_family,
      found[3].cpu_core_count, found[3].memory_size })
    assert.equal(2, #asked)
    assert.same({ "100", "InstanceType", "cn-hangzhou" }, { asked[1].params.MaxResults,
      asked[2].params.DestinationResource, asked[2].params.RegionId })
    assert.is_nil(asked[1].params.RegionId)
    assert.same({ "T", "A" }, ecs.info(found).request_ids)
  end)

  it("gives those that an image runs on", function()
    local ids, asked = list({ image_id = { id = "m-1" } })
    assert.same({ "ecs.g7.large", "ecs.c7.large" }, ids)
    assert.same({ "DescribeImageSupportInstanceTypes", "m-1" }, { asked[3].action, asked[3].params.ImageId })
  end)

  it("gives none when the image runs on none", function()
    local answers = service()
    answers.DescribeImageSupportInstanceTypes = { RequestId = "I", ImageId = "m-1",
      InstanceTypes = { InstanceType = {} } }
    assert.same({}, assert(by_action(answers).instance_type.list({ image_id = "m-1" })))
  end)

  for _, name in ipairs({ "zone_id", "availability_zone" }) do
    it("is tied to the zone by " .. name .. ", as terraform is not", function()
      local ids, asked = list({ image_id = "m-1", [name] = "cn-hangzhou-h" })
      assert.same({ "ecs.g7.large" }, ids)
      assert.equal("cn-hangzhou-h", asked[2].params.ZoneId)
      assert.same({ "ecs.g7.large" }, (list({ [name] = { id = "cn-hangzhou-h" } })))
    end)
  end

  it("sorts by processors or memory, the smallest first", function()
    assert.same({ "ecs.t6.tiny", "ecs.c7.large", "ecs.g7.large", "ecs.r7.large", "ecs.g7.xlarge" },
      (list({ sorted_by = "CPU" })))
    assert.same({ "ecs.t6.tiny", "ecs.c7.large", "ecs.g7.large", "ecs.r7.large", "ecs.g7.xlarge" },
      (list({ sorted_by = "Memory" })))
    local twins = { kind("ecs.g7.large", 2, 8), kind("ecs.r7.large", 2, 8), kind("ecs.c7.large", 2, 8) }
    assert.same({ "ecs.g7.large", "ecs.r7.large", "ecs.c7.large" }, (list({ sorted_by = "CPU" }, twins)))
  end)

  it("filters by size, family and interfaces: asked for, and once more on our side", function()
    local ids, asked = list({ cpu_core_count = 2, memory_size = 8, instance_type_family = "ecs.g7", gpu_amount = nil })
    assert.same({ "ecs.g7.large" }, ids)
    local params = asked[1].params
    assert.same({ "2", "2", "8", "8", "ecs.g7" }, { params.MinimumCpuCoreCount, params.MaximumCpuCoreCount,
      params.MinimumMemorySize, params.MaximumMemorySize, params.InstanceTypeFamily })
    assert.same({ "ecs.g7.xlarge" }, (list({ eni_amount = 3 })))
    assert.same({ "ecs.t6.tiny" }, (list({ memory_size = 0.5 })))
    local texts = { kind("ecs.g7.large", "2", "8.0", { EniQuantity = "3" }), kind("ecs.c7.large", 2, 4) }
    assert.same({ "ecs.g7.large" }, (list({ memory_size = 8, eni_amount = 3 }, texts)))
    assert.same({ "ecs.c7.large", "ecs.g7.large" }, (list({ sorted_by = "Memory" }, texts)))
    local _, sent = list({ minimum_eni_quantity = 4, gpu_amount = 0 }, {})
    assert.same({ "4", "0", "0" }, { sent[1].params.MinimumEniQuantity, sent[1].params.MinimumGPUAmount,
      sent[1].params.MaximumGPUAmount })
  end)

  it("takes any number of ids, ten a call", function()
    local wanted = { "ecs.g7.large" }
    for index = 2, 11 do
      wanted[index] = "ecs.x" .. index .. ".large"
    end
    local client, asked = by_action(service())
    assert.same({ "ecs.g7.large" }, ids_of({ assert(client.instance_type.list({ ids = wanted }))[1] }))
    assert.same({ "DescribeInstanceTypes", "DescribeInstanceTypes", "DescribeAvailableResource" },
      { asked[1].action, asked[2].action, asked[3].action })
    assert.same({ "ecs.g7.large", "ecs.x10.large", "ecs.x11.large" }, { asked[1].params["InstanceTypes.1"],
      asked[1].params["InstanceTypes.10"], asked[2].params["InstanceTypes.1"] })
    assert.same({ "ecs.c7.large" }, (list({ instance_type = "ecs.c7.large" })))
  end)

  it("fetches every page", function()
    local answers, tokens = service(), {}
    answers.DescribeInstanceTypes = function(params, n)
      tokens[n] = params.NextToken or "none"
      return { RequestId = "T" .. n, InstanceTypes = { InstanceType = { TYPES[n] } },
        NextToken = n < 3 and "t" .. n or nil }
    end
    local client = by_action(answers)
    assert.same({ "ecs.r7.large", "ecs.g7.xlarge", "ecs.g7.large" }, ids_of(assert(client.instance_type.list())))
    assert.same({ "none", "t1", "t2" }, tokens)
  end)

  it("looks in the region it is told", function()
    local _, asked = list({ region_id = "cn-qingdao", image_id = "m-1", spot_strategy = "SpotAsPriceGo" })
    assert.equal(3, #asked)
    for _, one in ipairs(asked) do
      assert.matches("^https://ecs%.cn%-qingdao%.", one.url)
    end
    assert.equal("SpotAsPriceGo", asked[2].params.SpotStrategy)
  end)

  for label, case in pairs({
    ["a text for a number"] = { { cpu_core_count = "2" }, "cpu_core_count" },
    ["sorting by price"] = { { sorted_by = "Price" }, "sorted_by" },
    ["another order"] = { { sorted_by = "Name" }, "sorted_by" },
    ["an id that is none"] = { { ids = { {} } }, "ids" },
    ["a token"] = { { next_token = "x" }, "next_token" },
    ["an unknown name"] = { { cpu_cores = 2 }, "cpu_cores" },
  }) do
    it("refuses before anything is sent: " .. label, function()
      local client, asked = by_action({})
      local found, message, err = client.instance_type.list(case[1])
      assert.is_nil(found)
      assert.same({ "validation", case[2], 0 }, { err.kind, err.param, #asked })
      assert.matches("^instance_type%.list: arguments refused: ", message)
    end)
  end

  for _, action in ipairs({ "DescribeInstanceTypes", "DescribeAvailableResource",
    "DescribeImageSupportInstanceTypes" }) do
    it("fails under its own name when " .. action .. " does", function()
      local answers = service()
      answers[action] = fake.refusal(404, "InvalidImageId.NotFound")
      local found, message, err = by_action(answers).instance_type.list({ image_id = "m-1" })
      assert.is_nil(found)
      assert.matches("^instance_type%.list: not found: ", message)
      assert.same({ "InvalidImageId.NotFound", {} }, { err.code, err.partial })
    end)
  end
end)
