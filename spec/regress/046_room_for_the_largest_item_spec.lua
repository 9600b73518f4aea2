-- The story: all items of a list were made with room for as many fields as the first one had. A first item with 20,000
-- fields and 200 small ones, a reply of 290 KB, then needed 155 MB.
local core = require("ecs_pipeline.core")
local fixture = require("spec.support.core_fixture")

local function page(fields, small)
  local items = { '{"ImagePipelineId":"ip-1"' }
  for index = 1, fields do
    items[#items + 1] = ('"Field%d":1'):format(index)
  end
  items = { table.concat(items, ",") .. "}" }
  for _ = 1, small do
    items[#items + 1] = '{"ImagePipelineId":"ip-2"}'
  end
  return '{"ImagePipeline":{"ImagePipelineSet":[' .. table.concat(items, ",") .. "]}}"
end

describe("a list whose first item has very many fields", function()
  it("needs memory for that item only once", function()
    local request = assert(core.prepare(fixture.session(), "pipeline.describe", {}, fixture.attempt()))
    local reply = { status = 200, headers = {}, body = page(20000, 200) }
    for _ = 1, 2 do -- nor does the next reply
      collectgarbage()
      local before = collectgarbage("count")
      local result = assert(core.finish(request, reply))
      local used = (collectgarbage("count") - before) * 1024
      assert.equal(201, #result.pipelines)
      assert.equal(1, result.pipelines[1].field20000)
      assert.is_true(used < 30 * #reply.body, ("%d bytes for a text of %d"):format(used, #reply.body))
    end
  end)
end)
