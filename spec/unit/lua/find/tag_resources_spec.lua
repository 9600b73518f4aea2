-- tags.list: rows of the service become one item for each resource.
local internal_client = require("spec.support.internal_client")
local list = require("ecs_pipeline.find.tag_resources")

local function row(id, key, value)
  return { resource_id = id, resource_type = "imagecomponent", tag_key = key, tag_value = value }
end

local ROWS = { row("ic-1", "a", "1"), row("ic-2", "a", "2"), row("ic-1", "acs:rm:rgId", "rg-1"), row("ic-1", "b", nil) }

local function run(filter, more)
  more = more or {}
  local client = internal_client({ ["tags.list"] = more.answer or function() return { tag_resources = ROWS } end })
  local found, message, err = list(client, "tags.list", more.type or "imagecomponent", filter, more.own or {}, {})
  return found, client.calls, err, message
end

describe("tags.list", function()
  it("gathers the rows by resource, in the order of their first ones, the service's tags apart", function()
    assert.same({
      { id = "ic-1", resource_id = "ic-1", resource_type = "imagecomponent", tags = { a = "1", b = "" },
        system_tags = { ["acs:rm:rgId"] = "rg-1" } },
      { id = "ic-2", resource_id = "ic-2", resource_type = "imagecomponent", tags = { a = "2" } },
    }, (run({ ids = { "ic-1", "ic-2" } })))
  end)

  it("filters again on our side", function()
    local found, calls = run({ tags = { a = "2" } })
    assert.same({ 1, "ic-2" }, { #found, found[1].id })
    assert.same({ { key = "a", value = "2" } }, calls[1].args.tags)
    assert.equal(1, #run({ ids = "ic-2" }))
  end)

  it("does not when the tag is that of a resource group, of which there may be no row", function()
    assert.equal(2, #run({ tags = { ["acs:rm:rgId"] = "rg-1" } }))
  end)

  it("sends fifty ids a call", function()
    local wanted = {}
    for number = 1, 51 do
      wanted[number] = "ic-" .. number
    end
    local _, calls = run({ resource_ids = wanted })
    assert.same({ 2, 50, 1, "imagecomponent" },
      { #calls, #calls[1].args.resource_ids, #calls[2].args.resource_ids, calls[1].args.resource_type })
  end)

  it("rejects what the service cannot list", function()
    for param, filter in pairs({ tags = { tags = { a = false } }, ids = {}, page_number = { page_number = 1 },
      resource_ids = { ids = { "" } } }) do
      local found, calls, err = run(filter)
      assert.is_nil(found)
      assert.same({ 0, "validation", param }, { #calls, err.kind, err.param })
    end
    assert.equal("ids", select(3, run({ tags = {} })).param)
    assert.is_table((run({ tag_filters = { { tag_key = "a" } } })))
  end)

  it("rejects a type that nobody has shown to work, without a yes", function()
    local found, calls, err = run({ ids = "ip-1" }, { type = "imagepipeline" })
    assert.is_nil(found)
    assert.same({ 0, "resource_type" }, { #calls, err.param })
    assert.is_table((run({ ids = "ip-1" }, { type = "imagepipeline", own = { undocumented = true } })))
  end)

  it("keeps what it gathered when a page fails, and explains a type that is not taken", function()
    local found, _, err = run({ ids = "ip-1" }, { type = "imagepipeline", own = { undocumented = true },
      answer = function(_, n)
        return n == 1 and { tag_resources = { row("ip-1", "a", "1") }, next_token = "t" }
          or { kind = "api", code = "InvalidResourceType.NotFound", message = "no" }
      end })
    assert.is_nil(found)
    assert.same({ "a" }, { (next(err.partial[1].tags)) })
    assert.matches("the service rejects \"imagepipeline\" here", err.hint, nil, true)
  end)
end)
