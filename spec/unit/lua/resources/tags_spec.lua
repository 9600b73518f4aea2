-- ecs.tags: the helpers of tags.lua under the client's name, and the calls, each named in its messages.
local fake = require("spec.support.fake")
local tags = require("ecs_pipeline.tags")

describe("ecs.tags", function()
  it("has the helpers of tag sets, which send nothing", function()
    local client, transport = fake.client({})
    assert.same({ a = "1", b = "2" }, client.tags.merge({ a = "0" }, { a = "1", b = "2" }))
    for _, name in ipairs({ "diff", "from_list", "matches", "merge", "split", "to_list", "validate" }) do
      assert.is_function(tags[name], name)
      assert.is_function(client.tags[name], name)
    end
    assert.equal(0, #transport.requests)
  end)

  it("names the function in what it refuses", function()
    local client = fake.client({})
    for name, call in pairs({
      add = function() return client.tags.add("image", {}, { a = "1" }) end,
      remove = function() return client.tags.remove("image", "m-1", {}) end,
      list = function() return client.tags.list("image", {}) end,
    }) do
      local _, message, err = call()
      assert.matches("^tags%." .. name .. ": arguments refused: ", message)
      assert.is_false(err.sent)
    end
  end)
end)
