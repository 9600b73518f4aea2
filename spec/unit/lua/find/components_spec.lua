-- Components: the filter by version, one by its id, and which one a reference means.
local components = require("ecs_pipeline.find.components")
local internal_client = require("spec.support.internal_client")
local paginator = require("ecs_pipeline.paging.paginator")

local OPTIONS = { deadline = 9 }

local function component(id, version, more)
  local item = { id = id, image_component_name = "tools", component_version = version, owner = "SELF" }
  for name, value in pairs(more or {}) do
    item[name] = value
  end
  return item
end

local ITEMS = { component("ic-1", "1.9.0"), component("ic-2", "1.10.0"), component("ic-3", "2.0.0"),
  component("ic-4", "1.10.0", { owner = "ALIYUN" }), component("ic-5", "draft"),
  component("ic-6", "3.0.0", { image_component_name = "tools-2", component_type = "Test" }) }

local function service(answer)
  return internal_client({ ["component.describe"] = answer or { components = ITEMS } })
end

local function list(filter)
  local client, ids = service(), {}
  local found, message, err = paginator.collect(components.each(client, "component.list", filter, OPTIONS))
  for index, item in ipairs(found or {}) do
    ids[index] = item.id
  end
  return table.concat(ids, " "), client.calls, err, message
end

describe("components.each", function()
  local rows = { -- filter, what is left, the version that is sent
    { { component_version = "1.10.0" }, "ic-2 ic-4", nil },
    { { component_version = "1.*.*" }, "ic-1 ic-2 ic-4", nil },
    { { name = "tools", component_version = "1.*.*" }, "ic-1 ic-2 ic-4", nil },
    { { name = "tools", component_version = "1.10.*" }, "ic-2 ic-4", "1.10.*" },
    { { image_component_name = "tools", component_version = "2.0.0" }, "ic-3", "2.0.0" },
    { { name = "tools-2" }, "ic-6", nil },
    { { component_type = "Build" }, "ic-1 ic-2 ic-3 ic-4 ic-5", nil }, -- an item without a type is kept
    { { owner = "ALIYUN" }, "ic-4", nil },
  }
  for index, row in ipairs(rows) do
    it("filters again on our side, case " .. index, function()
      local ids, calls = list(row[1])
      assert.equal(row[2], ids)
      assert.equal(row[3], calls[1].args.component_version)
    end)
  end

  it("keeps an owner that is no word of the request", function()
    local client = service({ components = { component("ic-1", "1.0.0", { owner = "1234" }) } })
    assert.equal(1, #paginator.collect(components.each(client, "component.list", { owner = "SELF" }, OPTIONS)))
  end)

  it("rejects what is no version", function()
    for _, version in ipairs({ "1.0", "1.0.x", "1.0.0.0", "", 7 }) do
      local _, calls, err, message = list({ component_version = version })
      assert.same({ 0, "validation", "component_version" }, { #calls, err.kind, err.param })
      assert.matches("component_version: major.minor.patch, each in digits or *", message, nil, true)
    end
  end)
end)

describe("components.get", function()
  it("reads one by its id", function()
    local client = service()
    assert.equal("1.10.0", components.get(client, "component.describe", { id = "ic-2" }, OPTIONS).component_version)
    assert.same({ ids = { "ic-2" } }, client.calls[1].args)
    client = service({ components = {} })
    local item, message, err = components.get(client, "component.describe", { id = "ic-9" }, OPTIONS)
    assert.is_nil(item)
    assert.equal("not_found", err.kind)
    assert.matches("no image component ic-9 in cn-hangzhou", message, nil, true)
  end)
end)

describe("components.resolve", function()
  local function resolve(wanted, answer)
    local client = service(answer)
    local match, message, err = components.resolve(client, "component.resolve", wanted, OPTIONS)
    return match, client.calls, err, message
  end

  it("takes the newest version by number, the account's own of two equal ones", function()
    assert.same({ id = "ic-2", name = "tools", version = "1.10.0" },
      (resolve({ name = "tools", version = "1.*.*" })))
    assert.equal("ic-3", (resolve({ name = "tools" }, { components = { ITEMS[1], ITEMS[2], ITEMS[3] } })).id)
    assert.equal("ic-2", (resolve({ name = "tools", version = "1.10.*" }, { components = { ITEMS[4], ITEMS[2] } })).id)
    assert.equal("ic-2", (resolve({ name = "tools", version = "1.10.*" }, { components = { ITEMS[2], ITEMS[4] } })).id)
  end)

  it("reads an id, in its region", function()
    local match, calls = resolve({ id = "ic-1", region_id = "cn-qingdao" })
    assert.same({ id = "ic-1", name = "tools", version = "1.9.0" }, match)
    assert.equal("cn-qingdao", calls[1].args.region_id)
  end)

  it("looks in the region of the reference", function()
    local _, calls = resolve({ name = "tools", version = "1.9.0", region = "cn-beijing" })
    assert.equal("cn-beijing", calls[1].args.region_id)
    _, calls = resolve({ name = "tools", version = "1.9.0", region = "" })
    assert.is_nil(calls[1].args.region_id)
  end)

  it("fails when none fits, or the service does", function()
    local match, _, err, message = resolve({ name = "tools", version = "9.*.*" })
    assert.is_nil(match)
    assert.equal("not_found", err.kind)
    assert.matches("no image component tools of version 9.*.* in cn-hangzhou", message, nil, true)
    for _, wanted in ipairs({ { id = "ic-1" }, { name = "tools" } }) do
      local results = { resolve(wanted, { kind = "denied", message = "no" }) }
      match, err = results[1], results[3]
      assert.is_nil(match)
      assert.same({ "denied", "component.resolve" }, { err.kind, err.operation })
    end
  end)
end)
