-- DescribeAvailableResource answers with a RequestId alone when nothing is in stock. That was BAD_REPLY, after all
-- retries: zone.list{ available_instance_type = … } failed where it should have found no zone. The opposite must not
-- happen either: an answer to DescribeImagePipelines without its set does not prove that there is no pipeline.

local fake = require("spec.support.fake")

local ONLY_ID = fake.reply(200, { RequestId = "R" })

local function client_with(body)
  return fake.client({ body }, { retry = false })
end

local function assert_bad(result, message, err)
  assert.is_nil(result, message)
  assert.equal("BAD_REPLY", err.code)
end

describe("an answer with a RequestId alone", function()
  it("says that no zone has the instance type in stock", function()
    local client, transport = client_with(ONLY_ID)
    assert.same({}, assert(client.zone.list({ available_instance_type = "ecs.g7.large" })))
    assert.same({}, assert(client.region.list()))
    assert.equal(3, #transport.requests)
  end)

  it("does not say that there is no pipeline: nothing is written", function()
    local client, transport = client_with(ONLY_ID)
    local args = { base_image = "m-1", base_image_type = "IMAGE", name = "web" }
    assert_bad(client.pipeline.describe("ip-1"))
    assert_bad(client.pipeline.list({ name = "web" }))
    assert_bad(client.pipeline.plan(args))
    assert_bad(client.pipeline.ensure(args))
    assert_bad(client.image.list({ name = "web" }))
    for _, request in ipairs(transport.requests) do
      assert.matches("^Describe", request.headers["x-acs-action"])
    end
  end)

  it("is enough where the count says that there is none", function()
    local client = client_with(fake.reply(200, { RequestId = "R", TotalCount = 0 }))
    local _, _, err = client.pipeline.describe("ip-1")
    assert.equal("not_found", err.kind)
    assert.same({}, assert(client.pipeline.list()))
    assert_bad(client_with(fake.reply(200, { RequestId = "R", TotalCount = 1 })).pipeline.list())
  end)
end)

-- An item without its id was an item: a pipeline of that name was not found, so ensure made a second one.
describe("a list of things without an id", function()
  it("is no list", function()
    local args = { base_image = "m-1", base_image_type = "IMAGE", name = "web" }
    for _, items in ipairs({ "[{}]", '[{"Name":"web"}]', '[{"ImagePipelineId":""}]', '[{"ImagePipelineId":null}]',
      '[{"ImagePipelineId":{}}]', '[{"ImagePipelineId":"ip-1","Name":"a"},{"Name":"web"}]' }) do
      local client, transport = client_with(fake.reply(200,
        '{"RequestId":"R","TotalCount":1,"ImagePipeline":{"ImagePipelineSet":' .. items .. "}}"))
      assert_bad(client.pipeline.list())
      assert_bad(client.pipeline.delete({ name = "web" }))
      assert_bad(client.pipeline.ensure(args))
      assert.equal(3, #transport.requests)
    end
    local images = { RequestId = "R", Images = { Image = { { ImageName = "a" } } } }
    assert_bad(client_with(fake.reply(200, images)).image.list())
  end)
end)
