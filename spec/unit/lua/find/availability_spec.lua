-- What a region sells: one call, its reply as zones with what is on sale in each.
local availability = require("ecs_pipeline.find.availability")
local internal_client = require("spec.support.internal_client")
local paginator = require("ecs_pipeline.paging.paginator")

local OPTIONS = { deadline = 9 }

local function resource(kind, values)
  local list = {}
  for value, status in pairs(values) do
    list[#list + 1] = { value = value, status = status }
  end
  return { type = kind, supported_resources = list }
end

local ZONES = { zones = {
  { id = "h", status = "Available", available_resources = {
    resource("InstanceType", { ["ecs.g7.large"] = "Available", ["ecs.c7.large"] = "SoldOut" }),
    resource("DataDisk", { cloud_essd = "Available" }) } },
  { id = "k", status = "SoldOut",
    available_resources = { resource("InstanceType", { ["ecs.g7.large"] = "Available" }) } },
  { id = "j", available_resources = nil },
  { status = "Available" },
} }

local function zones(filter, destination, answer)
  local client = internal_client({ ["zone.available"] = answer or ZONES })
  local result, message, err = availability.zones(client, "zone.list", filter, destination, paginator.facts(), OPTIONS)
  return result, client.calls, err, message
end

describe("availability.zones", function()
  it("has the zones on sale, each with the values of the kind that was asked for", function()
    assert.same({ h = { ["ecs.g7.large"] = true }, j = {} }, (zones({}, "InstanceType")))
    assert.same({ h = {}, j = {} }, (zones({}, "Zone")))
  end)

  it("sends what concerns the sale, and nothing else of the filter", function()
    local filter = { region_id = "cn-qingdao", zone_id = "h", spot_strategy = "NoSpot", name_regex = "x",
      network_type = "Vpc", system_disk_category = "cloud_essd" }
    local _, calls = zones(filter, "InstanceType")
    assert.same({ { operation = "zone.available", options = OPTIONS, args = { destination_resource = "InstanceType",
      region_id = "cn-qingdao", zone_id = "h", spot_strategy = "NoSpot", network_category = "vpc",
      system_disk_category = "cloud_essd" } } }, calls)
  end)

  it("leaves a network type that is no text to the C module", function()
    local _, calls = zones({ network_type = 7 }, "Zone")
    assert.equal(7, calls[1].args.network_category)
  end)

  it("fails under the name of what the user called", function()
    local result, _, err, message = zones({}, "Zone", { kind = "denied", message = "no" })
    assert.is_nil(result)
    assert.same({ "denied", "zone.list" }, { err.kind, err.operation })
    assert.matches("^zone%.list: ", message)
  end)
end)
