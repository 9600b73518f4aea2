-- vpc and vswitch: list, each and describe.
local by_action = require("spec.support.by_action")
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")
local internal_client = require("spec.support.internal_client")
local networks = require("ecs_pipeline.find.networks")
local virtual = require("spec.support.virtual")

local function vpc(number, more)
  local item = { VpcId = "vpc-" .. number, VpcName = "net-" .. number, CidrBlock = "10." .. number % 256 .. ".0.0/16",
    Status = "Available", IsDefault = false, ResourceGroupId = "rg-1", Tags = { Tag = {} } }
  for name, value in pairs(more or {}) do
    item[name] = value
  end
  return item
end

-- A service that pages by number, and heeds no filter but the ids.
local function paged(action, field, item_name, every)
  return { [action] = function(params)
    local wanted, all = params.VpcId and item_name == "Vpc" and params.VpcId or params.VSwitchId, {}
    for _, item in ipairs(every) do
      if not wanted or ("," .. wanted .. ","):find("," .. item[item_name .. "Id"] .. ",", 1, true) then
        all[#all + 1] = item
      end
    end
    local size, number, page = tonumber(params.PageSize), tonumber(params.PageNumber), {}
    for index = (number - 1) * size + 1, math.min(number * size, #all) do
      page[#page + 1] = all[index]
    end
    return { RequestId = "R" .. number, PageNumber = number, PageSize = size, TotalCount = #all,
      [field] = { [item_name] = page } }
  end }
end

local function ids_of(list)
  local found = {}
  for index, item in ipairs(list) do
    found[index] = item.id
  end
  return found
end

local THREE = { vpc(1, { VpcName = "web", Tags = { Tag = { { Key = "team", Value = "web" } } } }), vpc(2, {
  Status = "Pending" }), vpc(3, { IsDefault = true }) }

describe("vpc.list", function()
  it("goes through all pages", function()
    local all = {}
    for number = 1, 120 do
      all[number] = vpc(number)
    end
    local client, asked = by_action(paged("DescribeVpcs", "Vpcs", "Vpc", all))
    local list = assert(client.vpc.list())
    assert.same({ 120, "vpc-120", 3, 120 }, { #list, list[120].id, #asked, ecs.info(list).total_count })
    assert.same({ "50", "3" }, { asked[3].params.PageSize, asked[3].params.PageNumber })
    local steps = 0
    for one in client.vpc.each({ page_size = 10 }) do
      steps = steps + 1
      if one.id == "vpc-15" then break end
    end
    assert.same({ 15, 5 }, { steps, #asked })
  end)

  it("filters again on our side", function()
    local client, asked = by_action(paged("DescribeVpcs", "Vpcs", "Vpc", THREE))
    for _, case in ipairs({ { { name_regex = "^net-" }, { "vpc-2", "vpc-3" } }, { { vpc_name = "web" }, { "vpc-1" } },
      { { status = "Pending" }, { "vpc-2" } }, { { cidr_block = "10.3.0.0/16" }, { "vpc-3" } },
      { { is_default = true }, { "vpc-3" } }, { { is_default = "true" }, { "vpc-3" } },
      { { is_default = false }, { "vpc-1", "vpc-2" } },
      { { tags = { team = true } }, { "vpc-1" } }, { { resource_group_id = { id = "rg-2" } }, {} },
      { { ids = { "vpc-3", { id = "vpc-1" } } }, { "vpc-1", "vpc-3" } }, { { vpc_id = "vpc-2" }, { "vpc-2" } } }) do
      assert.same(case[2], ids_of(assert(client.vpc.list(case[1]))))
    end
    assert.same({ "web", "team", "vpc-3,vpc-1" }, { asked[2].params.VpcName, asked[8].params["Tag.1.Key"],
      asked[10].params.VpcId })
    assert.is_nil(asked[3].params.Status)
  end)

  it("asks for twenty ids a call", function()
    local wanted = {}
    for number = 1, 21 do
      wanted[number] = "vpc-" .. number
    end
    local client, asked = by_action(paged("DescribeVpcs", "Vpcs", "Vpc", THREE))
    assert.same({ "vpc-1", "vpc-2", "vpc-3" }, ids_of(assert(client.vpc.list({ ids = wanted }))))
    assert.same({ 2, "vpc-21" }, { #asked, asked[2].params.VpcId })
  end)

  it("fails with what it had, and each with a last step", function()
    local whole = {}
    for number = 1, 50 do
      whole[number] = vpc(number)
    end
    local function answers()
      return { DescribeVpcs = function(_, n)
        return n == 1 and { RequestId = "R", PageSize = 50, TotalCount = 70, Vpcs = { Vpc = whole } }
          or fake.refusal(403, "Forbidden.RAM")
      end }
    end
    local list, message, err = by_action(answers()).vpc.list()
    assert.is_nil(list)
    assert.matches("^vpc%.list: not permitted", message)
    assert.same({ "denied", 50 }, { err.kind, #err.partial })
    local last
    for one, why in by_action(answers()).vpc.each() do
      last = one == false and why or nil
    end
    assert.matches("^vpc%.each: not permitted", last)
  end)

  for label, case in pairs({
    ["an expression that is none"] = { { name_regex = "[" }, "name_regex" },
    ["an id that is none"] = { { ids = { {} } }, "vpc_id" },
    ["a page"] = { { page_number = 2 }, "page_number" },
    ["an unknown name"] = { { zone = "x" }, "zone" },
  }) do
    it("refuses before anything is sent: " .. label, function()
      local client, asked = by_action({})
      local _, _, err = client.vpc.list(case[1])
      assert.same({ "validation", case[2], 0 }, { err.kind, err.param, #asked })
    end)
  end
end)

describe("vswitch.list", function()
  local ALL = { { VSwitchId = "vsw-1", VpcId = "vpc-1", ZoneId = "h", Status = "Available", VSwitchName = "a" },
    { VSwitchId = "vsw-2", VpcId = "vpc-1", ZoneId = "k", Status = "Available", VSwitchName = "b" } }

  it("takes a VPC, a zone under both names, and ids one by one", function()
    local client, asked = by_action(paged("DescribeVSwitches", "VSwitches", "VSwitch", ALL))
    assert.same({ "vsw-1", "vsw-2" }, ids_of(assert(client.vswitch.list({ vpc_id = { id = "vpc-1" } }))))
    assert.same({}, ids_of(assert(client.vswitch.list({ vpc_id = "vpc-2" }))))
    assert.same({ "vsw-2" }, ids_of(assert(client.vswitch.list({ availability_zone = "k" }))))
    assert.same({ "vsw-1" }, ids_of(assert(client.vswitch.list({ zone_id = "h", name_regex = "a" }))))
    assert.same({ "vpc-1", "k" }, { asked[1].params.VpcId, asked[3].params.ZoneId })
    assert.same({ "vsw-2", "vsw-1" }, ids_of(assert(client.vswitch.list({ ids = { "vsw-2", "vsw-1" } }))))
    assert.same({ 6, "vsw-2", "vsw-1" }, { #asked, asked[5].params.VSwitchId, asked[6].params.VSwitchId })
    assert.same({ "vsw-1" }, ids_of(assert(client.vswitch.list({ v_switch_id = "vsw-1" }))))
  end)

  it("takes a refusal of an id that is gone for an empty list, and no other", function()
    local client = by_action({ DescribeVSwitches = fake.refusal(404, "InvalidVSwitchId.NotFound") })
    assert.same({}, assert(client.vswitch.list({ ids = { "vsw-1" } })))
    local _, _, err = client.vswitch.list()
    assert.equal("InvalidVSwitchId.NotFound", err.code)
  end)

  it("goes one by one with the emulator too", function()
    local client = virtual.client()
    local net = assert(client.vpc.create({ cidr_block = "10.0.0.0/16", tags = { team = "web" } }))
    for index = 0, 2 do
      assert(client.vswitch.create({ vpc_id = net, zone_id = "cn-hangzhou-h", cidr_block = "10.0." .. index .. ".0/24",
        vswitch_name = "net-" .. index }))
    end
    local names = {}
    for one in client.vswitch.each({ vpc_id = net, name_regex = "[12]$", page_size = 1 }) do
      names[#names + 1] = one.vswitch_name
    end
    assert.same({ "net-1", "net-2" }, names)
    assert.equal(net.id, assert(client.vpc.list({ tags = { team = "web" } }))[1].id)
  end)
end)

describe("vpc.describe and vswitch.describe", function()
  it("give one, or say that there is none", function()
    local client = virtual.client()
    local net = assert(client.vpc.create({ cidr_block = "10.0.0.0/16", vpc_name = "net" }))
    assert.equal("net", assert(client.vpc.describe(net.id)).vpc_name)
    local _, message, err = client.vpc.describe("vpc-bp1none")
    assert.same({ "not_found", "InvalidVpcId.NotFound" }, { err.kind, err.code })
    assert.matches("^vpc%.describe: not found: ", message)
    _, _, err = client.vswitch.describe({ id = "vsw-bp1none" })
    assert.equal("not_found", err.kind)
    _, _, err = client.vswitch.describe({ id = "" })
    assert.same({ "validation", "vswitch_id" }, { err.kind, err.param })
    _, _, err = client.vpc.describe({})
    assert.same({ "validation", "vpc_id" }, { err.kind, err.param })
  end)
end)

describe("networks.get", function()
  local REF = { id = "vpc-1", region_id = "cn-qingdao" }

  it("reads one by its id, in its region", function()
    local client = internal_client({ ["vpc.describe"] = { id = "vpc-1" }, ["vswitch.describe"] = { id = "vsw-1" } })
    assert.equal("vpc-1", networks.get(networks.VPC, client, "vpc.create", REF, {}).id)
    assert.same({ vpc_id = "vpc-1", region_id = "cn-qingdao" }, client.calls[1].args)
    assert.equal("vsw-1", networks.get(networks.VSWITCH, client, "vswitch.create", { id = "vsw-1" }, {}).id)
    assert.same({ vswitch_id = "vsw-1" }, client.calls[2].args)
  end)

  it("does not take another one for it", function()
    local client = internal_client({ ["vpc.describe"] = { id = "vpc-2", request_id = "R" } })
    local item, message, err = networks.get(networks.VPC, client, "vpc.create", REF, {})
    assert.is_nil(item)
    assert.same({ "protocol", "vpc.create", "R" }, { err.kind, err.operation, err.request_id })
    assert.matches("asked for vpc-1, the reply is about another", message, nil, true)
  end)

  it("fails under the name of what the user called", function()
    local client = internal_client({ ["vpc.describe"] = { kind = "not_found", message = "no", code = "X" } })
    local item, message, err = networks.get(networks.VPC, client, "vpc.create", REF, {})
    assert.is_nil(item)
    assert.same({ "not_found", "vpc.create", "X" }, { err.kind, err.operation, err.code })
    assert.matches("^vpc%.create: ", message)
  end)
end)
