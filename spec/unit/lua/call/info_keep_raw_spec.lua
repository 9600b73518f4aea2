-- ecs.info(result).raw: kept with the result of one call; of many only if that was asked for.
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")

local function page(count, token)
  local items = {}
  for index = 1, count do
    items[index] = { ImagePipelineId = "ip-" .. index, Name = "web", BaseImage = "m-1", BaseImageType = "IMAGE",
      BuildContent = "RUN true", Description = "golden image", InstanceType = "ecs.g7.large", ImageName = "web",
      ResourceGroupId = "rg-1", VSwitchId = "vsw-1", CreationTime = "2026-01-01T00:00:00Z", SystemDiskSize = 40,
      DeleteInstanceOnFailure = true, Tags = { Tag = { { TagKey = "team", TagValue = "web" } } },
      AddAccounts = { AddAccount = { "1234567890123456" } }, ToRegionIds = { ToRegionId = { "cn-qingdao" } } }
  end
  return fake.reply(200, { RequestId = "R-1", TotalCount = count, NextToken = token,
    ImagePipeline = { ImagePipelineSet = items } })
end

-- Keeps no request, so that memory is that of the results.
local function client_of(reply, keep_raw)
  return ecs.new({ region = "cn-hangzhou", credentials = { access_key_id = "a", access_key_secret = "b" },
    log = "off", keep_raw = keep_raw, transport = { send = function() return reply end } })
end

local function raw_of(result)
  return ecs.info(result).raw
end

describe("keep_raw", function()
  local one = page(1)

  it("is true for one call, unless the client or the call says otherwise", function()
    assert.equal("R-1", raw_of(client_of(one).pipeline.describe("ip-1")).RequestId)
    assert.is_nil(raw_of(client_of(one, false).pipeline.describe("ip-1")))
    assert.is_nil(raw_of(client_of(one).pipeline.describe("ip-1", { keep_raw = false })))
    assert.equal("R-1", raw_of(client_of(one, false).pipeline.describe("ip-1", { keep_raw = true })).RequestId)
    assert.is_nil(raw_of(client_of(one, false).pipeline.describe("ip-1", { timeout = 5 })))
    assert.is_nil(raw_of(client_of(one).with({ keep_raw = false }).pipeline.describe("ip-1")))
    assert.is_nil(raw_of(client_of(one, false).call("Ecs", "2014-05-26", "DescribeX", {})))
  end)

  it("is false in many calls at the same time", function()
    local describe_one = client_of(one).pipeline.describe
    assert.is_nil(raw_of(ecs.map({ "ip-1" }, describe_one)[1].value))
    assert.is_nil(raw_of(ecs.concurrently({ function() return describe_one("ip-1") end })[1].value))
    local asked = ecs.map({ "ip-1" }, function(id) return describe_one(id, { keep_raw = true }) end)
    assert.equal("R-1", raw_of(asked[1].value).RequestId)
    assert.equal("R-1", raw_of(ecs.map({ "ip-1" }, client_of(one, true).pipeline.describe)[1].value).RequestId)
    assert.equal("R-1", raw_of(describe_one("ip-1")).RequestId)
  end)

  it("is false for items of a list", function()
    for _, case in ipairs({ {}, { client = false }, { client = true, raw = true }, { call = true, raw = true },
      { client = true, call = false }, { client = false, call = true, raw = true } }) do
      local list = assert(client_of(page(2), case.client).pipeline.list({}, { keep_raw = case.call }))
      assert.equal(2, #list)
      assert.equal(case.raw or false, raw_of(list[2]) ~= nil)
      assert.is_nil(raw_of(list))
    end
  end)

  -- Bytes that the results of `count` items of a map hold.
  local function held(count, keep_raw)
    local describe_one, ids = client_of(one, keep_raw).pipeline.describe, {}
    for index = 1, count do
      ids[index] = "ip-1"
    end
    ecs.map(ids, describe_one) -- loads what is loaded once
    collectgarbage()
    collectgarbage()
    local before = collectgarbage("count")
    local results = ecs.map(ids, describe_one)
    collectgarbage()
    collectgarbage()
    local used = (collectgarbage("count") - before) * 1024
    assert.equal(count, #results)
    return used / count
  end

  it("makes the results of a map half as large, whose replies nothing else holds", function()
    local without, with = held(200), held(200, true)
    assert.is_true(without < 0.6 * with, ("%.0f of %.0f bytes"):format(without, with))
  end)

  it("keeps the reply from being collected, and nothing else does", function()
    local seen = setmetatable({}, { __mode = "k" })
    local core = require("ecs_pipeline.core")
    local finish = core.finish
    core.finish = function(...)
      local result, detail = finish(...)
      seen[detail.raw] = true
      return result, detail
    end
    finally(function() core.finish = finish end)
    local function alive(keep_raw)
      local result = client_of(one, keep_raw).pipeline.describe("ip-1")
      collectgarbage()
      collectgarbage()
      return result.id == "ip-1" and next(seen) ~= nil
    end
    assert.is_true(alive(true))
    assert.is_false(alive(false))
  end)
end)
