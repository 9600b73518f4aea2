-- pipeline.list and pipeline.each: pages, batches of ids, filters on our side, failures half way.
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")
local internal_client = require("spec.support.internal_client")
local pipelines = require("ecs_pipeline.find.pipelines")
local virtual = require("spec.support.virtual")

-- One page: ids or whole items, and the token of the next.
local function page(items, token, total)
  local list = {}
  for index, item in ipairs(items) do
    list[index] = type(item) == "table" and item or { ImagePipelineId = item, Name = "name of " .. item }
  end
  local reply = { RequestId = "R-" .. (token or "last"), TotalCount = total or #list, NextToken = token or "",
    ImagePipeline = { ImagePipelineSet = list } }
  if #list == 0 then
    return fake.reply(200, '{"RequestId":"R-last","NextToken":"","ImagePipeline":{"ImagePipelineSet":[]}}')
  end
  return fake.reply(200, reply)
end

local function ids(list)
  local found = {}
  for index, item in ipairs(list) do
    found[index] = item.id
  end
  return table.concat(found, " ")
end

describe("pipeline.list", function()
  it("follows all pages and knows what it took", function()
    local client, transport = fake.client({ page({ "ip-1", "ip-2" }, "t1", 3), page({ "ip-3" }, nil, 3) })
    local list = assert(client.pipeline.list())
    assert.equal("ip-1 ip-2 ip-3", ids(list))
    assert.equal("t1", fake.parameters(transport.requests[2]).NextToken)
    assert.is_nil(fake.parameters(transport.requests[1]).NextToken)
    local facts = ecs.info(list)
    assert.same({ 2, 3, "R-last", { "R-t1", "R-last" }, "cn-hangzhou" },
      { facts.attempts, facts.total_count, facts.request_id, facts.request_ids, facts.region })
    assert.equal("R-t1", ecs.info(list[1]).request_id)
    assert.is_nil(ecs.info(list[1]).raw)
  end)

  it("goes on after an empty page that has a successor", function()
    local empty = fake.reply(200, '{"RequestId":"R","NextToken":"t1","ImagePipeline":{"ImagePipelineSet":[]}}')
    assert.equal("ip-1", ids(assert((fake.client({ empty, page({ "ip-1" }) })).pipeline.list())))
    assert.same({}, assert((fake.client({ page({}) })).pipeline.list()))
  end)

  it("asks for ids in batches of 20, each once", function()
    local wanted = {}
    for index = 1, 45 do
      wanted[index] = ("ip-%02d"):format(index)
    end
    wanted[46], wanted[47] = "ip-01", { id = "ip-02" }
    local client, transport = fake.client({ page({ "ip-01" }), page({ "ip-21" }), page({ "ip-45" }) })
    assert.equal("ip-01 ip-21 ip-45", ids(assert(client.pipeline.list({ ids = wanted }))))
    assert.equal(3, #transport.requests)
    local sent = fake.parameters(transport.requests[3])
    assert.same({ "ip-41", "ip-45" }, { sent["ImagePipelineId.1"], sent["ImagePipelineId.5"] })
    assert.is_nil(sent["ImagePipelineId.6"])
    assert.equal("ip-20", fake.parameters(transport.requests[1])["ImagePipelineId.20"])
  end)

  it("takes one id, a pipeline, or the API's name for them", function()
    for _, filter in ipairs({ { ids = "ip-1" }, { ids = { id = "ip-1" } }, { image_pipeline_id = { "ip-1" } } }) do
      local client, transport = fake.client({ page({ "ip-1", "ip-2" }) })
      assert.equal("ip-1", ids(assert(client.pipeline.list(filter))))
      assert.equal("ip-1", fake.parameters(transport.requests[1])["ImagePipelineId.1"])
    end
  end)

  local loose = {
    { ImagePipelineId = "ip-1", Name = "web", ResourceGroupId = "rg-1",
      Tags = { Tag = { { TagKey = "env", TagValue = "prod" }, { TagKey = "acs:rm:rgId", TagValue = "rg-1" } } } },
    { ImagePipelineId = "ip-2", Name = "web-2", ResourceGroupId = "rg-default",
      Tags = { Tag = { { TagKey = "env", TagValue = "test" } } } },
    { ImagePipelineId = "ip-3", Name = "db", ResourceGroupId = "rg-1" },
  }
  local filters = { -- filter, what is left, what is sent: name, value
    { { name = "web" }, "ip-1", "Name", "web" },
    { { name_regex = "^web" }, "ip-1 ip-2" },
    { { name_regex = "^(db|web)$" }, "ip-1 ip-3" },
    { { resource_group_id = "rg-1" }, "ip-1 ip-3", "ResourceGroupId", "rg-1" },
    { { tags = { env = "prod" } }, "ip-1", "Tag.1.Value", "prod" },
    { { tags = { { key = "env", value = "test" } } }, "ip-2", "Tag.1.Value", "test" },
    { { tags = { env = true } }, "ip-1 ip-2", "Tag.1.Key", "env" },
    { { tags = { { key = "env" } } }, "ip-1 ip-2", "Tag.1.Key", "env" },
    { { tags = { env = { "prod", "stage" } } }, "ip-1", "Tag.1.Key", "env" },
    { { tags = { env = false } }, "ip-3" },
    { { tags = { ["acs:rm:rgId"] = "rg-1" } }, "ip-1", "Tag.1.Key", "acs:rm:rgId" },
    { { ids = { "ip-3", "ip-9" } }, "ip-3", "ImagePipelineId.2", "ip-9" },
    { { name_regex = "web", tags = { env = true }, resource_group_id = "rg-default" }, "ip-2" },
    { {}, "ip-1 ip-2 ip-3" },
    { { ids = {}, tags = {} }, "ip-1 ip-2 ip-3" },
  }
  for index, row in ipairs(filters) do
    it("filters again on our side, case " .. index, function()
      local client, transport = fake.client({ page(loose) })
      assert.equal(row[2], ids(assert(client.pipeline.list(row[1]))))
      if row[3] then
        assert.equal(row[4], fake.parameters(transport.requests[1])[row[3]])
      end
    end)
  end

  it("sends no value for tags that take any, and nothing for tags that must be absent", function()
    local client, transport = fake.client({ page(loose) })
    assert(client.pipeline.list({ tags = { a = true, b = false, c = "x" } }))
    local sent = fake.parameters(transport.requests[1])
    assert.same({ "a", "c", "x" }, { sent["Tag.1.Key"], sent["Tag.2.Key"], sent["Tag.2.Value"] })
    assert.is_nil(sent["Tag.1.Value"])
    assert.is_nil(sent["Tag.3.Key"])
  end)

  it("keeps what it found when a page fails", function()
    local client = fake.client({ page({ "ip-1", "ip-2" }, "t1"), fake.refusal(403, "Forbidden.RAM") })
    local list, message, err = client.pipeline.list({ name_regex = "2" })
    assert.is_nil(list)
    assert.same({ "denied", "pipeline.list" }, { err.kind, err.operation })
    assert.equal("ip-2", ids(err.partial))
    assert.matches("^pipeline.list: not permitted: told so", message)
    assert.equal(message, tostring(err))
  end)

  it("takes a token that comes twice for an error, not for an endless list", function()
    local client, transport = fake.client({ page({ "ip-1" }, "t1"), page({ "ip-2" }, "t2"), page({ "ip-1" }, "t1") })
    local _, message, err = client.pipeline.list()
    assert.same({ "protocol", 3, "ip-1 ip-2" }, { err.kind, #transport.requests, ids(err.partial) })
    assert.matches("same NextToken twice", message)
  end)

  it("does not follow a service that always has one more page", function()
    local made = 0
    local client, transport = fake.client({ function()
      made = made + 1
      return fake.reply(200, '{"NextToken":"t' .. made .. '","ImagePipeline":{"ImagePipelineSet":[]}}')
    end })
    local _, message, err = client.pipeline.list()
    assert.same({ "protocol", 10000 }, { err.kind, #transport.requests })
    assert.matches("more than 10000 pages", message)
  end)

  it("refuses what is no filter, before anything is sent", function()
    local client, transport = fake.client({ page({ "ip-1" }) })
    for _, row in ipairs({ { { name_regex = "\\d+" }, "name_regex" }, { { name_regex = 7 }, "name_regex" },
      { { nmae = "web" }, "nmae" }, { { next_token = "x" }, "next_token" }, { { tags = "a=1" }, "tags" },
      { { ids = { "" } }, "image_pipeline_id" }, { { name = {} }, "name" }, { { name = 1.5 }, "name" } }) do
      local list, _, err = client.pipeline.list(row[1])
      assert.is_nil(list)
      assert.same({ "validation", row[2] }, { err.kind, err.param })
    end
    assert.matches("write %[0%-9%]", select(2, client.pipeline.list({ name_regex = "\\d" })))
    assert.equal(0, #transport.requests)
    assert.has_error(function() client.pipeline.list("web") end)
    assert.has_error(function() client.pipeline.list({}, { page = 1 }) end)
  end)
end)

describe("pipeline.each", function()
  it("yields one by one and asks for a page when it needs it", function()
    local client, transport = fake.client({ page({ "ip-1", "ip-2" }, "t1"), page({ "ip-3" }) })
    local seen = {}
    for pipeline in client.pipeline.each() do
      seen[#seen + 1] = pipeline.id .. "/" .. #transport.requests
    end
    assert.same({ "ip-1/1", "ip-2/1", "ip-3/2" }, seen)
  end)

  it("yields an error as its last step", function()
    local client = fake.client({ page({ "ip-1" }, "t1"), fake.refusal(400, "InvalidParameter") })
    local steps = {}
    local next_one = client.pipeline.each()
    for pipeline, message, err in next_one do
      steps[#steps + 1] = pipeline and pipeline.id or err.kind .. " " .. message
    end
    assert.equal(2, #steps)
    assert.equal("ip-1", steps[1])
    assert.matches("^validation pipeline.each: ", steps[2])
    assert.is_nil(next_one())
  end)

  it("yields what is wrong with the filter as its only step", function()
    local client = fake.client({ page({ "ip-1" }) })
    local next_one = client.pipeline.each({ name_regex = "(" })
    local first, _, err = next_one()
    assert.same({ false, "validation" }, { first, err.kind })
    assert.is_nil(next_one())
  end)

  it("holds one page at a time", function()
    local pages = {}
    for index = 1, 30 do
      local items = {}
      for n = 1, 50 do
        items[n] = { ImagePipelineId = ("ip-%d-%d"):format(index, n), BuildContent = ("x"):rep(4096) }
      end
      pages[index] = page(items, index < 30 and "t" .. index or nil)
    end
    local client = fake.client(pages)
    local most, count = 0, 0
    for _ in client.pipeline.each() do
      count = count + 1
      if count % 50 == 25 then
        collectgarbage()
        most = math.max(most, collectgarbage("count"))
        if count == 75 then
          most = collectgarbage("count")
          pages.early = most
        end
      end
    end
    assert.equal(1500, count)
    assert.is_true(most < pages.early + 2000, ("%.0f KiB, early %.0f"):format(most, pages.early))
  end)

  it("reads everything from the emulator, two at a time", function()
    local client = virtual.client()
    for index = 1, 7 do
      assert(client.pipeline.create({ base_image = "m-1", base_image_type = "IMAGE", name = "n" .. index }))
    end
    local count = 0
    for pipeline in client.pipeline.each({ max_results = 2, name_regex = "^n[2-6]$" }) do
      count = count + (pipeline and 1 or 100)
    end
    assert.equal(5, count)
  end)

  it("reads five hundred in one request", function()
    local requests, emulator = 0, require("ecs_pipeline.emulator").new({ now = 1795491843 })
    local transport = emulator:transport()
    local client = ecs.new({ region = "cn-hangzhou", platform = virtual.platform(emulator), log = "off",
      credentials = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" },
      transport = { send = function(...)
        requests = requests + 1
        return transport.send(...)
      end } })
    for index = 1, 500 do
      assert(client.pipeline.create({ base_image = "m-1", base_image_type = "IMAGE", name = "n" .. index }))
    end
    requests = 0
    assert.equal(500, #assert(client.pipeline.list()))
    assert.equal(1, requests)
    requests = 0
    assert.equal(500, #assert(client.pipeline.list({ max_results = 499 })))
    assert.equal(2, requests)
  end)
end)

describe("pipelines.get", function()
  it("reads one by its id, in its region", function()
    local client = internal_client({ ["pipeline.describe"] = { pipelines = { { id = "ip-2" }, { id = "ip-1" } } } })
    local options, ref = { deadline = 9 }, { id = "ip-1", region_id = "cn-qingdao" }
    assert.equal("ip-1", pipelines.get(client, "pipeline.import", ref, options).id)
    assert.same({ { operation = "pipeline.describe", options = options,
      args = { ids = { "ip-1" }, region_id = "cn-qingdao" } } }, client.calls)
  end)

  it("says where there is none", function()
    local client = internal_client({ ["pipeline.describe"] = { pipelines = {} } })
    local pipeline, message, err = pipelines.get(client, "pipeline.import", { id = "ip-1" }, {})
    assert.is_nil(pipeline)
    assert.same({ "not_found", "pipeline.import" }, { err.kind, err.operation })
    assert.matches("no image pipeline ip-1 in cn-hangzhou", message, nil, true)
  end)
end)
