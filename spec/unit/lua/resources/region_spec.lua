-- region.list: what terraform's data source alicloud_regions finds.
local by_action = require("spec.support.by_action")
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")

local function ids_of(list)
  local found = {}
  for index, item in ipairs(list) do
    found[index] = item.id
  end
  return found
end

describe("region.list", function()
  local REGIONS = { DescribeRegions = { RequestId = "R", Regions = { Region = {
    { RegionId = "cn-qingdao", LocalName = "Qingdao", RegionEndpoint = "ecs.cn-qingdao.aliyuncs.com" },
    { RegionId = "cn-hangzhou", LocalName = "Hangzhou", RegionEndpoint = "ecs.cn-hangzhou.aliyuncs.com" } } } } }

  it("gives all of them, one by name, or the client's own", function()
    local client, asked = by_action(REGIONS)
    local list = assert(client.region.list())
    assert.same({ "cn-qingdao", "cn-hangzhou" }, ids_of(list))
    assert.equal("ecs.cn-qingdao.aliyuncs.com", list[1].region_endpoint)
    assert.same({ "cn-qingdao" }, ids_of(assert(client.region.list({ name = "cn-qingdao" }))))
    assert.same({ "cn-hangzhou" }, ids_of(assert(client.region.list({ current = true }))))
    assert.same({ "cn-qingdao" }, ids_of(assert(client.region.list({ current = true }, { region = "cn-qingdao" }))))
    assert(client.region.list({ accept_language = "en-US" }))
    assert.equal("en-US", asked[5].params.AcceptLanguage)
    assert.is_nil(asked[1].params.RegionId)
  end)

  it("needs no region, but for its own", function()
    local function nowhere()
      local transport, platform = fake.transport({ fake.reply(200, REGIONS.DescribeRegions) }), fake.platform()
      platform.read_file = function() return nil, "no such file" end
      return ecs.new({ credentials = fake.KEYS, transport = transport, platform = platform, log = "off" }), transport
    end
    local client, transport = nowhere()
    assert.equal(2, #assert(client.region.list()))
    assert.matches("^https://ecs%.cn%-hangzhou%.", transport.requests[1].url)
    local list, _, err = client.region.list({ current = true })
    assert.is_nil(list)
    assert.same({ "validation", "current", 1 }, { err.kind, err.param, #transport.requests })
  end)

  it("refuses a page", function()
    local _, _, err = by_action(REGIONS).region.list({ next_token = "x" })
    assert.equal("next_token", err.param)
  end)
end)
