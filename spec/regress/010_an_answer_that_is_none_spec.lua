--- Found by `make faults`: a 200 with `{}` (a proxy's health page, or a reply that was cut and repaired on the way)
-- counted as success. create returned a pipeline without an id. describe raised "attempt to index a nil value" or, if
-- the set was a string or a number, said that the pipeline does not exist. delete said `deleted = true`. Bytes that are
-- not JSON were accepted too: a NUL after the object, broken UTF-8 inside it. Now all of these are BAD_REPLY, which is
-- retried like a lost reply.

local fake = require("spec.support.fake")

local function describe_with(body)
  local client = fake.client({ fake.reply(200, body) }, { retry = false })
  return client.pipeline.describe("ip-1")
end

local function assert_bad(result, message, err)
  assert.is_nil(result)
  assert.equal("protocol BAD_REPLY", err.kind .. " " .. tostring(err.code), message)
end

describe("a 200 that is no answer", function()
  it("to create: no id", function()
    for _, body in ipairs({ "{}", "[]", '{"ImagePipelineId":null}', '{"ImagePipelineId":""}', '{"ImagePipelineId":{}}',
        '{"ImagePipelineId":true}', '{"RequestId":"R"}' }) do
      local client = fake.client({ fake.reply(200, body) }, { retry = false })
      assert_bad(client.pipeline.create({ base_image = "m-1", base_image_type = "IMAGE" }))
    end
  end)

  it("to describe: no set, or one that is no list of objects", function()
    for _, value in ipairs({ "null", '""', "0", '"ip-1"', '{"ImagePipelineSet":null}', '{"ImagePipelineSet":7}',
        '{"ImagePipelineSet":["ip-1"]}' }) do
      assert_bad(describe_with('{"RequestId":"R","ImagePipeline":' .. value .. "}"))
    end
    assert_bad(describe_with("{}"))
  end)

  it("to delete: no RequestId", function()
    local client = fake.client({ fake.reply(200, "{}") }, { retry = false })
    assert_bad(client.pipeline.delete("ip-1"))
  end)

  it("but damaged", function()
    local good = '{"RequestId":"R","ImagePipeline":{"ImagePipelineSet":[{"ImagePipelineId":"ip-1","Name":"%s"}]}}'
    assert.equal("caf\195\169", assert(describe_with(good:format("caf\195\169"))).name)
    assert_bad(describe_with(good:format("caf\195")))
    assert_bad(describe_with(good:format("x") .. "\0 and more"))
  end)

  it("while an empty set still means that there is none", function()
    local _, _, err = describe_with('{"RequestId":"R","ImagePipeline":{"ImagePipelineSet":[]}}')
    assert.equal("not_found", err.kind)
    _, _, err = describe_with('{"RequestId":"R","ImagePipeline":[]}')
    assert.equal("not_found", err.kind)
  end)
end)

describe("a refusal", function()
  it("whose text is damaged still says its Code", function()
    local client = fake.client({ fake.reply(400, '{"Code":"InvalidParameter","Message":"caf\195"}') })
    local _, _, err = client.pipeline.delete("ip-1")
    assert.equal("InvalidParameter", err.code)
  end)
end)
