-- Regions: all, one by name, the client's own; asked for also when no region is known.
local internal_client = require("spec.support.internal_client")
local regions = require("ecs_pipeline.find.regions")

local REPLY = { regions = { { id = "cn-hangzhou" }, { id = "cn-qingdao" } } }

local function list(filter, options, region, answer)
  local client = internal_client({ ["region.list"] = answer or REPLY }, region)
  local found, message, err = regions.list(client, "region.list", filter, options or {})
  local ids = {}
  for index, item in ipairs(found or {}) do
    ids[index] = item.id
  end
  return table.concat(ids, " "), client.calls, err, message
end

describe("regions.list", function()
  it("filters by name and by the region of the call", function()
    assert.equal("cn-hangzhou cn-qingdao", (list()))
    assert.equal("cn-qingdao", (list({ name = "cn-qingdao" })))
    assert.equal("cn-hangzhou", (list({ current = true })))
    assert.equal("cn-qingdao", (list({ current = true }, { region = "cn-qingdao" })))
    assert.equal("", (list({ name = "cn-nowhere" })))
  end)

  it("sends neither filter, and asks in the region of the call", function()
    local options = { region = "cn-qingdao", deadline = 9 }
    local _, calls = list({ name = "cn-hangzhou", current = true, accept_language = "en-US" }, options)
    assert.same({ accept_language = "en-US" }, calls[1].args)
    assert.same({ region = "cn-qingdao", deadline = 9 }, calls[1].options)
    assert.same({ region = "cn-qingdao", deadline = 9 }, options)
  end)

  it("needs no region, but for the own one", function()
    local ids, calls = list(nil, nil, false)
    assert.same({ "cn-hangzhou cn-qingdao", "cn-hangzhou" }, { ids, calls[1].options.region })
    local none, sent, err, message = list({ current = true }, nil, false)
    assert.same({ "", 0, "validation", "current" }, { none, #sent, err.kind, err.param })
    assert.matches("current: no region is set; give region = \"cn-hangzhou\" to the client", message, nil, true)
  end)

  it("fails with the service, and on pages by hand", function()
    local _, _, err = list(nil, nil, nil, { kind = "denied", message = "no" })
    assert.same({ "denied", "region.list" }, { err.kind, err.operation })
    local _, calls, wrong = list({ page_number = 2 })
    assert.same({ 0, "page_number" }, { #calls, wrong.param })
  end)
end)
