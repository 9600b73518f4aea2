-- Images: the filter, one by its id in any state, and the newest.
local images = require("ecs_pipeline.find.images")
local info = require("ecs_pipeline.call.info")
local internal_client = require("spec.support.internal_client")
local paginator = require("ecs_pipeline.paging.paginator")

local OPTIONS = { deadline = 9 }

local ITEMS = {
  { id = "m-1", name = "web", status = "Available", creation_time = "2026-01-01T00:00Z", image_family = "web" },
  { id = "m-2", name = "db", status = "Creating", creation_time = "2026-03-01T00:00Z", image_family = "db" },
  { id = "m-3", status = "Available", creation_time = "2026-02-01T00:00Z", image_owner_alias = "system" },
}

local function service(family)
  return internal_client({ ["image.describe"] = function(args)
    local list = {}
    for _, item in ipairs(ITEMS) do
      list[#list + 1] = (args.image_id == nil or args.image_id == item.id) and item or nil
    end
    return { images = list, total_count = #list }
  end,
    ["image.from_family"] = family or {} })
end

local function list(filter)
  local client, ids = service(), {}
  local found, message, err = paginator.collect(images.each(client, "image.list", filter, OPTIONS))
  for index, item in ipairs(found or {}) do
    ids[index] = item.id
  end
  return table.concat(ids, " "), client.calls, err, message
end

describe("images.each", function()
  it("filters again on our side; a field that an image lacks says nothing", function()
    assert.equal("m-1 m-2 m-3", (list()))
    assert.equal("m-1 m-3", (list({ name = "web" })))
    assert.equal("m-2 m-3", (list({ image_family = "db" })))
    assert.equal("m-1 m-2 m-3", (list({ owners = "system" })))
    assert.equal("m-1 m-2", (list({ owners = "self" })))
    assert.equal("m-2", (list({ status = "Creating" })))
    assert.equal("m-1 m-3", (list({ status = { "Available", "Waiting" } })))
    assert.equal("m-1 m-2 m-3", (list({ status = { "ALL" } })))
  end)

  it("asks for any state of images that are named by id, one a call", function()
    local ids, calls = list({ ids = { "m-2", "m-1" } })
    assert.equal("m-2 m-1", ids)
    assert.same({ "m-2", images.STATES, "m-1" },
      { calls[1].args.image_id, calls[1].args.status, calls[2].args.image_id })
    local _, others = list()
    assert.is_nil(others[1].args.status)
  end)

  it("sends a name as the API calls it, and most_recent not at all", function()
    local ids, calls = list({ name = "web", most_recent = true })
    assert.equal("m-3", ids)
    assert.same({ image_name = "web", page_number = 1, page_size = 100 }, calls[1].args)
  end)

  it("rejects most_recent that is no yes or no", function()
    local _, calls, err, message = list({ most_recent = "yes" })
    assert.same({ 0, "most_recent" }, { #calls, err.param })
    assert.matches("wants true or false, not a string", message, nil, true)
  end)
end)

describe("images.get", function()
  it("reads an image of any state", function()
    local client = service()
    assert.equal("Creating", images.get(client, "image.describe", { id = "m-2" }, OPTIONS).status)
    assert.same({ image_id = "m-2", status = images.STATES }, client.calls[1].args)
  end)
end)

describe("images.latest", function()
  local function latest(given, family)
    local client = service(family)
    local image, message, err = images.latest(client, "image.latest", given, OPTIONS)
    return image, client.calls, err, message
  end

  it("asks the family by its own call", function()
    local image, calls = latest("web", { image = { id = "m-9" } })
    assert.equal("m-9", image.id)
    assert.equal("R1", info.get(image).request_id)
    assert.same({ "image.from_family", { image_family = "web" } }, { calls[1].operation, calls[1].args })
    assert.equal("m-9", (latest({ family = "web", region_id = "cn-qingdao" }, { image = { id = "m-9" } })).id)
  end)

  it("lists when the family answers nothing, and for any other filter", function()
    local image, calls = latest("web")
    assert.same({ "m-3", 2, "image.describe" }, { image.id, #calls, calls[2].operation })
    assert.same({ "Available" }, calls[2].args.status)
    image, calls = latest({ image_family = "web", name_regex = "." })
    assert.same({ "m-1", 1 }, { image.id, #calls })
  end)

  it("fails without a filter, without an image, and with the service", function()
    local image, calls, err = latest({ region_id = "cn-qingdao" })
    assert.is_nil(image)
    assert.same({ 0, "validation", "image_family" }, { #calls, err.kind, err.param })
    local none, _, missing, message = latest({ name_regex = "nobody", region_id = "cn-qingdao" })
    assert.is_nil(none)
    assert.equal("not_found", missing.kind)
    assert.matches("no available image that matches the filter in cn-qingdao", message, nil, true)
    local nothing, _, denied = latest("web", { kind = "denied", message = "no" })
    assert.is_nil(nothing)
    assert.same({ "denied", "image.latest" }, { denied.kind, denied.operation })
  end)
end)
