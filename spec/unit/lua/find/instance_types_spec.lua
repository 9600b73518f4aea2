-- Instance types that are available: in the region or zone, for an image, each with its zones.
local instance_types = require("ecs_pipeline.find.instance_types")
local internal_client = require("spec.support.internal_client")

local function kind(id, cpus, memory, more)
  local item = { id = id, cpu_core_count = cpus, memory_size = memory, eni_quantity = 2,
    instance_type_family = id:match("^ecs%.[^.]+") }
  for name, value in pairs(more or {}) do
    item[name] = value
  end
  return item
end

local TYPES = { "ecs.r7.large", "ecs.g7.xlarge", "ecs.g7.large", "ecs.c7.large", "ecs.gone.large" }

local function described()
  return { instance_types = { kind("ecs.r7.large", 2, 16), kind("ecs.g7.xlarge", 4, 16, { eni_quantity = 3 }),
    kind("ecs.g7.large", 2, 8), kind("ecs.c7.large", 2, 4), kind("ecs.gone.large", 2, 8) } }
end

local function sale(zones)
  local list = {}
  for id, types in pairs(zones) do
    local values = {}
    for index, value in ipairs(types) do
      values[index] = { value = value }
    end
    list[#list + 1] = { id = id, available_resources = { { type = "InstanceType", supported_resources = values } } }
  end
  return { zones = list }
end

local ALL = sale({ k = { TYPES[1], TYPES[2], TYPES[3], TYPES[4] }, h = { TYPES[3] } })

local function list(filter, answers)
  answers = answers or {}
  local client = internal_client({ ["instance_type.list"] = answers.list or described,
    ["zone.available"] = answers.sale or ALL,
    ["instance_type.supported"] = answers.supported or { instance_types = { { id = TYPES[3] }, { id = TYPES[5] } } } })
  local found, message, err = instance_types.list(client, "instance_type.list", filter, { deadline = 9 })
  local ids = {}
  for index, item in ipairs(found or {}) do
    ids[index] = item.id:match("^ecs%.(.*)$")
  end
  return table.concat(ids, " "), client.calls, found, err, message
end

describe("instance_types.list", function()
  it("has those on sale in the service's order, each with its zones", function()
    local ids, _, found = list()
    assert.equal("r7.large g7.xlarge g7.large c7.large", ids)
    assert.same({ { "k" }, { "h", "k" } }, { found[1].availability_zones, found[3].availability_zones })
  end)

  it("filters by size, interfaces and family: in the request, and once more on our side", function()
    local ids, calls = list({ cpu_core_count = 2, memory_size = 8 })
    assert.equal("g7.large", ids)
    local args = calls[1].args
    assert.same({ 2, 2, 8, 8 }, { args.minimum_cpu_core_count, args.maximum_cpu_core_count, args.minimum_memory_size,
      args.maximum_memory_size })
    ids, calls = list({ eni_amount = 3 })
    assert.same({ "g7.xlarge", 3 }, { ids, calls[1].args.minimum_eni_quantity })
    assert.equal("c7.large", (list({ instance_type_family = "ecs.c7" })))
    assert.equal("r7.large", (list({ instance_types = { "ecs.r7.large" } })))
  end)

  it("refuses the id of another kind before anything is sent", function()
    for name, given in pairs({ image_id = "ip-1", zone_id = { id = "vsw-1" } }) do
      local _, calls, _, err = list({ [name] = given })
      assert.same({ "validation", 0 }, { err.kind, #calls })
    end
  end)

  it("asks for ten ids a call, a hundred types a page", function()
    local wanted = {}
    for number = 1, 11 do
      wanted[number] = "ecs.x" .. number
    end
    local _, calls = list({ ids = wanted })
    assert.same({ 10, 1, 100, "zone.available" },
      { #calls[1].args.ids, #calls[2].args.ids, calls[1].args.max_results, calls[3].operation })
  end)

  it("is tied to a zone and to an image", function()
    local ids, calls = list({ availability_zone = "h", image_id = "m-1" })
    assert.equal("g7.large", ids)
    assert.same({ "h", "m-1" }, { calls[2].args.zone_id, calls[3].args.image_id })
    assert.is_nil(calls[1].args.zone_id or calls[1].args.image_id)
  end)

  it("asks in the region of the filter, which DescribeInstanceTypes has no parameter for", function()
    local _, calls = list({ region_id = "cn-qingdao" })
    assert.same({ "cn-qingdao", "cn-qingdao" }, { calls[1].options.region, calls[2].args.region_id })
    assert.is_nil(calls[1].args.region_id)
  end)

  it("sorts by processors or memory, equal ones in the service's order", function()
    assert.equal("c7.large g7.large r7.large g7.xlarge", (list({ sorted_by = "CPU" })))
    assert.equal("c7.large g7.large r7.large g7.xlarge", (list({ sorted_by = "Memory" })))
    assert.equal("b.large a.large", (list({ sorted_by = "CPU" }, {
      list = { instance_types = { kind("ecs.b.large", 2, 8), kind("ecs.a.large", 2, 8) } },
      sale = sale({ k = { "ecs.a.large", "ecs.b.large" } }) })))
  end)

  it("rejects what it cannot filter or sort by", function()
    for param, value in pairs({ cpu_core_count = "2", memory_size = true, gpu_amount = {}, eni_amount = "1",
      sorted_by = "Price", next_token = "t" }) do
      local _, calls, _, err = list({ [param] = value })
      assert.same({ 0, "validation", param }, { #calls, err.kind, err.param })
    end
    assert.equal("sorted_by", select(4, list({ sorted_by = "cpu" })).param)
  end)

  it("fails whichever call fails, with nothing found", function()
    for _, which in ipairs({ "list", "sale", "supported" }) do
      local _, _, found, err = list({ image_id = "m-1" }, { [which] = { kind = "denied", message = "no" } })
      assert.is_nil(found)
      assert.same({ "denied", "instance_type.list", {} }, { err.kind, err.operation, err.partial })
    end
  end)
end)
