-- ListResourceGroups of the emulator.
local virtual = require("spec.support.virtual")

describe("resource groups in the emulator", function()
  local client, emulator

  before_each(function()
    client, emulator = virtual.client(nil, { region = "cn-somewhere-new" })
  end)

  local function ask(product, version, action, params)
    local reply, _, err = client.call(product, version, action, params or {}, { retry = false })
    return reply, err and err.code .. " " .. err.status
  end

  local function groups(params)
    local reply, why = ask("ResourceManager", "2020-03-31", "ListResourceGroups", params)
    local names = {}
    for i, group in ipairs(reply and reply.ResourceGroups.ResourceGroup or {}) do names[i] = group.Name end
    return reply and table.concat(names, " ") or why, reply
  end

  it("has resource groups, ten to a page", function()
    local names, reply = groups()
    assert.matches("^default web%-production", names)
    assert.same({ 10, 12, 1 }, { reply.PageSize, reply.TotalCount, reply.PageNumber })
    assert.equal("non-default archive", groups({ PageNumber = "2" }))
    assert.equal("default non-default", groups({ Name = "default" }))
    assert.equal("security", groups({ DisplayName = "Secur" }))
    assert.equal("archive", groups({ Status = "PendingDelete" }))
    assert.equal("InvalidParameter 400", groups({ Status = "x" }))
    assert.equal("InvalidParameter 400", groups({ PageSize = "101" }))
    assert.equal("default", groups({ ResourceGroupId = reply.ResourceGroups.ResourceGroup[1].Id }))
  end)

  it("takes more resource groups", function()
    local made = emulator:put("resource_groups",
      { Name = "own", Tags = { Tag = { { TagKey = "a", TagValue = "b" } } } })
    local names, reply = groups({ ["ResourceGroupIds.1"] = made.Id, ResourceGroupId = "rg-other",
      IncludeTags = "true" })
    assert.same({ "own", "b" }, { names, reply.ResourceGroups.ResourceGroup[1].Tags.Tag[1].TagValue })
    assert.equal("own", groups({ ["Tag.1.Key"] = "a" }))
    local many = {}
    for i = 1, 101 do many["ResourceGroupIds." .. i] = "rg-" .. i end
    assert.equal("InvalidParameter 400", groups(many))
    assert.has_error(function() emulator:put("resource_groups", {}) end,
      "emulator: a resource group to be put needs Name")
  end)
end)
