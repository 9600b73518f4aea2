-- What was: a list that is empty although its reply counts items was read as empty, so `list` gave nothing, `describe`
-- said that there is no such pipeline, `delete{ name }` that none has the name, and `ensure` made a second one.
local fake = require("spec.support.fake")

local WRONG = ": reply not understood: the service counts 3 and has sent none [BAD_REPLY"

local function answers(list, total)
  local reply = fake.reply(200, ('{"RequestId":"R","TotalCount":%d,"ImagePipeline":%s}'):format(total, list))
  return { reply, reply, reply }
end

local CALLS = {
  ["pipeline.list"] = function(client) return client.pipeline.list({}) end,
  ["pipeline.describe"] = function(client) return client.pipeline.describe("ip-1") end,
  ["pipeline.delete"] = function(client) return client.pipeline.delete({ name = "web" }) end,
  ["pipeline.plan"] = function(client)
    return client.pipeline.plan({ name = "web", base_image = "m-1", base_image_type = "IMAGE" })
  end,
}

describe("a list that is empty against its count", function()
  for name, call in pairs(CALLS) do
    it("is not believed by " .. name, function()
      for _, list in ipairs({ '{"ImagePipelineSet":[]}', '{"ImagePipelineSet":[null]}', "{}" }) do
        local client, transport = fake.client(answers(list, 3))
        local result, message, err = call(client)
        assert.is_nil(result)
        assert.equal(name .. WRONG, message:sub(1, #name + #WRONG), list)
        assert.same({ "protocol", "BAD_REPLY" }, { err.kind, err.code })
        assert.equal(1, #transport.requests)
      end
    end)
  end

  it("is empty if the count says so, too", function()
    assert.same({}, (fake.client(answers('{"ImagePipelineSet":[]}', 0)).pipeline.list({})))
  end)

  it("is not believed with a count that none can be, and is no error of ours", function()
    for count, said in pairs({ ["0.5"] = "counts 0.5 and has sent none", ["-1"] = "counts -1 and",
      ["1e300"] = "counts 1e+300 and", ['"many"'] = "a count that is not a number", ['"0x0"'] = "not a number",
      ["[1]"] = "not the answer to this call", ["true"] = "not a number" }) do
      local client = fake.client({ fake.reply(200, '{"RequestId":"R","TotalCount":' .. count
        .. ',"ImagePipeline":{"ImagePipelineSet":[]}}') })
      local list, message, err = client.pipeline.list({})
      assert.is_nil(list)
      assert.equal("BAD_REPLY", err.code)
      assert.is_truthy(message:find(said, 1, true), message)
    end
  end)

  it("may have the count as text", function()
    local client = fake.client({ fake.reply(200, '{"RequestId":"R","TotalCount":"0","Vpcs":{"Vpc":[]}}') })
    assert.same({}, (assert(client.vpc.list())))
  end)

  it("may end with an empty page", function()
    local client = fake.client({
      fake.reply(200, '{"RequestId":"R","TotalCount":1,"NextToken":"t","ImagePipeline":{"ImagePipelineSet":['
        .. '{"ImagePipelineId":"ip-1","Name":"web"}]}}'),
      fake.reply(200, '{"RequestId":"R","TotalCount":1,"ImagePipeline":{"ImagePipelineSet":[]}}'),
    })
    assert.equal("ip-1", client.pipeline.list({})[1].id)
  end)

  it("is not believed where pages have numbers", function()
    local client = fake.client({ fake.reply(200, '{"RequestId":"R","TotalCount":3,"PageNumber":1,"PageSize":50,'
      .. '"Vpcs":{"Vpc":[]}}') })
    local list, message = client.vpc.list({})
    assert.is_nil(list)
    assert.equal("vpc.list" .. WRONG, message:sub(1, #("vpc.list" .. WRONG)))
  end)
end)
