-- resource_group.list: all pages of ListResourceGroups.
local by_action = require("spec.support.by_action")
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")

local function group(number, more)
  local item = { Id = "rg-" .. number, Name = "group-" .. number, DisplayName = "Group " .. number, Status = "OK",
    AccountId = "1234567890123456", CreateDate = "2026-01-01T00:00:00+08:00" }
  for name, value in pairs(more or {}) do
    item[name] = value
  end
  return item
end

-- A service that pages as ListResourceGroups does.
local function service(all)
  return { ListResourceGroups = function(params)
    local size, number, page = tonumber(params.PageSize), tonumber(params.PageNumber), {}
    for index = (number - 1) * size + 1, math.min(number * size, #all) do
      page[#page + 1] = all[index]
    end
    return { RequestId = "R" .. number, PageNumber = number, PageSize = size, TotalCount = #all,
      ResourceGroups = { ResourceGroup = page } }
  end }
end

local function names_of(list)
  local found = {}
  for index, item in ipairs(list) do
    found[index] = item.name
  end
  return found
end

local THREE = { group(1, { Id = "rg-acfm1", Name = "default", DisplayName = "默认资源组" }),
  group(2, { Name = "not-default" }), group(3, { Status = "PendingDelete",
    Tags = { Tag = { { TagKey = "team", TagValue = "web" } } } }) }

describe("resource_group.list", function()
  it("finds groups by their identifiers", function()
    local client, asked = by_action(service(THREE))
    local list = assert(client.resource_group.list({ name_regex = "^default$" }))
    assert.same({ "default" }, names_of(list))
    assert.same({ "rg-acfm1", "默认资源组", "OK" }, { list[1].id, list[1].display_name, list[1].status })
    assert.same({ "default", "not-default" }, names_of(assert(client.resource_group.list({ name_regex = "default" }))))
    assert.matches("^https://resourcemanager%.aliyuncs%.com/", asked[1].url)
    assert.same({ "100", "1", nil }, { asked[1].params.PageSize, asked[1].params.PageNumber, asked[1].params.RegionId })
  end)

  it("goes on to the last page", function()
    local all = {}
    for number = 1, 250 do
      all[number] = group(number)
    end
    local client, asked = by_action(service(all))
    local list = assert(client.resource_group.list())
    assert.same({ 250, "rg-250", 3 }, { #list, list[250].id, #asked })
    assert.equal(250, ecs.info(list).total_count)
    assert.equal(250, #assert(client.resource_group.list({ page_size = 50 })))
    assert.equal(8, #asked)
  end)

  it("is exact where the service is not", function()
    local client, asked = by_action(service(THREE))
    assert.same({ "default" }, names_of(assert(client.resource_group.list({ name = "default" }))))
    assert.equal("default", asked[1].params.Name)
    assert.same({ "group-3" }, names_of(assert(client.resource_group.list({ status = "PendingDelete" }))))
    assert.same({}, names_of(assert(client.resource_group.list({ display_name = "Group" }))))
  end)

  it("asks for tags when it filters by them", function()
    local client, asked = by_action(service(THREE))
    assert.same({ "group-3" }, names_of(assert(client.resource_group.list({ tags = { team = "web" } }))))
    assert.same({ "true", "team" }, { asked[1].params.IncludeTags, asked[1].params["Tag.1.Key"] })
    assert.equal(3, #assert(client.resource_group.list({ tags = {} })))
    assert.is_nil(asked[2].params.IncludeTags)
  end)

  it("takes any number of ids, a hundred a call", function()
    local wanted = { { id = "rg-2" } }
    for number = 2, 101 do
      wanted[number] = "rg-x" .. number
    end
    local client, asked = by_action(service(THREE))
    assert.equal("not-default", assert(client.resource_group.list({ ids = wanted }))[1].name)
    assert.same({ 2, "rg-2", "rg-x101" }, { #asked, asked[1].params["ResourceGroupIds.1"],
      asked[2].params["ResourceGroupIds.1"] })
    assert.same({ "group-3" }, names_of(assert(client.resource_group.list({ resource_group_id = "rg-3" }))))
  end)

  for label, case in pairs({
    ["an expression that is none"] = { { name_regex = "(" }, "name_regex" },
    ["an id that is none"] = { { ids = { {} } }, "ids" },
    ["a page"] = { { page_number = 2 }, "page_number" },
    ["an unknown name"] = { { nmae = "x" }, "nmae" },
  }) do
    it("refuses before anything is sent: " .. label, function()
      local client, asked = by_action({})
      local list, message, err = client.resource_group.list(case[1])
      assert.is_nil(list)
      assert.same({ "validation", case[2], 0 }, { err.kind, err.param, #asked })
      assert.matches("^resource_group%.list: arguments refused: ", message)
    end)
  end

  it("keeps what it had when a page fails", function()
    local answers, whole = {}, {}
    for number = 1, 100 do
      whole[number] = group(number)
    end
    answers.ListResourceGroups = function(_, n)
      return n == 1 and { RequestId = "R", PageNumber = 1, PageSize = 100, TotalCount = 150,
        ResourceGroups = { ResourceGroup = whole } } or fake.refusal(403, "NoPermission")
    end
    local list, _, err = by_action(answers).resource_group.list()
    assert.is_nil(list)
    assert.same({ "denied", 100 }, { err.kind, #err.partial })
  end)
end)
