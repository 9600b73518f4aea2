-- Resource groups: exact where the service is loose, all pages, ids in batches of a hundred.
local internal_client = require("spec.support.internal_client")
local resource_groups = require("ecs_pipeline.find.resource_groups")

local GROUPS = { { id = "rg-1", name = "web", display_name = "Web", status = "OK", tags = { a = "1" } },
  { id = "rg-2", name = "web-2", display_name = "Web 2", status = "Creating" } }

local function list(filter, answer)
  local client = internal_client({ ["resource_group.list"] = answer
    or function() return { resource_groups = GROUPS, total_count = 2 } end })
  local found, message, err = resource_groups.list(client, "resource_group.list", filter, { deadline = 9 })
  local ids = {}
  for index, item in ipairs(found or {}) do
    ids[index] = item.id
  end
  return table.concat(ids, " "), client.calls, err, message
end

describe("resource_groups.list", function()
  it("compares names and states exactly", function()
    assert.equal("rg-1 rg-2", (list()))
    assert.equal("rg-1", (list({ name = "web" })))
    assert.equal("rg-2", (list({ display_name = "Web 2" })))
    assert.equal("rg-1", (list({ status = "OK" })))
    assert.equal("rg-2", (list({ name_regex = "2$" })))
  end)

  it("asks for tags only to compare them", function()
    local ids, calls = list({ tags = { a = "1" } })
    assert.same({ "rg-1", true }, { ids, calls[1].args.include_tags })
    local _, others = list({ tags = {} })
    assert.is_nil(others[1].args.include_tags)
  end)

  it("asks for a hundred a page, and a hundred ids a call", function()
    local wanted = {}
    for number = 1, 101 do
      wanted[number] = "rg-" .. number
    end
    local _, calls = list({ resource_group_ids = wanted })
    assert.same({ 2, 100, 1, 100, 1 }, { #calls, #calls[1].args.ids, #calls[2].args.ids, calls[1].args.page_size,
      calls[1].args.page_number })
  end)

  it("keeps what it had when a page fails", function()
    local _, _, err = list(nil, function(_, n)
      return n == 1 and { resource_groups = GROUPS, total_count = 4, page_size = 2 }
        or { kind = "denied", message = "no" }
    end)
    assert.same({ "denied", 2, "resource_group.list" }, { err.kind, #err.partial, err.operation })
  end)
end)
