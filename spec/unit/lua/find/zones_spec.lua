-- Zones in which one can build: those on sale that have instance types and disks, by id.
local internal_client = require("spec.support.internal_client")
local zones = require("ecs_pipeline.find.zones")

local function zone(id, more)
  local item = { id = id, available_instance_types = { "ecs.g7.large" }, available_disk_categories = { "cloud_essd" },
    available_resource_creation = { "VSwitch", "Instance" } }
  for name, value in pairs(more or {}) do
    item[name] = value
  end
  return item
end

local ZONES = { zone("k"), zone("h", { available_disk_categories = { "cloud_ssd" } }), zone("sold"),
  zone("bare", { available_instance_types = {} }), zone(nil), zone("j", { available_resource_creation = { "Disk" } }) }

local function sale(ids)
  local list = {}
  for _, id in ipairs(ids) do
    list[#list + 1] = { id = id, status = "Available", available_resources = { { type = "InstanceType",
      supported_resources = { { value = id == "h" and "ecs.c7.large" or "ecs.g7.large" } } } } }
  end
  return { zones = list }
end

local function list(filter, answers)
  answers = answers or {}
  local client = internal_client({ ["zone.list"] = answers.list or { zones = ZONES },
    ["zone.available"] = answers.sale or sale({ "h", "j", "k", "bare" }) })
  local found, message, err = zones.list(client, "zone.list", filter, {})
  local ids = {}
  for index, item in ipairs(found or {}) do
    ids[index] = item.id
  end
  return table.concat(ids, " "), client.calls, err, message
end

describe("zones.list", function()
  it("has the zones on sale with types and disks, in the order of their ids", function()
    assert.equal("h j k", (list()))
  end)

  it("filters by what can be created there, disk, type and id", function()
    assert.equal("h k", (list({ available_resource_creation = "vswitch" })))
    assert.equal("j", (list({ available_resource_creation = "Disk" })))
    assert.equal("h", (list({ available_disk_category = "cloud_SSD" })))
    assert.equal("j k", (list({ available_instance_type = { id = "ecs.g7.large" } })))
    assert.equal("k", (list({ ids = { "k", "sold" } })))
    assert.equal("h", (list({ zone_id = "h" })))
  end)

  it("asks what is on sale for all zones, and for types only when one is wanted", function()
    local _, calls = list({ zone_id = "h", instance_charge_type = "PostPaid", region_id = "cn-qingdao" })
    assert.same({ { instance_charge_type = "PostPaid", region_id = "cn-qingdao" },
      { destination_resource = "Zone", instance_charge_type = "PostPaid", region_id = "cn-qingdao" } },
      { calls[1].args, calls[2].args })
    local _, others = list({ available_instance_type = "ecs.g7.large" })
    assert.equal("InstanceType", others[2].args.destination_resource)
  end)

  it("rejects what cannot be filtered by", function()
    for param, value in pairs({ available_resource_creation = "Rds", available_instance_type = 7,
      available_disk_category = true, verbose = false, page_number = 1 }) do
      local _, calls, err = list({ [param] = value })
      assert.same({ 0, "validation", param }, { #calls, err.kind, err.param })
    end
    local _, calls, err = list({ ids = { "" } })
    assert.same({ 0, "validation" }, { #calls, err.kind })
  end)

  it("fails whichever call fails, with nothing found", function()
    local denied = { kind = "denied", message = "no" }
    local _, _, first = list(nil, { list = denied })
    assert.same({ "denied", "zone.list", {} }, { first.kind, first.operation, first.partial })
    local _, _, second = list(nil, { sale = denied })
    assert.same({ "denied", "zone.list", {} }, { second.kind, second.operation, second.partial })
  end)
end)
