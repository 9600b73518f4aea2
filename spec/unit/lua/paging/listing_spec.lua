-- Reading by describe calls that answer with a list: the items that a filter leaves, or one by its id.
local info = require("ecs_pipeline.call.info")
local internal_client = require("spec.support.internal_client")
local listing = require("ecs_pipeline.paging.listing")
local paginator = require("ecs_pipeline.paging.paginator")
local reference = require("ecs_pipeline.paging.reference")

local OPTIONS = { deadline = 9 }

-- A kind of resource; `more` adds to it.
local function kind(more)
  local all = { operation = "pipeline.describe", field = "pipelines", reference = reference.PIPELINE,
    what = "image pipeline", names = { "ids", "image_pipeline_id" }, name = "name", batch = 2,
    predicate = function() return function() return true end end }
  for name, value in pairs(more or {}) do
    all[name] = value
  end
  return all
end

local ITEMS = { { id = "ip-1", name = "web", tags = { a = "1" } }, { id = "ip-2", name = "db", tags = {} },
  { id = "ip-3", tags = { a = "1" } } }

local function service()
  return internal_client({ ["pipeline.describe"] = function() return { pipelines = ITEMS, total_count = 3 } end })
end

local function list(filter, more, client)
  client = client or service()
  local found, message, err = paginator.collect(listing.each(kind(more), client, "pipeline.list", filter, OPTIONS))
  local ids = {}
  for index, item in ipairs(found or err.partial or {}) do
    ids[index] = item.id
  end
  return table.concat(ids, " "), client.calls, err, message
end

describe("listing.each", function()
  it("filters by ids, name and tags on our side too", function()
    assert.equal("ip-1 ip-2 ip-3", (list()))
    assert.equal("ip-1", (list({ name_regex = "^w" })))
    assert.equal("ip-1 ip-3", (list({ tags = { a = "1" } })))
    assert.equal("ip-3", (list({ ids = "ip-3" })))
    assert.equal("ip-3", (list({ image_pipeline_id = { "ip-3" } })))
    assert.equal("ip-2 ip-3", (list(nil, { predicate = function()
      return function(item) return item.id ~= "ip-1" end
    end })))
  end)

  it("fails when a name is too long for the expression, and does not pass over it", function()
    local long = internal_client({ ["pipeline.describe"] = function()
      return { pipelines = { { id = "ip-1", name = ("ab"):rep(200) } }, total_count = 1 }
    end })
    local _, _, err, message = list({ name_regex = ".*a" .. ("."):rep(250) }, nil, long)
    assert.same({ "validation", "name_regex" }, { err.kind, err.param })
    assert.matches("cannot be compared with the name of ip-1: the pattern is too long", message, 1, true)
  end)

  it("sends ids in batches, what else is in the filter with each, and the call options", function()
    local filter = { ids = { "ip-1", "ip-2", "ip-3" }, name_regex = "x", region_id = "cn-qingdao" }
    local _, calls = list(filter)
    assert.equal(2, #calls)
    assert.same({ { "ip-1", "ip-2" }, { "ip-3" } }, { calls[1].args.ids, calls[2].args.ids })
    for _, call in ipairs(calls) do
      assert.same({ "cn-qingdao", OPTIONS }, { call.args.region_id, call.options })
      assert.is_nil(call.args.name_regex)
    end
    assert.same({ ids = { "ip-1", "ip-2", "ip-3" }, name_regex = "x", region_id = "cn-qingdao" }, filter)
  end)

  it("sends ids one by one where a call takes one", function()
    local _, calls = list({ ids = { "ip-1", "ip-2" } }, { id_param = "image_id", batch = false })
    assert.same({ 2, "ip-1", "ip-2" }, { #calls, calls[1].args.image_id, calls[2].args.image_id })
  end)

  it("lets the predicate see the filter and change what is sent", function()
    local _, calls = list({ ids = "ip-1", zone = "h" }, { predicate = function(operation, seen)
      assert.same({ "pipeline.list", "h", { "ip-1" } }, { operation, seen.filter.zone, seen.ids })
      seen.args.zone, seen.args.zone_id = nil, seen.filter.zone
      return function() return true end
    end })
    assert.equal("h", calls[1].args.zone_id)
    assert.is_nil(calls[1].args.zone)
  end)

  it("takes a code of gone ids for an empty list, and only for those", function()
    local gone = { gone = { ["X.NotFound"] = true } }
    local client = internal_client({ ["pipeline.describe"] = { kind = "not_found", code = "X.NotFound" } })
    local ids, _, err = list({ ids = "ip-9" }, gone, client)
    assert.same({ "", nil }, { ids, err })
    _, _, err = list(nil, gone, client)
    assert.same({ "X.NotFound", "pipeline.list" }, { err.code, err.operation })
    _, _, err = list({ ids = "ip-9" }, { gone = {} }, client)
    assert.equal("X.NotFound", err.code)
  end)

  it("fails before anything is sent when the filter is wrong", function()
    for _, filter in ipairs({ { next_token = "t" }, { ids = { "" } }, { name_regex = "(" } }) do
      local ids, calls, err = list(filter)
      assert.same({ "", 0, "validation" }, { ids, #calls, err.kind })
    end
    local _, calls, err = list({}, { predicate = function() return nil, "no", { kind = "validation" } end })
    assert.same({ 0, "validation" }, { #calls, err.kind })
  end)
end)

describe("listing.get", function()
  local REF = { id = "ip-2", region_id = "cn-qingdao" }

  local function get(answer, more, ref)
    local client = internal_client({ ["pipeline.describe"] = answer })
    local item, message, err = listing.get(kind(more), client, "pipeline.import", ref or REF, OPTIONS)
    return item, message, err, client.calls
  end

  it("gives the item with that id, wherever it stands, known to ecs.info", function()
    local item, _, _, calls = get({ pipelines = ITEMS })
    assert.equal(ITEMS[2], item)
    assert.same({ operation = "pipeline.describe", options = OPTIONS,
      args = { ids = { "ip-2" }, region_id = "cn-qingdao" } }, calls[1])
    assert.equal("R1", info.get(item).request_id)
  end)

  it("asks as the kind says", function()
    local always = { status = { "Available" } }
    local _, _, _, calls = get({ pipelines = ITEMS }, { id_param = "image_id", always = always }, { id = "ip-2" })
    assert.same({ image_id = "ip-2", status = { "Available" } }, calls[1].args)
    assert.same({ status = { "Available" } }, always)
  end)

  it("says not_found of an empty list, where it looked", function()
    for _, answer in ipairs({ { pipelines = {} }, {} }) do
      local item, message, err = get(answer, { note = "; perhaps deleted" })
      assert.is_nil(item)
      assert.same({ "not_found", "R1", "cn-qingdao", "pipeline.import" },
        { err.kind, err.request_id, err.region, err.operation })
      assert.matches("^pipeline%.import: not found: no image pipeline ip%-2 in cn%-qingdao; perhaps deleted", message)
    end
  end)

  it("does not take another item for it", function()
    local item, message, err = get({ pipelines = { ITEMS[1] } })
    assert.is_nil(item)
    assert.equal("protocol", err.kind)
    assert.matches("asked for ip-2, the reply holds other image pipelines", message, nil, true)
  end)

  it("fails under the name of what the user called", function()
    local item, message, err = get({ kind = "denied", message = "no" })
    assert.is_nil(item)
    assert.same({ "denied", "pipeline.import" }, { err.kind, err.operation })
    assert.matches("^pipeline%.import: ", message)
  end)
end)
