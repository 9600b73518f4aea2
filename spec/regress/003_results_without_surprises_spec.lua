--- Found by the reply fuzzer. A result never contains a JSON null; its lists are lists, and its tags are maps of
--- texts. Replies that differ from the documentation broke each of these promises. A table where a text was expected
--- kept its nulls, and so did fields that are nested more than 100 deep. An unknown `Pipelines` could replace the known
--- `pipelines`, depending on the order in which a table is walked. A tag's value could be a table, and an error's code
--- could be a number.

local core = require("ecs_pipeline.core")
local fixture = require("spec.support.core_fixture")

local EMPTY = '"ImagePipeline":{"ImagePipelineSet":[]},'

local function finish(body, status)
  local request = assert(core.prepare(fixture.session(), "pipeline.describe", {}, fixture.attempt()))
  return core.finish(request, { status = status or 200, headers = {}, body = body })
end

local function count_nulls(value)
  if type(value) ~= "table" then
    return value == fixture.null and 1 or 0
  end
  local count = 0
  for _, item in pairs(value) do
    count = count + count_nulls(item)
  end
  return count
end

describe("a reply unlike the documents", function()
  it("gives no null inside a table where a text or a number was expected", function()
    for _, field in ipairs({ '"NextToken":{"a":null,"b":[null,1]}', '"TotalCount":[null]' }) do
      local result, err = finish("{" .. EMPTY .. field .. ',"RequestId":"r"}')
      assert.is_nil(result) -- nothing is made of it at all
      assert.equal("BAD_REPLY", err.code)
    end
  end)

  it("gives no null however deep it nests", function()
    local result = assert(finish("{" .. EMPTY .. '"New":' .. ('{"a":['):rep(80) .. "null" .. ("]}"):rep(80) .. "}"))
    assert.equal(0, count_nulls(result))
    result = assert(finish("{" .. EMPTY .. '"New":' .. ("["):rep(300) .. "null" .. ("]"):rep(300) .. "}"))
    assert.equal(0, count_nulls(result))
  end)

  it("cannot put an unknown field in the place of a known one", function()
    for _, order in ipairs({ '"Pipelines":5,"System_tags":1,', '"pipelines":5,"id":7,' }) do
      local result = assert(finish("{" .. order .. '"ImagePipeline":{"ImagePipelineSet":[{"ImagePipelineId":"ip-1",'
        .. '"Id":"other","id":"other","SystemTags":[],"Tags":{"Tag":[{"TagKey":"acs:a","TagValue":"b"}]}}]}}'))
      assert.equal("ip-1", result.pipelines[1].id)
      assert.same({ ["acs:a"] = "b" }, result.pipelines[1].system_tags)
    end
  end)

  it("gives tags that are texts", function()
    local result = assert(finish('{"ImagePipeline":{"ImagePipelineSet":[{"ImagePipelineId":"ip-1","Tags":{"Tag":['
      .. '{"TagKey":"a","TagValue":{"b":null}},{"TagKey":"c","TagValue":0.5},{"TagKey":"d","TagValue":7}]}}]}}'))
    local tags = result.pipelines[1].tags
    assert.same({ a = "", c = "0.5", d = "7" }, tags)
  end)

  it("gives an error whose code is a text", function()
    local _, err = finish('{"Code":0.5,"Message":1}', 400)
    assert.equal("0.5", err.code)
    assert.equal("1", err.message)
  end)
end)
